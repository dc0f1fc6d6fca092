"""Endpoints of the recordings room. Hearing is a right, and each hearing is logged with its reason (requirement R5)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import StreamingResponse

from callcenter.kit.http import Acting, Working, provided, require
from callcenter.kit.reasons import IN_TRAIL
from callcenter.people.types import Right
from callcenter.recordings.schemas import Hearing, PartHeaders, RecordingDetail, entity_tag
from callcenter.recordings.service import RecordingServices

router = APIRouter(prefix="/recordings", tags=["recordings"], dependencies=[require(Right.LISTEN_RECORDINGS)])

Recordings = Annotated[RecordingServices, provided(RecordingServices)]
CallId = Annotated[UUID, Path(description="id of the call")]


@router.get("/{call_id}")
async def show_recording(work: Working, recordings: Recordings, call_id: CallId) -> RecordingDetail:
    """Shows one recording with waveform, figures and the moments of its call."""
    card = await recordings.listening.find(work, call_id)
    return RecordingDetail.of_card(card, await recordings.finding.marks(work, call_id, card.duration_ms))


@router.post("/{call_id}/heard", status_code=204)
async def note_heard(work: Working, recordings: Recordings, call_id: CallId, hearing: Hearing) -> None:
    """Notes how much of a recording I have played, at the entry of this access in the log."""
    await recordings.listening.note_heard(work, call_id, hearing.reason, hearing.heard_ms)


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
