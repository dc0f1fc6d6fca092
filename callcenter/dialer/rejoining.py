"""Joins the customer of a conversation whose agent's leg has ended to the agent's next leg.

A page that is loaded anew, or a browser that has died, ends the leg. The switch holds the customer meanwhile, with the
recorder on; the next leg of the same agent takes the conversation up.
"""

from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentState
from callcenter.calls.service import CallService
from callcenter.calls.types import engine_queue
from callcenter.dialer.types import REJOIN_CUSTOMER
from callcenter.kit.effects import Effect
from callcenter.kit.work import Work


class RejoinService:
    """Decides at each leg that comes up whether a customer is held for it."""

    def __init__(self, agents: AgentService, calls: CallService) -> None:
        self._agents = agents
        self._calls = calls

    async def leg_up(self, work: Work, leg_id: str) -> None:
        """Orders the switch to join the customer whom the agent of this leg talks to, unless this leg has the call."""
        seat = await self._agents.seat_of_leg(work, leg_id)
        if seat is None or seat.state is not AgentState.ON_CALL or seat.call_id is None:
            return
        if await self._calls.take_to_leg(work, seat.call_id, leg_id):
            order = {"call_id": str(seat.call_id), "leg_id": leg_id}
            await work.enqueue(Effect(engine_queue(seat.node), REJOIN_CUSTOMER, order))
