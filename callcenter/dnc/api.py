"""Endpoints for do-not-call entries, external lists, the legal basis and its withdrawal (L6, L9)."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, TypedDict

from fastapi import APIRouter, Query, UploadFile

from callcenter.dnc.errors import NumberNotValid
from callcenter.dnc.schemas import (
    BasisBody,
    DecideBody,
    DeliveryImportBody,
    DeliveryOut,
    DeliveryPreviewOut,
    DeliveryUploadOut,
    DncEntryPage,
    EnterBody,
    EntryOut,
    FiguresOut,
    LegalBasisOut,
    ListOut,
    NumberBody,
    NumberOut,
    ReasonBody,
    WithdrawBody,
    persons,
)
from callcenter.dnc.service import DncService
from callcenter.dnc.types import BasisEvidence, DncSource, EntryCard, EntryState
from callcenter.kit.http import Working, provided, require
from callcenter.kit.job_schemas import JobOut
from callcenter.kit.work import Work
from callcenter.leads.types import DncReason
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter()
_MAY_LOOK = require(Right.MANAGE_DNC, Right.VIEW_LEADS)
_MAY = require(Right.MANAGE_DNC)

dnc_router = APIRouter(prefix="/dnc", tags=["dnc"])
basis_router = APIRouter(prefix="/leads/{lead_id}/basis", tags=["basis"])

Dnc = Annotated[DncService, provided(DncService)]
People = Annotated[PeopleService, provided(PeopleService)]


async def _out(work: Work, people: PeopleService, cards: Sequence[EntryCard]) -> list[EntryOut]:
    staff = await people.cards(work, persons(cards))
    names = {staff_id: card.name for staff_id, card in staff.items()}
    return [EntryOut.of(card, names) for card in cards]


# --- entries ---------------------------------------------------------------------------------------------------


@dnc_router.get("/figures", dependencies=[_MAY_LOOK])
async def figures(work: Working, dnc: Dnc) -> FiguresOut:
    """What is in force, by reason and by source."""
    return FiguresOut.model_validate(await dnc.figures(work))


@dnc_router.get("/entries", dependencies=[_MAY_LOOK])
async def entries(
    work: Working,
    dnc: Dnc,
    people: People,
    reason: DncReason | None = None,
    source: DncSource | None = None,
    state: EntryState | None = None,
    list_id: Annotated[int | None, Query(ge=1)] = None,
    cursor: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DncEntryPage:
    """The newest first."""
    found = await dnc.entries(
        work, reason=reason, source=source, state=state, list_id=list_id, before=cursor, limit=limit
    )
    return DncEntryPage(items=await _out(work, people, found), next=str(found[-1].id) if len(found) == limit else None)


class _How(TypedDict):
    """What an entry is made with, whoever it bars."""

    permanent: bool
    until_on: date | None
    source: DncSource
    note: str


@dnc_router.post("/entries", dependencies=[_MAY])
async def enter(work: Working, body: EnterBody, dnc: Dnc, people: People) -> EntryOut:
    """Bars a number, by itself or through a customer who has it."""
    how = _How(permanent=body.permanent, until_on=body.until_on, source=body.source, note=body.note)
    if body.lead_id is not None:
        entry_id = await dnc.enter_dnc(work, body.lead_id, body.reason, **how)
    elif body.phone:
        entry_id = await dnc.enter_number(work, body.phone, body.reason, **how)
    else:
        raise NumberNotValid("name a number or a customer")
    return (await _out(work, people, [await dnc.entry(work, entry_id)]))[0]


@dnc_router.get("/entries/{entry_id}", dependencies=[_MAY_LOOK])
async def entry(work: Working, entry_id: int, dnc: Dnc, people: People) -> EntryOut:
    return (await _out(work, people, [await dnc.entry(work, entry_id)]))[0]


@dnc_router.post("/entries/{entry_id}/lift", dependencies=[_MAY])
async def lift(work: Working, entry_id: int, body: ReasonBody, dnc: Dnc, people: People) -> EntryOut:
    """Ends an entry early, or proposes it where that takes two persons."""
    return (await _out(work, people, [await dnc.lift_dnc(work, entry_id, body.reason)]))[0]


@dnc_router.get("/lifts", dependencies=[_MAY_LOOK])
async def lifts(work: Working, dnc: Dnc, people: People) -> list[EntryOut]:
    """Entries somebody has proposed to lift."""
    return await _out(work, people, await dnc.lifts_waiting(work))


@dnc_router.post("/lifts/{lift_id}/decide", dependencies=[_MAY])
async def decide(work: Working, lift_id: int, body: DecideBody, dnc: Dnc, people: People) -> EntryOut:
    """A second person confirms or declines."""
    return (await _out(work, people, [await dnc.decide_lift(work, lift_id, body.decision, body.reason)]))[0]


@dnc_router.post("/search", dependencies=[_MAY])
async def search(work: Working, body: NumberBody, dnc: Dnc, people: People) -> NumberOut:
    """All that is known about one number."""
    found = await dnc.number(work, body.phone)
    staff = await people.cards(work, persons(found.entries))
    return NumberOut.of(found, {staff_id: card.name for staff_id, card in staff.items()})


# --- external lists ---------------------------------------------------------------------------------------------


@dnc_router.get("/lists", dependencies=[_MAY_LOOK])
async def lists(work: Working, dnc: Dnc) -> list[ListOut]:
    return [ListOut.of(card) for card in await dnc.lists.lists(work)]


@dnc_router.get("/lists/{list_id}/deliveries", dependencies=[_MAY_LOOK])
async def deliveries(work: Working, list_id: int, dnc: Dnc) -> list[DeliveryOut]:
    """The list's files, the newest first."""
    return [DeliveryOut.of(card) for card in await dnc.lists.deliveries(work, list_id)]


