"""Reports of the recordings room's repeated work."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TickReport:
    """The result of one round of the pipeline."""

    captured: int = 0
    stored: int = 0
    removed: int = 0
    given_up: int = 0
    adopted: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The result of a comparison of answered calls with recordings (requirement R4).

    ``answered`` = ``complete`` + ``waiting`` + ``settled`` + ``gaps``.
    """

    answered: int
    complete: int
    waiting: int
    """Ended so recently that the recording may still be on its way."""
    gaps: tuple[UUID, ...] = field(default=())
    """Answered calls without a complete recording: each has an open incident."""
    settled: int = 0
    """Without a complete recording for ever; a person has closed the incident for good."""
    opened: int = 0
    closed: int = 0
    open_incidents: int = 0
    """Open now, of any kind."""
