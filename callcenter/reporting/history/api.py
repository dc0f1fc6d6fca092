"""Serves a customer's history over HTTP."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.kit.http import Acting, Working, provided, require
from callcenter.kit.output import Output
from callcenter.kit.paging import Cursor, Page, Paging
from callcenter.kit.reasons import Reason
from callcenter.people.types import Right
from callcenter.reporting.history.notes import HistoryNotes
from callcenter.reporting.history.rules import may_read
from callcenter.reporting.history.service import HistoryService
from callcenter.reporting.history.types import Event, Happening, NotePart, Position

router = APIRouter(prefix="/leads", tags=["customers"], dependencies=[require(Right.VIEW_LEADS)])
Notes = Annotated[HistoryNotes, provided(HistoryNotes)]

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
    readable: bool = Field(default=False, description="it holds sealed words, and this person may read them")


class NoteQuestion(BaseModel):
    reason: Reason


class WordsOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    part: NotePart
    text: str


class NoteOut(BaseModel):
    words: list[WordsOut]


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
    return HistoryPage(
        items=[_out(event, actor.rights) for event in events],
        next=_PAGES.next(events, query.limit, key=lambda event: Position(event.at, event.key)),
    )


@router.post("/{lead_id}/history/{key}/note")
async def read_note(
    lead_id: int, key: str, body: NoteQuestion, work: Working, notes: Notes, response: Response
) -> NoteOut:
    """Returns the sealed words of an entry to those who may read them. The look is written to the audit trail."""
    response.headers["Cache-Control"] = "no-store"
    words = await notes.read(work, lead_id, key, body.reason)
    return NoteOut(words=[WordsOut.model_validate(one) for one in words])


def _out(event: Event, rights: frozenset[str]) -> EventOut:
    out = EventOut.model_validate(event)
    heard = event.kind is Happening.RECORDING and event.facts.get("state") == "stored"
    heard = heard and Right.LISTEN_RECORDINGS in rights
    readable = bool(event.facts.get("note")) and may_read(event.kind, rights)
    return out.model_copy(update={"link": f"/recordings/{event.call_id}" if heard else None, "readable": readable})
