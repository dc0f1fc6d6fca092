"""Endpoints of the allocation."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.allocation.schemas import (
    AllocationReportOut,
    AssignmentOut,
    AssignmentPage,
    CommitRequest,
    DayOut,
    ForecastOut,
    PlannedOut,
    PlannedRequest,
    PlanOut,
    QuotaOut,
    QuotaRequest,
    Reason,
    ReturnedLeadsOut,
    ReturnRequest,
    RunOut,
    RunPage,
    RunRequest,
    ShareOut,
    StockOut,
    UseOut,
    UseTotals,
)
from callcenter.allocation.service import AllocationService
from callcenter.kit.errors import NotAllowed
from callcenter.kit.http import Working, provided, require
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.errors import StaffUnknown
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/allocation", tags=["allocation"])

Allocation = Annotated[AllocationService, provided(AllocationService)]
Leads = Annotated[LeadService, provided(LeadService)]
Cursor = Annotated[int | None, Query(ge=1)]

People = Annotated[PeopleService, provided(PeopleService)]

_MAY = require(Right.ALLOCATE)
_SEES = require(Right.ALLOCATE, Right.VIEW_LEADS)
_MAY_OF_OWN = require(Right.ALLOCATE, Right.MANAGE_ROSTER)
"""Those who manage a roster, for the agents of their scope."""
_SEES_OWN = require(Right.ALLOCATE, Right.VIEW_LEADS, Right.MANAGE_ROSTER)


@router.post("/plans", dependencies=[_MAY])
async def plan(body: RunRequest, work: Working, allocation: Allocation) -> PlanOut:
    """What a run would do now. Nothing is written; its digest commits exactly this plan."""
    made = await allocation.plan(work, body.campaign_id, body.on, body.seed)
    return PlanOut(
        digest=made.digest,
        campaign_id=made.campaign_id,
        on=made.on,
        provisional=made.provisional,
        seed=made.seed,
        agents=[ShareOut.model_validate(share) for share in made.agents],
        assigned=made.assigned,
        carried=made.carried,
        returned=made.returned,
        shortage=made.shortage,
        stock_left=made.stock_left,
        forecast_days=made.forecast_days,
        stock=StockOut(by_class=made.stock_by_class),
    )


@router.post("/plans/assignments", dependencies=[_MAY])
async def plan_of_agent(
    body: PlannedRequest, work: Working, allocation: Allocation, leads: Leads
) -> Sequence[PlannedOut]:
    """Whom one agent would get by a plan that was shown, and why; customers are masked. Nothing is written."""
    found = await allocation.planned_for(
        work, body.campaign_id, body.on, digest=body.digest, agent_id=body.agent_id, seed=body.seed
    )
    cards = await leads.cards(work, [each.lead_id for each in found])
    return [PlannedOut.of(each, cards[each.lead_id]) for each in found]


@router.post("/runs", dependencies=[_MAY])
async def allocate(body: CommitRequest, work: Working, allocation: Allocation) -> AllocationReportOut:
    """Allocates a day's leads. A second run for the same campaign and day returns the first one's report."""
    return AllocationReportOut.of(await allocation.allocate(work, body.campaign_id, body.on, body.seed, body.digest))


@router.get("/runs", dependencies=[_SEES])
async def list_runs(
    work: Working, allocation: Allocation, cursor: Cursor = None, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> RunPage:
    """The newest first."""
    found = await allocation.runs(work, before=cursor, limit=limit)
    return RunPage(
        items=[RunOut.of(report) for report in found], next=str(found[-1].run_id) if len(found) == limit else None
    )


@router.get("/runs/{run_id}", dependencies=[_SEES])
async def show_run(run_id: int, work: Working, allocation: Allocation) -> AllocationReportOut:
    """With what each agent got."""
    return AllocationReportOut.of(await allocation.run(work, run_id))


@router.get("/runs/{run_id}/assignments", dependencies=[_SEES])
async def list_assignments(
    run_id: int,
    work: Working,
    allocation: Allocation,
    leads: Leads,
    agent_id: Annotated[int | None, Query(ge=1)] = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> AssignmentPage:
    """Who got whom and why; customers are masked."""
    found = await allocation.of_run(work, run_id, agent_id=agent_id, after=cursor or 0, limit=limit)
    cards = await leads.cards(work, [each.lead_id for each in found])
    return AssignmentPage(
        items=[AssignmentOut.of(each, cards[each.lead_id]) for each in found],
        next=str(found[-1].id) if len(found) == limit else None,
    )


@router.post("/return-leads", dependencies=[_MAY_OF_OWN])
async def return_leads(body: ReturnRequest, work: Working, allocation: Allocation, people: People) -> ReturnedLeadsOut:
    """An agent falls ill: the open customers return to the stock, or go to others who have room in the day."""
    await _within_scope(work, people, body.agent_id)
    done = await allocation.return_leads(work, body.agent_id, body.reason, reassign=body.reassign)
    return ReturnedLeadsOut.model_validate(done)


@router.get("/quotas", dependencies=[_SEES_OWN])
async def list_quotas(
    campaign_id: Annotated[int, Query(ge=1)], work: Working, allocation: Allocation
) -> Sequence[QuotaOut]:
    """The campaign's own first, then what was set for everybody and for single agents."""
    return [QuotaOut.model_validate(each) for each in await allocation.quotas(work, campaign_id)]


