"""Does what supervisors order on the floor: messages, states, the end of a call. Each act has a reason and is noted."""

from callcenter.agents.errors import NotNow
from callcenter.agents.messages import MessageService
from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentState, MessageKind, PauseCode, Seat
from callcenter.calls.service import CallService
from callcenter.dialer.queue import CustomerQueue
from callcenter.floor.errors import OwnCall
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people.errors import StaffNotFound
from callcenter.people.service import PeopleService


class FloorActs:
    """Orders of a supervisor about agents of the own branch, or of the bank (requirement S1)."""

    def __init__(
        self,
        *,
        agents: AgentService,
        people: PeopleService,
        calls: CallService,
        queue: CustomerQueue,
        messages: MessageService,
    ) -> None:
        self._agents = agents
        self._people = people
        self._calls = calls
        self._queue = queue
        self._messages = messages

    async def seat(self, work: Work, agent_id: int) -> Seat:
        """Returns the locked seat of an agent of the actor's scope. Raises StaffNotFound, NotNow, OwnCall."""
        card = await self._people.card(work, agent_id)
        if not work.actor.scope.includes_branch(card.branch):
            raise StaffNotFound(f"there is no member of staff {agent_id}")
        if agent_id == work.actor.id:
            raise OwnCall("this is your own seat")
        seat = await self._agents.seat(work, agent_id, lock=True)
        if seat is None:
            raise NotNow("this agent is not logged on", allowed=[])
        return seat

    async def message(self, work: Work, agent_ids: list[int] | None, text: str) -> int:
        """Sends a text to these agents, or to all of the scope who are logged on; returns to how many."""
        if agent_ids is not None:
            for agent_id in sorted(set(agent_ids)):
                await self.seat(work, agent_id)
            addressed = sorted(set(agent_ids))
        else:
            seated = [seat.agent_id for seat in await self._agents.seats(work) if seat.robot_number is None]
            cards = await self._people.cards(work, seated)
            scope = work.actor.scope
            addressed = [agent_id for agent_id in seated if scope.includes_branch(cards[agent_id].branch)]
        if not addressed:
            raise NotNow("no agent is logged on who could read it", allowed=[])
        await self._messages.send(work, addressed, text)
        await work.announce(Noted("floor.message_sent", f"staff:{work.actor.id}", {"agents": len(addressed)}))
        return len(addressed)

    async def pause(self, work: Work, agent_id: int, code: PauseCode, reason: str) -> None:
        """Pauses an agent now, or after the disposition of the present call; a customer not yet called is released."""
        await self.seat(work, agent_id)
        before = await self._agents.pause(work, agent_id, code)
        if before.state is AgentState.PREVIEW:
            await self._queue.put_back(work, before)
        await self._messages.send(work, [agent_id], reason, MessageKind.PAUSED)
        await work.announce(Noted("floor.paused", f"staff:{agent_id}", {"code": code.value, "reason": reason}))

    async def ready(self, work: Work, agent_id: int, reason: str) -> None:
        """Makes a paused agent available. Raises LegNotUp; NotNow while a disposition is owed."""
        await self.seat(work, agent_id)
        if await self._calls.owed(work, agent_id):
            raise NotNow("the agent owes the disposition of the last call", allowed=[])
        await self._agents.ready(work, agent_id)
        await self._messages.send(work, [agent_id], reason, MessageKind.MADE_READY)
        await work.announce(Noted("floor.made_ready", f"staff:{agent_id}", {"reason": reason}))

    async def log_off(self, work: Work, agent_id: int, reason: str) -> None:
        """Ends an agent's session. Raises NotNow in a call or wrap-up: end the call first."""
        await self.seat(work, agent_id)
        await self._agents.log_off(work, agent_id)
        await self._messages.send(work, [agent_id], reason, MessageKind.LOGGED_OFF)
        await work.announce(Noted("floor.logged_off", f"staff:{agent_id}", {"reason": reason}))

    async def hang_up(self, work: Work, agent_id: int, reason: str) -> None:
        """Ends an agent's call. Raises NotNow where there is none."""
        seat = await self.seat(work, agent_id)
        if seat.state is not AgentState.ON_CALL or seat.call_id is None:
            raise NotNow("there is no call to end", allowed=[])
        await self._calls.hang_up(work, seat.call_id)
        await self._messages.send(work, [agent_id], reason, MessageKind.CALL_ENDED)
        await work.announce(Noted("floor.call_ended", f"call:{seat.call_id}", {"agent": agent_id, "reason": reason}))

    async def help(self, work: Work, agent_id: int) -> None:
        """Confirms to an agent who asks for help that someone comes."""
        await self.seat(work, agent_id)
        if await self._agents.ask_for_help(work, agent_id, wanted=False):
            await self._messages.send(work, [agent_id], "", MessageKind.HELP_COMES)
