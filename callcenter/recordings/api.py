"""Endpoints of the recordings room. Hearing is a right, and each hearing is logged with its reason (requirement R5)."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import StreamingResponse

from callcenter.calls.types import Disposition
from callcenter.kit.clock import at_business_time
from callcenter.kit.http import Acting, Working, provided, require
from callcenter.people.types import Right
from callcenter.recordings.repository import Search
from callcenter.recordings.rules import choose_range
from callcenter.recordings.schemas import IncidentLine, RecordingDetail, RecordingLine, RecordingPage, Settlement
from callcenter.recordings.service import RecordingService
from callcenter.recordings.types import RecordingState

router = APIRouter(prefix="/recordings", tags=["recordings"], dependencies=[require(Right.LISTEN_RECORDINGS)])

Recordings = Annotated[RecordingService, provided(RecordingService)]
CallId = Annotated[UUID, Path(description="id of the call")]


@router.get("")
async def list_recordings(
    work: Working,
    recordings: Recordings,
    agent_id: int | None = None,
    lead_id: int | None = None,
    disposition: Disposition | None = None,
    state: RecordingState | None = None,
    first_on: Annotated[date | None, Query(description="first day, Beijing time")] = None,
    last_on: Annotated[date | None, Query(description="last day, included")] = None,
    cursor: Annotated[int | None, Query(ge=0)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RecordingPage:
    """The newest first."""
    search = Search(
        agent_id=agent_id,
        lead_id=lead_id,
        disposition=disposition,
        state=state,
        since=at_business_time(first_on, 0) if first_on else None,
        until=at_business_time(last_on + timedelta(days=1), 0) if last_on else None,
    )
    rows = await recordings.search(work, search, before=cursor, limit=limit)
    return RecordingPage(
        items=[RecordingLine.of(row) for row in rows], next=str(rows[-1].id) if len(rows) == limit else None
    )


@router.get("/incidents")
async def list_incidents(work: Working, recordings: Recordings) -> list[IncidentLine]:
    """What is wrong with recordings now."""
    return [IncidentLine.of(row) for row in await recordings.open_incidents(work)]


@router.post(
    "/incidents/{incident_id}/close",
    status_code=204,
    dependencies=[require(Right.REVIEW_CALLS, Right.HANDLE_COMPLAINTS)],  # who only reads closes nothing
)
async def close_incident(work: Working, recordings: Recordings, incident_id: int, settlement: Settlement) -> None:
    """Somebody has looked. What is not put right is opened again by the next comparison."""
    await recordings.close_incident(work, incident_id, settlement.reason)


@router.get("/{call_id}")
async def show_recording(work: Working, recordings: Recordings, call_id: CallId) -> RecordingDetail:
    """One recording with waveform and figures."""
    return RecordingDetail.of(await recordings.find(work, call_id))


@router.get(
    "/{call_id}/audio",
    response_class=Response,
    responses={
        200: {"content": {"audio/flac": {}}, "description": "the whole recording: left customer, right agent"},
        206: {"content": {"audio/flac": {}}, "description": "the part asked for"},
        416: {"description": "the part begins after the end"},
    },
)
async def play_recording(
    work: Working,
    actor: Acting,
    recordings: Recordings,
    call_id: CallId,
    reason: Annotated[str, Query(min_length=1, max_length=200, description="why; it is logged")],
    range_: Annotated[str | None, Header(alias="Range")] = None,
    if_range: Annotated[str | None, Header()] = None,
) -> Response:
    """The audio, or a part of it (Range), as FLAC."""
    audio = await recordings.open_audio(work, actor, call_id, reason)
    tag = f'"{audio.sha256}"'
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Cache-Control": "private, no-store",
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
    }
    part = choose_range(range_, audio.size) if if_range in (None, tag) else None
    if part is None:
        body = await recordings.read(audio)
        return StreamingResponse(body, media_type="audio/flac", headers={**headers, "Content-Length": str(audio.size)})
    if part.first >= part.whole:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{audio.size}"})
    body = await recordings.read(audio, offset=part.first, length=part.length)
    return StreamingResponse(
        body,
        status_code=206,
        media_type="audio/flac",
        headers={**headers, "Content-Range": part.header, "Content-Length": str(part.length)},
    )
