"""Use cases of an agent's working day: log on, ready, pause, call, wrap-up, log off.

Announces AgentStateChanged, CustomerLeftBehind and AgentLeft. Legs and phones: ``legs``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from callcenter.agents import repository, sessions
from callcenter.agents.errors import AlreadyLoggedOn, LegNotUp
from callcenter.agents.models import AgentSession
from callcenter.agents.sessions import seat_of
from callcenter.agents.transitions import LEG, SEAT, Act, LegFact
from callcenter.agents.types import AgentLeft, AgentState, DeskDuty, LegState, PauseCode, Seat, Waiting
from callcenter.kit.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """The telephone to which an agent's leg is connected."""

    node: str
    """The switch the agent is pinned to."""
    extension: str | None
    """Of the browser phone."""
    robot_number: str | None = None
    """Rehearsal: the carrier number that plays this agent, instead of a browser phone."""


class AgentService:
    """Writes agent sessions on request of their agents and of the dialer."""

    # -- requests of the person

    async def log_on(self, work: Work, agent_id: int, phone: Phone, duty: DeskDuty = DeskDuty.MARKETING) -> Seat:
        """Opens a session, paused; the engine connects the leg when the phone is registered.

        Raises AlreadyLoggedOn.
        """
        session = AgentSession(
            agent_id=agent_id,
            node=phone.node,
            extension=phone.extension,
            robot_number=phone.robot_number,
            state=SEAT.initial,
            since=work.now,
            pause_code=PauseCode.LOGIN,
            duty=duty,
            logged_on_at=work.now,
        )
        try:
            async with work.session.begin_nested():
                work.session.add(session)
        except IntegrityError as error:
            raise AlreadyLoggedOn("this agent is logged on already") from error
        await sessions.announce(work, session, AgentState.OFFLINE)
        return seat_of(session)

    async def ready(self, work: Work, agent_id: int) -> None:
        """Makes the agent available. Raises LegNotUp, NotNow."""
        session = await sessions.lock(work, agent_id)
        if session.leg_state is not LegState.UP:
            raise LegNotUp("the browser phone is not connected yet")
        await sessions.move(work, session, Act.READY)

    async def pause(self, work: Work, agent_id: int, code: PauseCode) -> Seat:
        """Pauses now, or after the disposition while a call is on. Returns the session as it was before."""
        session = await sessions.lock(work, agent_id)
        before = seat_of(session)
        if session.state in (AgentState.ON_CALL, AgentState.WRAP_UP):
            session.pause_requested = code
            await sessions.wake(work, session)
        else:
            await sessions.move(work, session, Act.PAUSE, pause_code=code)
        return before

    async def log_off(self, work: Work, agent_id: int) -> None:
        """Ends the session. Announces CustomerLeftBehind and AgentLeft. Raises NotNow in a call or wrap-up."""
        session = await sessions.lock(work, agent_id)
        left = AgentLeft(agent_id=agent_id, node=session.node, leg_id=session.leg_id)
        await sessions.leave_customer(work, session, Act.LOG_OFF)
        session.logged_off_at = work.now
        LEG.move(session, LegFact.LOG_OFF)
        await work.announce(left)

    async def leave(self, work: Work, agent_id: int) -> bool:
        """Logs an agent off whose access was revoked, unless in a call or wrap-up; returns whether a session is left.

        The sweep comes again after the call.
        """
        session = await repository.open_session(work, agent_id, lock=True)
        if session is None:
            return False
        if SEAT.advance(session.state, Act.LOG_OFF) is None:
            return True
        await self.log_off(work, agent_id)
        return False

    # -- what the dialer does to a session

    async def offer(self, work: Work, agent_id: int, *, assignment_id: int | None, callback_id: int | None) -> Seat:
        """Puts one customer on the screen (requirement D7); returns the session as it is now."""
        session = await sessions.lock(work, agent_id)
        await sessions.move(work, session, Act.OFFERED)
        session.assignment_id, session.callback_id = assignment_id, callback_id
        return seat_of(session)

    async def withdraw(self, work: Work, agent_id: int) -> None:
        """Takes the customer off the screen again; the agent is ready for the next."""
        session = await sessions.lock(work, agent_id)
        await sessions.move(work, session, Act.SKIP)

    async def call_begins(self, work: Work, agent_id: int, call_id: UUID) -> None:
        """Puts the session into the call that is planned. Raises LegNotUp, NotNow."""
        session = await sessions.lock(work, agent_id)
        if session.leg_state is not LegState.UP:
            raise LegNotUp("the browser phone is not connected")
        await sessions.move(work, session, Act.CALL)
        session.call_id = call_id

    async def call_over(self, work: Work, agent_id: int, call_id: UUID) -> None:
        """Begins the wrap-up of a call that has ended. A call the session does not hold changes nothing."""
        session = await repository.open_session(work, agent_id, lock=True)
        if session and session.call_id == call_id and SEAT.advance(session.state, Act.CALL_OVER):
            await sessions.move(work, session, Act.CALL_OVER)

    async def wrap_up_over(self, work: Work, agent_id: int, call_id: UUID) -> None:
        """Ends a wrap-up by its limit: the session is paused, because the disposition is owed."""
        session = await repository.open_session(work, agent_id, lock=True)
        if session and session.call_id == call_id and SEAT.advance(session.state, Act.LIMIT_REACHED):
            await sessions.move(work, session, Act.LIMIT_REACHED, pause_code=PauseCode.DISPOSITION_OWED)

    async def disposed(self, work: Work, agent_id: int, call_id: UUID) -> None:
        """Ends the wrap-up: the agent is ready again, or paused where that was requested or the leg is gone."""
        session = await repository.open_session(work, agent_id, lock=True)
        if session is None or session.call_id != call_id:
            return
        code = session.pause_requested or (None if session.leg_state is LegState.UP else PauseCode.SYSTEM)
        await sessions.move(work, session, Act.DISPOSED_TO_PAUSE if code else Act.DISPOSED, pause_code=code)

    # -- looking up

    async def seat(self, work: Work, agent_id: int, *, lock: bool = False) -> Seat | None:
        """Returns the agent's open session; None when the agent is not logged on.

        ``lock``: until the transaction ends. Lock an agent's session before the call, or two hang-ups can deadlock.
        """
        session = await repository.open_session(work, agent_id, lock=lock)
        return seat_of(session) if session else None

    async def seat_of_leg(self, work: Work, leg_id: str) -> Seat | None:
        """Returns the open session that a leg belongs to, locked until the transaction ends."""
        session = await repository.by_leg(work, leg_id)
        return seat_of(session) if session else None

    async def hold(self, work: Work, agent_ids: Collection[int]) -> None:
        """Locks the open sessions of these agents until the transaction ends, in the order of their ids."""
        await repository.hold(work, agent_ids)

    async def seats(self, work: Work, node: str | None = None) -> list[Seat]:
        """Returns every open session, of one node or of all."""
        return [seat_of(session) for session in await repository.open_sessions(work, node)]

    async def waiting(self, work: Work, node: str) -> Waiting:
        """Returns which sessions of a node wait for the engine; none is locked."""
        return await repository.waiting(work, node)

    async def ready_seats(self, work: Work, agent_ids: Collection[int]) -> list[Seat]:
        """Returns the sessions of those of these agents who are ready and have a connected leg, locked until the
        transaction ends.

        Those are left out who are not ready any more, or whose session another transaction is changing.
        """
        return [seat_of(session) for session in await repository.ready_sessions(work, agent_ids)]
