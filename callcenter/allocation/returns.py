"""Takes leads back from agents who have not finished them, and reassigns them within the day (requirements D3, H2)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from callcenter.allocation import repository, run_repository
from callcenter.allocation.assigning import Batch, StockMovedError, assign_leads, lock_allocation
from callcenter.allocation.gathering import AWAY, NOT_MEMBER, OVER_QUOTA, Gatherer, excess_of
from callcenter.allocation.quota_books import QuotaBooks
from callcenter.allocation.repository import Held, Taken
from callcenter.allocation.rules.planning import plan
from callcenter.allocation.rules.quotas import DayQuota
from callcenter.allocation.types import END_NOTE, AssignmentEnd, AssignmentReason, End, ReturnedLeads
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignState
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService


class ReturnService:
    """Ends assignments that an agent cannot keep; the leads go to the stock or to other agents."""

    def __init__(
        self,
        leads: LeadService,
        campaigns: CampaignService,
        gatherer: Gatherer,
        quota_books: QuotaBooks,
        vault: Vault,
    ) -> None:
        self._leads = leads
        self._campaigns = campaigns
        self._gatherer = gatherer
        self._quota_books = quota_books
        self._vault = vault

    async def return_leads(self, work: Work, agent_id: int, reason: str, *, reassign: bool) -> ReturnedLeads:
        """Returns an agent's open leads to the stock on a person's request, for example when the agent falls ill.

        With ``reassign`` those who have room in the day get them. What is on the screen stays until it is disposed of;
        put aside unfinished it returns too. ``reason`` is kept sealed. Raises ReasonMissing (rule H2).
        """
        reason = require_reason(reason, "returning an agent's leads", rule="H2")
        return await self._return_all(work, agent_id, End(AssignmentEnd.RETURNED_LEADS), reassign=reassign, note=reason)

    async def agent_left(self, work: Work, agent_id: int) -> ReturnedLeads:
        """Reassigns the open leads of an agent who leaves the bank."""
        return await self._return_all(work, agent_id, End(AssignmentEnd.LEFT), reassign=True)

    async def agent_away(self, work: Work, agent_id: int, first_on: date, last_on: date) -> ReturnedLeads:
        """Reassigns the open leads of an agent on leave: all when the leave has begun, else those for its days."""
        only = None if first_on <= business_date(work.now) <= last_on else repository.for_days(first_on, last_on)
        return await self._return_all(work, agent_id, AWAY, only, reassign=True)

    async def left_campaign(self, work: Work, agent_id: int, campaign_id: int, from_on: date) -> ReturnedLeads:
        """Reassigns the open leads of a campaign that an agent does not serve any more from a day on.

        Before that day has come: what is allocated for it or later; the rest stays until then.
        """
        of_campaign = repository.of_campaign(campaign_id)
        if from_on > business_date(work.now):
            of_campaign &= repository.for_days(from_on)
        return await self._return_all(work, agent_id, NOT_MEMBER, of_campaign, reassign=True)

    async def drop(self, work: Work, lead_ids: Collection[int], end: End) -> int:
        """Takes leads that may not be called any more off the agents' lists; from a screen, once it is put aside.

        The caller writes the block first, then calls this. Returns how many assignments ended.
        """
        of_leads = repository.of_leads(lead_ids)
        dropped = await self._take_back(work, of_leads, end)
        # Look twice, with the leads locked in between: a run that is assigning one of them either sees the block, or
        # has committed its assignment before the second look.
        await self._leads.hold(work, lead_ids)
        dropped += await self._take_back(work, of_leads, end)
        await repository.recall(work.session, of_leads, end)
        return dropped

    async def settle_recall(self, work: Work, assignment_id: int, recalled: End) -> None:
        """Takes back an assignment that was recalled while it was on a screen, now that it has left it unfinished."""
        await self._take_back(work, repository.of_ids([assignment_id]), recalled)

    async def trim(self, work: Work, days: Iterable[tuple[int, date]]) -> int:
        """Takes back what agents hold beyond a quota that was lowered, the last of the day first; returns how many.

        ``days`` are the agents and days whose quota became smaller.
        """
        days = sorted(days)
        if not days:
            return 0
        held_by = defaultdict(list)
        for held in await repository.list_held(work.session):
            held_by[held.agent_id].append(held)
        trimmed = 0
        for agent_id, on in days:
            for_day = [held for held in held_by[agent_id] if held.work_on <= on]
            done = await repository.count_done(work.session, on, agent_id)
            beyond = _beyond(for_day, done, await self._quota_books.split_of(work, agent_id, on))
            if beyond:
                trimmed += await self._take_back(work, repository.of_ids(beyond), OVER_QUOTA)
            held_by[agent_id] = [held for held in held_by[agent_id] if held.id not in beyond]
        return trimmed

    async def _take_back(self, work: Work, condition: repository.Condition, end: End) -> int:
        taken = await repository.take_back(work.session, condition, end, work.now)
        if taken:
            await self._leads.put_back(work, [assignment.lead_id for assignment in taken])
        return len(taken)

    async def _return_all(
        self,
        work: Work,
        agent_id: int,
        end: End,
        only: repository.Condition | None = None,
        *,
        reassign: bool,
        note: str = "",
    ) -> ReturnedLeads:
        """Returns what an agent holds, ``only`` some of it, and with ``reassign`` gives it to others with room.

        ``note``: what a person wrote about it.
        """
        await lock_allocation(work)
        of_agent = repository.of_agent(agent_id)
        if only is not None:
            of_agent &= only
        taken = await repository.take_back(work.session, of_agent, end, work.now)
        recalled = await repository.recall(work.session, of_agent, end)
        if note:
            await self._write_notes(work, "end_note_sealed", [assignment.id for assignment in taken], note)
            await self._write_notes(work, "recall_note_sealed", recalled, note)
        await self._leads.put_back(work, [assignment.lead_id for assignment in taken])
        await self._count_returned(work, taken)
        reassigned = await self._reassign(work, taken, agent_id, end) if reassign else 0
        if taken or recalled:
            # Its kind alone: what was written may speak of a person, and stands sealed in the assignments.
            facts = {"kind": end.kind.value, "leads": len(taken), "on_screen": len(recalled), "allocated": reassigned}
            await work.announce(Noted("allocation.returned_leads", f"staff:{agent_id}", facts))
        return ReturnedLeads(returned=len(taken), allocated=reassigned, left=len(taken) - reassigned)

    async def _write_notes(self, work: Work, column: str, ids: Sequence[int], note: str) -> None:
        if ids:
            notes = {number: self._vault.seal(note, END_NOTE.place(number)) for number in ids}
            await repository.write_notes(work.session, column, notes)

    # --- reassigning within the day ----------------------------------------------------------------------------

    async def _reassign(self, work: Work, taken: Sequence[Taken], agent_id: int, end: End) -> int:
        """Distributes what an agent returned, campaign by campaign and day by day; returns how many were assigned."""
        running = {rules.campaign_id for rules in await self._campaigns.list(work, CampaignState.RUNNING)}
        calendar = await self._campaigns.calendar(work)
        today = business_date(work.now)
        this_day = today if calendar.is_working(today) else calendar.next_working_day(today)
        lots: dict[tuple[date, int], list[Taken]] = defaultdict(list)
        for assignment in taken:
            if assignment.campaign_id in running:
                lots[max(assignment.work_on, this_day), assignment.campaign_id].append(assignment)
        return sum([await self._distribute(work, on, lot, agent_id, end) for (on, _), lot in sorted(lots.items())])

    async def _distribute(self, work: Work, on: date, lot: Sequence[Taken], agent_id: int, end: End) -> int:
        """Assigns the leads of one campaign to those who work on the day and have room, the agent excepted."""
        campaign_id = lot[0].campaign_id
        capacity = await self._gatherer.capacity(work, campaign_id, on, without={agent_id})
        stock = await self._leads.callable_among(work, [assignment.lead_id for assignment in lot])
        branch_of = await self._gatherer.branch_of(work, await self._campaigns.rules(work, campaign_id))
        planned = plan(stock, capacity.agents, on.toordinal(), branch_of)
        runs = {assignment.lead_id: assignment.run_id for assignment in lot}
        last_place: Counter[int] = Counter()
        for held in capacity.loads.held:
            last_place[held.agent_id] = max(last_place[held.agent_id], held.position)
        batch = Batch(
            plan=planned,
            campaign_id=campaign_id,
            on=on,
            reason=AssignmentReason.REASSIGNED,
            run_of=lambda assignment: runs[assignment.lead.id],
            behind={
                agent.agent_id: max(0, last_place[agent.agent_id] - (agent.places or 0)) for agent in capacity.agents
            },
            facts={"why": end.kind.value},
        )
        try:
            async with work.session.begin_nested():
                await assign_leads(work, self._leads, batch)
        except StockMovedError:  # one of them was blocked in this moment: the evening's run distributes the rest
            return 0
        counts = {(campaign_id, share.agent.agent_id): share.new for share in planned.shares if share.new}
        await run_repository.add_to_shares(work.session, on, counts, "reassigned")
        return len(planned.assignments)

    async def _count_returned(self, work: Work, taken: Sequence[Taken]) -> None:
        """Counts what was taken back in the shares of the day each assignment was for."""
        by_day: dict[date, Counter[tuple[int, int]]] = defaultdict(Counter)
        for assignment in taken:
            by_day[assignment.work_on][assignment.campaign_id, assignment.agent_id] += 1
        for on, counts in sorted(by_day.items()):
            await run_repository.add_to_shares(work.session, on, counts, "returned")


def _beyond(held: Sequence[Held], done: Mapping[tuple[int, int], int], quota: DayQuota) -> Sequence[int]:
    """Returns the open assignments beyond an agent's quota in each campaign, then beyond that of the day."""
    beyond: list[int] = []
    for campaign_id, part in quota.of_campaign.items():
        of_campaign = [lead for lead in held if lead.campaign_id == campaign_id]
        excess = len(of_campaign) + sum(count for (_, of), count in done.items() if of == campaign_id) - part
        beyond.extend(lead.id for lead in excess_of(of_campaign, excess))
    left = [lead for lead in held if lead.id not in beyond]
    return [*beyond, *(lead.id for lead in excess_of(left, len(left) + sum(done.values()) - quota.total))]
