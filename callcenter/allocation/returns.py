"""Leads that leave an agent's hands unfinished, and who gets them in the day (requirements D3, H2)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from callcenter.allocation import quota_repository, repository
from callcenter.allocation.assigning import StockMovedError, assign_leads
from callcenter.allocation.gathering import OVER_QUOTA, Gatherer, excess_of
from callcenter.allocation.models import Assignment
from callcenter.allocation.quotas import Quotas
from callcenter.allocation.repository import Taken
from callcenter.allocation.rules.planning import plan
from callcenter.allocation.runs import ALLOCATING
from callcenter.allocation.types import AssignmentReason, ReturnedLeads
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignState
from callcenter.kit.clock import business_date
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService


class Returns:
    def __init__(self, leads: LeadService, campaigns: CampaignService, gatherer: Gatherer, quotas: Quotas) -> None:
        self._leads = leads
        self._campaigns = campaigns
        self._gatherer = gatherer
        self._quotas = quotas

    async def return_leads(self, work: Work, agent_id: int, reason: str, *, reassign: bool) -> ReturnedLeads:
        """The agent's open assignments return to the stock; with ``reassign`` those with room in the day get them.

        What is on the screen stays until it is disposed; put aside unfinished it returns too.
        """
        await work.lock(ALLOCATING)
        mine = repository.of_agent(agent_id)
        taken = await repository.take_back(work.session, mine, reason, work.now)
        recalled = await repository.recall(work.session, mine, reason)
        await self._leads.put_back(work, [each.lead_id for each in taken])
        await self._count(work, taken, "returned")
        allocated = await self._reassign(work, taken, agent_id, reason) if reassign else 0
        if taken or recalled:
            facts = {"reason": reason, "leads": len(taken), "on_screen": len(recalled), "allocated": allocated}
            await work.announce(Noted("allocation.returned_leads", f"staff:{agent_id}", facts))
        return ReturnedLeads(returned=len(taken), allocated=allocated, left=len(taken) - allocated)

    async def drop(self, work: Work, lead_ids: Collection[int], why: str) -> int:
        """Leads that may not be called any more leave the agents' lists at once; from a screen, when it is put aside.

        They are locked before a second look: a run that is just giving one out either has seen the block, or is seen.
        """
        of_leads = repository.of_leads(lead_ids)
        dropped = await self.take_back(work, of_leads, why)
        await self._leads.hold(work, lead_ids)
        dropped += await self.take_back(work, of_leads, why)
        await repository.recall(work.session, of_leads, why)
        return dropped

    async def take_back(self, work: Work, condition: repository.Condition, why: str) -> int:
        taken = await repository.take_back(work.session, condition, why, work.now)
        if taken:
            await self._leads.put_back(work, [each.lead_id for each in taken])
        return len(taken)

    async def settle(self, work: Work, changed: Assignment) -> None:
        """After something came off a screen unfinished: what was asked back meanwhile returns."""
        if changed.recalled_as is not None:
            await self.take_back(work, repository.of_ids([changed.id]), changed.recalled_as)

    async def trim(self, work: Work, days: Iterable[tuple[int, date]]) -> int:
        """For agents and days whose quota was lowered: what is beyond it returns, the last of the day first."""
        held = defaultdict(list)
        days = list(days)
        for each in await repository.list_held(work.session) if days else ():
            held[each.agent_id].append(each)
        trimmed = 0
        for agent_id, on in sorted(days):
            mine = [each for each in held[agent_id] if each.work_on <= on]
            _, done = await repository.count_day(work.session, agent_id, on)
            quota = await self._quotas.of_agent(work, agent_id, on)
            beyond = [each.id for each in excess_of(mine, len(mine) + done - quota)]
            trimmed += await self.take_back(work, repository.of_ids(beyond), OVER_QUOTA) if beyond else 0
            held[agent_id] = [each for each in held[agent_id] if each.id not in beyond]
        return trimmed

    # --- reassigning within the day ----------------------------------------------------------------------------

    async def _reassign(self, work: Work, taken: Sequence[Taken], agent_id: int, why: str) -> int:
        """Campaign by campaign and day by day, to those who work on the day and have room; gives how many."""
        running = {rules.campaign_id for rules in await self._campaigns.list(work, CampaignState.RUNNING)}
        calendar = await self._campaigns.calendar(work)
        today = business_date(work.now)
        this_day = today if calendar.is_working(today) else calendar.next_working_day(today)
        lots: dict[tuple[date, int], list[Taken]] = defaultdict(list)
        for each in taken:
            if each.campaign_id in running:
                lots[max(each.work_on, this_day), each.campaign_id].append(each)
        return sum([await self._distribute(work, on, lot, agent_id, why) for (on, _), lot in sorted(lots.items())])

    async def _distribute(self, work: Work, on: date, lot: Sequence[Taken], agent_id: int, why: str) -> int:
        campaign_id = lot[0].campaign_id
        agents, _, held = await self._gatherer.agents(work, campaign_id, on, without={agent_id})
        stock = await self._leads.callable_among(work, [each.lead_id for each in lot])
        made = plan(stock, agents, on.toordinal())
        runs = {each.lead_id: each.run_id for each in lot}
        last: Counter[int] = Counter()
        for each in held:
            last[each.agent_id] = max(last[each.agent_id], each.position)
        try:
            async with work.session.begin_nested():
                await assign_leads(
                    work,
                    self._leads,
                    made,
                    campaign_id=campaign_id,
                    on=on,
                    reason=AssignmentReason.REASSIGNED,
                    run_of=lambda each: runs[each.lead.id],
                    behind={agent.agent_id: max(0, last[agent.agent_id] - agent.carried) for agent in agents},
                    why=why,
                )
        except StockMovedError:  # somebody blocked one of them in this moment: the evening's run distributes the rest
            return 0
        counts = {(campaign_id, share.agent.agent_id): share.new for share in made.shares if share.new}
        await quota_repository.count_distributions(work.session, on, counts, "reassigned")
        return len(made.assignments)

    async def _count(self, work: Work, taken: Sequence[Taken], column: str) -> None:
        """In the shares of the day each of them was for."""
        by_day: dict[date, Counter[tuple[int, int]]] = defaultdict(Counter)
        for each in taken:
            by_day[each.work_on][each.campaign_id, each.agent_id] += 1
        for on, counts in sorted(by_day.items()):
            await quota_repository.count_distributions(work.session, on, counts, column)
