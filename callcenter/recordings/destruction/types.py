"""States of a destruction run and of what it lists, and what is shown of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from callcenter.kit.places import Binding

RUN_WHY = Binding("destruction_run.why", ("proposed_at",))
RUN_DECISION_WHY = Binding("destruction_run.decision_why", ("id",))

MOST_LISTED = 5000
"""Recordings that one run lists at most."""


class RunState(StrEnum):
    PROPOSED = "proposed"
    """Waits for the decision of another person."""
    APPROVED = "approved"
    """The recordings are being destroyed."""
    REJECTED = "rejected"
    DONE = "done"
    """Each listed recording is destroyed, or kept with its reason; the protocol is made."""


class ItemState(StrEnum):
    LISTED = "listed"
    DESTROYED = "destroyed"
    KEPT = "kept"


class Kept(StrEnum):
    """Why a listed recording was not destroyed."""

    HELD = "held"
    """A legal hold keeps it."""
    TERM = "term"
    """The policy keeps it for longer than when it was listed."""
    OPEN_EXPORT = "open_export"
    """It was requested for an export that is not over."""
    LOCKED = "locked"
    """The store says that its lock has not ended."""
    GONE = "gone"
    """It was destroyed by another run, or is not in the store."""
    STORE = "store"
    """The store did not answer; the next run lists it again."""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """The facts of a recording that decide whether it may be destroyed now."""

    stored: bool
    held: bool
    open_ended: bool
    wanted_until: datetime | None
    retain_until: datetime | None
    open_export: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCard:
    """One run as it is shown."""

    id: int
    state: RunState
    policy_version: str
    listed: int
    destroyed: int
    kept: int
    size_bytes: int
    why: str
    proposed_by: int | None
    proposed_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    decision_why: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCard:
    """One recording of a run."""

    id: int
    call_id: UUID
    state: ItemState
    kept: Kept | None
    rule: str
    retain_until: datetime
    sha256: str
    size_bytes: int
    at: datetime | None
