"""Endpoints of the floor."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from callcenter.agents.messages import MessageService
from callcenter.agents.output import PhoneOut
from callcenter.agents.types import FLOOR_TOPIC
from callcenter.floor.acts import FloorActs
from callcenter.floor.schemas import (
    FloorMessageBody,
    FloorPauseBody,
    FloorReasonBody,
    FloorSending,
    FloorSnapshot,
    SentOut,
    SuperviseBody,
)
from callcenter.floor.service import FloorService
from callcenter.floor.supervising import SupervisingService
from callcenter.health.types import KEEPING_TOPIC
from callcenter.kit.http import Working, provided, require
from callcenter.kit.stream import board_stream
from callcenter.people.types import Right
from callcenter.telephony.port import Supervision

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


Acts = Annotated[FloorActs, provided(FloorActs)]
Supervising = Annotated[SupervisingService, provided(SupervisingService)]
_DIRECTS = [require(Right.MANAGE_AGENTS)]


@router.get("/messages", dependencies=_DIRECTS)
async def sent_messages(
    work: Working, messages: Annotated[MessageService, provided(MessageService)]
) -> list[FloorSending]:
    """Returns my newest messages of this shift, with how many have confirmed to have read them."""
    return [FloorSending.model_validate(one, from_attributes=True) for one in await messages.sent(work)]


@router.post("/messages", dependencies=_DIRECTS)
async def send_message(work: Working, acts: Acts, body: FloorMessageBody) -> SentOut:
    """Writes to some agents, or to all of my scope who are logged on; each confirms to have read it."""
    return SentOut(addressed=await acts.message(work, body.agent_ids, body.text))


@router.post("/seats/{agent_id}/pause", status_code=204, dependencies=_DIRECTS)
async def pause_agent(work: Working, acts: Acts, agent_id: int, body: FloorPauseBody) -> None:
    """Pauses an agent, at once or after the present call."""
    await acts.pause(work, agent_id, body.code, body.reason)


@router.post("/seats/{agent_id}/ready", status_code=204, dependencies=_DIRECTS)
async def make_agent_ready(work: Working, acts: Acts, agent_id: int, body: FloorReasonBody) -> None:
    """Ends an agent's pause."""
    await acts.ready(work, agent_id, body.reason)


@router.post("/seats/{agent_id}/log-off", status_code=204, dependencies=_DIRECTS)
async def log_agent_off(work: Working, acts: Acts, agent_id: int, body: FloorReasonBody) -> None:
    """Logs an agent off who is in no call."""
    await acts.log_off(work, agent_id, body.reason)


@router.post("/seats/{agent_id}/hang-up", status_code=204, dependencies=_DIRECTS)
async def end_call(work: Working, acts: Acts, agent_id: int, body: FloorReasonBody) -> None:
    """Ends an agent's call."""
    await acts.hang_up(work, agent_id, body.reason)


@router.post("/seats/{agent_id}/help", status_code=204, dependencies=_DIRECTS)
async def answer_help(work: Working, acts: Acts, agent_id: int) -> None:
    """Confirms to an agent who asks for help that someone comes."""
    await acts.help(work, agent_id)


@router.get("/seats/{agent_id}/phone", dependencies=[require(Right.LISTEN_LIVE, Right.MANAGE_AGENTS)])
async def supervisor_phone(work: Working, supervising: Supervising, agent_id: int) -> PhoneOut:
    """Returns how my browser phone registers at the switch of this agent."""
    return PhoneOut.model_validate(await supervising.phone(work, agent_id), from_attributes=True)


@router.post("/seats/{agent_id}/listen", status_code=204, dependencies=[require(Right.LISTEN_LIVE)])
async def listen(work: Working, supervising: Supervising, agent_id: int, body: FloorReasonBody) -> None:
    """Joins my phone to an agent's conversation, unheard."""
    await supervising.join(work, agent_id, Supervision.LISTEN, body.reason)


@router.post("/seats/{agent_id}/join", status_code=204, dependencies=_DIRECTS)
async def join(work: Working, supervising: Supervising, agent_id: int, body: SuperviseBody) -> None:
    """Joins my phone to an agent's conversation: the agent alone hears me, or both do and the recording has it."""
    await supervising.join(work, agent_id, body.kind, body.reason)
