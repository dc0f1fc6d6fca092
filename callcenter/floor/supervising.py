"""Joins supervisors to conversations: they listen, whisper to the agent, or talk with both (requirement C11).

A supervisor's phone is the browser, registered at the switch of the agent. What a supervisor says so that the customer
hears it is on the recording.
"""

from uuid import uuid4

from callcenter.agents.nodes import AgentNodes
from callcenter.calls.service import CallService
from callcenter.calls.types import CallState, engine_queue
from callcenter.dialer.types import SUPERVISE
from callcenter.floor.acts import FloorActs
from callcenter.floor.errors import NoPhone, NotTalking
from callcenter.kit.effects import Effect
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService
from callcenter.telephony.port import PhoneAccount, Supervision


class SupervisingService:
    """Orders the switch to join the actor's phone to the conversation of an agent of the scope."""

    def __init__(self, *, acts: FloorActs, calls: CallService, people: PeopleService, nodes: AgentNodes) -> None:
        self._acts = acts
        self._calls = calls
        self._people = people
        self._nodes = nodes

    async def phone(self, work: Work, agent_id: int) -> PhoneAccount:
        """Returns how the actor's phone registers at the switch of an agent. Raises NoPhone."""
        seat = await self._acts.seat(work, agent_id)
        return await self._nodes.account_at(work, seat.node, await self._extension(work))

    async def join(self, work: Work, agent_id: int, kind: Supervision, reason: str) -> None:
        """Rings the actor's phone and joins it to the agent's conversation. Raises NoPhone, NotTalking."""
        seat = await self._acts.seat(work, agent_id)
        call = await self._calls.card(work, seat.call_id) if seat.call_id else None
        if call is None or call.state is not CallState.ANSWERED or seat.leg_id is None:
            raise NotTalking("this agent talks to no customer now", rule="C11")
        order = {
            "channel_id": f"sup-{work.actor.id}-{uuid4().hex[:12]}",
            "extension": await self._extension(work),
            "leg_id": seat.leg_id,
            "call_id": str(call.id),
            "kind": kind.value,
        }
        await work.enqueue(Effect(engine_queue(seat.node), SUPERVISE, order))
        facts = {"agent": agent_id, "kind": kind.value, "reason": reason}
        await work.announce(Noted("floor.supervised", f"call:{call.id}", facts))

    async def _extension(self, work: Work) -> str:
        extension = (await self._people.card(work, work.actor.id)).extension
        if extension is None:
            raise NoPhone("no extension is set for you: ask an administrator")
        return extension
