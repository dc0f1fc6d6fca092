"""Serves the allocation over HTTP."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.allocation.errors import QuotaNotFound
from callcenter.allocation.forecasting import ForecastService
from callcenter.allocation.members import MemberService
from callcenter.allocation.quotas import QuotaService
from callcenter.allocation.returns import ReturnService
from callcenter.allocation.runs import RunService
from callcenter.allocation.schemas import (
    AllocationReportOut,
    AssignmentPage,
    AssignmentQuery,
    CapacityOut,
    CommitRequest,
    DayOut,
    ForecastOut,
    MemberChangeOut,
    MemberOut,
    MembersRequest,
    MembersSet,
    PlannedOut,
    PlannedRequest,
    PlanOut,
    QuotaOut,
    QuotaRequest,
    Reason,
    ReturnedLeadsOut,
    ReturnRequest,
    RunAssignmentOut,
    RunOut,
    RunPage,
    RunRequest,
    UseOut,
    UseTotals,
)
from callcenter.allocation.service import AllocationService
from callcenter.kit.clock import business_date
from callcenter.kit.errors import NotAllowed
from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.kit.reasons import IN_TRAIL
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.errors import RosterSpan, StaffNotFound
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/allocation", tags=["allocation"])
_RUNS = by_number("allocation_runs")
_ASSIGNMENTS = by_number("run_assignments")

Allocation = Annotated[AllocationService, provided(AllocationService)]
Runs = Annotated[RunService, provided(RunService)]
Returns = Annotated[ReturnService, provided(ReturnService)]
Quotas = Annotated[QuotaService, provided(QuotaService)]
Members = Annotated[MemberService, provided(MemberService)]
Forecasts = Annotated[ForecastService, provided(ForecastService)]
Leads = Annotated[LeadService, provided(LeadService)]
People = Annotated[PeopleService, provided(PeopleService)]

_LONGEST = timedelta(days=62)
"""As far as a roster is shown."""

_MAY = require(Right.ALLOCATE)
_SEES = require(Right.ALLOCATE, Right.VIEW_LEADS)
_MAY_OF_OWN = require(Right.ALLOCATE, Right.MANAGE_ROSTER)
"""Those who manage a roster may, for the agents of their scope."""
_SEES_OWN = require(Right.ALLOCATE, Right.VIEW_LEADS, Right.MANAGE_ROSTER)


@router.post("/plans", dependencies=[_MAY])
async def plan(body: RunRequest, work: Working, runs: Runs) -> PlanOut:
    """Shows what a run would do now. Nothing is written; the digest commits exactly this plan."""
    return PlanOut.of(await runs.plan(work, body.campaign_id, body.on, body.seed))


@router.post("/plans/assignments", dependencies=[_MAY])
async def plan_of_agent(body: PlannedRequest, work: Working, runs: Runs, leads: Leads) -> Sequence[PlannedOut]:
    """Lists whom one agent would get by a plan that was shown, and why; customers are masked. Nothing is written."""
    planned = await runs.list_planned(work, body.shown(), body.agent_id)
    cards = await leads.cards(work, [assignment.lead_id for assignment in planned])
    return [PlannedOut.of(assignment, cards[assignment.lead_id]) for assignment in planned]


@router.post("/runs", dependencies=[_MAY])
async def allocate(body: CommitRequest, work: Working, runs: Runs) -> AllocationReportOut:
    """Allocates a day's leads. A second run for the same campaign and day returns the first one's report."""
    return AllocationReportOut.of(await runs.allocate(work, body.campaign_id, body.on, body.seed, body.digest))


@router.get("/runs", dependencies=[_SEES])
async def list_runs(work: Working, runs: Runs, cursor: Cursor = None, limit: Limit = 50) -> RunPage:
    """Lists runs, the newest first."""
    reports = await runs.list(work, before=_RUNS.position(cursor), limit=limit)
    return RunPage(
        items=[RunOut.of(report) for report in reports],
        next=_RUNS.next(reports, limit, key=lambda report: report.run_id),
    )


@router.get("/runs/{run_id}", dependencies=[_SEES])
async def show_run(run_id: int, work: Working, runs: Runs) -> AllocationReportOut:
    """Shows a run with what each agent got."""
    return AllocationReportOut.of(await runs.report(work, run_id))


@router.get("/runs/{run_id}/assignments", dependencies=[_SEES])
async def list_assignments(
    run_id: int, query: Annotated[AssignmentQuery, Query()], work: Working, runs: Runs, leads: Leads
) -> AssignmentPage:
    """Lists who got whom and why; customers are masked."""
    assignments = await runs.list_assignments(
        work, run_id, agent_id=query.agent_id, after=_ASSIGNMENTS.position(query.cursor) or 0, limit=query.limit
    )
    cards = await leads.cards(work, [assignment.lead_id for assignment in assignments])
    return AssignmentPage(
        items=[RunAssignmentOut.of(assignment, cards[assignment.lead_id]) for assignment in assignments],
        next=_ASSIGNMENTS.next(assignments, query.limit),
    )


@router.post("/return-leads", dependencies=[_MAY_OF_OWN])
async def return_leads(body: ReturnRequest, work: Working, returns: Returns, people: People) -> ReturnedLeadsOut:
    """Returns the open leads of an agent who falls ill to the stock, or assigns them to others with room."""
    await _require_in_scope(work, people, body.agent_id)
    returned = await returns.return_leads(work, body.agent_id, body.reason, reassign=body.reassign)
    return ReturnedLeadsOut.model_validate(returned)


@router.get("/quotas", dependencies=[_SEES_OWN])
async def list_quotas(
    campaign_id: Annotated[int, Query(ge=1)], work: Working, quotas: Quotas, people: People
) -> Sequence[QuotaOut]:
    """Lists the campaign's own quota first, then what was set for everybody and for single agents of my scope."""
    listed = await quotas.list(work, campaign_id)
    cards = await people.cards(work, [quota.staff_id for quota in listed if quota.staff_id is not None])
    return [
        QuotaOut.model_validate(quota)
        for quota in listed
        if quota.staff_id is None or work.actor.scope.includes_branch(cards[quota.staff_id].branch)
    ]


