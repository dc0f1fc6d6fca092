"""The evening run, and an agent's way through the day: one customer at a time (requirement D7)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement

from callcenter.allocation import repository
from callcenter.allocation.errors import AssignmentNotFound, DayNotWorked, DayPast, WrongAssignmentState
from callcenter.allocation.models import AllocationRun, Assignment
from callcenter.allocation.rules import Plan, forecast_days, plan
from callcenter.allocation.settings import AllocationSettings
from callcenter.allocation.types import (
    AgentShare,
    AllocationReport,
    AssignmentCard,
    AssignmentState,
    Excess,
    LeadsAllotted,
    Progress,
    Roster,
    StockRunsLow,
)
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService

log = get_logger(__name__)

_ALLOCATING = "allocation"
"""One run at a time, over all campaigns: the quota counts what an agent holds in all of them."""


class AllocationService:
    def __init__(
        self, leads: LeadService, campaigns: CampaignService, roster: Roster, settings: AllocationSettings
    ) -> None:
        self._leads = leads
        self._campaigns = campaigns
        self._roster = roster
        self._settings = settings

    # --- the run -----------------------------------------------------------------------------------------------

    async def allocate(self, work: Work, campaign_id: int, on: date, seed: int | None = None) -> AllocationReport:
        """Gives every eligible agent the leads for ``on``, filled up to the quota.

        What an agent still holds stays with him, in front, and counts inside the quota, as does what he has done on
        that day already; open assignments of agents
        who do not work on that day return to the stock first. Safe to run twice: the second run finds the first and
        returns its report. ``seed`` defaults to the date as a number. Refused for days that are past or not worked.
        """
        await work.lock(_ALLOCATING)
        if known := await repository.find_run(work.session, campaign_id, on):
            return _report(known, already_run=True)
        if on < business_date(work.now):
            raise DayPast(f"{on} is past: nothing is allotted for it")
        rules = await self._campaigns.rules(work, campaign_id)
        if not (day := (await self._campaigns.calendar(work)).day(on)).working:
            raise DayNotWorked(f"{on} is not worked ({day.reason}): nothing is allotted for it")
        agents = sorted(card.id for card in await self._roster.eligible_agents(work, on))
        returned = await self._take_back(work, repository.of_others(campaign_id, agents), "not_eligible")
        await repository.number_anew(work.session, campaign_id)
        held = await repository.count_held(work.session)
        done = await repository.count_done(work.session, _bounds(on))  # of a run that comes late, on the day itself
        carried = {agent: held.get(agent, 0) for agent in agents}
        load = {agent: held.get(agent, 0) + done.get(agent, 0) for agent in agents}
        need = sum(max(0, rules.quota - count) for count in load.values())
        stock = await self._leads.callable_stock(work, campaign_id, need)
        seed = on.toordinal() if seed is None else seed
        planned = plan(stock, agents, load, rules.quota, seed)
        run = await self._record(work, rules, on, seed, carried, planned, returned)
        await self._hand_out(work, run, planned)
        await self._tell(work, run)
        return _report(run, already_run=False)

    async def _record(
        self,
        work: Work,
        rules: CampaignRules,
        on: date,
        seed: int,
        carried: dict[int, int],
        planned: Plan,
        returned: int,
    ) -> AllocationRun:
        new = dict.fromkeys(carried, 0)
        for each in planned.assignments:
            new[each.agent_id] += 1
        stock_left = await self._leads.count_stock(work, rules.campaign_id) - len(planned.assignments)
        run = AllocationRun(
            campaign_id=rules.campaign_id,
            work_on=on,
            made_at=work.now,
            seed=seed,
            quota=rules.quota,
            agents=len(carried),
            assigned=len(planned.assignments),
            carried=sum(carried.values()),
            returned=returned,
            shortage=planned.shortage,
            stock_left=stock_left,
            forecast_days=forecast_days(stock_left, len(carried), rules.quota),
            shares=[
                {"agent_id": agent, "carried": count, "new": new[agent]} for agent, count in sorted(carried.items())
            ],
        )
        work.session.add(run)
        await work.session.flush()
        return run

    async def _hand_out(self, work: Work, run: AllocationRun, planned: Plan) -> None:
        lead_ids = [each.lead_id for each in planned.assignments]
        histories = await repository.find_histories(work.session, lead_ids)
        first_due = at_business_time(run.work_on, 0)
        for each in planned.assignments:
            before = histories.get(each.lead_id)
            work.session.add(
                Assignment(
                    run_id=run.id,
                    campaign_id=run.campaign_id,
                    lead_id=each.lead_id,
                    agent_id=each.agent_id,
                    work_on=run.work_on,
                    position=each.position,
                    due_at=max(first_due, before.due_at) if before else first_due,
                    attempts=before.attempts if before else 0,
                    last_note=before.last_note if before else "",
                    reason=each.reason,
                    assigned_at=work.now,
                )
            )
        await work.session.flush()
        taken = await self._leads.take(work, lead_ids)
        assert taken == len(lead_ids), "the stock is locked: nobody else can have taken a lead"

    async def _tell(self, work: Work, run: AllocationRun) -> None:
        figures = {
            "campaign": run.campaign_id,
            "on": run.work_on.isoformat(),
            "agents": run.agents,
            "assigned": run.assigned,
            "carried": run.carried,
            "shortage": run.shortage,
            "stock_left": run.stock_left,
            "seed": run.seed,
        }
        await work.announce(Noted("allocation.allotted", f"allocation_run:{run.id}", figures))
        await work.announce(LeadsAllotted(run.id, run.campaign_id, run.work_on, run.assigned, run.shortage))
        if run.forecast_days is not None and run.forecast_days < self._settings.forecast_days:
            log.warning("stock runs low", forecast_days=run.forecast_days, **figures)
            await work.announce(StockRunsLow(run.campaign_id, run.forecast_days, run.stock_left))

    async def runs(self, work: Work, *, before: int | None = None, limit: int = 50) -> Sequence[AllocationReport]:
        """The newest first."""
        return [_report(run, already_run=True) for run in await repository.list_runs(work.session, before, limit)]

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
        await self._change(work, assignment_id, {AssignmentState.ACTIVE}, AssignmentState.OPEN)

    async def retry(self, work: Work, assignment_id: int, due_at: datetime, note: str = "") -> None:
        """The attempt came to nothing: the same agent tries again, not before ``due_at``."""
        values: dict[str, object] = {"due_at": due_at, "attempts": Assignment.attempts + 1}
        if note:
            values["last_note"] = note
        await self._change(work, assignment_id, {AssignmentState.ACTIVE}, AssignmentState.OPEN, **values)

    async def defer(self, work: Work, assignment_id: int, due_at: datetime, note: str = "") -> None:
        """Off the screen untried, and not before ``due_at``: no attempt was made, so none is counted."""
        values: dict[str, object] = {"due_at": due_at, **({"last_note": note} if note else {})}
        await self._change(work, assignment_id, {AssignmentState.ACTIVE}, AssignmentState.OPEN, **values)

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

    async def give_back(self, work: Work, agent_id: int) -> int:
        """The agent's open assignments return to the stock; what is on the screen stays until it is disposed."""
        returned = await self._take_back(work, repository.of_agent(agent_id), "given_back")
        if returned:
            await work.announce(Noted("allocation.given_back", f"staff:{agent_id}", {"leads": returned}))
        return returned

    async def drop(self, work: Work, lead_ids: Sequence[int], why: str) -> int:
        """Leads that may not be called any more leave the agents' lists at once, except from a screen."""
        return await self._take_back(work, repository.of_leads(lead_ids), why)

    async def card(self, work: Work, assignment_id: int) -> AssignmentCard:
        return _card(await self._find(work, assignment_id))

    async def last_of(self, work: Work, lead_id: int) -> AssignmentCard | None:
        """The hands a lead is in, or was in last; None when it was never allotted."""
        found = await repository.find_last_of_lead(work.session, lead_id)
        return None if found is None else _card(found)

    async def progress(self, work: Work, agent_id: int, on: date, quota: int | None = None) -> Progress:
        """How far the agent is. ``quota`` is that of the campaigns that run, the largest, unless it is given."""
        if quota is None:
            quota = max((rules.quota for rules in await self._campaigns.list(work)), default=0)
        held, done = await repository.count_day(work.session, agent_id, on, _bounds(on))
        return Progress(quota=quota, assigned=held + done, done=done)

    async def next_due_at(self, work: Work, agent_id: int, on: date, campaign_id: int | None = None) -> datetime | None:
        """When the earliest of the agent's open assignments is due; in the past when one is waiting; None for none."""
        return await repository.find_next_due(work.session, agent_id, on, campaign_id)

    async def excesses(self, work: Work) -> Sequence[Excess]:
        """Agents who hold more than the largest quota: always empty, or law 2 is broken. For ``verify``."""
        quota = max((rules.quota for rules in await self._campaigns.list(work)), default=0)
        held = await repository.count_held(work.session)
        return [Excess(agent, count, quota) for agent, count in sorted(held.items()) if count > quota]

    async def _take_back(self, work: Work, condition: ColumnElement[bool], why: str) -> int:
        returned = await repository.take_back(work.session, condition, why, work.now)
        await self._leads.put_back(work, returned)
        return len(returned)

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


def _bounds(on: date) -> tuple[datetime, datetime]:
    """First instant of a business date, and of the next."""
    return at_business_time(on, 0), at_business_time(on + timedelta(days=1), 0)


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
        reason=found.reason,
        result=found.result,
    )


def _report(run: AllocationRun, *, already_run: bool) -> AllocationReport:
    return AllocationReport(
        run_id=run.id,
        campaign_id=run.campaign_id,
        on=run.work_on,
        made_at=run.made_at,
        seed=run.seed,
        quota=run.quota,
        agents=run.agents,
        assigned=run.assigned,
        carried=run.carried,
        returned=run.returned,
        shortage=run.shortage,
        stock_left=run.stock_left,
        forecast_days=run.forecast_days,
        shares=tuple(AgentShare(**share) for share in run.shares),
        already_run=already_run,
    )
