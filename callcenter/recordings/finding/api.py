"""Endpoints of the search and of notes. Criteria are sent by POST, because access logs contain addresses (law 10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path

from callcenter.campaigns.service import CampaignService
from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Paging
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.rostering import RosterService
from callcenter.people.service import PeopleService
from callcenter.people.types import Right, Role
from callcenter.recordings.finding.schemas import (
    AgentChoice,
    CampaignChoice,
    MomentNote,
    MomentNoteIn,
    RecordingChoices,
    RecordingLine,
    RecordingPage,
    RecordingSearchBody,
)
from callcenter.recordings.finding.types import NoteCard, Place, RecordingSummary
from callcenter.recordings.service import RecordingServices

router = APIRouter(prefix="/recordings", tags=["recordings"], dependencies=[require(Right.LISTEN_RECORDINGS)])
_PAGES = Paging("recordings", Place.of)
_MOST_AGENTS = 2000
_NOTES = require(Right.REVIEW_CALLS, Right.HANDLE_COMPLAINTS)
"""Auditors read notes and write none."""

Recordings = Annotated[RecordingServices, provided(RecordingServices)]
CallId = Annotated[UUID, Path(description="id of the call")]


@dataclass(frozen=True, slots=True)
class Presenter:
    """Shows recordings with their agent and customer, and notes with their authors."""

    people: Annotated[PeopleService, provided(PeopleService)]
    leads: Annotated[LeadService, provided(LeadService)]

    async def lines(self, work: Work, found: Sequence[RecordingSummary]) -> list[RecordingLine]:
        staff = await self.people.cards(work, {line.agent_id for line in found if line.agent_id is not None})
        leads = await self.leads.cards(work, {line.lead_id for line in found if line.lead_id is not None})
        return [RecordingLine.of(line, staff, leads.get(line.lead_id or 0)) for line in found]

    async def notes(self, work: Work, notes: Sequence[NoteCard]) -> list[MomentNote]:
        staff = await self.people.cards(work, {note.staff_id for note in notes})
        return [MomentNote.of(note, staff) for note in notes]


Showing = Annotated[Presenter, Depends()]


@router.post("/search")
async def search_recordings(
    work: Working, recordings: Recordings, presenter: Showing, body: RecordingSearchBody
) -> RecordingPage:
    """Lists recordings of my scope that match every criterion, the newest first."""
    after = _PAGES.position(body.cursor)
    found = await recordings.finding.search(work, body.search(), after=after, limit=body.limit)
    return RecordingPage(
        items=await presenter.lines(work, found), next=_PAGES.next(found, body.limit, key=lambda line: line.place)
    )


@router.get("/choices")
async def recording_choices(
    work: Working,
    rosters: Annotated[RosterService, provided(RosterService)],
    campaigns: Annotated[CampaignService, provided(CampaignService)],
) -> RecordingChoices:
    """Lists what the filters of the search offer."""
    agents = await rosters.search(work, role=Role.AGENT, text="", limit=_MOST_AGENTS)
    return RecordingChoices(
        agents=[AgentChoice(id=agent.id, name=agent.name, branch=agent.branch) for agent in agents],
        campaigns=[CampaignChoice(id=one.campaign_id, name=one.name) for one in await campaigns.list(work)],
    )


@router.get("/{call_id}/notes")
async def list_notes(work: Working, recordings: Recordings, presenter: Showing, call_id: CallId) -> list[MomentNote]:
    """Lists the notes at moments of a recording, by their moment."""
    return await presenter.notes(work, await recordings.finding.notes(work, call_id))


@router.post("/{call_id}/notes", status_code=201, dependencies=[_NOTES])
async def add_note(
    work: Working, recordings: Recordings, presenter: Showing, call_id: CallId, body: MomentNoteIn
) -> MomentNote:
    """Adds a note of mine at a moment of a recording."""
    note = await recordings.finding.add_note(work, call_id, body.at_ms, body.text)
    return (await presenter.notes(work, [note]))[0]


@router.delete("/{call_id}/notes/{note_id}", status_code=204, dependencies=[_NOTES])
async def remove_note(work: Working, recordings: Recordings, call_id: CallId, note_id: int) -> None:
    """Removes a note of mine."""
    await recordings.finding.remove_note(work, call_id, note_id)
