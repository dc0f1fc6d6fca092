"""Shows an agent in wrap-up when a callback would be made, before it is promised (requirement C7)."""

from datetime import datetime
from uuid import UUID

from callcenter.agents.errors import NotNow
from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentState, Seat
from callcenter.callbacks.service import CallbackService
from callcenter.calls.service import CallService
from callcenter.desk.schemas import CallbackTime
from callcenter.kit.work import Work


class PromiseTimes:
    """Looks a time up in the calling window of the campaign of the agent's call."""

    def __init__(self, *, agents: AgentService, calls: CallService, callbacks: CallbackService) -> None:
        self._agents = agents
        self._calls = calls
        self._callbacks = callbacks

    async def look_up(self, work: Work, agent_id: int, at: datetime) -> CallbackTime:
        """Returns when a callback promised for this time would be made.

        Raises NotNow without a call, PromiseInThePast.
        """
        seat = await self._agents.seat(work, agent_id)
        call_id = await self._call_of(work, seat) if seat else None
        if call_id is None:
            raise NotNow("a callback is promised in a call or after it", allowed=[])
        call = await self._calls.card(work, call_id)
        time = await self._callbacks.time_of(work, call.lead_id, call.campaign_id, at)
        return CallbackTime(promised_at=time.promised_at, call_at=time.call_at, opens_to_team_at=time.opens_to_team_at)

    async def _call_of(self, work: Work, seat: Seat) -> UUID | None:
        """Returns the call the agent is in, wraps up, or owes the disposition of."""
        if seat.call_id is not None or seat.state is not AgentState.PAUSED:
            return seat.call_id
        return next((owed.call.id for owed in await self._calls.owed(work, seat.agent_id)), None)
