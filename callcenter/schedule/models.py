"""Holds the tables of the schedule: which due times have been claimed, and how each task ran last."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

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
    """Class and message, without personal data."""
    attempts: int = 1
    retry_at: datetime | None = instant_field(nullable=True)
    """When a run that failed is tried again."""


class TaskRun(SQLModel, table=True):
    """Keeps the latest run of one task, also of those whose due times are not remembered: for people to look at."""

    __tablename__ = "scheduled_task"

    name: str = Field(primary_key=True, max_length=80)
    due_at: datetime = instant_field()
    started_at: datetime = instant_field()
    ended_at: datetime = instant_field()
    failures: int
    """How many runs in a row have failed, up to the latest."""
    failed_at: datetime | None = instant_field(nullable=True)
    """When the latest failure was; it stays after a success."""
    done_due_at: datetime | None = instant_field(nullable=True)
    """The latest due time whose run succeeded."""
    error: str | None = None
    """Class and message of the latest failure, without personal data."""
