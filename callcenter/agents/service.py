"""Use cases of an agent's working day: log on, states, the nailed leg. Announces AgentStateChanged and AgentLeft."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from callcenter.agents import repository
from callcenter.agents.errors import AlreadyLoggedOn, LegNotUp, NotLoggedOn, NotNow
from callcenter.agents.models import AgentSession, AgentSpan
from callcenter.agents.rules import leg_retry_delay
from callcenter.agents.transitions import LEG, SEAT, Act, LegFact, permitted
from callcenter.agents.types import AgentLeft, AgentState, AgentStateChanged, LegState, PauseCode, Seat
from callcenter.campaigns.types import DialMode
from callcenter.kit.work import Work
from callcenter.telephony import events as tel


def desk_topic(agent_id: int) -> str:
    """Rung whenever something on this agent's screen may have changed."""
    return f"desk:{agent_id}"


def seats_topic(node: str) -> str:
    """Rung whenever a seat of this node may want something from the engine."""
    return f"seats:{node}"


FLOOR_TOPIC = "floor"


class AgentService:
    """The only writer of agent sessions."""

    # -- wishes of the person

    async def log_on(
        self, work: Work, agent_id: int, *, node: str, mode: DialMode, extension: str | None, robot_number: str | None
    ) -> Seat:
        """Opens a session, paused; the engine connects the leg when the phone is registered."""
        session = AgentSession(
            agent_id=agent_id,
            node=node,
            extension=extension,
            robot_number=robot_number,
            state=SEAT.initial,
            since=work.now,
            pause_code=PauseCode.LOGIN,
            mode=mode,
            logged_on_at=work.now,
        )
        try:
            async with work.session.begin_nested():
                work.session.add(session)
        except IntegrityError as error:
            raise AlreadyLoggedOn("this agent is logged on already") from error
        await self._announce(work, session, AgentState.OFFLINE)
        return seat_of(session)

    async def ready(self, work: Work, agent_id: int) -> None:
        session = await self._locked(work, agent_id)
        if session.leg_state is not LegState.UP:
            raise LegNotUp("the browser phone is not connected yet")
        await self._move(work, session, Act.READY)

    async def pause(self, work: Work, agent_id: int, code: PauseCode) -> Seat:
        """Pauses now, or after the disposition when a call is on. Returns the seat as it was before."""
        session = await self._locked(work, agent_id)
        before = seat_of(session)
        if session.state in (AgentState.ON_CALL, AgentState.WRAP_UP):
            session.pause_requested = code
            await self._wake(work, session)
        else:
            await self._move(work, session, Act.PAUSE, pause_code=code)
        return before

    async def set_mode(self, work: Work, agent_id: int, mode: DialMode) -> None:
        session = await self._locked(work, agent_id)
        session.mode = mode
        await self._wake(work, session)

    async def log_off(self, work: Work, agent_id: int) -> None:
        session = await self._locked(work, agent_id)
        assignment_id, callback_id, leg_id = session.assignment_id, session.callback_id, session.leg_id
        await self._move(work, session, Act.LOG_OFF)
        session.logged_off_at = work.now
        LEG.move(session, LegFact.LOG_OFF)
        await work.announce(
            AgentLeft(
                agent_id=agent_id,
                node=session.node,
                assignment_id=assignment_id,
                callback_id=callback_id,
                leg_id=leg_id,
            )
        )

    # -- what the dialer does to a seat

    async def offer(self, work: Work, agent_id: int, *, assignment_id: int | None, callback_id: int | None) -> Seat:
        """Puts one customer on the screen (requirement D7); returns the seat as it is now."""
        session = await self._locked(work, agent_id)
        await self._move(work, session, Act.OFFERED)
        session.assignment_id, session.callback_id = assignment_id, callback_id
        return seat_of(session)

    async def withdraw(self, work: Work, agent_id: int) -> None:
        """Takes the customer off the screen again; the agent is ready for the next."""
        session = await self._locked(work, agent_id)
        await self._move(work, session, Act.SKIP)

    async def call_begins(self, work: Work, agent_id: int, call_id: UUID) -> None:
        session = await self._locked(work, agent_id)
        if session.leg_state is not LegState.UP:
            raise LegNotUp("the browser phone is not connected")
        await self._move(work, session, Act.CALL)
        session.call_id = call_id

    async def call_over(self, work: Work, agent_id: int, call_id: UUID) -> None:
        """The call has ended: wrap-up. A call the seat does not hold changes nothing."""
        session = await repository.open_session(work, agent_id, lock=True)
        if session and session.call_id == call_id and SEAT.advance(session.state, Act.CALL_OVER):
            await self._move(work, session, Act.CALL_OVER)

    async def disposed(self, work: Work, agent_id: int, call_id: UUID) -> None:
        """The disposition is given: ready again, or paused where that was asked for or the leg is gone."""
        session = await repository.open_session(work, agent_id, lock=True)
        if session is None or session.call_id != call_id:
            return
        code = session.pause_requested or (None if session.leg_state is LegState.UP else PauseCode.SYSTEM)
        await self._move(work, session, Act.DISPOSED_TO_PAUSE if code else Act.DISPOSED, pause_code=code)

    # -- facts about phones and legs

    async def take_signal(self, work: Work, node: str, signal: tel.Signal) -> None:
        """A phone registered or left, a leg went up or down. Never refuses (law 7)."""
        match signal:
            case tel.PhoneRegistered() | tel.PhoneUnregistered():
                session = await repository.by_extension(work, node, signal.extension)
                if session:
                    session.phone_registered = isinstance(signal, tel.PhoneRegistered)
                    session.leg_due_at = None
                    await self._wake(work, session)
            case tel.AgentLegUp():
                session = await repository.by_leg(work, signal.leg_id)
                if session:
                    await self._leg_up(work, session)
            case tel.AgentLegDown():
                session = await repository.by_leg(work, signal.leg_id)
                if session:
                    await self._leg_down(work, session)

    async def begin_leg(self, work: Work, node: str) -> list[Seat]:
        """Marks the seats whose leg is to be connected now; the caller orders it. Each attempt has its own leg id."""
        seats: list[Seat] = []
        for session in await repository.wanting_leg(work, node, work.now):
            session.leg_attempts += 1
            session.leg_id = f"leg-{session.id}-{int(work.now.timestamp() * 1000):x}"
            LEG.move(session, LegFact.ORDERED)
            session.leg_due_at = work.now + leg_retry_delay(session.leg_attempts)
            await self._wake(work, session)
            seats.append(seat_of(session))
        return seats

    async def leg_failed(self, work: Work, leg_id: str) -> None:
        """The order to connect a leg did not go through."""
        if session := await repository.by_leg(work, leg_id):
            await self._leg_down(work, session)

    async def reconcile(self, work: Work, node: str, legs: frozenset[str], phones: frozenset[str]) -> list[str]:
        """Takes over what the switch says is alive. Returns the legs it holds that belong to nobody."""
        sessions = await repository.open_sessions(work, node, lock=True)
        for session in sessions:
            session.phone_registered = session.extension in phones
            if session.leg_id in legs:
                await self._leg_up(work, session)
            elif session.leg_state is not LegState.NONE:
                await self._leg_down(work, session)
        return sorted(legs - {session.leg_id for session in sessions if session.leg_id})

    async def _leg_up(self, work: Work, session: AgentSession) -> None:
        if LEG.move(session, LegFact.UP):
            session.leg_attempts = 0
            await self._wake(work, session)

    async def _leg_down(self, work: Work, session: AgentSession) -> None:
        LEG.move(session, LegFact.DOWN)
        session.leg_due_at = work.now + leg_retry_delay(max(1, session.leg_attempts))
        if SEAT.advance(session.state, Act.LEG_LOST):
            await self._move(work, session, Act.LEG_LOST, pause_code=PauseCode.SYSTEM)
        else:
            await self._wake(work, session)

    # -- looking

    async def seat(self, work: Work, agent_id: int, *, lock: bool = False) -> Seat | None:
        session = await repository.open_session(work, agent_id, lock=lock)
        return seat_of(session) if session else None

    async def seats(self, work: Work, node: str | None = None) -> list[Seat]:
        return [seat_of(session) for session in await repository.open_sessions(work, node)]

    async def ready_seats(self, work: Work, node: str) -> list[Seat]:
        """Ready agents with a connected leg, the longest waiting first; locked until the transaction ends."""
        return [seat_of(session) for session in await repository.ready_seats(work, node)]

    # -- inside

    async def _locked(self, work: Work, agent_id: int) -> AgentSession:
        session = await repository.open_session(work, agent_id, lock=True)
        if session is None:
            raise NotLoggedOn("log on first")
        return session

    async def _move(self, work: Work, session: AgentSession, act: Act, *, pause_code: PauseCode | None = None) -> None:
        """Moves the session and closes the span of the old state. Raises NotNow where the table does not permit it."""
        old = session.state
        new = SEAT.move(session, act)
        if new is None:
            raise NotNow(
                f"{act} is not possible while {old}", rule="C11", allowed=[item.value for item in permitted(old)]
            )
        work.session.add(
            AgentSpan(
                session_id=session.id,
                agent_id=session.agent_id,
                state=old,
                pause_code=session.pause_code,
                from_at=session.since,
                until_at=work.now,
            )
        )
        session.since = work.now
        session.pause_code = pause_code if new is AgentState.PAUSED else None
        if new not in (AgentState.ON_CALL, AgentState.WRAP_UP):
            session.call_id = session.pause_requested = None
        if new in (AgentState.READY, AgentState.PAUSED, AgentState.OFFLINE):
            session.assignment_id = session.callback_id = None
        await self._announce(work, session, old)

    async def _announce(self, work: Work, session: AgentSession, old: AgentState) -> None:
        await self._wake(work, session)
        await work.announce(AgentStateChanged(agent_id=session.agent_id, old=old, new=session.state, at=work.now))

    async def _wake(self, work: Work, session: AgentSession) -> None:
        for topic in (desk_topic(session.agent_id), seats_topic(session.node), FLOOR_TOPIC):
            await work.notify(topic)


def seat_of(session: AgentSession) -> Seat:
    return Seat(
        session_id=session.id,
        agent_id=session.agent_id,
        node=session.node,
        state=session.state,
        since=session.since,
        pause_code=session.pause_code,
        pause_requested=session.pause_requested,
        mode=session.mode,
        extension=session.extension,
        robot_number=session.robot_number,
        phone_registered=session.phone_registered,
        leg_id=session.leg_id,
        leg_state=session.leg_state,
        assignment_id=session.assignment_id,
        callback_id=session.callback_id,
        call_id=session.call_id,
    )
