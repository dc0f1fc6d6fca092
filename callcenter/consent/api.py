"""Endpoints of the legal basis: evidence, renewal, withdrawal (requirement L9)."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.consent.schemas import BasisBody, LegalBasisOut, WithdrawBody
from callcenter.consent.service import ConsentService
from callcenter.kit.http import Working, provided, require
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(prefix="/leads/{lead_id}/basis", tags=["basis"])

_MAY_LOOK = require(Right.MANAGE_DNC, Right.VIEW_LEADS)
_MAY = require(Right.MANAGE_DNC)

Consent = Annotated[ConsentService, provided(ConsentService)]
People = Annotated[PeopleService, provided(PeopleService)]


async def _out(work: Work, lead_id: int, consent: ConsentService, people: PeopleService) -> LegalBasisOut:
    card = await consent.basis(work, lead_id)
    staff = await people.cards(work, {event.by for event in card.history if event.by is not None})
    return LegalBasisOut.of(card, {staff_id: member.name for staff_id, member in staff.items()})


@router.get("", dependencies=[_MAY_LOOK])
async def basis(work: Working, lead_id: int, consent: Consent, people: People) -> LegalBasisOut:
    """Shows the legal basis of calls to this customer, with its history."""
    return await _out(work, lead_id, consent, people)


@router.post("", dependencies=[_MAY])
async def add_basis(work: Working, lead_id: int, body: BasisBody, consent: Consent, people: People) -> LegalBasisOut:
    """Adds evidence: it renews the basis, or restores it after a withdrawal."""
    await consent.add_basis(work, lead_id, body.evidence(), body.reason)
    return await _out(work, lead_id, consent, people)


@router.post("/withdraw", dependencies=[_MAY])
async def withdraw_basis(
    work: Working, lead_id: int, body: WithdrawBody, consent: Consent, people: People
) -> LegalBasisOut:
    """Withdraws the basis, as the customer asked: calls stop at once."""
    await consent.withdraw_basis(work, lead_id, body.reason, all_campaigns=body.all_campaigns)
    return await _out(work, lead_id, consent, people)
