"""Endpoints of the field room."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.field.schemas import (
    AssignIn,
    HandOverFilter,
    HandOverOut,
    HandOverPage,
    RegionOut,
    RegionPage,
    ReportIn,
    VisitOut,
    VisitPage,
    VisitReportOut,
)
from callcenter.field.service import FieldService
from callcenter.field.types import HandOverCard, HandOverState
from callcenter.kit.clock import business_date
from callcenter.kit.http import Acting, Working, provided, require
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/field", tags=["field"])

Field_ = Annotated[FieldService, provided(FieldService)]
People = Annotated[PeopleService, provided(PeopleService)]
Leads = Annotated[LeadService, provided(LeadService)]


@router.get("/visits", dependencies=[require(Right.USE_FIELD)])
async def list_visits(work: Working, actor: Acting, field: Field_, on: date | None = None) -> VisitPage:
    """One's own visits of a day (default: today), in visiting order. Each look at a customer is audited."""
    visits = await field.visits(work, actor.id, on or business_date(work.now))
    return VisitPage(items=[VisitOut.of(visit) for visit in visits])


@router.post("/visits/{visit_id}/result", dependencies=[require(Right.USE_FIELD)])
async def report_visit(work: Working, visit_id: int, report: ReportIn, field: Field_) -> VisitReportOut:
    """Sending the same report again is harmless."""
    after = await field.report(work, visit_id, report.result, report.note, report.next_at)
    return VisitReportOut(visit_id=visit_id, hand_over_state=after.state, next_at=report.next_at)


@router.get("/hand-overs", dependencies=[require(Right.ASSIGN_VISITS)])
async def list_hand_overs(
    work: Working,
    actor: Acting,
    field: Field_,
    people: People,
    leads: Leads,
    state: HandOverFilter | None = None,
    cursor: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> HandOverPage:
    """The longest waiting first; a leader sees the own region."""
    own = actor.scope.region_id
    if state is HandOverFilter.OVERDUE:
        cards = await field.overdue(work, region_id=own, after=cursor, limit=limit)
    else:
        states = [HandOverState(state.value)] if state else list(HandOverState)
        cards = await field.hand_overs(work, states, region_id=own, after=cursor, limit=limit)
    following = str(cards[-1].id) if len(cards) == limit else None
    return HandOverPage(items=await _out(work, cards, field, people, leads), next=following)


@router.post("/hand-overs/{hand_over_id}/assign", dependencies=[require(Right.ASSIGN_VISITS)])
async def assign(
    work: Working, hand_over_id: int, body: AssignIn, field: Field_, people: People, leads: Leads
) -> HandOverOut:
    """To a field agent, or to a region whose least loaded agent then gets it."""
    card = await field.assign(
        work, hand_over_id, field_agent_id=body.field_agent_id, region_id=body.region_id, reason=body.reason
    )
    return (await _out(work, [card], field, people, leads))[0]


@router.get("/regions", dependencies=[require(Right.ASSIGN_VISITS)])
async def list_regions(work: Working, field: Field_, people: People) -> RegionPage:
    regions = await field.regions(work)
    leaders = await people.cards(work, {region.leader_id for region in regions if region.leader_id is not None})
    return RegionPage(
        items=[
            RegionOut.of(
                region,
                leaders[region.leader_id] if region.leader_id else await people.field_leader(work, region.id),
                await people.field_agents(work, region.id),
            )
            for region in regions
        ]
    )


async def _out(
    work: Work, cards: Sequence[HandOverCard], field: FieldService, people: PeopleService, leads: LeadService
) -> list[HandOverOut]:
    regions = {region.id: region.name for region in await field.regions(work)}
    staff = await people.cards(work, {card.field_agent_id for card in cards if card.field_agent_id is not None})
    customers = await leads.cards(work, {card.lead_id for card in cards})
    return [
        HandOverOut.of(card, now=work.now, regions=regions, staff=staff, lead=customers.get(card.lead_id))
        for card in cards
    ]
