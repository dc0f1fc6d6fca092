"""Endpoints of the field room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends

from callcenter.customers.bodies import CorrectionBody
from callcenter.customers.types import ChangeSource
from callcenter.field.schemas import (
    AssignIn,
    Created,
    DecisionIn,
    HandOverFilter,
    HandOverOut,
    HandOverPage,
    RegionChange,
    RegionOut,
    RegionPage,
    RegionRequest,
    ReportIn,
    VisitOut,
    VisitPage,
    VisitReportOut,
)
from callcenter.field.service import FieldServices
from callcenter.field.types import HandOverCard, HandOverState, RegionFields
from callcenter.kit.clock import business_date
from callcenter.kit.http import Acting, Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/field", tags=["field"])
_PAGES = by_number("hand_overs")

Field_ = Annotated[FieldServices, provided(FieldServices)]
People = Annotated[PeopleService, provided(PeopleService)]


@dataclass(frozen=True, slots=True)
class Presenter:
    """Shows hand-overs with their region, field agent and customer."""

    field: Field_
    people: People
    leads: Annotated[LeadService, provided(LeadService)]

    async def show(self, work: Work, cards: Sequence[HandOverCard]) -> list[HandOverOut]:
        regions = {region.id: region.name for region in await self.field.regions.regions(work)}
        staff = await self.people.cards(
            work, {card.field_agent_id for card in cards if card.field_agent_id is not None}
        )
        leads = await self.leads.cards(work, {card.lead_id for card in cards})
        return [
            HandOverOut.of(card, now=work.now, regions=regions, staff=staff, lead=leads.get(card.lead_id))
            for card in cards
        ]


Showing = Annotated[Presenter, Depends()]


@router.get("/visits", dependencies=[require(Right.USE_FIELD)])
async def list_visits(work: Working, actor: Acting, field: Field_, on: date | None = None) -> VisitPage:
    """Lists my visits of a day (default: today), in visiting order. Each look at a customer is audited."""
    visits = await field.visits.visits(work, actor.id, on or business_date(work.now))
    return VisitPage(items=[VisitOut.of(visit) for visit in visits])


@router.post("/visits/{visit_id}/result", dependencies=[require(Right.USE_FIELD)])
async def report_visit(work: Working, visit_id: int, report: ReportIn, field: Field_) -> VisitReportOut:
    """Accepts the report of a visit. Sending the same report again changes nothing."""
    after = await field.visits.report(work, visit_id, report.report)
    return VisitReportOut(visit_id=visit_id, hand_over_state=after.state, next_at=report.next_at)


@router.post("/visits/{visit_id}/customer", status_code=204, dependencies=[require(Right.USE_FIELD)])
async def correct_customer(work: Working, visit_id: int, body: CorrectionBody, field: Field_) -> None:
    """Corrects and adds what was learned of the customer of my visit; each change is kept with its reason."""
    await field.visits.correct_customer(work, visit_id, body.correction(ChangeSource.VISIT))


@router.get("/hand-overs", dependencies=[require(Right.ASSIGN_VISITS)])
async def list_hand_overs(
    work: Working,
    presenter: Showing,
    state: HandOverFilter | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> HandOverPage:
    """Lists hand-overs, the longest waiting first; a leader sees those of the own region."""
    hand_overs, after = presenter.field.hand_overs, _PAGES.position(cursor) or 0
    if state is HandOverFilter.QUESTIONED:
        cards = await hand_overs.questioned(work, after=after, limit=limit)
    elif state is HandOverFilter.OVERDUE:
        cards = await hand_overs.overdue(work, after=after, limit=limit)
    else:
        states = [HandOverState(state.value)] if state else list(HandOverState)
        cards = await hand_overs.hand_overs(work, states, after=after, limit=limit)
    return HandOverPage(items=await presenter.show(work, cards), next=_PAGES.next(cards, limit))


@router.post("/hand-overs/{hand_over_id}/assign", dependencies=[require(Right.ASSIGN_VISITS)])
async def assign(work: Working, hand_over_id: int, body: AssignIn, presenter: Showing) -> HandOverOut:
    """Assigns a hand-over to a field agent, or to a region whose least loaded agent then gets it."""
    card = await presenter.field.hand_overs.assign(
        work,
        hand_over_id,
        field_agent_id=body.field_agent_id,
        region_id=body.region_id,
        reason=body.reason,
        appointment=body.appointment,
    )
    return (await presenter.show(work, [card]))[0]


@router.post("/hand-overs/{hand_over_id}/decision", dependencies=[require(Right.ASSIGN_VISITS)])
async def decide_visit(work: Working, hand_over_id: int, body: DecisionIn, presenter: Showing) -> HandOverOut:
    """Decides whether the visit is still made, where the customer may not be called any more."""
    card = await presenter.field.questions.decide(work, hand_over_id, visit=body.visit, reason=body.reason)
    return (await presenter.show(work, [card]))[0]


@router.post("/regions", status_code=201, dependencies=[require(Right.MANAGE_PEOPLE)])
async def create_region(body: RegionRequest, work: Working, field: Field_) -> Created:
    """Creates a region. A district belongs to one region only."""
    region = await field.regions.create(work, body.name.strip(), body.districts, body.leader_id)
    return Created(id=region.id)


@router.put("/regions/{region_id}", status_code=204, dependencies=[require(Right.MANAGE_PEOPLE)])
async def change_region(region_id: int, body: RegionChange, work: Working, field: Field_) -> None:
    """Changes the name, districts and leader of a region; visits that are assigned stay where they are."""
    wanted = RegionFields(body.name.strip(), body.districts, body.leader_id)
    await field.regions.change(work, region_id, wanted, body.reason)


@router.get("/regions", dependencies=[require(Right.ASSIGN_VISITS, Right.MANAGE_PEOPLE)])
async def list_regions(work: Working, field: Field_, people: People) -> RegionPage:
    """Lists regions by name, with their leader and field agents; a leader sees the own one."""
    regions = [region for region in await field.regions.regions(work) if work.actor.scope.includes_region(region.id)]
    leaders = await people.cards(work, {region.leader_id for region in regions if region.leader_id is not None})
    items = [
        RegionOut.of(
            region,
            leaders[region.leader_id] if region.leader_id else await people.field_leader(work, region.id),
            await people.field_agents(work, region.id),
        )
        for region in regions
    ]
    return RegionPage(items=items)
