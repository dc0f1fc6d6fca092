"""Endpoints of the floor."""

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from callcenter.agents.types import FLOOR_TOPIC
from callcenter.floor.schemas import FloorSnapshot
from callcenter.floor.service import FloorService
from callcenter.health.types import KEEPING_TOPIC
from callcenter.kit.http import Working, provided, require
from callcenter.kit.stream import board_stream
from callcenter.people.types import Right

FLOOR = (FLOOR_TOPIC, KEEPING_TOPIC)
"""The topics that are notified when the board may show something else."""

router = APIRouter(prefix="/floor", tags=["floor"], dependencies=[require(Right.WATCH_FLOOR)])


@router.get("")
async def floor_snapshot(work: Working, service: FloorService = provided(FloorService)) -> FloorSnapshot:
    """Returns the state of each logged-on agent of my branch, or of the bank, and its totals of today."""
    return await service.snapshot(work)


@router.get("/stream")
async def floor_stream(request: Request, service: FloorService = provided(FloorService)) -> StreamingResponse:
    """Sends the snapshot as server-sent event ``floor`` whenever an agent's state has changed."""
    return board_stream(request, "floor", FLOOR, service.snapshot)
