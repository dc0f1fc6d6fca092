"""How an engine keeps up with its switch, and what the processes of the installation report of themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

HEALTH_TOPIC = "health"
"""Notified whenever the state of an engine has changed: every process then reads the heartbeats at once."""

KEEPING_TOPIC = "health.keeping"
"""Rung inside one process after it has read that an engine's state has changed: its open screens show the mark."""


class Part(StrEnum):
    """What a process may run; each can be a process of its own (requirement S5)."""

    WEB = "web"
    ENGINE = "engine"
    """Commands one switch."""
    RECORDER = "recorder"
    """Encodes and stores the recordings of one switch."""
    OFFICE = "office"
    """Scheduled tasks and jobs."""


OF_A_NODE = (Part.ENGINE, Part.RECORDER)
"""The parts of which each node has one that leads."""


class Keeping(StrEnum):
    """How an engine keeps up with the signals of its switch."""

    IN_TIME = "in_time"
    LATE = "late"
    """Screens lag behind the voices by more than the first threshold."""
    BEHIND = "behind"
    """Above the second threshold: no new call is offered until the lag has fallen."""
    SILENT = "silent"
    """The engine does not report: no call is placed on its switch until one does again."""
    NO_SWITCH = "no_switch"
    """The engine runs and its switch does not answer, or its state could not be read: no call is placed there."""

    @property
    def offers(self) -> bool:
        """Returns whether agents are offered new calls."""
        return self in (Keeping.IN_TIME, Keeping.LATE)

    @property
    def lost(self) -> bool:
        """Returns whether the node carries nothing: no call of it is heard of any more."""
        return self in (Keeping.SILENT, Keeping.NO_SWITCH)


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
    leads: Mapping[str, datetime] = field(default_factory=dict)
    """The parts that it leads, and since when. A standby leads nothing; every web worker leads its part."""
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
    """Zero for an engine that is silent or has no switch: its lag is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One switch with its engine and its recorder, and where the phones of its agents register."""

    name: str
    websocket_url: str
    realm: str
    """Host part of its phones' SIP addresses."""
    registered_at: datetime
    """When its engine first announced it."""
    closed_at: datetime | None = None
    """Since then agents who log on get another node, and its parts may be missing; None: it is in use."""
    closed_reason: str = ""

    @property
    def open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the database holds of all processes and nodes at one instant."""

    reports: Sequence[Report]
    nodes: Sequence[Node]

    @property
    def closed(self) -> frozenset[str]:
        """Returns the names of the nodes that are out of use."""
        return frozenset(node.name for node in self.nodes if not node.open)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCard:
    """One part that the system needs: which processes run it, since when, how late."""

    part: Part
    node: str | None
    """For a part that each node has."""
    since: datetime | None
    """When the first of its processes began to lead; None while none leads."""
    processes: int
    """Processes that lead it: one, or the web workers."""
    standbys: int
    """Processes that wait to lead."""
    heard_at: datetime | None
    """The newest heartbeat of a process that led it, of the last hour."""
    engine: EngineHealth | None = None
    """Of an engine: how it keeps up."""

    @property
    def running(self) -> bool:
        return self.processes > 0

    @property
    def subject(self) -> str:
        """Returns its name in alerts."""
        return f"{self.part.value}:{self.node}" if self.node else self.part.value
