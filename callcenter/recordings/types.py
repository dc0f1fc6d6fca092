"""States, incidents, events and cards of recordings, and the facts and verdicts of their rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from callcenter.calls.types import Disposition
from callcenter.kit.events import Event
from callcenter.kit.places import Binding
from recordings_policy import Contract, RecorderStopped

ACCESS_WHY = Binding("recording_access.why", ("recording_id", "actor", "at"))
NOTE_TEXT = Binding("recording_note.text", ("recording_id", "staff_id", "at"))
INCIDENT_WORDS = Binding("recording_incident.closing_words", ("id",))


class RecordingState(StrEnum):
    ARMED = "armed"
    """The call is about to be dialled or in progress: the switch's recorder writes, or soon will."""
    CAPTURED = "captured"
    """The FLAC is on the local disk beside the raw file."""
    STORED = "stored"
    """The object is locked in the store and was read back; the local files may be removed."""
    EMPTY = "empty"
    """No audio: the call was not answered and there was no early media."""
    FAILED = "failed"
    """The call was answered and no file appeared. If one appears later, it is captured."""
    DESTROYED = "destroyed"
    """Its time was over: a run that two people decided deleted the object. The row stays as the proof."""


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
    """Encoding or storing failed again and again; the pipeline goes on trying."""
    DAMAGED = "damaged"
    """The bytes read back from the store are not the bytes sent; the recording is sent again."""
    ORPHAN = "orphan"
    """Audio without a call, or without a row that was armed before the call."""
    OBJECT_GONE = "object_gone"
    """The store lacks the object that the row names, or holds it in another size."""
    EXTRA_OBJECT = "extra_object"
    """The store holds a version that belongs to no row."""
    LOCK_REFUSED = "lock_refused"
    """The store refused to lengthen the lock of a recording that the policy keeps for longer."""
    CHANGED = "changed"
    """A stored object was read again and does not have the hash with which it was stored."""


class DetailCode(StrEnum):
    """What an incident says besides its kind; the panels have the words."""

    NOT_ARMED = "not_armed"
    EMPTY = "empty"
    NO_FILE = "no_file"
    NO_FILE_OF_UNKNOWN_CALL = "no_file_of_unknown_call"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    RECORDER_STOPPED = "recorder_stopped"
    """As ``too_short``; the recorder was seen to stop during the conversation."""
    NOT_STORED = "not_stored"
    OBJECT_GONE = "object_gone"
    SPARE_VERSIONS = "spare_versions"
    OTHER_HASH = "other_hash"
    AUDIO_AGAIN = "audio_again"
    UNKNOWN_CALL = "unknown_call"
    AUDIO_NOT_ARMED = "audio_not_armed"
    FAILING = "failing"
    LOCK_REFUSED = "lock_refused"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Detail:
    """What an incident says besides its kind: a code, and facts that are texts or numbers."""

    code: DetailCode
    facts: Mapping[str, str | int] = field(default_factory=dict)


GAP_KINDS = (IncidentKind.MISSING, IncidentKind.NO_AUDIO, IncidentKind.WRONG_LENGTH, IncidentKind.LATE)
"""Kinds that the comparison of calls and recordings opens and closes."""


class AccessAct(StrEnum):
    LISTEN = "listen"
    EXPORT = "export"


# -- events


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStored(Event):
    """The recording is locked in the store and was read back."""

    call_id: UUID
    duration: timedelta
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingIncident(Event):
    """An incident of a call's recording was opened; announced once."""

    kind: IncidentKind
    call_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStopped(Event):
    """The recorder of a conversation was seen to stop; announced once for each call."""

    call_id: UUID
    act: RecorderStopped
    at: datetime


# -- what other rooms may see


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingCard:
    """One recording with its place in the store, its retention, its waveform and its figures."""

    id: int
    call_id: UUID
    state: RecordingState
    agent_id: int | None
    lead_id: int | None
    campaign_id: int | None
    disposition: Disposition | None
    armed_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    duration_ms: int | None
    """Length of the audio."""
    object_key: str | None
    version_id: str | None
    size_bytes: int | None
    sha256: str | None
    """Of the FLAC, hexadecimal."""
    stored_at: datetime | None
    retain_until: datetime | None
    """End of the lock, as the store confirmed it."""
    policy_version: str | None
    policy_rule: str | None
    policy_reason: str | None
    peaks: Mapping[str, list[int]] | None
    """``customer`` and ``agent``: up to 800 levels of 0..127."""
    figures: Mapping[str, Any] | None
    """See ``Figures``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCard:
    """An incident of a call's recording."""

    id: int
    kind: IncidentKind
    call_id: UUID
    opened_at: datetime
    detail: str
    """A ``DetailCode``; of incidents from before there were codes, a sentence."""
    facts: Mapping[str, str | int]
    closed_at: datetime | None
    closed_by: str | None
    """The actor's label; the system's when a comparison found the fault gone."""
    closing_reason: str | None
    """The words of the person who closed it, or what the comparison found."""
    final: bool
    """Closed for good: the fault cannot be mended, and the comparison does not open it again."""
    owner_id: int | None = None
    """Who mends it."""
    due_at: datetime | None = None
    """Until when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessCard:
    """One hearing or export of a recording (requirement R5)."""

    staff_id: int | None
    actor: str
    """The actor's label; the system has no staff id."""
    act: AccessAct
    at: datetime
    why: str
    heard_ms: int | None = None
    """How much of the recording was played; None until the player has reported it."""


