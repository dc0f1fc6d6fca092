"""Moves agent sessions and notifies screens, floor and engine. Shared by requests (``service``) and ``legs``."""

from callcenter.agents import repository
from callcenter.agents.errors import NotLoggedOn, NotNow
from callcenter.agents.models import AgentSession
from callcenter.agents.transitions import SEAT, Act, permitted
from callcenter.agents.types import (
    FLOOR_TOPIC,
    AgentState,
    AgentStateChanged,
    CustomerLeftBehind,
    HeldSession,
    PauseCode,
    Seat,
    desk_topic,
    seats_topic,
)
from callcenter.kit.work import Work

_WITH_CALL = (AgentState.ON_CALL, AgentState.WRAP_UP)
_WITHOUT_CUSTOMER = (AgentState.READY, AgentState.PAUSED, AgentState.OFFLINE)


async def lock(work: Work, agent_id: int) -> HeldSession:
    """Returns the agent's open session, locked until the transaction ends. Raises NotLoggedOn."""
    session = await repository.open_session(work, agent_id, lock=True)
    if session is None:
        raise NotLoggedOn("log on first")
    return session


async def move(work: Work, session: HeldSession, act: Act, *, pause_code: PauseCode | None = None) -> None:
    """Moves a locked session and closes the span of its old state. Announces AgentStateChanged.

    ``pause_code``: for an act that leads to a pause. Raises NotNow where the table does not permit the act.
    """
    old = session.state
    new = SEAT.move(session, act)
    if new is None:
        raise NotNow(f"{act} is not possible while {old}", rule="C11", allowed=[item.value for item in permitted(old)])
    repository.note_span(work, session, old)
    session.since = work.now
    session.pause_code = pause_code if new is AgentState.PAUSED else None
    if new not in _WITH_CALL:
        session.call_id = session.pause_requested = None
    if new in _WITHOUT_CUSTOMER:
        session.assignment_id = session.callback_id = None
    await announce(work, session, old)


async def leave_customer(work: Work, session: HeldSession, act: Act, *, pause_code: PauseCode | None = None) -> None:
    """Moves a locked session whose agent is gone. Announces CustomerLeftBehind where the screen shows a customer."""
    left = CustomerLeftBehind(session.agent_id, session.assignment_id, session.callback_id)
    await move(work, session, act, pause_code=pause_code)
    if left.assignment_id is not None or left.callback_id is not None:
        await work.announce(left)


async def announce(work: Work, session: AgentSession | HeldSession, old: AgentState) -> None:
    """Announces that a session has left the state ``old``."""
    await wake(work, session)
    await work.announce(AgentStateChanged(agent_id=session.agent_id, old=old, new=session.state, at=work.now))


async def wake(work: Work, session: AgentSession | HeldSession) -> None:
    """Notifies the agent's screen, the engine and the floor that something about a session has changed."""
    for topic in (desk_topic(session.agent_id), seats_topic(session.node), FLOOR_TOPIC):
        await work.notify(topic)


def seat_of(session: AgentSession | HeldSession) -> Seat:
    """Returns the session as other rooms may see it."""
    return Seat(
        session_id=session.id,
        agent_id=session.agent_id,
        node=session.node,
        state=session.state,
        since=session.since,
        pause_code=session.pause_code,
        pause_requested=session.pause_requested,
        duty=session.duty,
        extension=session.extension,
        robot_number=session.robot_number,
        phone_registered=session.phone_registered,
        leg_id=session.leg_id,
        leg_state=session.leg_state,
        assignment_id=session.assignment_id,
        callback_id=session.callback_id,
        call_id=session.call_id,
        help_since=session.help_since,
    )
