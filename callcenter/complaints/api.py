"""Endpoints of the complaints room."""

from typing import Annotated

from fastapi import APIRouter, Query

from callcenter.complaints.schemas import CaseOut, CasePage, Decision, MeterOut, NewComplaint, Receipt, SignOff
from callcenter.complaints.service import ComplaintService
from callcenter.complaints.types import CaseCard, CaseState
from callcenter.kit.http import Working, provided, require
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/complaints", tags=["complaints"])

Complaints = Annotated[ComplaintService, provided(ComplaintService)]
People = Annotated[PeopleService, provided(PeopleService)]
Leads = Annotated[LeadService, provided(LeadService)]


async def _out(work: Work, cases: list[CaseCard], people: PeopleService, leads: LeadService) -> list[CaseOut]:
    agents = await people.cards(work, {case.agent_id for case in cases if case.agent_id is not None})
    customers = await leads.cards(work, {case.lead_id for case in cases})
    return [
        CaseOut.of_case(
            case,
            agents[case.agent_id].name if case.agent_id in agents else None,
            customers.get(case.lead_id),
        )
        for case in cases
    ]


@router.post("", dependencies=[require(Right.OPEN_COMPLAINT)], status_code=201)
async def open_complaint(work: Working, complaint: NewComplaint, complaints: Complaints) -> Receipt:
    """Takes a complaint in; the customer will be called back."""
    case = await complaints.open(
        work,
        category=complaint.category,
        text=complaint.text,
        lead_id=complaint.lead_id,
        call_id=complaint.call_id,
    )
    return Receipt.of(case)


@router.get("", dependencies=[require(Right.HANDLE_COMPLAINTS)])
async def list_complaints(
    work: Working,
    complaints: Complaints,
    people: People,
    leads: Leads,
    state: CaseState | None = None,
    cursor: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> CasePage:
    """The newest first."""
    cases = await complaints.cases(work, state, before=cursor, limit=limit)
    following = str(cases[-1].id) if len(cases) == limit else None
    return CasePage(items=await _out(work, cases, people, leads), next=following)


@router.get("/meter", dependencies=[require(Right.HANDLE_COMPLAINTS, Right.WATCH_FLOOR)])
async def read_meter(work: Working, complaints: Complaints) -> MeterOut:
    return MeterOut.of(await complaints.meter(work))


@router.post("/{case_id}/decision", dependencies=[require(Right.HANDLE_COMPLAINTS)])
async def decide(
    work: Working, case_id: int, decision: Decision, complaints: Complaints, people: People, leads: Leads
) -> CaseOut:
    return (await _out(work, [await complaints.decide(work, case_id, decision.text)], people, leads))[0]


@router.post("/{case_id}/sign-off", dependencies=[require(Right.SIGN_OFF_COMPLAINTS)])
async def sign_off(
    work: Working, case_id: int, body: SignOff, complaints: Complaints, people: People, leads: Leads
) -> CaseOut:
    """Ends the obligation to call back, after the attempts the rule demands."""
    return (await _out(work, [await complaints.sign_off(work, case_id, body.reason)], people, leads))[0]