@dnc_router.post("/lists/{list_id}/withdraw", dependencies=[_MAY])
async def withdraw_list(work: Working, list_id: int, body: ReasonBody, dnc: Dnc) -> dict[str, int]:
    """The whole list counts no more."""
    return {"ended": await dnc.lists.withdraw(work, list_id, body.reason)}


@dnc_router.post("/deliveries", dependencies=[_MAY])
async def upload(work: Working, file: UploadFile, dnc: Dnc) -> DeliveryUploadOut:
    """Keeps a file of numbers or hashes and says what it seems to hold."""
    card, preview = await dnc.lists.upload(work, file_name=file.filename or "", file=file.file)
    return DeliveryUploadOut(delivery=DeliveryOut.of(card), preview=DeliveryPreviewOut.of(preview))


@dnc_router.get("/deliveries", dependencies=[_MAY])
async def waiting(work: Working, dnc: Dnc) -> list[DeliveryOut]:
    """Files that wait to be taken in."""
    return [DeliveryOut.of(card) for card in await dnc.lists.waiting(work)]


@dnc_router.get("/deliveries/{delivery_id}/preview", dependencies=[_MAY])
async def preview(work: Working, delivery_id: int, dnc: Dnc) -> DeliveryPreviewOut:
    return DeliveryPreviewOut.of(await dnc.lists.preview(work, delivery_id))


@dnc_router.post("/deliveries/{delivery_id}/import", dependencies=[_MAY], status_code=202)
async def take_in(work: Working, delivery_id: int, body: DeliveryImportBody, dnc: Dnc) -> JobOut:
    """Orders the import; see the job for its progress."""
    job = await dnc.lists.order(
        work,
        delivery_id,
        list_id=body.list_id,
        name=body.name,
        supplier=body.supplier,
        term_days=body.term_days,
        kind=body.kind,
    )
    return JobOut.of(job)


@dnc_router.delete("/deliveries/{delivery_id}", dependencies=[_MAY], status_code=204)
async def discard(work: Working, delivery_id: int, dnc: Dnc) -> None:
    await dnc.lists.discard(work, delivery_id)


# --- legal basis -----------------------------------------------------------------------------------------------


async def _basis(work: Work, lead_id: int, dnc: DncService, people: PeopleService) -> LegalBasisOut:
    card = await dnc.basis(work, lead_id)
    staff = await people.cards(work, {event.by for event in card.history if event.by is not None})
    return LegalBasisOut.of(card, {staff_id: each.name for staff_id, each in staff.items()})


@basis_router.get("", dependencies=[_MAY_LOOK])
async def basis(work: Working, lead_id: int, dnc: Dnc, people: People) -> LegalBasisOut:
    """On what ground this customer may be called, and how that came about."""
    return await _basis(work, lead_id, dnc, people)


@basis_router.post("", dependencies=[_MAY])
async def add_basis(work: Working, lead_id: int, body: BasisBody, dnc: Dnc, people: People) -> LegalBasisOut:
    """New evidence: a renewal, or after a withdrawal the basis anew."""
    evidence = BasisEvidence(
        kind=body.kind,
        reference=body.reference,
        valid_until=body.valid_until,
        dated_on=body.dated_on,
        note=body.note,
    )
    await dnc.add_basis(work, lead_id, evidence, body.reason)
    return await _basis(work, lead_id, dnc, people)


@basis_router.post("/withdraw", dependencies=[_MAY])
async def withdraw_basis(work: Working, lead_id: int, body: WithdrawBody, dnc: Dnc, people: People) -> LegalBasisOut:
    """The customer withdraws: calls stop at once."""
    await dnc.withdraw_basis(work, lead_id, body.reason, all_campaigns=body.all_campaigns)
    return await _basis(work, lead_id, dnc, people)


router.include_router(dnc_router)
router.include_router(basis_router)
