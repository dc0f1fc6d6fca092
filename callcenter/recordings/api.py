"""Endpoints of the recordings room. Hearing is a right, and each hearing is logged with its reason (requirement R5)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import StreamingResponse

from callcenter.kit.http import Acting, Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.kit.reasons import IN_TRAIL
from callcenter.people.types import Right
from callcenter.recordings.schemas import (
    PartHeaders,
    RecordingDetail,
    RecordingFilter,
    RecordingLine,
    RecordingPage,
    entity_tag,
)
from callcenter.recordings.service import RecordingServices

router = APIRouter(prefix="/recordings", tags=["recordings"], dependencies=[require(Right.LISTEN_RECORDINGS)])
_PAGES = by_number("recordings")

Recordings = Annotated[RecordingServices, provided(RecordingServices)]
CallId = Annotated[UUID, Path(description="id of the call")]


@router.get("")
async def list_recordings(
    work: Working,
    recordings: Recordings,
    which: Annotated[RecordingFilter, Depends()],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> RecordingPage:
    """Lists recordings, the newest first."""
    lines = await recordings.listening.search(work, which.search(), before=_PAGES.position(cursor), limit=limit)
    return RecordingPage(items=[RecordingLine.of(line) for line in lines], next=_PAGES.next(lines, limit))


@router.get("/{call_id}")
async def show_recording(work: Working, recordings: Recordings, call_id: CallId) -> RecordingDetail:
    """Shows one recording with waveform and figures."""
    return RecordingDetail.of_card(await recordings.listening.find(work, call_id))


@router.get(
    "/{call_id}/audio",
    response_class=Response,
    responses={
        200: {"content": {"audio/flac": {}}, "description": "the whole recording: left customer, right agent"},
        206: {"content": {"audio/flac": {}}, "description": "the requested part"},
        416: {"description": "the part begins after the end"},
    },
)
async def play_recording(
    work: Working,
    actor: Acting,
    recordings: Recordings,
    call_id: CallId,
    reason: Annotated[str, Query(min_length=1, max_length=200, description=IN_TRAIL)],
    asked: Annotated[PartHeaders, Depends()],
) -> Response:
    """Sends the audio, or a part of it (Range), as FLAC."""
    audio = await recordings.listening.open_audio(work, actor, call_id, reason)
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": entity_tag(audio),
        "Cache-Control": "private, no-store",
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
    }
    part = asked.part(audio)
    if part is None:
        body = await recordings.listening.read(audio)
        return StreamingResponse(body, media_type="audio/flac", headers={**headers, "Content-Length": str(audio.size)})
    if part.first >= part.whole:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{audio.size}"})
    body = await recordings.listening.read(audio, offset=part.first, length=part.length)
    return StreamingResponse(
        body,
        status_code=206,
        media_type="audio/flac",
        headers={**headers, "Content-Range": part.header, "Content-Length": str(part.length)},
    )
