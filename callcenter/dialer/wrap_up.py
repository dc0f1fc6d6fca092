"""Ends wrap-ups by the campaign's limit: no call waits for an agent who is gone (law 12)."""

from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentState
from callcenter.callbacks.service import CallbackService
from callcenter.calls.rules import owed_until
from callcenter.calls.service import CallService
from callcenter.calls.types import OwedDisposition
from callcenter.campaigns.service import CampaignService
from callcenter.dialer.previews import one_by_one
from callcenter.dialer.rules.wrap_up import wrap_up_ends_at
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.people.service import PeopleService


class WrapUpService:
    """Pauses seats whose wrap-up is over, and gives up the dispositions that are owed too long."""

    def __init__(
        self,
        *,
        agents: AgentService,
        calls: CallService,
        callbacks: CallbackService,
        campaigns: CampaignService,
        people: PeopleService,
    ) -> None:
        self._agents = agents
        self._calls = calls
        self._callbacks = callbacks
        self._campaigns = campaigns
        self._people = people

    async def sweep(self, works: Works) -> int:
        """Ends each wrap-up that is over, in a transaction of its own; returns how many."""
        async with works.begin() as work:
            waiting = [seat.agent_id for seat in await self._agents.seats(work) if seat.state is AgentState.WRAP_UP]
        return await one_by_one(works, waiting, self._end)

    async def give_up(self, works: Works) -> int:
        """Sets *not entered* on calls whose disposition was owed until now, or whose agent has left; returns how many.

        The lead or the promise is then free again, by the rule for a conversation of which nothing is known.
        """
        async with works.begin() as work:
            owed = await self._calls.owed(work)
            gone = set(await self._people.inactive_among(work, {one.call.agent_id for one in owed}))
            over = [one for one in owed if one.until <= work.now or one.call.agent_id in gone]
        return await one_by_one(works, over, self._give_up)

    async def _end(self, work: Work, agent_id: int) -> bool:
        seat = await self._agents.seat(work, agent_id, lock=True)
        if seat is None or seat.call_id is None or seat.state is not AgentState.WRAP_UP:
            return False  # the agent was quicker
        call = await self._calls.card(work, seat.call_id)
        rules = await self._campaigns.rules(work, call.campaign_id)
        if work.now < wrap_up_ends_at(seat.since, rules.wrap_up_seconds):
            return False
        owed = await self._calls.owe_disposition(work, call.id)
        await self._agents.wrap_up_over(work, agent_id, call.id)
        if owed is not None:
            if owed.callback_id is not None:
                await self._callbacks.await_disposition(work, owed.callback_id, owed_until(owed.ended_at or work.now))
            await work.announce(Noted("calls.disposition_owed", f"call:{call.id}", {"agent": agent_id}))
        return True

    async def _give_up(self, work: Work, owed: OwedDisposition) -> bool:
        await self._agents.hold(work, {owed.call.agent_id})
        await self._calls.leave_undisposed(work, owed.call.id)
        await work.announce(Noted("calls.left_undisposed", f"call:{owed.call.id}", {"agent": owed.call.agent_id}))
        return True
