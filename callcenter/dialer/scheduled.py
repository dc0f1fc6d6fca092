"""The dialer's scheduled task: what an agent who is gone has left claimed."""

from callcenter.agents.service import AgentService
from callcenter.allocation.service import AllocationService
from callcenter.callbacks.service import CallbackService
from callcenter.calls.service import CallService
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.people.service import PeopleService


async def log_off_inactive(works: Works, agents: AgentService, people: PeopleService) -> None:
    """Logs off agents who left the bank during a call."""
    async with works.begin() as work:
        seats = [seat.agent_id for seat in await agents.seats(work)]
        for agent_id in await people.inactive_among(work, seats):
            await agents.leave(work, agent_id)


class ScreenSweep:
    """Releases leads and callbacks that are claimed and stand on no screen of their agent (law 12).

    Whatever ends a claim releases it at once; this finds what a crash or an error of the code has left. A lead whose
    call waits for its disposition stays claimed (``wrap_up``).
    """

    def __init__(
        self, *, agents: AgentService, allocation: AllocationService, callbacks: CallbackService, calls: CallService
    ) -> None:
        self._agents = agents
        self._allocation = allocation
        self._callbacks = callbacks
        self._calls = calls

    async def run(self, works: Works) -> int:
        """Releases them, each in a transaction of its own; returns how many."""
        async with works.begin() as work:
            leads = await self._allocation.forgotten(work)
            claimed = [(card.id, card.claimed_by) for card in await self._callbacks.claimed(work)]
        released = 0
        for assignment_id, agent_id in leads:
            async with works.begin() as work:
                released += await self._release_lead(work, assignment_id, agent_id)
        for callback_id, claimed_by in claimed:
            if claimed_by is not None:
                async with works.begin() as work:
                    released += await self._release_callback(work, callback_id, claimed_by)
        return released

    async def _release_lead(self, work: Work, assignment_id: int, agent_id: int) -> bool:
        seat = await self._agents.seat(work, agent_id, lock=True)  # first, as the engine does that claims
        if seat is not None and seat.assignment_id == assignment_id:
            return False
        if any(owed.call.assignment_id == assignment_id for owed in await self._calls.owed(work, agent_id)):
            return False
        if not await self._allocation.let_go(work, assignment_id):
            return False
        await work.announce(Noted("allocation.swept", f"assignment:{assignment_id}"))
        return True

    async def _release_callback(self, work: Work, callback_id: int, agent_id: int) -> bool:
        seat = await self._agents.seat(work, agent_id, lock=True)
        if seat is not None and seat.callback_id == callback_id:
            return False
        if (await self._callbacks.card(work, callback_id)).claimed_by != agent_id:
            return False
        await self._callbacks.release(work, callback_id)
        await work.announce(Noted("callbacks.swept", f"callback:{callback_id}"))
        return True
