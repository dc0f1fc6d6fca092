"""Holds the table of heartbeats."""

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
    pid: int
    started_at: datetime = instant_field()
    beat_at: datetime = instant_field()
    keeping: Keeping | None = enum_field(Keeping, nullable=True)
    """Of the engine that commands the node's switch; null for every other process."""
    keeping_since: datetime | None = instant_field(nullable=True)
    lag_seconds: float | None = None
    figures: dict[str, Any] = json_field()
    """Numbers by name, for ``/metrics``."""
