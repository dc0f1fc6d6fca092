"""Answers how many leads each agent may hold on a day: by what was set, and by what a run has fixed for the day.

Sources: requirements D1, D3.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from callcenter.allocation import quota_repository, run_repository
from callcenter.allocation.rules.quotas import QuotaBook
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules, CampaignState
from callcenter.kit.work import Work


class QuotaBooks:
    """Reads quotas, and keeps those that runs have fixed in line with what is set."""

    def __init__(self, campaigns: CampaignService) -> None:
        self._campaigns = campaigns

    async def book(self, work: Work, campaign_id: int, staff_id: int | None = None) -> QuotaBook:
        """Returns every quota set in a campaign; with ``staff_id`` only what counts for that person."""
        rules = await self._campaigns.rules(work, campaign_id)
        settings = await quota_repository.list_settings(work.session, campaign_id, staff_id)
        return QuotaBook(rules.quota, settings)

    async def campaigns_that_count(self, work: Work) -> Sequence[CampaignRules]:
        """Returns the campaigns whose quotas count today: those that run; all, when none runs."""
        campaigns = await self._campaigns.list(work)
        return [rules for rules in campaigns if rules.state is CampaignState.RUNNING] or campaigns

    async def of_agent(self, work: Work, agent_id: int, on: date) -> int:
        """Returns an agent's quota of a day, in leads: the largest of the campaigns that count.

        In each campaign that is what its run has fixed for the agent and the day; without a run, what was set. Leads
        held in one campaign count in all, and may have been allocated under any of their quotas: so the largest holds.
        """
        fixed = await run_repository.list_fixed_quotas_of_agent(work.session, agent_id, on)
        part = min((part for _, part in fixed.values()), default=100)
        quotas = [quota for quota, _ in fixed.values()]
        for rules in await self.campaigns_that_count(work):
            if rules.campaign_id not in fixed:
                book = await self.book(work, rules.campaign_id, agent_id)
                quotas.append(book.quota(agent_id, on, part))
        return max(quotas, default=0)

    async def refit(
        self,
        work: Work,
        since: date,
        *,
        campaign_id: int | None = None,
        agent_ids: Collection[int] | None = None,
        parts: Mapping[tuple[int, date], int] | None = None,
    ) -> Sequence[tuple[int, date]]:
        """Brings the quotas that runs have fixed from ``since`` on in line with what is set now.

        ``parts`` gives the percentage of the day that is worked now, by agent and day. Returns the agents and days
        whose quota became smaller.
        """
        books: dict[int, QuotaBook] = {}
        lowered = []
        shares = await run_repository.list_shares_since(
            work.session, since, campaign_id=campaign_id, agent_ids=agent_ids
        )
        for share in shares:
            if share.campaign_id not in books:
                books[share.campaign_id] = await self.book(work, share.campaign_id)
            share.part = (parts or {}).get((share.agent_id, share.work_on), share.part)
            quota = books[share.campaign_id].quota(share.agent_id, share.work_on, share.part)
            if quota < share.quota:
                lowered.append((share.agent_id, share.work_on))
            share.quota = quota
        await work.session.flush()
        return lowered
