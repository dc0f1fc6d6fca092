"""How many leads each agent may hold on a day: what was set, and what a run fixed for the day (requirements D1, D3)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from callcenter.allocation import quota_repository
from callcenter.allocation.errors import QuotaDayPast, QuotaNotFound
from callcenter.allocation.models import AgentQuota
from callcenter.allocation.rules.quotas import QuotaBook
from callcenter.allocation.types import QuotaCard
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules, CampaignState
from callcenter.kit.clock import business_date
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work


class Quotas:
    def __init__(self, campaigns: CampaignService) -> None:
        self._campaigns = campaigns

    async def book(self, work: Work, campaign_id: int, staff_id: int | None = None) -> QuotaBook:
        """Everything said about quotas in a campaign; or only what concerns one."""
        rules = await self._campaigns.rules(work, campaign_id)
        return QuotaBook(rules.quota, await quota_repository.words_for(work.session, campaign_id, staff_id))

    async def running(self, work: Work) -> Sequence[CampaignRules]:
        """Campaigns whose quotas count today; all, when none runs."""
        found = await self._campaigns.list(work)
        return [rules for rules in found if rules.state is CampaignState.RUNNING] or found

    async def of_agent(self, work: Work, agent_id: int, on: date) -> int:
        """The largest of the campaigns that run: what runs fixed for that agent and day; without a run, what was set.

        What is held in one campaign counts in all, and may have been given under any of their quotas.
        """
        fixed = await quota_repository.find_quotas(work.session, agent_id, on)
        part = min((part for _, part in fixed.values()), default=100)
        quotas = [quota for quota, _ in fixed.values()]
        for rules in await self.running(work):
            if rules.campaign_id not in fixed:
                quotas.append((await self.book(work, rules.campaign_id, agent_id)).quota(agent_id, on, part))
        return max(quotas, default=0)

    async def list(self, work: Work, campaign_id: int) -> Sequence[QuotaCard]:
        """The campaign's own first, then what was set."""
        rules = await self._campaigns.rules(work, campaign_id)
        own = QuotaCard(
            id=None,
            campaign_id=campaign_id,
            staff_id=None,
            quota=rules.quota,
            from_on=None,
            reason="",
            set_by=None,
        )
        return [own, *(_card(each) for each in await quota_repository.list_words(work.session, campaign_id))]

    async def set(
        self, work: Work, *, campaign_id: int, staff_id: int | None, quota: int, from_on: date, reason: str
    ) -> QuotaCard:
        """From a day on; a second word for the same day replaces the first."""
        if from_on < business_date(work.now):
            raise QuotaDayPast(f"{from_on} is past: a quota holds from today on or later")
        await self._campaigns.rules(work, campaign_id)
        saved = await quota_repository.save_word(
            work.session,
            {
                "campaign_id": campaign_id,
                "staff_id": staff_id,
                "quota": quota,
                "from_on": from_on,
                "reason": reason,
                "set_by": work.actor.staff_id,
                "set_at": work.now,
            },
        )
        await work.announce(
            Noted(
                "allocation.quota_set",
                f"campaign:{campaign_id}",
                {"staff": staff_id, "quota": quota, "from": from_on.isoformat(), "reason": reason},
            )
        )
        return _card(saved)

    async def remove(self, work: Work, quota_id: int, reason: str) -> QuotaCard:
        found = await quota_repository.delete_word(work.session, quota_id)
        if found is None:
            raise QuotaNotFound(f"there is no quota {quota_id}")
        await work.announce(
            Noted(
                "allocation.quota_removed",
                f"campaign:{found.campaign_id}",
                {"staff": found.staff_id, "quota": found.quota, "from": found.from_on.isoformat(), "reason": reason},
            )
        )
        return _card(found)

    async def refit(
        self,
        work: Work,
        since: date,
        *,
        campaign_id: int | None = None,
        agent_ids: Collection[int] | None = None,
        parts: Mapping[tuple[int, date], int] | None = None,
    ) -> Sequence[tuple[int, date]]:
        """Brings the quotas that runs have fixed in line with what is said now; gives those that became smaller.

        ``parts``: agent and day → the part of the day that is worked now.
        """
        books: dict[int, QuotaBook] = {}
        lowered = []
        shares = await quota_repository.list_shares_since(
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


def _card(found: AgentQuota) -> QuotaCard:
    return QuotaCard(
        id=found.id,
        campaign_id=found.campaign_id,
        staff_id=found.staff_id,
        quota=found.quota,
        from_on=found.from_on,
        reason=found.reason,
        set_by=found.set_by,
    )