@dataclass(frozen=True, slots=True)
class Audio:
    """An object that the actor may hear now; the access has been logged."""

    call_id: UUID
    object_key: str
    version_id: str
    size: int
    """Bytes."""
    sha256: str


# -- retention


@dataclass(frozen=True, slots=True)
class RetentionFacts:
    """Facts of higher rooms that decide a recording's retention. All are passed each time; see recordings_policy."""

    contract: Contract | None = None
    dispute_open: bool = False
    dispute_ended_on: date | None = None
    legal_hold: bool = False

    def sold(self, starts_on: date, ends_on: date | None) -> "RetentionFacts":
        """Returns the same facts with a contract; ``ends_on`` None: its end is not known."""
        return replace(self, contract=Contract(starts_on, ends_on))

    def unsold(self) -> "RetentionFacts":
        """Returns the same facts without a contract."""
        return replace(self, contract=None)

    def to_json(self) -> dict[str, Any]:
        """Returns the content of the column ``recording.retention_facts``; dates in ISO format."""
        return {
            "contract_starts_on": self.contract.starts_on.isoformat() if self.contract else None,
            "contract_ends_on": self.contract.ends_on.isoformat() if self.contract and self.contract.ends_on else None,
            "dispute_open": self.dispute_open,
            "dispute_ended_on": self.dispute_ended_on.isoformat() if self.dispute_ended_on else None,
            "legal_hold": self.legal_hold,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "RetentionFacts":
        """Reads the output of ``to_json``; an empty document means that no fact is known."""

        def day(name: str) -> date | None:
            return date.fromisoformat(stored[name]) if stored.get(name) else None

        starts_on = day("contract_starts_on")
        return cls(
            contract=Contract(starts_on, day("contract_ends_on")) if starts_on else None,
            dispute_open=stored.get("dispute_open", False),
            dispute_ended_on=day("dispute_ended_on"),
            legal_hold=stored.get("legal_hold", False),
        )


# -- verdicts and what they rest on


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
    recorded: timedelta
    against: timedelta
    """What it is compared with: the conversation; for a recording that is too long, the whole call."""
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """The fault of an answered call's recording: the kind of incident to open, and its text."""

    kind: IncidentKind
    detail: Detail


@dataclass(frozen=True, slots=True)
class Capture:
    """State and length of a recording, for the comparison with its call."""

    state: RecordingState
    duration: timedelta | None
    stopped: bool = False
    """The recorder was seen to stop during the conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLimits:
    """The numbers by which a recording is compared with its call; each is a setting."""

    store_within: timedelta
    """How long after the call's end its recording must be stored."""
    tolerance: timedelta
    """By how much the lengths may differ."""
    unflushed: timedelta
    """How much audio a killed recorder may not have written."""


@dataclass(frozen=True, slots=True)
class SpoolFiles:
    """The local files of one call."""

    call_id: UUID
    raw_bytes: int | None = None
    """None: there is no raw file."""
    done: bool = False
    """The switch's recorder has marked the file as closed."""
    flac: bool = False
    idle: timedelta = timedelta(0)
    """How long the raw file has not grown."""


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """The facts of a recording's row that choose the pipeline's next step."""

    state: RecordingState
    armed_at: datetime
    removed: bool = False
    """Its local files have been removed after storing."""


@dataclass(frozen=True, slots=True)
class KnownCall:
    """The facts of a call that choose the pipeline's next step; absent for an unknown call."""

    ended_at: datetime | None
    """None while the call goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the pipeline waits for a file; each is a setting."""

    settle: timedelta
    """A raw file that was never marked as closed is encoded when it has not grown for this long."""
    give_up: timedelta
    """How long after the call's end a file may still appear."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Measurements of one side of the conversation."""

    rms_dbfs: float
    """Level of the whole side, in dB below full scale; -120 for digital silence."""
    talk_rate: float
    """Share of the time in which this side is heard (0..1)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Measurements of the audio (requirement Q5)."""

    customer: Channel
    agent: Channel
    silence_rate: float
    """Share of the time in which neither side is heard (0..1)."""
    talk_over_rate: float
    """Share of the time in which both are heard (0..1)."""
    agent_talk_rate: float
    """The agent's share of all talking (0..1); 0 without any talking."""
    dropped_bytes: int
    """Bytes of an incomplete last sample, when the recorder was killed. 0 to 3."""


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
    """A part of an object; ``last`` is included."""

    first: int
    last: int
    whole: int
    """Size of the whole object in bytes."""

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def header(self) -> str:
        """Returns the answer's Content-Range."""
        return f"bytes {self.first}-{self.last}/{self.whole}"
