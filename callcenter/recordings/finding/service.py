"""Finds recordings, marks the moments of their calls, and keeps notes at moments of them (requirement R5)."""

from uuid import UUID

from callcenter.kit.crypto import Vault
from callcenter.kit.errors import NotAllowed
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.recordings import repository as recordings
from callcenter.recordings.errors import RecordingNotFound
from callcenter.recordings.finding import repository
from callcenter.recordings.finding.errors import NoteNotFound, NoteOfAnother, TooManyNotes
from callcenter.recordings.finding.rules import marks_of
from callcenter.recordings.finding.types import MOST_NOTES, Mark, NoteCard, Place, RecordingSearch, RecordingSummary
from callcenter.recordings.models import Recording, RecordingNote
from callcenter.recordings.ports import CallReads
from callcenter.recordings.types import NOTE_TEXT


class FindingService:
    """Searches recordings of the actor's scope and reads and writes their notes."""

    def __init__(self, calls: CallReads, vault: Vault) -> None:
        self._calls = calls
        self._vault = vault

    async def search(
        self, work: Work, search: RecordingSearch, *, after: Place | None = None, limit: int = 50
    ) -> list[RecordingSummary]:
        """Returns recordings of the actor's scope, the newest first; ``after``: the last place of the page before.

        A search by digits of a number may show whose it is, so the trail names who searched and what was found.
        """
        rows = await repository.list_page(work, search, after=after, limit=limit)
        if search.last4 is not None and after is None:
            facts = {"found": len(rows)}
            await work.announce(Noted("recordings.searched", f"staff:{work.actor.id}", facts))
        call_ids = [row.call_id for row in rows]
        incidents = await repository.open_incidents(work, call_ids)
        verdicts = await repository.verdicts(work, call_ids)
        return [
            RecordingSummary(
                id=row.id,
                call_id=row.call_id,
                state=row.state,
                agent_id=row.agent_id,
                lead_id=row.lead_id,
                campaign_id=row.campaign_id,
                kind=row.kind,
                disposition=row.disposition,
                verdict=verdicts.get(row.call_id),
                armed_at=row.armed_at,
                answered_at=row.answered_at,
                ended_at=row.ended_at,
                duration_ms=row.duration_ms,
                incidents=tuple(incidents.get(row.call_id, ())),
            )
            for row in rows
        ]

    async def marks(self, work: Work, call_id: UUID, duration_ms: int | None) -> list[Mark]:
        """Returns the moments of a call as places in its audio; none while there is no audio."""
        times = await self._calls.times(work, call_id)
        return marks_of(times, duration_ms) if times and duration_ms else []

    async def notes(self, work: Work, call_id: UUID) -> list[NoteCard]:
        """Returns the notes at moments of a recording, by their moment. Raises RecordingNotFound."""
        recording = await self._recording(work, call_id)
        return [self._card(note) for note in await repository.list_notes(work, recording.id)]

    async def add_note(self, work: Work, call_id: UUID, at_ms: int, text: str) -> NoteCard:
        """Adds a note of the actor. Raises RecordingNotFound, TooManyNotes; NotAllowed for the system."""
        recording = await self._recording(work, call_id)
        staff_id = work.actor.staff_id
        if staff_id is None:
            raise NotAllowed("a note has an author: log in")
        if await repository.count_notes(work, recording.id) >= MOST_NOTES:
            raise TooManyNotes(f"a recording has at most {MOST_NOTES} notes: remove some of yours", most=MOST_NOTES)
        note = RecordingNote(
            recording_id=recording.id,
            staff_id=staff_id,
            at_ms=min(at_ms, recording.duration_ms or 0),
            text_sealed=self._vault.seal(text, NOTE_TEXT.place(recording.id, staff_id, work.now)),
            at=work.now,
        )
        repository.add_note(work, note)
        await work.session.flush()
        await work.announce(Noted("recordings.note_added", f"call:{call_id}", {"at_ms": note.at_ms}))
        return self._card(note)

    async def remove_note(self, work: Work, call_id: UUID, note_id: int) -> None:
        """Removes a note of the actor. Raises RecordingNotFound, NoteNotFound, NoteOfAnother."""
        recording = await self._recording(work, call_id)
        note = await repository.lock_note(work, recording.id, note_id)
        if note is None:
            raise NoteNotFound(f"there is no note {note_id}: it may have been removed")
        if note.staff_id != work.actor.staff_id:
            raise NoteOfAnother("only its author removes a note")
        note.removed_at = work.now
        await work.announce(Noted("recordings.note_removed", f"call:{call_id}", {"at_ms": note.at_ms}))

    def _card(self, note: RecordingNote) -> NoteCard:
        text = self._vault.open(note.text_sealed, NOTE_TEXT.at(note))
        return NoteCard(id=note.id, at_ms=note.at_ms, text=text, staff_id=note.staff_id, at=note.at)

    async def _recording(self, work: Work, call_id: UUID) -> Recording:
        row = await recordings.find_within(work, call_id)
        if row is None:
            raise RecordingNotFound(f"the call {call_id} has no recording")
        return row
