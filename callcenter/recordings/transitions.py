"""The life of a recording, as a table. Nobody else assigns ``Recording.state``.

    armed ──encoded──▶ captured ──stored──▶ stored
      ├─────silent────▶ empty ───encoded──▶ captured
      └─file_missing──▶ failed ──encoded──▶ captured

Audio that comes after all is taken from every state but the last. Losing local files or objects never moves a
recording: that is an incident. An incident has no state column: it is open until ``closed_at`` is set, which
``repository.close_incidents`` alone does.
"""

from enum import StrEnum

from callcenter.kit.transitions import Machine
from callcenter.recordings.types import RecordingState


class RecordingFact(StrEnum):
    ENCODED = "encoded"
    """One FLAC lies beside the raw file and decodes to the same samples; encoding once more is the same fact."""
    SILENT = "silent"
    """The recorder's file holds not one sample, or nobody answered and no file came."""
    FILE_MISSING = "file_missing"
    """The call was answered, or is not known, and no file appeared in time."""
    STORED = "stored"
    """The object lies under lock and was read back."""


_S, _F = RecordingState, RecordingFact

RECORDING = Machine(
    title="A recording",
    about=(
        "Most calls nobody answers stay *empty*, and a lost file stays *failed* with its incident; both are captured "
        "all the same when their audio comes late."
    ),
    model="Recording",
    initials=(_S.ARMED,),
    ends=(_S.STORED,),
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
    },
)
MACHINES = (RECORDING,)
