"""Holds the tables of heartbeats and nodes."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from callcenter.health.types import Keeping
from callcenter.kit.db import enum_field, instant_field, json_field, values_check


class Heartbeat(SQLModel, table=True):
    """The latest report of one process. Overwritten at each beat, removed at its orderly end."""

    __tablename__ = "heartbeat"
    __table_args__ = (values_check("keeping", Keeping),)

    process: str = Field(primary_key=True, max_length=36)
    """Unique to one run of a process."""
    node: str = Field(max_length=20)
    parts: list[str] = json_field(list)
    leads: dict[str, str] = json_field()
    """Part → since when this process leads it, as an ISO instant."""
    pid: int
    started_at: datetime = instant_field()
    beat_at: datetime = instant_field()
    keeping: Keeping | None = enum_field(Keeping, nullable=True)
    """Of the engine that commands the node's switch; null for every other process."""
    keeping_since: datetime | None = instant_field(nullable=True)
    lag_seconds: float | None = None
    figures: dict[str, Any] = json_field()
    """Numbers by name, for ``/metrics``."""


class NodeRow(SQLModel, table=True):
    """One switch with its engine, as its engine registered it. Never removed: calls name it."""

    __tablename__ = "node"

    name: str = Field(primary_key=True, max_length=20)
    websocket_url: str = Field(max_length=300)
    """Where the browser phones of its agents register."""
    realm: str = Field(max_length=255)
    registered_at: datetime = instant_field()
    closed_at: datetime | None = instant_field(nullable=True)
    """Out of use since then."""
    closed_reason: str = Field(default="", max_length=300)
