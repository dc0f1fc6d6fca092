"""An invented room whose endpoints do everything that the edge must handle."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, WebSocket
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field

from callcenter.kit.errors import Conflict
from callcenter.kit.http import Working, require
from callcenter.kit.stream import board_stream, stream_to_websocket
from callcenter.kit.work import Work
from callcenter.people.types import Right

router = APIRouter(prefix="/room", tags=["room"])

TOPIC = "room"
LARGE = 30 << 20


class Customer(BaseModel):
    phone: str = Field(pattern=r"^1\d{10}$")
    age: int


@router.post("/customers")
async def add_customer(work: Working, customer: Customer) -> Customer:
    return customer


@router.get("/refusal")
async def refuse(work: Working) -> None:
    raise Conflict("somebody else has it", rule="D3", holder=7)


@router.get("/crash")
async def crash(work: Working) -> None:
    raise KeyError("13800001234 has no such field")


@router.get("/wrong-statement")
async def wrong_statement(work: Working) -> None:
    from sqlalchemy import text

    await work.session.execute(text("SELECT 1 / :nought"), {"nought": 0})


@router.get("/large")
async def large() -> Response:
    """Returns more than the kernel keeps for a client that does not read."""
    return Response(bytes(LARGE), media_type="application/octet-stream")


class Figure:
    """What the streams show: a value that tests set, and so many bytes beside it."""

    value = 0
    bytes = 0


async def _count(work: Work) -> dict[str, object]:
    shown = {"value": Figure.value, "actor": work.actor.id, "now": work.now}
    return {**shown, "filling": "x" * Figure.bytes} if Figure.bytes else shown


async def _board(work: Work) -> dict[str, object]:
    shown = {"value": Figure.value, "now": work.now}
    return {**shown, "filling": "x" * Figure.bytes} if Figure.bytes else shown


async def _beat() -> float:
    return 15.0


@router.websocket("/stream", dependencies=[require(Right.USE_DESK)])
async def stream(websocket: WebSocket, beat: Annotated[float, Depends(_beat)]) -> None:
    await stream_to_websocket(websocket, (TOPIC,), _count, beat=beat)


@router.get("/events", dependencies=[require(Right.USE_DESK)])
async def events(request: Request) -> StreamingResponse:
    return board_stream(request, "room", (TOPIC,), _board)
