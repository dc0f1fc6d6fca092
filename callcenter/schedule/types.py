"""Describes how scheduled tasks do, for the page of the people who operate the system."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Health(StrEnum):
    FINE = "fine"
    FAILING = "failing"
    """The latest run failed; a remembered task is tried again."""
    LATE = "late"
    """A due time has passed without a run: no process leads the schedule, or the task hangs."""


@dataclass(frozen=True, slots=True)
class LatestRun:
    due_at: datetime
    started_at: datetime
    ended_at: datetime
    failures: int
    """In a row, up to this run."""
    failed_at: datetime | None
    error: str | None
    """Of the latest failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCard:
    """One task of the table, and how it ran last."""

    name: str
    daily_at: str | None
    """``20:00`` in Shanghai; None for a task with a period."""
    period: timedelta | None
    next_due_at: datetime
    health: Health
    latest: LatestRun | None
    """None: it has never run."""
