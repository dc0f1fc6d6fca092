"""The parts of the system, and how each is seen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
"""The parts of which each switch has one that leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartCard:
    """One part that the system needs, and whether a process leads it."""

    part: Part
    node: str | None
    """The switch, for a part that each switch has."""
    running: bool
    since: datetime | None
    """When the leading process has connected; None while none leads."""
    standbys: int
    """Processes that wait to lead."""
