"""Endpoints from a file to leads: upload, preview, dry run, import; the lists and their rejects."""

from collections.abc import Iterator, Sequence
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Form, Query, UploadFile
from fastapi.responses import StreamingResponse

from callcenter.files.uploading import takes_upload
from callcenter.imports.rejecting import RejectService
from callcenter.imports.rules.columns import KINDS, REQUIRED, title_for
from callcenter.imports.rules.rows import ACCEPTED
from callcenter.imports.schemas import (
    ColumnOut,
    ImportBody,
    ImportPreviewOut,
    LeadListOut,
    LeadListPage,
    ReadingBody,
    RejectOut,
    RejectPage,
    SourceOut,
    UploadOut,
    UploadPage,
    UploadQuery,
)
from callcenter.imports.service import IntakeService
from callcenter.imports.template import template
from callcenter.imports.types import Column, FieldKind, UploadCard
from callcenter.kit.actor import Actor
from callcenter.kit.http import Acting, Working, limited, provided, require, takes
from callcenter.kit.ids import RowId
from callcenter.kit.job_schemas import JobOut
from callcenter.kit.paging import Cursor, by_number
from callcenter.kit.work import Work
from callcenter.leads.lists import LeadLists
from callcenter.leads.types import LeadListCard
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

router = APIRouter(tags=["intake"])
_UPLOADS = by_number("lead_uploads")
_LISTS = by_number("lead_lists")
_REJECTS = by_number("lead_rejects")

_MAY_UPLOAD = require(Right.IMPORT_LEADS, Right.SUPPLY_LEADS)
_MAY_SEE_UPLOADS = require(Right.IMPORT_LEADS, Right.VIEW_LEADS, Right.SUPPLY_LEADS)
_MAY_VIEW = require(Right.VIEW_LEADS, Right.IMPORT_LEADS)
_MAY_IMPORT = require(Right.IMPORT_LEADS)
_LONG = takes(1 << 20)
"""The fields of a list: hundreds of columns, each with its title and choices."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PIECE = 1 << 16

Intake = Annotated[IntakeService, provided(IntakeService)]
Lists = Annotated[LeadLists, provided(LeadLists)]
Rejects = Annotated[RejectService, provided(RejectService)]
People = Annotated[PeopleService, provided(PeopleService)]
Limit = Annotated[int, Query(ge=1, le=500, description="the most rows of a page")]
"""Larger than elsewhere: rejects are looked through in bulk."""


def _own(actor: Actor) -> int | None:
    """Returns whose uploads an actor sees: one who may only supply files sees their own; None for all."""
    return None if actor.rights & {Right.IMPORT_LEADS, Right.VIEW_LEADS} else actor.id


async def _uploads(work: Work, people: PeopleService, cards: Sequence[UploadCard]) -> list[UploadOut]:
    staff = await people.cards(work, {card.uploaded_by for card in cards if card.uploaded_by is not None})
    names = {staff_id: member.name for staff_id, member in staff.items()}
    return [
        UploadOut.model_validate(card).model_copy(update={"uploaded_by_name": names.get(card.uploaded_by or 0)})
        for card in cards
    ]


async def _lists(work: Work, people: PeopleService, cards: Sequence[LeadListCard]) -> list[LeadListOut]:
    staff = await people.cards(work, {card.imported_by for card in cards if card.imported_by is not None})
    names = {staff_id: member.name for staff_id, member in staff.items()}
    return [
        LeadListOut.model_validate(card).model_copy(update={"imported_by_name": names.get(card.imported_by or 0)})
        for card in cards
    ]


# --- uploads ---------------------------------------------------------------------------------------------------------


@router.post("/lead-imports", dependencies=[_MAY_UPLOAD, limited("uploads"), takes_upload()])
async def upload_file(
    work: Working,
    intake: Intake,
    file: UploadFile,
    source: Annotated[str, Form(max_length=100)] = "",
    target_group_id: Annotated[int | None, Form(ge=1, le=2**63 - 1)] = None,
) -> UploadOut:
    """Keeps a CSV or XLSX, sealed, until it is imported or discarded."""
    card = await intake.upload(
        work, file_name=(file.filename or "")[:200], file=file.file, source=source, target_group_id=target_group_id
    )
    return UploadOut.model_validate(card)


@router.get("/lead-imports", dependencies=[_MAY_SEE_UPLOADS])
async def list_uploads(
    query: Annotated[UploadQuery, Query()], work: Working, intake: Intake, people: People, actor: Acting
) -> UploadPage:
    """Lists uploads, the newest first. Staff who may only supply files see their own."""
    cards = await intake.uploads(
        work, state=query.state, by=_own(actor), before=_UPLOADS.position(query.cursor), limit=query.limit
    )
    return UploadPage(items=await _uploads(work, people, cards), next=_UPLOADS.next(cards, query.limit))


@router.get("/lead-imports/columns", dependencies=[_MAY_SEE_UPLOADS])
async def list_columns() -> list[ColumnOut]:
    """Lists what a column of a list can be."""
    return [
        ColumnOut(
            key=column,
            required=column in REQUIRED,
            kind=str(KINDS.get(column, FieldKind.TEXT)),
            title=title_for(column),
            accepted=list(ACCEPTED.get(column, ())),
            needs=Column.REFERENCE if column is Column.BASIS else None,
        )
        for column in Column
    ]


@router.get("/lead-imports/template.xlsx", dependencies=[_MAY_SEE_UPLOADS], response_class=StreamingResponse)
async def download_template() -> StreamingResponse:
    """Downloads an empty list with every column and the words that are understood in it."""
    return StreamingResponse(
        _pieces(template()),
        media_type=_XLSX,
        headers={"Content-Disposition": 'attachment; filename="leads-template.xlsx"'},
    )


@router.get("/lead-imports/sources", dependencies=[_MAY_SEE_UPLOADS])
async def list_sources(work: Working, intake: Intake) -> list[SourceOut]:
    """Shows how the last list of each source was read."""
    return [SourceOut.model_validate(card) for card in await intake.sources(work)]


@router.get("/lead-imports/{upload_id}", dependencies=[_MAY_SEE_UPLOADS])
async def read_upload(upload_id: RowId, work: Working, intake: Intake, people: People, actor: Acting) -> UploadOut:
    """Shows one upload."""
    return (await _uploads(work, people, [await intake.upload_card(work, upload_id, by=_own(actor))]))[0]


@router.delete("/lead-imports/{upload_id}", dependencies=[_MAY_UPLOAD])
async def discard_upload(upload_id: RowId, work: Working, intake: Intake, actor: Acting) -> UploadOut:
    """Deletes the content of an upload for good. Safe to repeat."""
    await intake.upload_card(work, upload_id, by=_own(actor))
    return UploadOut.model_validate(await intake.discard(work, upload_id))


@router.post("/lead-imports/{upload_id}/preview", dependencies=[_MAY_UPLOAD, _LONG])
async def preview_upload(
    upload_id: RowId, work: Working, intake: Intake, actor: Acting, body: ReadingBody | None = None
) -> ImportPreviewOut:
    """Shows how the file will be read, with its first rows as they will be read, masked."""
    await intake.upload_card(work, upload_id, by=_own(actor))
    reading = (body or ReadingBody()).request()
    return ImportPreviewOut.model_validate(await intake.preview(work, upload_id, reading))


@router.post("/lead-imports/{upload_id}/dry-run", dependencies=[_MAY_IMPORT, _LONG], status_code=202)
async def order_dry_run(upload_id: RowId, work: Working, intake: Intake, body: ImportBody) -> JobOut:
    """Counts what an import would give, duplicates and do-not-call included; writes no lead."""
    return JobOut.of(await intake.order_dry_run(work, upload_id, body.import_request()))


@router.post("/lead-imports/{upload_id}/import", dependencies=[_MAY_IMPORT, _LONG], status_code=202)
async def order_import(upload_id: RowId, work: Working, intake: Intake, body: ImportBody) -> JobOut:
    """Imports the file, all of it or nothing; the job's result is the report."""
    return JobOut.of(await intake.order_import(work, upload_id, body.import_request()))