@router.put("/quotas", dependencies=[_MAY_OF_OWN])
async def set_quota(body: QuotaRequest, work: Working, quotas: Quotas, people: People) -> QuotaOut:
    """Sets a quota from a day on; leads beyond it return. That of all agents needs the right to allocate."""
    await _require_in_scope(work, people, body.staff_id)
    return QuotaOut.model_validate(await quotas.set(work, body.draft()))


@router.delete("/quotas/{quota_id}", status_code=204, dependencies=[_MAY_OF_OWN])
async def remove_quota(
    quota_id: int,
    reason: Annotated[Reason, Query(description=IN_TRAIL)],
    work: Working,
    quotas: Quotas,
    people: People,
) -> None:
    """Removes a quota: what was set before holds again, or the campaign's."""
    try:
        await _require_in_scope(work, people, (await quotas.card(work, quota_id)).staff_id)
    except StaffNotFound as error:  # the answer does not show that another branch has such a quota
        raise QuotaNotFound(f"there is no quota {quota_id}") from error
    await quotas.remove(work, quota_id, reason)


@router.get("/members", dependencies=[_SEES_OWN])
async def list_members(
    campaign_id: Annotated[int, Query(ge=1)], work: Working, members: Members, on: date | None = None
) -> Sequence[MemberOut]:
    """Lists the agents of one's scope who serve a campaign on a day, today by default, with their quotas."""
    cards = await members.list(work, campaign_id, on or business_date(work.now))
    return [MemberOut.model_validate(card) for card in cards if work.actor.scope.includes_branch(card.branch)]


@router.get("/members/history", dependencies=[_SEES_OWN])
async def list_member_changes(
    campaign_id: Annotated[int, Query(ge=1)],
    work: Working,
    members: Members,
    people: People,
    staff_id: Annotated[int | None, Query(ge=1)] = None,
) -> Sequence[MemberChangeOut]:
    """Lists what was set in a campaign, the newest first, for the agents of one's scope."""
    changes = await members.history(work, campaign_id, staff_id)
    cards = await people.cards(work, {change.staff_id for change in changes})
    return [
        MemberChangeOut.model_validate(change)
        for change in changes
        if work.actor.scope.includes_branch(cards[change.staff_id].branch)
    ]


@router.get("/capacity", dependencies=[_SEES_OWN])
async def show_capacity(
    campaign_id: Annotated[int, Query(ge=1)],
    first: Annotated[date, Query(alias="from")],
    last: Annotated[date, Query(alias="to")],
    work: Working,
    members: Members,
) -> Sequence[CapacityOut]:
    """Shows for each working day of a span how many leads of a campaign the agents of one's scope can take."""
    if not timedelta() <= last - first <= _LONGEST:
        raise RosterSpan(f"the capacity is shown for 1 to {_LONGEST.days + 1} days")
    return [CapacityOut.model_validate(day) for day in await members.capacity(work, campaign_id, first, last)]


@router.put("/members", dependencies=[_MAY_OF_OWN])
async def set_members(body: MembersRequest, work: Working, members: Members, people: People) -> MembersSet:
    """Adds agents to a campaign, changes their share of the quota or removes them, from a day on."""
    for staff_id in body.staff_ids:
        await _require_in_scope(work, people, staff_id)
    return MembersSet(changed=await members.set(work, body.draft()))


@router.get("/days/{on}", dependencies=[_SEES_OWN])
async def show_day(
    on: date,
    work: Working,
    allocation: Allocation,
    people: People,
    campaign_id: Annotated[int | None, Query(ge=1)] = None,
) -> DayOut:
    """Shows how the agents of one's scope use the day, as it is now."""
    uses = await allocation.use(work, on, campaign_id)
    cards = await people.cards(work, [use.agent_id for use in uses])
    agents = [
        UseOut.model_validate(use) for use in uses if work.actor.scope.includes_branch(cards[use.agent_id].branch)
    ]
    sums = {name: sum(getattr(use, name) for use in agents) for name in UseTotals.model_fields if name != "agents"}
    return DayOut(on=on, agents=agents, totals=UseTotals(agents=len(agents), **sums))


@router.get("/forecast", dependencies=[_SEES])
async def forecast(work: Working, forecasts: Forecasts) -> Sequence[ForecastOut]:
    """Shows how long the stock of each running campaign lasts."""
    return [ForecastOut.model_validate(forecast) for forecast in await forecasts.list(work)]


async def _require_in_scope(work: Work, people: PeopleService, agent_id: int | None) -> None:
    """Refuses agents beyond the actor's scope; None stands for everybody."""
    if agent_id is None:
        if Right.ALLOCATE not in work.actor.rights:
            raise NotAllowed("a quota for everybody needs the right to allocate: choose one agent")
    elif not work.actor.scope.includes_branch((await people.card(work, agent_id)).branch):
        raise StaffNotFound(f"there is no member of staff with id {agent_id} in your branch")
