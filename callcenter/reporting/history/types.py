"""Kinds of events in a customer's history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Happening(StrEnum):
    IMPORTED = "imported"
    ALLOCATED = "allocated"
    RETURNED = "returned"
    """Returned from an agent to the stock."""
    FINISHED = "finished"
    """The assignment was finished."""
    SKIPPED = "skipped"
    """The agent took the customer off the screen without a call."""
    CALL = "call"
    RECORDING = "recording"
    LISTENED = "listened"
    CALLBACK = "callback"
    """Promised, or owed to a customer who complained."""
    CALLBACK_DONE = "callback_done"
    REVIEW = "review"
    HAND_OVER = "hand_over"
    VISIT = "visit"
    COMPLAINT = "complaint"
    COMPLAINT_DECIDED = "complaint_decided"
    DNC_ENTERED = "dnc_entered"
    DNC_LIFT_PROPOSED = "dnc_lift_proposed"
    DNC_LIFT_DECLINED = "dnc_lift_declined"
    DNC_LIFTED = "dnc_lifted"
    BASIS_ADDED = "basis_added"
    BASIS_WITHDRAWN = "basis_withdrawn"
    CLASS_SET = "class_set"
    CORRECTED = "corrected"
    """A member of staff corrected or added a field of the customer's file."""
    NOTE_READ = "note_read"
    """A member of staff read the sealed words of another entry."""
    REVEALED = "revealed"
    """A member of staff saw the customer in clear."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff, by name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of the history. Of sealed data it shows corrections alone, masked (requirements L4, L7)."""

    key: str
    """Kind and id, stable: ``call:…``."""
    at: datetime
    """For a planned visit: its planned time."""
    kind: Happening
    lead_id: int | None
    """The lead it happened to; None when it concerns the number itself."""
    campaign_id: int | None
    by: Person | None
    """The person who did it; None: the system."""
    agent: Person | None
    """Another person concerned: the agent who got the lead, the visiting field agent, the agent complained about."""
    call_id: UUID | None
    facts: Mapping[str, Any]
    """Further facts of this kind; no personal data."""


class NotePart(StrEnum):
    """What the sealed words of an entry are."""

    NOTE = "note"
    OLD = "old"
    NEW = "new"
    WHY = "why"


@dataclass(frozen=True, slots=True)
class Words:
    """Sealed words in clear. Returning them is an audited act."""

    part: NotePart
    text: str


@dataclass(frozen=True, slots=True)
class Position:
    """The end of a page."""

    at: datetime
    key: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.key}"

    @classmethod
    def of(cls, text: str) -> "Position":
        """Reads a position. Raises ValueError or OverflowError for a text that is none."""
        at, separator, key = text.partition("~")
        instant = datetime.fromisoformat(at)
        if not separator or instant.tzinfo is None or not key.isprintable():
            raise ValueError("not a position")
        return cls(instant.astimezone(UTC), key)
