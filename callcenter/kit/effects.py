"""Describes what is to leave the process (an effect) and the row it waits in until it has happened (law 8)."""

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
    """Given up: the error stands in the row."""
    LOST = "lost"
    """A crash came between start and end of an at-most-once effect: nobody knows whether it happened."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Describes what is to happen, and who does it: ``queue`` names a runner, ``kind`` its executor."""

    queue: str
    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    delivery: Delivery = Delivery.AT_MOST_ONCE


@dataclass(frozen=True, slots=True)
class EffectLost(Event):
    """Says that a crash came in the middle of an at-most-once effect: nobody knows whether it happened."""

    queue: str
    kind: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EffectFailed(Event):
    """Says that an at-most-once effect did not happen, or broke off; it is not tried again."""

    queue: str
    kind: str
    payload: Mapping[str, Any]
    error: str
    """Class and message, without personal data."""


def queue_topic(queue: str) -> str:
    """Returns the topic that wakes a queue's runner."""
    return f"queue:{queue}"


class OutboxEntry(SQLModel, table=True):
    """Keeps one effect on its way out."""

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
