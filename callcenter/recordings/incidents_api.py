"""Endpoints of incidents of recordings. Reading is for all who watch over recordings; closing asks for a reason."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.people.service import PeopleService
from callcenter.people.types import Right
from callcenter.recordings.schemas import IncidentLine, IncidentPage, Settlement
from callcenter.recordings.service import RecordingServices

router = APIRouter(prefix="/recordings/incidents", tags=["recordings"])
_PAGES = by_number("incidents")

Recordings = Annotated[RecordingServices, provided(RecordingServices)]


@router.get("", dependencies=[require(Right.LISTEN_RECORDINGS, Right.OPERATE, Right.VIEW_AUDIT)])
async def list_incidents(
    work: Working,
    recordings: Recordings,
    people: Annotated[PeopleService, provided(PeopleService)],
    closed: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> IncidentPage:
    """Lists incidents of recordings, the newest first: all, the open or the closed ones."""
    found = await recordings.incidents.list(work, closed=closed, before=_PAGES.position(cursor), limit=limit)
    closed_by = {incident.id: _staff_id(incident.closed_by) for incident in found}
    names = await people.cards(work, {staff_id for staff_id in closed_by.values() if staff_id is not None})

    def name_of(staff_id: int | None) -> str | None:
        return names[staff_id].name if staff_id in names else None

    return IncidentPage(
        items=[IncidentLine.of(incident, name_of(closed_by[incident.id])) for incident in found],
        next=_PAGES.next(found, limit),
    )


@router.post(
    "/{incident_id}/close",
    status_code=204,
    dependencies=[require(Right.REVIEW_CALLS, Right.HANDLE_COMPLAINTS, Right.OPERATE)],  # auditors close none
)
async def close_incident(work: Working, recordings: Recordings, incident_id: int, settlement: Settlement) -> None:
    """Closes an incident, with a reason. The next comparison opens it again if its cause is still there."""
    await recordings.incidents.close(work, incident_id, settlement.reason, final=settlement.final)


def _staff_id(label: str | None) -> int | None:
    kind, _, number = (label or "").partition(":")
    return int(number) if kind == "staff" else None
