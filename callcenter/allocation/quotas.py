"""Sets and removes quotas, and takes back what agents then hold too many (requirements D1, D3)."""

from collections.abc import Sequence
from datetime import date

from callcenter.allocation import quota_repository, repository, run_repository
from callcenter.allocation.errors import QuotaDayPast, QuotaNotFound
from callcenter.allocation.models import AgentQuota
from callcenter.allocation.quota_books import QuotaBooks
from callcenter.allocation.returns import ReturnService
from callcenter.allocation.roster import Roster
from callcenter.allocation.types import QUOTA_REASON, QuotaCard, QuotaDraft
from callcenter.campaigns.service import CampaignService
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people.errors import StaffNotFound


class QuotaService:
    """Lets people set quotas; days that are allocated already obey too."""

    def __init__(
        self,
        campaigns: CampaignService,
        roster: Roster,
        quota_books: QuotaBooks,
        returns: ReturnService,
        vault: Vault,
    ) -> None:
        self._campaigns = campaigns
        self._roster = roster
        self._quota_books = quota_books
        self._returns = returns
        self._vault = vault

    async def list(self, work: Work, campaign_id: int) -> Sequence[QuotaCard]:
        """Returns the campaign's own quota first, then those set for all its agents, then those of single agents."""
        rules = await self._campaigns.rules(work, campaign_id)
        campaigns_own = QuotaCard(
            id=None,
            campaign_id=campaign_id,
            staff_id=None,
            quota=rules.quota,
            from_on=None,
            reason="",
            set_by=None,
        )
        quotas = await quota_repository.list_quotas(work.session, campaign_id)
        return [campaigns_own, *(self._card(quota) for quota in quotas)]

    async def card(self, work: Work, quota_id: int) -> QuotaCard:
        """Returns one quota by its id. Raises QuotaNotFound."""
        quota = await quota_repository.find_quota(work.session, quota_id)
        if quota is None:
            raise QuotaNotFound(f"there is no quota {quota_id}")
        return self._card(quota)

    async def set(self, work: Work, draft: QuotaDraft) -> QuotaCard:
        """Sets a quota from a day on; a second one for the same agent and day replaces the first.

        What is held beyond a lowered quota returns to the stock. Raises QuotaDayPast (rule D1), StaffNotFound.
        """
        if draft.staff_id is not None and not await self._roster.cards(work, [draft.staff_id]):
            raise StaffNotFound(f"there is no member of staff with id {draft.staff_id}")
        if draft.from_on < business_date(work.now):
            raise QuotaDayPast(f"{draft.from_on} is past: a quota can begin today or later")
        await self._campaigns.rules(work, draft.campaign_id)
        quota = await quota_repository.add_quota(
            work.session,
            {
                "campaign_id": draft.campaign_id,
                "staff_id": draft.staff_id,
                "quota": draft.quota,
                "from_on": draft.from_on,
                "reason_sealed": self._vault.seal_words(
                    draft.reason, QUOTA_REASON.place(draft.campaign_id, draft.from_on, work.now)
                ),
                "set_by": work.actor.staff_id,
                "set_at": work.now,
            },
        )
        await self._note(work, "allocation.quota_set", quota, draft.reason)
        await self._refit(work, quota)
        return self._card(quota)

    async def remove(self, work: Work, quota_id: int, reason: str) -> None:
        """Removes a quota: what was set before it holds again, or the campaign's. Raises QuotaNotFound."""
        quota = await quota_repository.delete_quota(work.session, quota_id)
        if quota is None:
            raise QuotaNotFound(f"there is no quota {quota_id}")
        await self._note(work, "allocation.quota_removed", quota, reason)
        await self._refit(work, quota)

    async def follow_roster(self, work: Work, on: date) -> int:
        """Fits the quotas that runs have fixed for a day to the part each agent works now; returns the leads returned.

        Agents who are off the roster altogether keep their quota: the next run takes their leads back.
        """
        parts = {(duty.card.id, on): duty.part for duty in await self._roster.rostered(work, on)}
        fixed_parts = await run_repository.list_parts(work.session, on)
        moved = [agent_id for agent_id, part in fixed_parts if parts.get((agent_id, on), part) != part]
        if not moved:
            return 0
        lowered = await self._quota_books.refit(work, on, agent_ids=moved, parts=parts)
        return await self._returns.trim(work, lowered)

    async def _refit(self, work: Work, changed: AgentQuota) -> None:
        today = business_date(work.now)
        since = max(today, changed.from_on)
        agent_ids = None if changed.staff_id is None else [changed.staff_id]
        lowered = set(await self._quota_books.refit(work, since, campaign_id=changed.campaign_id, agent_ids=agent_ids))
        if since == today:  # a changed quota holds for a day without a run too
            holders = {held.agent_id for held in await repository.list_held(work.session)}
            lowered |= {(agent_id, today) for agent_id in holders.intersection(agent_ids or holders)}
        await self._returns.trim(work, lowered)

    async def _note(self, work: Work, act: str, quota: AgentQuota, reason: str) -> None:
        facts = {
            "staff": quota.staff_id,
            "quota": quota.quota,
            "from": quota.from_on.isoformat(),
            "reason": reason,
        }
        await work.announce(Noted(act, f"campaign:{quota.campaign_id}", facts))

    def _card(self, quota: AgentQuota) -> QuotaCard:
        return QuotaCard(
            id=quota.id,
            campaign_id=quota.campaign_id,
            staff_id=quota.staff_id,
            quota=quota.quota,
            from_on=quota.from_on,
            reason=self._vault.open_words(quota.reason_sealed, QUOTA_REASON.at(quota)),
            set_by=quota.set_by,
        )
