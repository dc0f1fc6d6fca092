"""Names what a process may run."""

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


ALL_PARTS = frozenset(Part)
