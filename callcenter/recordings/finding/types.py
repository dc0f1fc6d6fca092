"""Criteria of a search, a recording in a list, its place there, and what marks moments of one."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from callcenter.calls.types import CallKind, Disposition, SuccessVerdict
from callcenter.recordings.types import IncidentKind, RecordingState

MOST_NOTES = 200
"""Notes of one recording that are not removed."""


class QaState(StrEnum):
    """How far quality has come with the success of a call."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSearch:
    """Criteria of a search; None means any."""

    agent_id: int | None = None
    branch: str | None = None
    """Of the agent: the team."""
    campaign_id: int | None = None
    lead_id: int | None = None
    last4: str | None = None
    """Last four digits of the customer's number."""
    kind: CallKind | None = None
    disposition: Disposition | None = None
    state: RecordingState | None = None
    qa: QaState | None = None
    incident: bool | None = None
    """True: with an open incident."""
    since: datetime | None = None
    """Armed at this instant or later."""
    until: datetime | None = None
    """Armed before this instant."""
    least_ms: int | None = None
    """Length of the audio."""
    most_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A recording's place in a list: by the beginning of its call, then by its id."""

    armed_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.armed_at.isoformat()}~{self.id}"

    @classmethod
    def of(cls, text: str) -> "Place":
        """Reads a place. Raises ValueError or OverflowError for a text that is none."""
        at, separator, number = text.partition("~")
        armed_at = datetime.fromisoformat(at)
        if not separator or armed_at.tzinfo is None or not (number.isascii() and number.isdigit() and len(number) < 19):
            raise ValueError("not a place")
        return cls(armed_at.astimezone(UTC), int(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSummary:
    """One recording in a list."""

    id: int
    call_id: UUID
    state: RecordingState
    agent_id: int | None
    lead_id: int | None
    campaign_id: int | None
    kind: CallKind | None
    disposition: Disposition | None
    verdict: SuccessVerdict | None
    """Of quality, about a success."""
    armed_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    duration_ms: int | None
    """Length of the audio."""
    incidents: tuple[IncidentKind, ...]
    """Open ones."""

    @property
    def place(self) -> Place:
        return Place(self.armed_at, self.id)


class MarkKind(StrEnum):
    """Moments of a call that the player marks."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"
    DISPOSED = "disposed"


@dataclass(frozen=True, slots=True)
class Mark:
    """One of them; ``at_ms`` from the beginning of the audio."""

    kind: MarkKind
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteCard:
    """A note at a moment of a recording."""

    id: int
    at_ms: int
    text: str
    staff_id: int
    at: datetime
