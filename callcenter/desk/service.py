"""Requests of a phone agent. One customer at a time, never a list, never a clear number (law 5)."""

from callcenter.agents.errors import NotNow
from callcenter.agents.nodes import AgentNodes
from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentState, DeskDuty, PauseCode, Seat
from callcenter.calls.service import CallService
from callcenter.calls.types import Disposition, DispositionDetails
from callcenter.desk.errors import DispositionOwed
from callcenter.desk.rules import allowed_verbs
from callcenter.desk.types import Verb
from callcenter.dialer.placing import PlacingService
from callcenter.dialer.queue import CustomerQueue
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService
from callcenter.people.types import Role


class DeskService:
    """Grants the requests of an agent at the desk, or refuses them and names the requests that would be granted."""

    def __init__(
        self,
        *,
        agents: AgentService,
        people: PeopleService,
        placing: PlacingService,
        queue: CustomerQueue,
        calls: CallService,
        nodes: AgentNodes,
    ) -> None:
        self._agents = agents
        self._people = people
        self._placing = placing
        self._queue = queue
        self._calls = calls
        self._nodes = nodes

    async def log_on(self, work: Work, agent_id: int) -> None:
        """Opens the agent's session, paused, on the node that is chosen by load. Raises AlreadyLoggedOn, NoNode."""
        card = await self._people.card(work, agent_id)
        duty = DeskDuty.COMPLAINTS if card.role is Role.COMPLAINT_OFFICER else DeskDuty.MARKETING
        await self._agents.log_on(work, agent_id, await self._nodes.phone(work, card), duty)

    async def ready(self, work: Work, agent_id: int) -> None:
        """Makes the agent available for the next customer. Raises DispositionOwed while one is owed."""
        if await self._calls.owed(work, agent_id):
            raise DispositionOwed("set the disposition of your last call first", rule="C6")
        await self._agents.ready(work, agent_id)

    async def pause(self, work: Work, agent_id: int, code: PauseCode) -> None:
        """Pauses the agent now, or after the disposition of the current call; releases a customer not yet called."""
        before = await self._agents.pause(work, agent_id, code)
        if before.state is AgentState.PREVIEW:
            await self._queue.put_back(work, before)

    async def call(self, work: Work, agent_id: int) -> None:
        """Plans the call to the customer on the screen. Raises MayNotCall with the rule that forbids it."""
        await self._placing.call(work, await self._seat(work, agent_id))

    async def skip(self, work: Work, agent_id: int, reason: str) -> None:
        """Takes the customer off the screen without a call; the reason is kept for the next agent."""
        seat = await self._seat(work, agent_id)
        await self._agents.withdraw(work, agent_id)
        await self._queue.put_back(work, seat, note=reason)
        subject = f"assignment:{seat.assignment_id}" if seat.assignment_id else f"callback:{seat.callback_id}"
        await work.announce(Noted("dialer.lead_skipped", subject))

    async def hang_up(self, work: Work, agent_id: int) -> None:
        """Ends the current call."""
        seat = await self._seat(work, agent_id)
        if seat.state is not AgentState.ON_CALL or seat.call_id is None:
            raise await self._not_now(work, seat, "there is no call to end")
        await self._calls.hang_up(work, seat.call_id)

    async def dispose(self, work: Work, agent_id: int, disposition: Disposition, details: DispositionDetails) -> None:
        """Sets the disposition of the call that has ended, in wrap-up or, where that is over, while it is owed."""
        seat = await self._seat(work, agent_id)
        if seat.state is AgentState.PAUSED and (owed := await self._calls.owed(work, agent_id)):
            await self._calls.dispose(work, owed[0].call.id, disposition, details)
            return
        if seat.state is not AgentState.WRAP_UP or seat.call_id is None:
            raise await self._not_now(work, seat, "a disposition is set after the call")
        await self._calls.dispose(work, seat.call_id, disposition, details)

    async def log_off(self, work: Work, agent_id: int) -> None:
        """Ends the agent's session and releases the customer on the screen."""
        await self._agents.log_off(work, agent_id)

    async def _seat(self, work: Work, agent_id: int) -> Seat:
        seat = await self._agents.seat(work, agent_id, lock=True)
        if seat is None:
            raise NotNow("log on first", allowed=[Verb.LOG_ON])
        return seat

    async def _not_now(self, work: Work, seat: Seat, why: str) -> NotNow:
        call = await self._calls.card(work, seat.call_id) if seat.call_id else None
        return NotNow(why, allowed=allowed_verbs(seat, call.state if call else None))
