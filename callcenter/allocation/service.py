"""Who calls whom: the evening run, and an agent's way through the day, one customer at a time (requirement D7).

Runs stand in ``runs``, giving back and distribution in the day in ``returns``, quotas in ``quotas``.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from callcenter.allocation import quota_repository, repository
from callcenter.allocation.errors import AssignmentNotFound, GivingBackNeedsReason, WrongAssignmentState
from callcenter.allocation.gathering import Gatherer
from callcenter.allocation.models import Assignment
from callcenter.allocation.quotas import Quotas
from callcenter.allocation.returns import Returns
from callcenter.allocation.rules.planning import forecast_days
from callcenter.allocation.rules.reasons import sentence
from callcenter.allocation.runs import Runs
from callcenter.allocation.settings import AllocationSettings
from callcenter.allocation.types import (
    AgentUse,
    AllocationReport,
    AssignmentCard,
    AssignmentState,
    Excess,
    Forecast,
    PlannedLead,
    PlannedRun,
    Progress,
    QuotaCard,
    ReturnedLeads,
    Roster,
)
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignState
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.errors import StaffUnknown


class AllocationService:
    def __init__(
        self, leads: LeadService, campaigns: CampaignService, roster: Roster, settings: AllocationSettings
    ) -> None:
        self._leads = leads
        self._campaigns = campaigns
        self._roster = roster
        self._settings = settings
        self._quotas = Quotas(campaigns)
        self._gatherer = Gatherer(leads, campaigns, roster, self._quotas)
        self._runs = Runs(leads, roster, self._gatherer, settings)
        self._returns = Returns(leads, campaigns, self._gatherer, self._quotas)

    # --- the run -----------------------------------------------------------------------------------------------

    async def plan(self, work: Work, campaign_id: int, on: date, seed: int | None = None) -> PlannedRun:
        """What a run would do now; nothing is written. Refused when the day has its run already."""
        return await self._runs.plan(work, campaign_id, on, seed)

    async def planned_for(
        self, work: Work, campaign_id: int, on: date, *, digest: str, agent_id: int, seed: int | None = None
    ) -> Sequence[PlannedLead]:
        """One agent's part of a plan that was shown, with a reason for each customer. Refused once it is outdated."""
        return await self._runs.planned_for(work, campaign_id, on, seed, digest, agent_id)

    async def allocate(
        self, work: Work, campaign_id: int, on: date, seed: int | None = None, digest: str | None = None
    ) -> AllocationReport:
        """Gives every eligible agent the leads for ``on``, filled up to the quota of that day.

        What an agent still holds stays with him, in front, and counts inside the quota, as does what he has done on
        that day already. Open assignments of agents who do not work on that day, or beyond a quota that was lowered,
        return to the stock first. Safe to run twice: the second run finds the first and returns its report. ``seed``
        defaults to the date as a number. With ``digest`` exactly the plan is committed that ``plan`` has shown, or
        none. Refused for days that are past or not worked.
        """
        return await self._runs.allocate(work, campaign_id, on, seed, digest)

    async def runs(self, work: Work, *, before: int | None = None, limit: int = 50) -> Sequence[AllocationReport]:
        """The newest first, without the agents' shares."""
        return await self._runs.list(work, before, limit)

    async def run(self, work: Work, run_id: int) -> AllocationReport:
        """With the agents' shares."""
        return await self._runs.find(work, run_id)

    async def of_run(
        self, work: Work, run_id: int, *, agent_id: int | None = None, after: int = 0, limit: int = 100
    ) -> Sequence[AssignmentCard]:
        """What a run gave, in the order of agents' days."""
        await self._runs.find(work, run_id)
        return [_card(each) for each in await repository.list_of_run(work.session, run_id, agent_id, after, limit)]

    async def forecast(self, work: Work, campaign_id: int) -> Forecast:
        """How many working days the stock lasts when every agent of the next one is served in full (D5)."""
        rules = await self._campaigns.rules(work, campaign_id)
        on = (await self._campaigns.calendar(work)).next_working_day(business_date(work.now))
        need = await self._daily_need(work, campaign_id, on)
        by_class = await self._leads.stock_by_class(work, campaign_id)
        stock = sum(by_class.values())
        days = forecast_days(stock, need)
        return Forecast(
            campaign_id=campaign_id,
            name=rules.name,
            stock=stock,
            by_class=by_class,
            on=on,
            daily_need=need,
            days=days,
            warn_below=self._settings.forecast_days,
            low=days is not None and days < self._settings.forecast_days,
        )

    async def forecasts(self, work: Work) -> Sequence[Forecast]:
        """Of every running campaign."""
        running = await self._campaigns.list(work, CampaignState.RUNNING)
        return [await self.forecast(work, rules.campaign_id) for rules in running]

    async def lasts(self, work: Work, campaign_id: int) -> bool:
        """Whether the stock is enough for the days it must last; looks no further than it has to."""
        on = (await self._campaigns.calendar(work)).next_working_day(business_date(work.now))
        enough = await self._daily_need(work, campaign_id, on) * self._settings.forecast_days
        return await self._leads.stock_up_to(work, campaign_id, enough) >= enough

    async def is_missing(self, work: Work, campaign_id: int, on: date) -> bool:
        """Whether a day has agents and no run."""
        if await repository.find_run(work.session, campaign_id, on) is not None:
            return False
        return bool(await self._roster.rostered(work, on))

    async def _daily_need(self, work: Work, campaign_id: int, on: date) -> int:
        book = await self._quotas.book(work, campaign_id)
        return sum(book.quota(each.card.id, on, each.part) for each in await self._roster.rostered(work, on))

    # --- quotas ------------------------------------------------------------------------------------------------

    async def quotas(self, work: Work, campaign_id: int) -> Sequence[QuotaCard]:
        """The campaign's own first, then what was set for the campaign, then for single agents."""
        return await self._quotas.list(work, campaign_id)

    async def set_quota(
        self, work: Work, *, campaign_id: int, staff_id: int | None, quota: int, from_on: date, reason: str
    ) -> QuotaCard:
        """From a day on, for one agent or for everybody who has none of his own.

        Days that are allocated already obey too: what is held beyond a lowered quota returns to the stock.
        """
        if staff_id is not None and not await self._roster.cards(work, [staff_id]):
            raise StaffUnknown(f"there is no member of staff with id {staff_id}")
        saved = await self._quotas.set(
            work, campaign_id=campaign_id, staff_id=staff_id, quota=quota, from_on=from_on, reason=reason
        )
        await self._refit(work, saved)
        return saved

    async def remove_quota(self, work: Work, quota_id: int, reason: str) -> None:
        """What was set before holds again, or the campaign's."""
        await self._refit(work, await self._quotas.remove(work, quota_id, reason))

    async def _refit(self, work: Work, changed: QuotaCard) -> None:
        today = business_date(work.now)
        since = max(today, changed.from_on or today)
        agents = None if changed.staff_id is None else [changed.staff_id]
        lowered = set(await self._quotas.refit(work, since, campaign_id=changed.campaign_id, agent_ids=agents))
        if since == today:  # a day without a run obeys too
            holders = {each.agent_id for each in await repository.list_held(work.session)}
            lowered |= {(agent, today) for agent in holders.intersection(agents or holders)}
        await self._returns.trim(work, lowered)

    async def follow_roster(self, work: Work, on: date) -> int:
        """Fits the quotas that runs have fixed for a day to the parts worked on it now; gives the leads returned."""
        parts = {(each.card.id, on): each.part for each in await self._roster.rostered(work, on)}
        differing = await quota_repository.list_parts(work.session, on)
        moved = [agent for agent, part in differing if parts.get((agent, on), part) != part]
        if not moved:
            return 0
        lowered = await self._quotas.refit(work, on, agent_ids=moved, parts=parts)
        return await self._returns.trim(work, lowered)

    # --- an agent's day ----------------------------------------------------------------------------------------

    async def claim_next(
        self, work: Work, agent_id: int, on: date, campaign_id: int | None = None
    ) -> AssignmentCard | None:
        """The next customer for this agent's screen, or None when nobody is due.

        An agent has one customer at a time: while one is on the screen, that one is given again.
        """
        await work.lock(f"allocation.agent:{agent_id}")  # two claims of one agent would break the unique index
        found = await repository.find_active(work.session, agent_id)
        if found is None:
            found = await repository.claim_next(work.session, agent_id, on, work.now, campaign_id)
        return None if found is None else _card(found)

    async def release(self, work: Work, assignment_id: int) -> None:
        """Off the screen untried; it keeps its place."""
        await self._put_aside(work, assignment_id)

    async def retry(self, work: Work, assignment_id: int, due_at: datetime, note: str = "") -> None:
        """The attempt came to nothing: the same agent tries again, not before ``due_at``."""
        values: dict[str, object] = {"due_at": due_at, "attempts": Assignment.attempts + 1}
        if note:
            values["last_note"] = note
        await self._put_aside(work, assignment_id, **values)

    async def defer(self, work: Work, assignment_id: int, due_at: datetime, note: str = "") -> None:
        """Off the screen untried, and not before ``due_at``: no attempt was made, so none is counted."""
        values: dict[str, object] = {"due_at": due_at, **({"last_note": note} if note else {})}
        await self._put_aside(work, assignment_id, **values)

    async def finish(self, work: Work, assignment_id: int, result: str, note: str = "") -> None:
        """Done with, and the lead is closed. Safe to repeat with the same result."""
        now = await repository.find(work.session, assignment_id)
        if now is not None and now.state is AssignmentState.DONE and now.result == result:
            return
        values: dict[str, object] = {"result": result, "done_at": work.now}
        if note:
            values["last_note"] = note
        done = await self._change(work, assignment_id, set(repository.HELD), AssignmentState.DONE, **values)
        await self._leads.close(work, [done.lead_id])

    async def return_leads(
        self, work: Work, agent_id: int, reason: str = "returned_leads", *, reassign: bool = False
    ) -> ReturnedLeads:
        """An agent falls ill or leaves: the open assignments return to the stock, or go to others who have room.

        What is on the screen stays until it is disposed; put aside unfinished it returns too.
        """
        if not reason.strip():
            raise GivingBackNeedsReason("giving back needs a reason")
        return await self._returns.return_leads(work, agent_id, reason, reassign=reassign)

    async def drop(self, work: Work, lead_ids: Sequence[int], why: str) -> int:
        """Leads that may not be called any more leave the agents' lists at once; from a screen, when it is put aside.

        Whoever blocks leads writes the block first and calls this then: a run that goes on meanwhile misses neither.
        """
        return await self._returns.drop(work, lead_ids, why)

    async def forgotten(self, work: Work) -> Sequence[tuple[int, int]]:
        """Assignments long on a screen, each with its agent; whoever knows the seats says whether it is still there."""
        since = work.now - timedelta(minutes=self._settings.forgotten_minutes)
        return await repository.list_forgotten(work.session, since)

    async def on_screens(self, work: Work, lead_ids: Collection[int]) -> Sequence[int]:
        """Agents who have one of these leads on the screen or in a call."""
        return await repository.list_on_screens(work.session, lead_ids)

    async def card(self, work: Work, assignment_id: int) -> AssignmentCard:
        return _card(await self._find(work, assignment_id))

    async def last_of(self, work: Work, lead_id: int) -> AssignmentCard | None:
        """The hands a lead is in, or was in last; None when it was never allocated."""
        found = await repository.find_last_of_lead(work.session, lead_id)
        return None if found is None else _card(found)

    async def progress(self, work: Work, agent_id: int, on: date) -> Progress:
        """How far the agent is with the day."""
        held, done = await repository.count_day(work.session, agent_id, on)
        return Progress(quota=await self._quotas.of_agent(work, agent_id, on), assigned=held + done, done=done)

    async def use(self, work: Work, on: date, campaign_id: int | None = None) -> Sequence[AgentUse]:
        """How the agents use a day, as it is now."""
        found = await repository.list_use(work.session, on, campaign_id)
        quotas = await quota_repository.quotas_on(work.session, on)
        names = await self._roster.cards(work, [each.agent_id for each in found])
        return [
            AgentUse(
                agent_id=each.agent_id,
                name=names[each.agent_id].name,
                quota=quotas.get(each.agent_id) or await self._quotas.of_agent(work, each.agent_id, on),
                held=each.open + each.active,
                open=each.open,
                active=each.active,
                done=each.done,
                attempts=each.attempts,
                next_due_at=each.next_due_at,
            )
            for each in found
        ]

    async def next_due_at(self, work: Work, agent_id: int, on: date, campaign_id: int | None = None) -> datetime | None:
        """When the earliest of the agent's open assignments is due; in the past when one is waiting; None for none."""
        return await repository.find_next_due(work.session, agent_id, on, campaign_id)

    async def excesses(self, work: Work) -> Sequence[Excess]:
        """Agents who hold more than any quota under which they were given: none, or law 2 is broken. For ``verify``."""
        return [Excess(*found) for found in await repository.list_excesses(work.session)]

    async def _put_aside(self, work: Work, assignment_id: int, **values: object) -> None:
        changed = await self._change(work, assignment_id, {AssignmentState.ACTIVE}, AssignmentState.OPEN, **values)
        await self._returns.settle(work, changed)

    async def _find(self, work: Work, assignment_id: int) -> Assignment:
        found = await repository.find(work.session, assignment_id)
        if found is None:
            raise AssignmentNotFound(f"there is no assignment {assignment_id}")
        return found

    async def _change(
        self, work: Work, assignment_id: int, expected: set[AssignmentState], to: AssignmentState, **values: object
    ) -> Assignment:
        changed = await repository.change(work.session, assignment_id, expected, to, **values)
        if changed is None:
            state = (await self._find(work, assignment_id)).state
            raise WrongAssignmentState(
                f"assignment {assignment_id} is {state}: this needs {' or '.join(sorted(expected))}", state=state.value
            )
        return changed


def _card(found: Assignment) -> AssignmentCard:
    return AssignmentCard(
        id=found.id,
        campaign_id=found.campaign_id,
        lead_id=found.lead_id,
        agent_id=found.agent_id,
        work_on=found.work_on,
        position=found.position,
        state=found.state,
        due_at=found.due_at,
        attempts=found.attempts,
        last_note=found.last_note,
        reason=sentence(found.reason, found.reason_facts),
        reason_code=found.reason,
        reason_facts=found.reason_facts,
        result=found.result,
    )
