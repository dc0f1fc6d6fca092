"""Endpoints of the complaints room."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends

from callcenter.complaints.schemas import CaseOut, CasePage, Decision, MeterOut, NewComplaint, Receipt, SignOff
from callcenter.complaints.service import ComplaintServices
from callcenter.complaints.types import CaseCard, CaseState
from callcenter.kit.http import Working, limited, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/complaints", tags=["complaints"])
_PAGES = by_number("complaints")

Complaints = Annotated[ComplaintServices, provided(ComplaintServices)]


@dataclass(frozen=True, slots=True)
class Presenter:
    """Shows cases with the customer and the agent the complaint is about."""

    people: Annotated[PeopleService, provided(PeopleService)]
    leads: Annotated[LeadService, provided(LeadService)]

    async def show(self, work: Work, cases: Sequence[CaseCard]) -> list[CaseOut]:
        agents = await self.people.cards(work, {case.agent_id for case in cases if case.agent_id is not None})
        leads = await self.leads.cards(work, {case.lead_id for case in cases})
        return [
            CaseOut.of_case(
                case, agents[case.agent_id].name if case.agent_id in agents else None, leads.get(case.lead_id)
            )
            for case in cases
        ]


Showing = Annotated[Presenter, Depends()]


@router.post("", dependencies=[require(Right.OPEN_COMPLAINT), limited("complaints")], status_code=201)
async def open_complaint(work: Working, complaint: NewComplaint, complaints: Complaints) -> Receipt:
    """Opens a complaint case; the customer will be called back."""
    case = await complaints.intake.open(
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
    presenter: Showing,
    state: CaseState | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> CasePage:
    """Lists cases, the newest first."""
    cases = await complaints.cases.cases(work, state, before=_PAGES.position(cursor), limit=limit)
    return CasePage(items=await presenter.show(work, cases), next=_PAGES.next(cases, limit))


@router.get("/meter", dependencies=[require(Right.HANDLE_COMPLAINTS, Right.WATCH_FLOOR)])
async def read_meter(work: Working, complaints: Complaints) -> MeterOut:
    """Returns how many complaining customers were called back, and the cases that still wait."""
    return MeterOut.of(await complaints.obligations.meter(work))


@router.post("/{case_id}/decision", dependencies=[require(Right.HANDLE_COMPLAINTS)])
async def decide(
    work: Working, case_id: int, decision: Decision, complaints: Complaints, presenter: Showing
) -> CaseOut:
    """Enters the decision of a case."""
    return (await presenter.show(work, [await complaints.deciding.decide(work, case_id, decision.text)]))[0]


@router.post("/{case_id}/sign-off", dependencies=[require(Right.SIGN_OFF_COMPLAINTS)])
async def sign_off(work: Working, case_id: int, body: SignOff, complaints: Complaints, presenter: Showing) -> CaseOut:
    """Ends the obligation to call back, after the attempts that the rule requires."""
    return (await presenter.show(work, [await complaints.obligations.sign_off(work, case_id, body.reason)]))[0]
