"""Lets agent sessions follow their phones and permanent legs, as the switch reports them. Never refuses (law 7)."""

from callcenter.agents import repository, sessions
from callcenter.agents.rules import leg_retry_delay
from callcenter.agents.sessions import seat_of
from callcenter.agents.transitions import LEG, SEAT, Act, LegFact
from callcenter.agents.types import HeldSession, LegReplaced, LegState, PauseCode, Seat
from callcenter.kit.work import Work
from callcenter.telephony import events as tel


class LegService:
    """Chooses the legs to connect, and keeps their state as the switch reports it."""

    async def take_signal(self, work: Work, node: str, signal: tel.Signal) -> None:
        """Writes down that a phone registered or unregistered, or that a leg went up or down."""
        match signal:
            case tel.PhoneRegistered() | tel.PhoneUnregistered():
                if session := await repository.by_extension(work, node, signal.extension):
                    session.phone_registered = isinstance(signal, tel.PhoneRegistered)
                    session.leg_due_at = None
                    await sessions.wake(work, session)
            case tel.AgentLegUp():
                if session := await repository.by_leg(work, signal.leg_id):
                    await self._leg_up(work, session)
            case tel.AgentLegDown():
                if session := await repository.by_leg(work, signal.leg_id):
                    await self._leg_down(work, session)

    async def begin(self, work: Work, node: str) -> list[Seat]:
        """Marks the sessions whose leg is to be connected now and returns them; the caller commands the switch.

        Each attempt has a leg id of its own, so that a late signal of an earlier one is not taken for it.
        """
        seats: list[Seat] = []
        for session in await repository.wanting_leg(work, node):
            session.leg_attempts += 1
            session.leg_id = f"leg-{session.id}-{int(work.now.timestamp() * 1000):x}"
            LEG.move(session, LegFact.ORDERED)
            session.leg_due_at = work.now + leg_retry_delay(session.leg_attempts)
            await sessions.wake(work, session)
            seats.append(seat_of(session))
        return seats

    async def replace(self, work: Work, agent_id: int) -> None:
        """Ends an agent's leg that the browser has lost, and has the engine connect another one at once.

        Nothing else changes: a customer on the screen stays, one who talks is held meanwhile. Announces LegReplaced.
        Raises NotLoggedOn.
        """
        session = await sessions.lock(work, agent_id)
        lost, session.leg_id = session.leg_id, None
        LEG.move(session, LegFact.DOWN)
        session.leg_attempts, session.leg_due_at = 0, None
        await sessions.wake(work, session)
        if lost is not None:
            await work.announce(LegReplaced(agent_id, session.node, lost))

    async def failed(self, work: Work, leg_id: str) -> None:
        """Marks a leg as down because the command to connect it failed."""
        if session := await repository.by_leg(work, leg_id):
            await self._leg_down(work, session)

    async def reconcile(self, work: Work, node: str, legs: frozenset[str], phones: frozenset[str]) -> list[str]:
        """Brings sessions in line with the legs and registered phones (extensions) that the switch holds.

        Returns the legs that belong to no session.
        """
        open_sessions = await repository.open_sessions(work, node, lock=True)
        for session in open_sessions:
            session.phone_registered = session.extension in phones
            if session.leg_id in legs:
                await self._leg_up(work, session)
            elif session.leg_state is not LegState.NONE:
                await self._leg_down(work, session)
        return sorted(legs - {session.leg_id for session in open_sessions if session.leg_id})

    async def _leg_up(self, work: Work, session: HeldSession) -> None:
        if LEG.move(session, LegFact.UP):
            session.leg_attempts = 0
            await sessions.wake(work, session)

    async def _leg_down(self, work: Work, session: HeldSession) -> None:
        LEG.move(session, LegFact.DOWN)
        session.leg_due_at = work.now + leg_retry_delay(max(1, session.leg_attempts))
        if SEAT.advance(session.state, Act.LEG_LOST):
            await sessions.leave_customer(work, session, Act.LEG_LOST, pause_code=PauseCode.SYSTEM)
        else:
            await sessions.wake(work, session)
