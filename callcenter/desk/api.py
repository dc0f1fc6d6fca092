"""Endpoints of the desk. Each request of the agent is answered with the new content of the screen."""

from typing import Annotated

from fastapi import APIRouter, WebSocket
from pydantic import AwareDatetime

from callcenter.agents.legs import LegService
from callcenter.agents.messages import MessageService
from callcenter.agents.nodes import AgentNodes
from callcenter.agents.output import PhoneOut
from callcenter.agents.service import AgentService
from callcenter.agents.types import desk_topic
from callcenter.calls.types import DispositionDetails
from callcenter.customers.bodies import CorrectionBody
from callcenter.customers.types import ChangeSource
from callcenter.desk.correcting import DeskCorrections
from callcenter.desk.customer import ScriptSection
from callcenter.desk.drafts import DraftService
from callcenter.desk.errors import NoExtension
from callcenter.desk.notices import NoticeService
from callcenter.desk.promising import PromiseTimes
from callcenter.desk.schemas import (
    CallbackTime,
    ClaimDeskBody,
    DisposeBody,
    DraftView,
    HelpBody,
    PauseBody,
    SaveDraftBody,
    ScriptView,
    SkipBody,
    Snapshot,
)
from callcenter.desk.service import DeskService
from callcenter.desk.snapshot import SnapshotService
from callcenter.health.types import KEEPING_TOPIC
from callcenter.kit.http import Working, provided, require
from callcenter.kit.stream import stream_to_websocket
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/desk", tags=["desk"], dependencies=[require(Right.USE_DESK, Right.CALL_COMPLAINANTS)])

Desk = Annotated[DeskService, provided(DeskService)]
Screen = Annotated[SnapshotService, provided(SnapshotService)]
Drafts = Annotated[DraftService, provided(DraftService)]


@router.get("")
async def snapshot(work: Working, screen: Screen) -> Snapshot:
    """Returns the whole content of the agent's screen."""
    return await screen.of(work, work.actor.id)


@router.websocket("/stream")
async def desk_stream(websocket: WebSocket, screen: Screen) -> None:
    """Sends the snapshot whenever its content has changed."""
    agent_id = websocket.state.actor.id
    await stream_to_websocket(
        websocket, (desk_topic(agent_id), KEEPING_TOPIC), lambda work: screen.of(work, agent_id, judge=False)
    )


@router.get("/script")
async def script(work: Working, scripts: Annotated[ScriptSection, provided(ScriptSection)]) -> ScriptView:
    """Returns the script for the customer on the screen. It is the same as long as its key is."""
    return await scripts.of_screen(work, work.actor.id)


@router.get("/phone")
async def phone(
    work: Working,
    people: Annotated[PeopleService, provided(PeopleService)],
    nodes: Annotated[AgentNodes, provided(AgentNodes)],
) -> PhoneOut:
    """Returns how this agent's browser phone registers: at the switch chosen at log-on, where alone this password is
    valid."""
    card = await people.card(work, work.actor.id)
    if card.extension is None:
        raise NoExtension("no extension is set for you: ask your group leader")
    account = await nodes.phone_account(work, card.id, card.extension)
    return PhoneOut.model_validate(account, from_attributes=True)


@router.post("/phone/reconnect")
async def reconnect_phone(work: Working, legs: Annotated[LegService, provided(LegService)], screen: Screen) -> Snapshot:
    """Connects the phone of a page that was loaded anew; a customer in conversation is held until it is connected."""
    await legs.replace(work, work.actor.id)
    return await screen.of(work, work.actor.id)


@router.post("/log-on")
async def log_on(work: Working, desk: Desk, screen: Screen) -> Snapshot:
    """Opens the agent's session, paused; the phone is connected next."""
    await desk.log_on(work, work.actor.id)
    return await screen.of(work, work.actor.id)


@router.post("/ready")
async def ready(work: Working, desk: Desk, screen: Screen) -> Snapshot:
    """Makes the agent available for the next customer."""
    await desk.ready(work, work.actor.id)
    return await screen.of(work, work.actor.id)


