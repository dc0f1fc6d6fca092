"""Describes what can have happened to a customer."""

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
    """Taken back from an agent into the stock."""
    FINISHED = "finished"
    """The agent is done with the customer."""
    SKIPPED = "skipped"
    """The agent put the customer back uncalled."""
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
    NOTE_READ = "note_read"
    """Somebody read what was written when an agent's leads were returned."""
    REVEALED = "revealed"
    """Somebody saw the customer in clear."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff, by name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened. Nothing that is sealed is opened for it (requirement L7)."""

    key: str
    """Kind and id, stable: ``call:…``."""
    at: datetime
    """For a visit that is planned: when it is to be."""
    kind: Happening
    lead_id: int | None
    """Of which of the customer's leads; None where it concerns the number itself."""
    campaign_id: int | None
    by: Person | None
    """Who did it; None: the system."""
    agent: Person | None
    """Whom it concerns besides: who got the lead, who visits, who was complained of."""
    call_id: UUID | None
    facts: Mapping[str, Any]
    """What the kind's own columns say; no personal data."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended."""

    at: datetime
    key: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.key}"

    @classmethod
    def of(cls, text: str) -> "Position":
        """Raises ValueError or OverflowError for what no page has given."""
        at, separator, key = text.partition("~")
        instant = datetime.fromisoformat(at)
        if not separator or instant.tzinfo is None or not key.isprintable():
            raise ValueError("not a position")
        return cls(instant.astimezone(UTC), key)
