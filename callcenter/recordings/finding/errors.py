"""Refusals of notes at moments of recordings.

NoteNotFound     404
NoteOfAnother    409   only its author removes a note
TooManyNotes     409
"""

from callcenter.kit.errors import Conflict, NotFound


class NoteNotFound(NotFound):
    code = "note_not_found"


class NoteOfAnother(Conflict):
    """Refuses to remove what another person has noted."""

    code = "note_of_another"


class TooManyNotes(Conflict):
    code = "too_many_notes"
