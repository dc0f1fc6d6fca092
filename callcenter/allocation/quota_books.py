"""Answers how many leads each agent may hold on a day: by what was set, and by what a run has fixed for the day.

Sources: requirements D1, D3.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from callcenter.allocation import member_repository, quota_repository, run_repository
from callcenter.allocation.rules.members import MemberBook
from callcenter.allocation.rules.quotas import DayQuota, QuotaBook, ServedCampaign, split_quota
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules, CampaignState
from callcenter.kit.work import Work

NOTHING: Mapping[int, int] = {}


@dataclass(frozen=True, slots=True)
class DayQuotas:
    """Knows the quotas of a day: the campaigns that count on it, their quotas and their members."""

    on: date
    books: Mapping[int, QuotaBook]
    """By campaign."""
    members: MemberBook

    def of(self, staff_id: int, part: int, least: Mapping[int, int] = NOTHING) -> DayQuota:
        """Returns an agent's quota of the day, split among the campaigns the agent serves.

        ``least`` gives the leads by campaign that cannot be taken back.
        """
        weights = self.members.weights(staff_id, self.on)
        served = [
            ServedCampaign(campaign_id, weights[campaign_id], self.most(campaign_id, staff_id, part), kept)
            for campaign_id, kept in ((campaign_id, least.get(campaign_id, 0)) for campaign_id in weights)
            if campaign_id in self.books
        ]
        return split_quota(served, self.on.toordinal() + staff_id)

    def most(self, campaign_id: int, staff_id: int, part: int) -> int:
        """Returns an agent's quota in a campaign if it were the only one."""
        return self.books[campaign_id].quota(staff_id, self.on, part)


class QuotaBooks:
    """Reads quotas, and keeps those that runs have fixed in line with what is set."""

    def __init__(self, campaigns: CampaignService) -> None:
        self._campaigns = campaigns

    async def day(
        self, work: Work, on: date, *, campaign_id: int | None = None, staff_id: int | None = None
    ) -> DayQuotas:
        """Returns the quotas of a day.

        The campaigns that count are those that run, those that are being prepared and have been allocated for the day,
        and ``campaign_id``. With ``staff_id`` only what is set for that person is read.
        """
        return (await self.between(work, on, on, campaign_id=campaign_id, staff_id=staff_id))[on]

    async def between(
        self, work: Work, first: date, last: date, *, campaign_id: int | None = None, staff_id: int | None = None
    ) -> Mapping[date, DayQuotas]:
        """Returns by day, both ends included, what ``day`` returns."""
        counting = await self._counting(work, first, last, campaign_id)
        campaigns = {rules.campaign_id: rules for of_day in counting.values() for rules in of_day}
        settings = await quota_repository.list_settings(work.session, list(campaigns), staff_id)
        members = MemberBook(
            await member_repository.list_memberships(work.session, staff_ids=None if staff_id is None else [staff_id])
        )
        books = {number: QuotaBook(rules.quota, settings.get(number, ())) for number, rules in campaigns.items()}
        return {
            on: DayQuotas(on, {rules.campaign_id: books[rules.campaign_id] for rules in of_day}, members)
            for on, of_day in counting.items()
        }

    async def set_for(self, work: Work, agent_id: int, on: date) -> int:
        """Returns what is set as an agent's quota of a day over all campaigns, in leads; what runs fixed goes first.

        An agent who serves no campaign any more may still hold leads of one: there the largest quota of those that
        count holds.
        """
        quotas = await self.day(work, on, staff_id=agent_id)
        own = quotas.of(agent_id, 100).total
        return own or max((quotas.most(campaign_id, agent_id, 100) for campaign_id in quotas.books), default=0)

    async def split_of(self, work: Work, agent_id: int, on: date) -> DayQuota:
        """Returns an agent's quota of a day, as runs have fixed it, else as it is set, with its parts."""
        total = (await work.session.scalars(run_repository.day_quota(agent_id, on))).one()
        if total is None:
            total = await self.set_for(work, agent_id, on)
        fixed = await run_repository.list_fixed_of_agent(work.session, agent_id, on)
        quotas = await self.day(work, on, staff_id=agent_id)
        part = min((part for _, part in fixed.values()), default=100)
        parts = {**quotas.of(agent_id, part).of_campaign, **{campaign: quota for campaign, (quota, _) in fixed.items()}}
        return DayQuota(total, parts)

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
        if campaign_id is not None:  # a quota in one campaign moves the parts in the others
            agent_ids = await run_repository.list_agents_since(work.session, since, campaign_id, agent_ids)
        lowered = set()
        quotas: dict[date, DayQuotas] = {}
        for share in await run_repository.list_shares_since(work.session, since, agent_ids):
            if share.work_on not in quotas:
                quotas[share.work_on] = await self.day(work, share.work_on)
            share.part = (parts or {}).get((share.agent_id, share.work_on), share.part)
            now = quotas[share.work_on].of(share.agent_id, share.part)
            if share.campaign_id not in now.of_campaign:
                continue  # the agent does not serve the campaign any more: the returns see to what is held
            quota = now.of_campaign[share.campaign_id]
            if now.total < share.day_quota or quota < share.quota:
                lowered.add((share.agent_id, share.work_on))
            share.quota, share.day_quota = quota, now.total
        await work.session.flush()
        return sorted(lowered)

    async def _counting(
        self, work: Work, first: date, last: date, campaign_id: int | None
    ) -> Mapping[date, Sequence[CampaignRules]]:
        allocated = await run_repository.list_campaigns_between(work.session, first, last)
        campaigns = await self._campaigns.list(work)
        return {
            on: [
                rules
                for rules in campaigns
                if rules.campaign_id == campaign_id
                or (rules.state is CampaignState.RUNNING and rules.has_begun(on))
                or (rules.state is CampaignState.PREPARING and (rules.campaign_id, on) in allocated)
            ]
            for on in (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
        }
