"""Says which agents serve a campaign, and with which share of their quota (requirement D3)."""

from collections.abc import Mapping, Sequence
from datetime import date

from callcenter.allocation import member_repository
from callcenter.allocation.assigning import lock_allocation
from callcenter.allocation.errors import MemberDayPast, NoCampaignAgent
from callcenter.allocation.quota_books import QuotaBooks
from callcenter.allocation.returns import ReturnService
from callcenter.allocation.roster import Roster
from callcenter.allocation.types import MEMBER_REASON, DayCapacity, MemberCard, MemberChange, MemberDraft
from callcenter.campaigns.service import CampaignService
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.people.types import Role, StaffCard


class MemberService:
    """Adds, changes and removes the agents of a campaign; what was set stays as its history."""

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

    async def list(self, work: Work, campaign_id: int, on: date) -> Sequence[MemberCard]:
        """Returns the active phone agents who serve the campaign on a day, with their quotas. Raises CampaignNotFound.

        The quotas are those of a whole day: the roster and the leads that are held do not count here.
        """
        await self._campaigns.rules(work, campaign_id)
        quotas = await self._quota_books.day(work, on, campaign_id=campaign_id)
        members = []
        for card in await self._roster.by_role(work, Role.AGENT):
            weight = quotas.members.weights(card.id, on).get(campaign_id)
            if weight is None:
                continue
            day_quota = quotas.of(card.id, 100)
            members.append(
                MemberCard(
                    staff_id=card.id,
                    name=card.name,
                    branch=card.branch,
                    weight=weight,
                    quota=day_quota.of_campaign[campaign_id],
                    day_quota=day_quota.total,
                    campaigns=day_quota.of_campaign,
                )
            )
        return members

    async def capacity(self, work: Work, campaign_id: int, first: date, last: date) -> Sequence[DayCapacity]:
        """Returns for each working day, both ends included, how many leads of the campaign its agents can take.

        That is what a run would plan with: each agent's part of the quota for the part of the day that is worked,
        without those who are away or may not telephone. Of the agents of the actor's scope (requirement S1). Raises
        CampaignNotFound.
        """
        await self._campaigns.rules(work, campaign_id)
        calendar = await self._campaigns.calendar(work)
        quotas = await self._quota_books.between(work, first, last, campaign_id=campaign_id)
        days = []
        for on, duties in (await self._roster.rostered_between(work, first, last)).items():
            if calendar.day(on).working:
                parts = [
                    quotas[on].of(duty.card.id, duty.part).of_campaign[campaign_id]
                    for duty in duties
                    if work.actor.scope.includes_branch(duty.card.branch)
                    and quotas[on].members.serves(duty.card.id, campaign_id, on)
                ]
                days.append(DayCapacity(on, len(parts), sum(parts)))
        return days

    async def history(self, work: Work, campaign_id: int, staff_id: int | None = None) -> Sequence[MemberChange]:
        """Returns what was set in a campaign, the newest first; with ``staff_id`` for that agent."""
        rows = await member_repository.list_history(work.session, campaign_id, staff_id)
        cards = await self._roster.cards(work, {row.staff_id for row in rows})
        return [
            MemberChange(
                id=row.id,
                campaign_id=row.campaign_id,
                staff_id=row.staff_id,
                name=cards[row.staff_id].name,
                weight=row.weight,
                from_on=row.from_on,
                reason=self._vault.open_words(row.reason_sealed, MEMBER_REASON.at(row)),
                set_by=row.set_by,
                set_at=row.set_at,
            )
            for row in rows
        ]

    async def set(self, work: Work, draft: MemberDraft) -> int:
        """Sets from a day on how much agents serve a campaign, and returns how many of them that changes.

        Agents who then serve it no more return its leads: all of them when that day has come; before, those for that
        day or later, and the rest when it comes. Raises CampaignNotFound, MemberDayPast, NoCampaignAgent,
        ReasonMissing (rule D3).
        """
        reason = require_reason(draft.reason, "changing who serves a campaign", rule="D3")
        today = business_date(work.now)
        if draft.from_on < today:
            raise MemberDayPast(f"{draft.from_on} is past: agents can join or leave a campaign today or later")
        await self._campaigns.rules(work, draft.campaign_id)
        staff_ids = sorted(set(draft.staff_ids))
        await self._require_agents(await self._roster.cards(work, staff_ids), staff_ids, joining=draft.weight > 0)
        await lock_allocation(work)  # a run that plans now sees the change, or this sees what the run has assigned
        before = await self._quota_books.day(work, draft.from_on, campaign_id=draft.campaign_id)
        changed = [
            staff_id
            for staff_id in staff_ids
            if before.members.weights(staff_id, draft.from_on).get(draft.campaign_id, 0) != draft.weight
        ]
        if not changed:
            return 0
        await member_repository.add_memberships(
            work.session,
            [
                {
                    "campaign_id": draft.campaign_id,
                    "staff_id": staff_id,
                    "weight": draft.weight,
                    "from_on": draft.from_on,
                    "reason_sealed": self._vault.seal(
                        reason, MEMBER_REASON.place(draft.campaign_id, staff_id, work.now)
                    ),
                    "set_by": work.actor.staff_id,
                    "set_at": work.now,
                }
                for staff_id in changed
            ],
        )
        facts = {"staff": changed, "weight": draft.weight, "from": draft.from_on.isoformat(), "reason": reason}
        await work.announce(Noted("allocation.members_set", f"campaign:{draft.campaign_id}", facts))
        if draft.weight == 0:
            for staff_id in changed:
                await self._returns.left_campaign(work, staff_id, draft.campaign_id, draft.from_on)
        return len(changed)

    async def _require_agents(self, cards: Mapping[int, StaffCard], staff_ids: Sequence[int], *, joining: bool) -> None:
        """Refuses staff who are no phone agents; one who has another role by now may still be removed."""
        for staff_id in staff_ids:
            card = cards.get(staff_id)
            if card is None or (joining and card.role is not Role.AGENT):
                raise NoCampaignAgent(f"staff {staff_id} is no phone agent: only phone agents serve a campaign")
