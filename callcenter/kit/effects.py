"""Describes effects, which act outside the process, and the row that keeps each until it has happened (law 8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlmodel import SQLModel

from callcenter.kit.db import enum_field, id_field, instant_field, json_field, values_check
from callcenter.kit.events import Event


class Delivery(StrEnum):
    AT_MOST_ONCE = "at_most_once"
    AT_LEAST_ONCE = "at_least_once"


class EffectState(StrEnum):
    PENDING = "pending"
    STARTED = "started"
    DONE = "done"
    FAILED = "failed"
    """Not tried again; the row holds the error."""
    LOST = "lost"
    """The process crashed between start and end of an at-most-once effect: it may or may not have happened."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One act outside the process. ``queue`` names the runner that carries it out, ``kind`` the runner's executor."""

    queue: str
    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    delivery: Delivery = Delivery.AT_MOST_ONCE


@dataclass(frozen=True, slots=True)
class EffectLost(Event):
    """The process crashed during an at-most-once effect: it may or may not have happened."""

    queue: str
    kind: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EffectFailed(Event):
    """An at-most-once effect failed, perhaps after a part of it had happened; it is not tried again."""

    queue: str
    kind: str
    payload: Mapping[str, Any]
    error: str
    """Class and message, without personal data."""


def queue_topic(queue: str) -> str:
    """Returns the topic that wakes a queue's runner."""
    return f"queue:{queue}"


class OutboxEntry(SQLModel, table=True):
    """Keeps one effect until it has happened."""

    __tablename__ = "outbox"
    __table_args__ = (
        values_check("state", EffectState),
        Index("ix_outbox_open", "queue", "due_at", postgresql_where="state = 'pending'"),
    )

    id: int = id_field()
    queue: str
    kind: str
    payload: dict[str, Any] = json_field()
    delivery: Delivery = enum_field(Delivery)
    state: EffectState = enum_field(EffectState, EffectState.PENDING)
    attempts: int = 0
    created_at: datetime = instant_field()
    due_at: datetime = instant_field()
    ended_at: datetime | None = instant_field(nullable=True)
    error: str | None = None
    """Class and message of the last failure, without personal data."""

    @classmethod
    def of(cls, effect: Effect, now: datetime) -> "OutboxEntry":
        return cls(
            queue=effect.queue,
            kind=effect.kind,
            payload=dict(effect.payload),
            delivery=effect.delivery,
            created_at=now,
            due_at=now,
        )
