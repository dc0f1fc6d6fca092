"""What the recordings room refuses.

RecordingNotFound, IncidentNotFound     404
NothingToHear                           409   there is a row and no object to play
LocalAudioLost, LockNotHeld             409   inside the pipeline: postponed, later an incident
"""

from callcenter.kit.errors import Conflict, NotFound


class RecordingNotFound(NotFound):
    """The call has no recording row."""

    code = "recording_not_found"


class NothingToHear(Conflict):
    """There is a row, and no object in the store (yet, or because the recorder heard nothing)."""

    code = "nothing_to_hear"


class IncidentNotFound(NotFound):
    code = "incident_not_found"


class LocalAudioLost(Conflict):
    """Neither file of a recording that is not stored yet is on the disk: look for a backup of the spool."""

    code = "local_audio_lost"


class LockNotHeld(Conflict):
    """The store took an object and does not lock it: check that its bucket has object lock."""

    code = "lock_not_held"