@router.put("/quotas", dependencies=[_MAY_OF_OWN])
async def set_quota(body: QuotaRequest, work: Working, allocation: Allocation, people: People) -> QuotaOut:
    """Sets a quota from a day on; leads beyond it return to the stock. All agents' needs the right to allocate."""
    await _within_scope(work, people, body.staff_id)
    saved = await allocation.set_quota(
        work,
        campaign_id=body.campaign_id,
        staff_id=body.staff_id,
        quota=body.quota,
        from_on=body.from_on,
        reason=body.reason,
    )
    return QuotaOut.model_validate(saved)


@router.delete("/quotas/{quota_id}", status_code=204, dependencies=[_MAY])
async def remove_quota(
    quota_id: int, reason: Annotated[Reason, Query()], work: Working, allocation: Allocation
) -> None:
    """What was set before holds again, or the campaign's."""
    await allocation.remove_quota(work, quota_id, reason)


@router.get("/days/{on}", dependencies=[_SEES_OWN])
async def show_day(
    on: date,
    work: Working,
    allocation: Allocation,
    people: People,
    campaign_id: Annotated[int | None, Query(ge=1)] = None,
) -> DayOut:
    """How the agents of one's scope use the day, as it is now."""
    found = await allocation.use(work, on, campaign_id)
    cards = await people.cards(work, [each.agent_id for each in found])
    agents = [
        UseOut.model_validate(each) for each in found if work.actor.scope.includes_branch(cards[each.agent_id].branch)
    ]
    sums = {name: sum(getattr(each, name) for each in agents) for name in UseTotals.model_fields if name != "agents"}
    return DayOut(on=on, agents=agents, totals=UseTotals(agents=len(agents), **sums))


@router.get("/forecast", dependencies=[_SEES])
async def forecast(work: Working, allocation: Allocation) -> Sequence[ForecastOut]:
    """How long the stock of each running campaign lasts."""
    return [ForecastOut.model_validate(each) for each in await allocation.forecasts(work)]


async def _within_scope(work: Work, people: PeopleService, agent_id: int | None) -> None:
    """Refuses agents beyond the actor's scope; None stands for everybody."""
    if agent_id is None:
        if Right.ALLOCATE not in work.actor.rights:
            raise NotAllowed("what holds for everybody needs the right to allocate: choose one agent")
    elif not work.actor.scope.includes_branch((await people.card(work, agent_id)).branch):
        raise StaffUnknown(f"there is no member of staff with id {agent_id} for you")
