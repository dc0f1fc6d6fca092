"""What the recordings room refuses."""

from callcenter.kit.errors import Conflict, Invalid, NotFound


class RecordingNotFound(NotFound):
    code = "recording_not_found"


class NothingToHear(Conflict):
    """There is a row, and no object in the store (yet, or because the recorder heard nothing)."""

    code = "nothing_to_hear"


class ReasonMissing(Invalid):
    """Each access is logged with who, when, which and why (requirement R5)."""

    code = "reason_missing"
    rule = "R5"


class IncidentNotFound(NotFound):
    code = "incident_not_found"


class LocalAudioLost(Conflict):
    """Neither file of a recording that is not stored yet is on the disk: look for a backup of the spool."""

    code = "local_audio_lost"


class LockNotHeld(Conflict):
    """The store took an object and does not lock it: check that its bucket has object lock."""

    code = "lock_not_held"
