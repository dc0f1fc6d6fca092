"""How an engine keeps up with its switch, and what the processes of the installation report of themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

HEALTH_TOPIC = "health"
"""Notified whenever the state of an engine has changed: every process then reads the heartbeats at once."""

KEEPING_TOPIC = "health.keeping"
"""Rung inside one process after it has read that an engine's state has changed: its open screens show the mark."""


class Keeping(StrEnum):
    """How an engine keeps up with the signals of its switch."""

    IN_TIME = "in_time"
    LATE = "late"
    """Screens lag behind the voices by more than the first threshold."""
    BEHIND = "behind"
    """Above the second threshold: no new call is offered until the lag has fallen."""
    SILENT = "silent"
    """The engine does not report: no call is placed on its switch until one does again."""

    @property
    def offers(self) -> bool:
        """Returns whether agents are offered new calls."""
        return self in (Keeping.IN_TIME, Keeping.LATE)


@dataclass(frozen=True, slots=True)
class EngineReport:
    """What the engine of one switch measures of itself."""

    keeping: Keeping
    since: datetime
    """When this state began."""
    lag: timedelta
    """From an event at the switch to its taking: of the signals of the last seconds, or of the oldest that waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one process reports of itself at each heartbeat."""

    process: str
    """Unique to one run of a process."""
    node: str
    parts: tuple[str, ...]
    pid: int
    started_at: datetime
    beat_at: datetime
    engine: EngineReport | None = None
    """Of the one engine that commands the node's switch; None for every other process, a standby engine included."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """Numbers by the names of ``health.figures``."""


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """How the engine of a node keeps up, as a page shows it."""

    node: str
    keeping: Keeping
    since: datetime
    lag: timedelta
    """Zero for a silent engine: its lag is not known."""
