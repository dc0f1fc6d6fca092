"""State machine of recordings. Only it assigns ``Recording.state``.

    armed ──encoded──▶ captured ──stored──▶ stored
      ├─────silent────▶ empty ───encoded──▶ captured
      └─file_missing──▶ failed ──encoded──▶ captured
    stored ──destroyed──▶ destroyed

Audio that arrives late is captured in every state except *stored*. The loss of local files or objects never moves a
recording: it opens an incident. An incident has no state column: it is open until ``repository.close_incidents`` sets
``closed_at``.
"""

from enum import StrEnum

from callcenter.kit.transitions import Machine
from callcenter.recordings.types import RecordingState


class RecordingFact(StrEnum):
    ENCODED = "encoded"
    """The FLAC beside the raw file decodes to the same samples; encoding again is the same fact."""
    SILENT = "silent"
    """The recorder's file holds no sample, or the call was not answered and no file came."""
    FILE_MISSING = "file_missing"
    """The call was answered or is unknown, and no file appeared in time."""
    STORED = "stored"
    """The object is locked in the store and was read back."""
    DESTROYED = "destroyed"
    """The object was deleted after the end of its lock, by a run that two people decided."""


_S, _F = RecordingState, RecordingFact

RECORDING = Machine(
    title="A recording",
    about=(
        "Calls without an answer usually end as *empty*, and a lost file as *failed* with an incident; both are "
        "captured when audio comes late. A stored one is destroyed when its time is over."
    ),
    model="Recording",
    initials=(_S.ARMED,),
    ends=(_S.STORED, _S.DESTROYED),
    table={
        (_S.ARMED, _F.ENCODED): _S.CAPTURED,
        (_S.CAPTURED, _F.ENCODED): _S.CAPTURED,
        (_S.EMPTY, _F.ENCODED): _S.CAPTURED,
        (_S.FAILED, _F.ENCODED): _S.CAPTURED,
        (_S.ARMED, _F.SILENT): _S.EMPTY,
        (_S.EMPTY, _F.SILENT): _S.EMPTY,
        (_S.FAILED, _F.SILENT): _S.EMPTY,
        (_S.ARMED, _F.FILE_MISSING): _S.FAILED,
        (_S.CAPTURED, _F.STORED): _S.STORED,
        (_S.STORED, _F.DESTROYED): _S.DESTROYED,
    },
)
MACHINES = (RECORDING,)