@router.post("/pause")
async def pause(work: Working, body: PauseBody, desk: Desk, screen: Screen) -> Snapshot:
    """Pauses at once, or after the disposition while a call is on."""
    await desk.pause(work, work.actor.id, body.code)
    return await screen.of(work, work.actor.id)


@router.post("/call")
async def call(work: Working, desk: Desk, screen: Screen) -> Snapshot:
    """Dials the customer on the screen, if every rule allows it."""
    await desk.call(work, work.actor.id)
    return await screen.of(work, work.actor.id)


@router.post("/skip")
async def skip(work: Working, body: SkipBody, desk: Desk, screen: Screen) -> Snapshot:
    """Takes the customer off the screen without a call."""
    await desk.skip(work, work.actor.id, body.reason)
    return await screen.of(work, work.actor.id)


@router.post("/hang-up")
async def hang_up(work: Working, desk: Desk, screen: Screen) -> Snapshot:
    """Ends the current call."""
    await desk.hang_up(work, work.actor.id)
    return await screen.of(work, work.actor.id)


@router.get("/callback-time")
async def callback_time(
    work: Working, at: AwareDatetime, times: Annotated[PromiseTimes, provided(PromiseTimes)]
) -> CallbackTime:
    """Says when a callback promised for this time would be made: outside calling hours at their next opening."""
    return await times.look_up(work, work.actor.id, at)


@router.post("/dispose")
async def dispose(work: Working, body: DisposeBody, desk: Desk, screen: Screen) -> Snapshot:
    """Sets the disposition of the call."""
    details = DispositionDetails(
        note=body.note,
        callback_at=body.callback_at,
        visit_at=body.visit_at,
        visit_address=body.visit_address,
        visit_time_confirmed=body.visit_time_confirmed,
        complaint_category=body.complaint_category,
        dnc_permanent=body.dnc_permanent,
        script_ticks=tuple(body.script_ticks),
    )
    await desk.dispose(work, work.actor.id, body.disposition, details)
    return await screen.of(work, work.actor.id)


@router.post("/claim")
async def claim_desk(work: Working, body: ClaimDeskBody, drafts: Drafts) -> DraftView:
    """Makes a window of the browser the one at work at this desk; returns what was entered about the customer."""
    return await drafts.claim(work, work.actor.id, body.window)


@router.post("/draft")
async def save_draft(work: Working, body: SaveDraftBody, drafts: Drafts) -> DraftView:
    """Keeps what is entered about the customer on the screen until the result is submitted."""
    return await drafts.save(work, work.actor.id, body.window, body.entries)


@router.post("/customer")
async def correct_customer(
    work: Working,
    body: CorrectionBody,
    corrections: Annotated[DeskCorrections, provided(DeskCorrections)],
    screen: Screen,
) -> Snapshot:
    """Corrects and adds what was learned of the customer on the screen; each change is kept with its reason."""
    await corrections.correct(work, work.actor.id, body.correction(ChangeSource.DESK))
    return await screen.of(work, work.actor.id)


@router.post("/notices/{notice_id}/read")
async def read_notice(
    work: Working, notice_id: int, notices: Annotated[NoticeService, provided(NoticeService)], screen: Screen
) -> Snapshot:
    """Marks a notice as read."""
    await notices.mark_read(work, work.actor.id, notice_id)
    return await screen.of(work, work.actor.id)


@router.post("/messages/{message_id}/read")
async def confirm_message(
    work: Working, message_id: int, messages: Annotated[MessageService, provided(MessageService)], screen: Screen
) -> Snapshot:
    """Confirms to have read what a supervisor wrote."""
    await messages.confirm(work, work.actor.id, message_id)
    return await screen.of(work, work.actor.id)


@router.post("/help")
async def ask_for_help(
    work: Working, body: HelpBody, agents: Annotated[AgentService, provided(AgentService)], screen: Screen
) -> Snapshot:
    """Asks for the group leader, or takes that back."""
    await agents.ask_for_help(work, work.actor.id, wanted=body.wanted)
    return await screen.of(work, work.actor.id)


@router.post("/log-off")
async def log_off(work: Working, desk: Desk, screen: Screen) -> Snapshot:
    """Ends the agent's session and releases the customer on the screen."""
    await desk.log_off(work, work.actor.id)
    return await screen.of(work, work.actor.id)
