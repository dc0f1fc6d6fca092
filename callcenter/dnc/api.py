"""Endpoints of do-not-call entries and external lists (requirement L6)."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, UploadFile

from callcenter.dnc.deliveries import DeliveryService
from callcenter.dnc.errors import NumberNotValid
from callcenter.dnc.lists import ExternalLists
from callcenter.dnc.schemas import (
    DecideBody,
    DeliveryImportBody,
    DeliveryOut,
    DeliveryPreviewOut,
    DeliveryRejectOut,
    DeliveryUploadOut,
    DncEntryPage,
    EnterBody,
    EntryOut,
    EntryQuery,
    FiguresOut,
    ListOut,
    NumberBody,
    NumberOut,
    ReadingQuery,
    ReasonBody,
    persons,
)
from callcenter.dnc.service import DncService
from callcenter.dnc.types import EntryCard
from callcenter.files.uploading import takes_upload
from callcenter.kit.http import Working, limited, provided, require
from callcenter.kit.ids import RowId
from callcenter.kit.job_schemas import JobOut
from callcenter.kit.paging import by_number
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

_MAY_LOOK = require(Right.MANAGE_DNC, Right.VIEW_LEADS)
_MAY = require(Right.MANAGE_DNC)

router = APIRouter(prefix="/dnc", tags=["dnc"])
_PAGES = by_number("dnc_entries")

Dnc = Annotated[DncService, provided(DncService)]
Lists = Annotated[ExternalLists, provided(ExternalLists)]
Deliveries = Annotated[DeliveryService, provided(DeliveryService)]
People = Annotated[PeopleService, provided(PeopleService)]


async def _out(work: Work, people: PeopleService, cards: Sequence[EntryCard]) -> list[EntryOut]:
    staff = await people.cards(work, persons(cards))
    names = {staff_id: card.name for staff_id, card in staff.items()}
    return [EntryOut.of(card, names) for card in cards]


# --- entries ---------------------------------------------------------------------------------------------------


@router.get("/figures", dependencies=[_MAY_LOOK])
async def figures(work: Working, dnc: Dnc) -> FiguresOut:
    """Counts what is in force, by reason and by source."""
    return FiguresOut.model_validate(await dnc.figures(work))


@router.get("/entries", dependencies=[_MAY_LOOK])
async def entries(query: Annotated[EntryQuery, Query()], work: Working, dnc: Dnc, people: People) -> DncEntryPage:
    """Lists entries, the newest first."""
    cards = await dnc.entries(work, query.wanted(), before=_PAGES.position(query.cursor), limit=query.limit)
    return DncEntryPage(items=await _out(work, people, cards), next=_PAGES.next(cards, query.limit))


@router.post("/entries", dependencies=[_MAY])
async def enter(work: Working, body: EnterBody, dnc: Dnc, people: People) -> EntryOut:
    """Enters a number, by itself or through a lead that has it."""
    if body.lead_id is not None:
        entry_id = await dnc.enter_dnc(work, body.lead_id, body.reason, body.details())
    elif body.phone:
        entry_id = await dnc.enter_number(work, body.phone, body.reason, body.details())
    else:
        raise NumberNotValid("name a number or a lead")
    return (await _out(work, people, [await dnc.entry(work, entry_id)]))[0]


@router.get("/entries/{entry_id}", dependencies=[_MAY_LOOK])
async def entry(work: Working, entry_id: RowId, dnc: Dnc, people: People) -> EntryOut:
    """Shows one entry with every proposal to lift it."""
    return (await _out(work, people, [await dnc.entry(work, entry_id)]))[0]


@router.post("/entries/{entry_id}/lift", dependencies=[_MAY])
async def lift(work: Working, entry_id: RowId, body: ReasonBody, dnc: Dnc, people: People) -> EntryOut:
    """Ends an entry early, or proposes it where that takes two persons."""
    return (await _out(work, people, [await dnc.lift_dnc(work, entry_id, body.reason)]))[0]


@router.get("/lifts", dependencies=[_MAY_LOOK])
async def lifts(work: Working, dnc: Dnc, people: People) -> list[EntryOut]:
    """Lists the entries with an undecided proposal to lift them."""
    return await _out(work, people, await dnc.lifts_waiting(work))


@router.post("/lifts/{lift_id}/decide", dependencies=[_MAY])
async def decide(work: Working, lift_id: RowId, body: DecideBody, dnc: Dnc, people: People) -> EntryOut:
    """Confirms or declines a proposal, as a second person."""
    return (await _out(work, people, [await dnc.decide_lift(work, lift_id, body.decision, body.reason)]))[0]


@router.post("/search", dependencies=[_MAY, limited("searches")])
async def search(work: Working, body: NumberBody, dnc: Dnc, people: People) -> NumberOut:
    """Shows all that is known about one number."""
    file = await dnc.number(work, body.phone)
    staff = await people.cards(work, persons(file.entries))
    return NumberOut.of(file, {staff_id: card.name for staff_id, card in staff.items()})


# --- external lists ------------------------------------------------------------------------------------------------


@router.get("/lists", dependencies=[_MAY_LOOK])
async def lists(work: Working, external_lists: Lists) -> list[ListOut]:
    """Lists the external lists, with the delivery of each that is in force."""
    return [ListOut.of(card) for card in await external_lists.lists(work)]


@router.get("/lists/{list_id}/deliveries", dependencies=[_MAY_LOOK])
async def deliveries(work: Working, list_id: RowId, external_lists: Lists) -> list[DeliveryOut]:
    """Lists the files of an external list, the newest first."""
    return [DeliveryOut.of(card) for card in await external_lists.deliveries(work, list_id)]


@router.post("/lists/{list_id}/withdraw", dependencies=[_MAY])
async def withdraw_list(work: Working, list_id: RowId, body: ReasonBody, external_lists: Lists) -> dict[str, int]:
    """Ends a whole list and the entries it made."""
    return {"ended": await external_lists.withdraw(work, list_id, body.reason)}


@router.post("/deliveries", dependencies=[_MAY, limited("uploads"), takes_upload()])
async def upload(work: Working, file: UploadFile, deliveries: Deliveries) -> DeliveryUploadOut:
    """Keeps a file of numbers or hashes and says what it seems to hold."""
    card, preview = await deliveries.upload(work, file_name=file.filename or "", file=file.file)
    return DeliveryUploadOut(delivery=DeliveryOut.of(card), preview=DeliveryPreviewOut.of(preview))


@router.get("/deliveries", dependencies=[_MAY])
async def waiting(work: Working, deliveries: Deliveries) -> list[DeliveryOut]:
    """Lists files that wait to be imported."""
    return [DeliveryOut.of(card) for card in await deliveries.waiting(work)]


@router.get("/deliveries/{delivery_id}/preview", dependencies=[_MAY])
async def preview(
    work: Working, delivery_id: RowId, query: Annotated[ReadingQuery, Query()], deliveries: Deliveries
) -> DeliveryPreviewOut:
    """Shows again what a waiting file seems to hold, read as asked for."""
    return DeliveryPreviewOut.of(await deliveries.preview(work, delivery_id, query.reading()))


@router.get("/deliveries/{delivery_id}/rejects", dependencies=[_MAY_LOOK])
async def rejects(
    work: Working,
    delivery_id: RowId,
    deliveries: Deliveries,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="the last line of the page before")] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> list[DeliveryRejectOut]:
    """Lists the rows of an imported file that held no number: their line and why."""
    found = await deliveries.rejects(work, delivery_id, after=after, limit=limit)
    return [DeliveryRejectOut.model_validate(reject) for reject in found]


@router.post("/deliveries/{delivery_id}/import", dependencies=[_MAY], status_code=202)
async def take_in(work: Working, delivery_id: RowId, body: DeliveryImportBody, deliveries: Deliveries) -> JobOut:
    """Requests the import; the job shows its progress."""
    return JobOut.of(await deliveries.request_import(work, delivery_id, body.order()))


@router.delete("/deliveries/{delivery_id}", dependencies=[_MAY], status_code=204)
async def discard(work: Working, delivery_id: RowId, deliveries: Deliveries) -> None:
    """Deletes the content of a waiting file for good."""
    await deliveries.discard(work, delivery_id)
