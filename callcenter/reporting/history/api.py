"""Serves a customer's history over HTTP."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from callcenter.kit.http import Acting, Working, provided, require
from callcenter.kit.output import Output
from callcenter.people.types import Right
from callcenter.reporting.history.errors import CursorInvalid
from callcenter.reporting.history.service import HistoryService
from callcenter.reporting.history.types import Event, Happening, Position

router = APIRouter(prefix="/leads", tags=["customers"], dependencies=[require(Right.VIEW_LEADS)])


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
    agent: PersonOut | None = Field(description="whom it concerns besides")
    call_id: UUID | None
    facts: Mapping[str, Any]
    link: str | None = Field(default=None, description="the recording, for those who may listen")


class HistoryPage(Output):
    items: list[EventOut]
    next: str | None = None


@router.get("/{lead_id}/history")
async def customer_history(
    lead_id: int,
    work: Working,
    actor: Acting,
    history: Annotated[HistoryService, provided(HistoryService)],
    kind: Annotated[list[Happening] | None, Query(description="only these")] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HistoryPage:
    """Lists everything that happened to the customer, over all leads with the same number; the newest first."""
    found = await history.of(work, lead_id, kinds=kind or (), after=_position(cursor), limit=limit)
    may_listen = Right.LISTEN_RECORDINGS in actor.rights
    return HistoryPage(
        items=[_out(event, may_listen=may_listen) for event in found],
        next=str(Position(found[-1].at, found[-1].key)) if len(found) == limit else None,
    )


def _position(cursor: str | None) -> Position | None:
    try:
        return Position.of(cursor) if cursor else None
    except ValueError as error:
        raise CursorInvalid("this is not where a page ended: begin again without a cursor") from error


def _out(event: Event, *, may_listen: bool) -> EventOut:
    out = EventOut.model_validate(event)
    heard = event.kind is Happening.RECORDING and event.facts.get("state") == "stored"
    return out.model_copy(update={"link": f"/recordings/{event.call_id}"}) if heard and may_listen else out
