"""Endpoints of incidents of recordings. Reading is for all who watch over recordings; closing asks for a reason."""

from typing import Annotated

from fastapi import APIRouter

from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.people.service import PeopleService
from callcenter.people.types import Right
from callcenter.recordings.schemas import IncidentLine, IncidentPage, Settlement, Taking
from callcenter.recordings.service import RecordingServices

router = APIRouter(prefix="/recordings/incidents", tags=["recordings"])
_PAGES = by_number("incidents")
_MENDS = require(Right.REVIEW_CALLS, Right.HANDLE_COMPLAINTS, Right.OPERATE)
"""Auditors read incidents, and neither take nor close one."""

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
    named = {staff_id for staff_id in closed_by.values() if staff_id is not None}
    named |= {incident.owner_id for incident in found if incident.owner_id is not None}
    names = await people.cards(work, named)

    def name_of(staff_id: int | None) -> str | None:
        return names[staff_id].name if staff_id in names else None

    return IncidentPage(
        items=[
            IncidentLine.of(incident, name_of(closed_by[incident.id]), name_of(incident.owner_id)) for incident in found
        ],
        next=_PAGES.next(found, limit),
    )


@router.post("/{incident_id}/take", status_code=204, dependencies=[_MENDS])
async def take_incident(work: Working, recordings: Recordings, incident_id: int, taking: Taking) -> None:
    """Takes an open incident to mend it until the end of a day; another person may take it over."""
    await recordings.incidents.take(work, incident_id, taking.due_on)


@router.post("/{incident_id}/close", status_code=204, dependencies=[_MENDS])
async def close_incident(work: Working, recordings: Recordings, incident_id: int, settlement: Settlement) -> None:
    """Closes an incident, with a reason. The next comparison opens it again if its cause is still there."""
    await recordings.incidents.close(work, incident_id, settlement.reason, final=settlement.final)


def _staff_id(label: str | None) -> int | None:
    kind, _, number = (label or "").partition(":")
    return int(number) if kind == "staff" else None