# --- lists -----------------------------------------------------------------------------------------------------------


@router.get("/lead-lists", dependencies=[_MAY_VIEW])
async def list_lead_lists(
    work: Working,
    lists: Lists,
    people: People,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> LeadListPage:
    """Lists imported lists, the newest first."""
    cards = await lists.page(work, before=_LISTS.position(cursor), limit=limit)
    return LeadListPage(items=await _lists(work, people, cards), next=_LISTS.next(cards, limit))


@router.get("/lead-lists/{list_id}", dependencies=[_MAY_VIEW])
async def read_lead_list(list_id: RowId, work: Working, lists: Lists, people: People) -> LeadListOut:
    """Shows one list with the figures of its import."""
    return (await _lists(work, people, [await lists.card(work, list_id)]))[0]


@router.get("/lead-lists/{list_id}/rejects", dependencies=[_MAY_VIEW])
async def list_rejects(
    list_id: RowId, work: Working, rejects: Rejects, cursor: Cursor = None, limit: Limit = 200
) -> RejectPage:
    """Lists rows that became no lead: where they stand and why."""
    cards = await rejects.rejects(work, list_id, after=_REJECTS.position(cursor) or 0, limit=limit)
    return RejectPage(items=[RejectOut.model_validate(card) for card in cards], next=_REJECTS.next(cards, limit))


@router.get("/lead-lists/{list_id}/rejects.xlsx", dependencies=[_MAY_IMPORT], response_class=StreamingResponse)
async def download_rejects(list_id: RowId, work: Working, rejects: Rejects) -> StreamingResponse:
    """Downloads the rows that became no lead, in clear, to be corrected and uploaded again; each time is audited."""
    book = await rejects.workbook(work, list_id)
    return StreamingResponse(
        _pieces(book),
        media_type=_XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="rejects-{list_id}.xlsx"',
            "Cache-Control": "no-store",
        },
    )


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
