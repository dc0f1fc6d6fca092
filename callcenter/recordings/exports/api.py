"""Endpoints of exports: request, decide, take the pack."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.kit.work import Work
from callcenter.people.service import PeopleService
from callcenter.people.types import Right
from callcenter.recordings.exports.making import CONTENT_TYPE
from callcenter.recordings.exports.schemas import (
    ExportDecision,
    ExportIn,
    RecordingExportOut,
    RecordingExportPage,
    SigningKey,
)
from callcenter.recordings.exports.service import ExportService
from callcenter.recordings.exports.signing import Signer
from callcenter.recordings.exports.types import ExportCard, ExportState

router = APIRouter(prefix="/recordings/exports", tags=["recordings"])
_PAGES = by_number("recording_exports")
_SEES = require(Right.EXPORT_RECORDINGS, Right.KEEP_RECORDINGS, Right.VIEW_AUDIT)
_EXPORTS = require(Right.EXPORT_RECORDINGS)

Exports = Annotated[ExportService, provided(ExportService)]
People = Annotated[PeopleService, provided(PeopleService)]


async def _shown(work: Work, people: PeopleService, exports: Sequence[ExportCard]) -> list[RecordingExportOut]:
    staff = await people.cards(work, {one for card in exports for one in (card.requested_by, card.decided_by) if one})
    return [RecordingExportOut.of(card, staff) for card in exports]


@router.get("", dependencies=[_SEES])
async def list_exports(
    work: Working,
    exports: Exports,
    people: People,
    state: ExportState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> RecordingExportPage:
    """Lists one's own exports, or all for those who decide on them or audit; the newest first, refused ones too."""
    found = await exports.list(work, state, before=_PAGES.position(cursor), limit=limit)
    return RecordingExportPage(items=await _shown(work, people, found), next=_PAGES.next(found, limit))


@router.post("", status_code=201, dependencies=[_EXPORTS])
async def request_export(work: Working, exports: Exports, people: People, body: ExportIn) -> RecordingExportOut:
    """Requests that a recording is given out of the bank; another person decides. What a rule forbids is logged."""
    card = await exports.request(work, body.call_id, body.purpose, body.number, body.reason)
    return (await _shown(work, people, [card]))[0]


@router.get("/key", dependencies=[_SEES])
async def signing_key(signer: Annotated[Signer, provided(Signer)]) -> SigningKey:
    """Returns the public key; the receiver gets it once, by another way than the packs."""
    return SigningKey(pem=signer.public_pem)


@router.post("/{export_id}/decision", dependencies=[require(Right.KEEP_RECORDINGS)])
async def decide_export(
    work: Working, exports: Exports, people: People, export_id: int, body: ExportDecision
) -> RecordingExportOut:
    """Decides on another person's request; the pack of an approved one is made in the background."""
    card = await exports.decide(work, export_id, body.reason, approved=body.approved)
    return (await _shown(work, people, [card]))[0]


@router.get(
    "/{export_id}/pack",
    dependencies=[_EXPORTS],
    response_class=Response,
    responses={200: {"content": {CONTENT_TYPE: {}}, "description": "the pack; taking it is logged"}},
)
async def take_pack(work: Working, exports: Exports, export_id: int) -> Response:
    """Sends the pack until its link expires."""
    pack = await exports.open_pack(work, export_id)
    headers = {
        "Content-Disposition": f'attachment; filename="recording-{pack.id}.zip"',
        "Content-Length": str(pack.size),
        "ETag": f'"{pack.sha256}"',
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(await exports.read(pack), media_type=CONTENT_TYPE, headers=headers)
