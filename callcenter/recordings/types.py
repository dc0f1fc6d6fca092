"""What can become of a recording, and what can be wrong with one."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from callcenter.kit.events import Event


class RecordingState(StrEnum):
    ARMED = "armed"
    """A call is about to be dialled, or is going on: the switch's recorder writes, or will."""
    CAPTURED = "captured"
    """One FLAC lies on the local disk beside the raw file."""
    STORED = "stored"
    """The object lies under lock and was read back; the local files may go."""
    EMPTY = "empty"
    """The recorder heard nothing: nobody answered and no early media came."""
    FAILED = "failed"
    """The call was answered and no file appeared. If one appears later it is taken all the same."""


TRANSITIONS: dict[RecordingState, frozenset[RecordingState]] = {
    RecordingState.ARMED: frozenset({RecordingState.CAPTURED, RecordingState.EMPTY, RecordingState.FAILED}),
    RecordingState.CAPTURED: frozenset({RecordingState.STORED}),
    RecordingState.STORED: frozenset(),
    RecordingState.EMPTY: frozenset({RecordingState.CAPTURED}),
    RecordingState.FAILED: frozenset({RecordingState.CAPTURED, RecordingState.EMPTY}),
}
"""From each state to those it may go to. Losing local files or objects never changes a state: it is an incident."""


class IncidentKind(StrEnum):
    MISSING = "missing"
    """An answered call has no recording."""
    NO_AUDIO = "no_audio"
    """An answered call's recording is empty."""
    WRONG_LENGTH = "wrong_length"
    """The recording is shorter or longer than the call (requirement R4)."""
    LATE = "late"
    """An answered call's recording is not in the store in time."""
    STUCK = "stuck"
    """Encoding or storing failed again and again; it goes on being tried."""
    DAMAGED = "damaged"
    """What was read back from the store is not what was sent; it is sent again."""
    ORPHAN = "orphan"
    """Audio without a call, or without a row that was armed before the call."""
    OBJECT_GONE = "object_gone"
    """The store does not hold the object the row names, or one of another size."""
    EXTRA_OBJECT = "extra_object"
    """The store holds a version nobody can account for."""


class AccessAct(StrEnum):
    LISTEN = "listen"
    EXPORT = "export"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStored(Event):
    """The recording lies under lock and was read back."""

    call_id: UUID
    duration: timedelta
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingIncident(Event):
    """Something is wrong with a call's recording; announced once, when the incident is opened."""

    kind: IncidentKind
    call_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class RecorderVerdict:
    """Whether a call placed now could be recorded (requirements C9, R7)."""

    ready: bool
    reason: str
    free_bytes: int


@dataclass(frozen=True, slots=True)
class LengthVerdict:
    """Whether a recording is as long as its call."""

    complete: bool
    reason: str


@dataclass(frozen=True, slots=True)
class SpoolFiles:
    """What lies on the local disk for one call."""

    call_id: UUID
    raw_bytes: int | None = None
    """None: there is no raw file."""
    done: bool = False
    """The switch's recorder has said that it closed the file."""
    flac: bool = False
    idle: timedelta = timedelta(0)
    """How long the raw file has not grown."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Figures of one side of the conversation."""

    rms_dbfs: float
    """Level of everything, in dB below full scale; -120 for digital silence."""
    talk_rate: float
    """Share of the time in which this side is heard (0..1)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the audio itself says (requirement Q5)."""

    customer: Channel
    agent: Channel
    silence_rate: float
    """Share of the time in which neither side is heard (0..1)."""
    talk_over_rate: float
    """Share of the time in which both are (0..1)."""
    agent_talk_rate: float
    """The agent's part of all talking (0..1); 0 when nobody talks."""
    dropped_bytes: int
    """Bytes at the end that were no whole sample: the recorder was cut off. 0 to 3."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One finished FLAC file."""

    sha256: str
    """Hexadecimal."""
    size: int
    """Bytes."""
    duration: timedelta
    peaks: tuple[tuple[int, ...], tuple[int, ...]]
    """For the waveform: the highest level (0..127) in each of at most 800 equal parts; customer, agent."""
    figures: Figures


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A part of an object; ``last`` is inside it."""

    first: int
    last: int
    whole: int
    """Size of the whole object in bytes."""

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def header(self) -> str:
        """The answer's Content-Range."""
        return f"bytes {self.first}-{self.last}/{self.whole}"


@dataclass(frozen=True, slots=True)
class Audio:
    """An object somebody may hear now; the access has been logged."""

    call_id: UUID
    object_key: str
    version_id: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TickReport:
    """What one round of the pipeline did."""

    captured: int = 0
    stored: int = 0
    removed: int = 0
    given_up: int = 0
    adopted: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Answered calls against recordings (requirement R4). ``answered`` = ``complete`` + ``waiting`` + ``gaps``."""

    answered: int
    complete: int
    waiting: int
    """Ended so recently that the recording may still be on its way."""
    gaps: tuple[UUID, ...] = field(default=())
    """Answered calls without a complete recording: each has an open incident."""
    opened: int = 0
    closed: int = 0
    open_incidents: int = 0
    """Open now, of any kind."""
