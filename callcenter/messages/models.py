"""Holds the tables of the messages room."""

from datetime import datetime, time

from sqlalchemy import Column, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, VARCHAR
from sqlmodel import Field, SQLModel

from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, values_check
from callcenter.messages.transitions import MESSAGE
from callcenter.messages.types import Channel, Language, MessageState, Phase


class MessageRoute(SQLModel, table=True):
    """A way on which alerts leave the system. A removed one is kept, because its messages name it."""

    __tablename__ = "message_route"
    __table_args__ = (
        values_check("channel", Channel),
        values_check("language", Language),
        Index("uq_message_route_name", "name", unique=True, postgresql_where=text("removed_at IS NULL")),
    )

    id: int = id_field()
    version: int = 1
    """Grows with every change: a form that was read before it is refused."""
    name: str = Field(max_length=60)
    channel: Channel = enum_field(Channel)
    language: Language = enum_field(Language)
    target_sealed: str
    """Mail addresses, or a URL; the URL of a messenger's robot is its password."""
    secret_sealed: str | None = None
    kinds: list[str] = Field(sa_column=Column(ARRAY(VARCHAR(40)), nullable=False))
    """Kinds of alert; empty: all."""
    after_minutes: int
    quiet_begin: time | None = None
    """Business time; with ``quiet_end``, or both are null."""
    quiet_end: time | None = None
    through_quiet: list[str] = Field(sa_column=Column(ARRAY(VARCHAR(40)), nullable=False))
    says_cleared: bool
    removed_at: datetime | None = instant_field(nullable=True)


class AlertMessage(SQLModel, table=True):
    """One message about an alert on one route: the promise that it is sent, and what became of it."""

    __tablename__ = "message"
    __table_args__ = (
        values_check("phase", Phase),
        values_check("state", MessageState),
        Index("uq_message_once", "route_id", "alert_id", "phase", unique=True),
    )

    id: int = id_field()
    route_id: int = ref_field("message_route.id", index=False)
    alert_id: int | None = ref_field("alert.id", nullable=True)
    """None: a test."""
    phase: Phase = enum_field(Phase)
    state: MessageState = enum_field(MessageState, MESSAGE.initial)
    planned_at: datetime = instant_field()
    ended_at: datetime | None = instant_field(nullable=True)
    failures: int = 0
    error: str = ""
    """Class of the latest error; its text may quote an address."""
