"""Holds the table of the schedule: which due times of which tasks have been claimed."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from callcenter.kit.db import id_field, instant_field


class ScheduledRun(SQLModel, table=True):
    """Keeps one due time of one task. The unique row is the claim: late, double and missed ticks are harmless."""

    __tablename__ = "scheduled_run"
    __table_args__ = (UniqueConstraint("task", "due_at"),)

    id: int = id_field()
    task: str
    due_at: datetime = instant_field()
    started_at: datetime = instant_field()
    ended_at: datetime | None = instant_field(nullable=True)
    error: str | None = None
    """Class and message, without personal data; the task is tried again on the next tick."""
    attempts: int = 1
