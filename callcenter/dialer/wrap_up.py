"""Ends wrap-ups that last longer than they may: no call waits for an agent who has closed the browser (law 12)."""

from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentState, LegState, PauseCode, Seat
from callcenter.calls.service import CallService
from callcenter.campaigns.service import CampaignService
from callcenter.dialer.rules.wrap_up import wrap_up_ends_at
from callcenter.dialer.settings import DialerSettings
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works

log = get_logger(__name__)


class WrapUpService:
    """Frees seats whose wrap-up is over, and settles the call without a disposition from the agent."""

    def __init__(
        self, *, agents: AgentService, calls: CallService, campaigns: CampaignService, settings: DialerSettings
    ) -> None:
        self._agents = agents
        self._calls = calls
        self._campaigns = campaigns
        self._settings = settings

    async def sweep(self, works: Works) -> int:
        """Ends each wrap-up that is over, in a transaction of its own; returns how many."""
        async with works.begin() as work:
            waiting = [seat.agent_id for seat in await self._agents.seats(work) if seat.state is AgentState.WRAP_UP]
        ended = 0
        for agent_id in waiting:
            try:
                async with works.begin() as work:
                    ended += await self._end(work, agent_id)
            except Exception:  # an error with one agent must not keep the others
                log.exception("wrap-up could not be ended", agent=agent_id)
        return ended

    async def _end(self, work: Work, agent_id: int) -> bool:
        seat = await self._agents.seat(work, agent_id, lock=True)
        if seat is None or seat.call_id is None or seat.state is not AgentState.WRAP_UP:
            return False  # the agent was quicker
        if not await self._is_over(work, seat):
            return False
        if seat.leg_state is LegState.UP:  # else the seat is paused anyway, since its agent is gone
            await self._agents.pause(work, agent_id, PauseCode.SYSTEM)
        await self._calls.leave_undisposed(work, seat.call_id)
        await work.announce(Noted("calls.left_undisposed", f"call:{seat.call_id}", {"agent": agent_id}))
        return True

    async def _is_over(self, work: Work, seat: Seat) -> bool:
        assert seat.call_id is not None
        call = await self._calls.card(work, seat.call_id)
        rules = await self._campaigns.rules(work, call.campaign_id)
        present = seat.leg_state is LegState.UP
        return work.now >= wrap_up_ends_at(seat.since, rules.wrap_up_seconds, self._settings.overtime, present=present)
