"""Serves a customer's history over HTTP."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.allocation.notes import EndNotes
from callcenter.kit.http import Acting, Working, provided, require
from callcenter.kit.output import Output
from callcenter.kit.paging import Cursor, Page, Paging
from callcenter.kit.reasons import Reason
from callcenter.people.types import Right
from callcenter.reporting.history.service import HistoryService
from callcenter.reporting.history.types import Event, Happening, Position

router = APIRouter(prefix="/leads", tags=["customers"], dependencies=[require(Right.VIEW_LEADS)])
Notes = Annotated[EndNotes, provided(EndNotes)]

_PAGES = Paging("history", Position.of)


class PersonOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str


class EventOut(Output):
    model_config = ConfigDict(from_attributes=True)

    key: str
    at: AwareDatetime
    kind: Happening
    lead_id: int | None
    campaign_id: int | None
    by: PersonOut | None = Field(description="who did it; null: the system")
    agent: PersonOut | None = Field(description="another person concerned")
    call_id: UUID | None
    facts: Mapping[str, Any]
    link: str | None = Field(default=None, description="the recording, for those who may listen")


class NoteQuestion(BaseModel):
    reason: Reason


class NoteOut(BaseModel):
    note: str


class HistoryPage(Page[EventOut]):
    pass


class HistoryQuery(BaseModel):
    kind: list[Happening] | None = Field(default=None, description="only these")
    cursor: Cursor = None
    limit: int = Field(default=50, ge=1, le=200)


@router.get("/{lead_id}/history")
async def customer_history(
    lead_id: int,
    query: Annotated[HistoryQuery, Query()],
    work: Working,
    actor: Acting,
    history: Annotated[HistoryService, provided(HistoryService)],
) -> HistoryPage:
    """Lists everything that happened to the customer, over all leads with the same number; the newest first."""
    events = await history.list(
        work, lead_id, kinds=query.kind or (), after=_PAGES.position(query.cursor), limit=query.limit
    )
    may_listen = Right.LISTEN_RECORDINGS in actor.rights
    return HistoryPage(
        items=[_out(event, may_listen=may_listen) for event in events],
        next=_PAGES.next(events, query.limit, key=lambda event: Position(event.at, event.key)),
    )


@router.post("/{lead_id}/assignments/{assignment_id}/note", dependencies=[require(Right.MANAGE_ROSTER)])
async def read_end_note(
    lead_id: int, assignment_id: int, body: NoteQuestion, work: Working, notes: Notes, response: Response
) -> NoteOut:
    """Returns the reason for which an agent's leads were returned. The look is written to the audit trail."""
    response.headers["Cache-Control"] = "no-store"
    return NoteOut(note=await notes.read(work, lead_id, assignment_id, body.reason))


def _out(event: Event, *, may_listen: bool) -> EventOut:
    out = EventOut.model_validate(event)
    heard = event.kind is Happening.RECORDING and event.facts.get("state") == "stored"
    return out.model_copy(update={"link": f"/recordings/{event.call_id}"}) if heard and may_listen else out
