"""Endpoints of the desk and the floor."""

from fastapi import APIRouter, Request, WebSocket
from fastapi.responses import StreamingResponse

from callcenter.agents.service import FLOOR_TOPIC, desk_topic
from callcenter.calls.types import DispositionDetails
from callcenter.dialer.desk import DeskService
from callcenter.dialer.floor import FloorService
from callcenter.dialer.schemas import (
    DisposeBody,
    FloorSnapshot,
    LogOnBody,
    PauseBody,
    PhoneView,
    SkipBody,
    Snapshot,
)
from callcenter.kit.errors import NotFound
from callcenter.kit.http import Working, provided, require
from callcenter.kit.stream import event_stream, stream_to_websocket
from callcenter.people.service import PeopleService
from callcenter.people.types import Right
from callcenter.telephony.settings import SwitchSettings

desk = APIRouter(prefix="/desk", tags=["desk"], dependencies=[require(Right.USE_DESK)])
floor = APIRouter(prefix="/floor", tags=["floor"], dependencies=[require(Right.WATCH_FLOOR)])


@desk.get("")
async def snapshot(work: Working, service: DeskService = provided(DeskService)) -> Snapshot:
    """Everything the agent's screen shows."""
    return await service.snapshot(work, work.actor.id)


@desk.websocket("/stream")
async def desk_stream(websocket: WebSocket, service: DeskService = provided(DeskService)) -> None:
    """The snapshot, whenever something on it changed."""
    agent_id = websocket.state.actor.id
    await stream_to_websocket(websocket, (desk_topic(agent_id),), lambda work: service.snapshot(work, agent_id))


@desk.get("/phone")
async def phone(
    work: Working,
    people: PeopleService = provided(PeopleService),
    switch: SwitchSettings = provided(SwitchSettings),
) -> PhoneView:
    """How this agent's browser phone registers."""
    card = await people.card(work, work.actor.id)
    if card.extension is None:
        raise NotFound("no extension is set for you: ask your group leader", rule="C5")
    account = switch.phone_account(card.extension)
    return PhoneView(
        extension=account.extension,
        password=account.password,
        websocket_url=account.websocket_url,
        realm=account.realm,
    )


@desk.post("/log-on")
async def log_on(work: Working, body: LogOnBody, service: DeskService = provided(DeskService)) -> Snapshot:
    await service.log_on(work, work.actor.id, body.mode)
    return await service.snapshot(work, work.actor.id)


@desk.post("/ready")
async def ready(work: Working, service: DeskService = provided(DeskService)) -> Snapshot:
    await service.ready(work, work.actor.id)
    return await service.snapshot(work, work.actor.id)


@desk.post("/pause")
async def pause(work: Working, body: PauseBody, service: DeskService = provided(DeskService)) -> Snapshot:
    """At once, or after the disposition where a call is on."""
    await service.pause(work, work.actor.id, body.code)
    return await service.snapshot(work, work.actor.id)


@desk.post("/mode")
async def mode(work: Working, body: LogOnBody, service: DeskService = provided(DeskService)) -> Snapshot:
    await service.set_mode(work, work.actor.id, body.mode)
    return await service.snapshot(work, work.actor.id)


@desk.post("/call")
async def call(work: Working, service: DeskService = provided(DeskService)) -> Snapshot:
    """Dials the customer on the screen, if every rule allows it."""
    await service.call(work, work.actor.id)
    return await service.snapshot(work, work.actor.id)


@desk.post("/skip")
async def skip(work: Working, body: SkipBody, service: DeskService = provided(DeskService)) -> Snapshot:
    """The customer on the screen goes back uncalled."""
    await service.skip(work, work.actor.id, body.reason)
    return await service.snapshot(work, work.actor.id)


@desk.post("/hang-up")
async def hang_up(work: Working, service: DeskService = provided(DeskService)) -> Snapshot:
    await service.hang_up(work, work.actor.id)
    return await service.snapshot(work, work.actor.id)


@desk.post("/dispose")
async def dispose(work: Working, body: DisposeBody, service: DeskService = provided(DeskService)) -> Snapshot:
    """What came of the call."""
    details = DispositionDetails(
        note=body.note,
        callback_at=body.callback_at,
        visit_at=body.visit_at,
        visit_address=body.visit_address,
        complaint_category=body.complaint_category,
        dnc_permanent=body.dnc_permanent,
        script_ticks=tuple(body.script_ticks),
    )
    await service.dispose(work, work.actor.id, body.disposition, details)
    return await service.snapshot(work, work.actor.id)


@desk.post("/notices/{notice_id}/read")
async def read_notice(work: Working, notice_id: int, service: DeskService = provided(DeskService)) -> Snapshot:
    """The agent has read what the system did to the screen."""
    await service.read_notice(work, work.actor.id, notice_id)
    return await service.snapshot(work, work.actor.id)


@desk.post("/log-off")
async def log_off(work: Working, service: DeskService = provided(DeskService)) -> Snapshot:
    await service.log_off(work, work.actor.id)
    return await service.snapshot(work, work.actor.id)


@floor.get("")
async def floor_snapshot(work: Working, service: FloorService = provided(FloorService)) -> FloorSnapshot:
    return await service.snapshot(work)


@floor.get("/stream")
async def floor_stream(request: Request, service: FloorService = provided(FloorService)) -> StreamingResponse:
    """Server-sent events ``floor``: the snapshot, whenever somebody's state changed."""
    return event_stream(request, "floor", (FLOOR_TOPIC,), service.snapshot)
