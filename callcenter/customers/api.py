"""Endpoints of the customer file: searching, reading, revealing, correcting, reopening."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Response

from callcenter.customers.bodies import CorrectionBody
from callcenter.customers.corrections import CorrectionService
from callcenter.customers.schemas import HitPage, RevealBody, SearchBody
from callcenter.customers.service import CustomerService
from callcenter.customers.types import ChangeSource, ClearFile, CustomerChange, CustomerFile
from callcenter.kit.http import Working, limited, provided, require
from callcenter.kit.paging import by_number
from callcenter.people.types import Right

router = APIRouter(prefix="/leads", tags=["customers"], dependencies=[require(Right.VIEW_LEADS)])
_PAGES = by_number("customers")

Corrections = Annotated[CorrectionService, provided(CorrectionService)]
Customers = Annotated[CustomerService, provided(CustomerService)]


@router.post("/search", dependencies=[limited("searches")])
async def search_customers(work: Working, customers: Customers, body: SearchBody) -> HitPage:
    """Searches by whole name, number, last four digits, list, campaign, class or state; the newest first, masked."""
    hits = await customers.search(work, body.request(), before=_PAGES.position(body.cursor), limit=body.limit)
    return HitPage(items=list(hits), next=_PAGES.next(hits, body.limit))


@router.get("/{lead_id}")
async def customer_file(lead_id: int, work: Working, customers: Customers) -> CustomerFile:
    """Returns all data of a customer, masked."""
    return await customers.file(work, lead_id)


@router.post("/{lead_id}/reveal", dependencies=[require(Right.REVEAL_NUMBER), limited("reveals")])
async def reveal_customer(
    lead_id: int, work: Working, customers: Customers, body: RevealBody, response: Response
) -> ClearFile:
    """Returns the customer in clear. Actor, instant and reason are written to the audit trail."""
    response.headers["Cache-Control"] = "no-store"
    return await customers.reveal(work, lead_id, body.reason)


@router.get("/{lead_id}/changes")
async def customer_changes(lead_id: int, work: Working, corrections: Corrections) -> Sequence[CustomerChange]:
    """Lists the corrections of the customer's file, the newest first; masked."""
    return await corrections.changes(work, lead_id)


@router.post("/{lead_id}/corrections", dependencies=[require(Right.IMPORT_LEADS)])
async def correct_customer(
    lead_id: int, work: Working, customers: Customers, corrections: Corrections, body: CorrectionBody
) -> CustomerFile:
    """Corrects and adds fields of the customer's file; each change is kept with the old value and the reason."""
    await corrections.correct(work, lead_id, body.correction(ChangeSource.FILE))
    return await customers.file(work, lead_id)


@router.post("/{lead_id}/reopen", dependencies=[require(Right.IMPORT_LEADS)])
async def reopen_lead(
    lead_id: int, work: Working, customers: Customers, corrections: Corrections, body: RevealBody
) -> CustomerFile:
    """Puts a closed lead back into the stock, with a reason."""
    await corrections.reopen(work, lead_id, body.reason)
    return await customers.file(work, lead_id)
