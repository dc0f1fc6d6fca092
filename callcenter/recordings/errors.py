"""Refusals of the recordings room.

RecordingNotFound, IncidentNotFound     404
DeadlinePast                            422
IncidentClosed                          409
NothingToHear                           409   there is a row and no object to play
LocalAudioLost, LockNotHeld             409   inside the pipeline: postponed, later an incident
"""

from callcenter.kit.errors import Conflict, Invalid, NotFound


class RecordingNotFound(NotFound):
    """The call has no recording row."""

    code = "recording_not_found"


class NothingToHear(Conflict):
    """The recording has a row but no object in the store: not yet, or because it is empty."""

    code = "nothing_to_hear"


class IncidentNotFound(NotFound):
    code = "incident_not_found"


class IncidentClosed(Conflict):
    """Refuses to take an incident that is closed."""

    code = "incident_closed"


class DeadlinePast(Invalid):
    code = "deadline_past"


class LocalAudioLost(Conflict):
    """Both local files of a recording that is not stored yet are gone: look for a backup of the spool."""

    code = "local_audio_lost"


class LockNotHeld(Conflict):
    """The store accepted an object without locking it: check that its bucket has object lock."""

    code = "lock_not_held"
