"""What is known of a trunk, and how it may be used now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class TrunkState(StrEnum):
    IN_USE = "in_use"
    PAUSED = "paused"
    """It refused several calls in a row: no customer is offered on it until a probe is due."""
    PROBING = "probing"
    """One call is let through, to see whether it works again."""


class TrunkUse(StrEnum):
    """Whether one more call may take a trunk."""

    OPEN = "open"
    PROBE = "probe"
    """One call may, as the probe."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ProbeRules:
    """The room's numbers (``settings.py``) as the rules take them."""

    refusals: int
    """Refusals in a row after which a trunk is paused."""
    first_wait: timedelta
    longest_wait: timedelta
    lease: timedelta
    """How long a probe may take, before another call may be the probe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkCard:
    """A trunk that has refused calls at some time; one that never did has none."""

    name: str
    state: TrunkState
    refusals: int
    """In a row; the probes that failed are among them."""
    sip_code: int | None
    """The carrier's last answer; None where no way led to it."""
    changed_at: datetime
    """When it came into its state, the probes left out."""
    probe_at: datetime | None
    """While it is paused: when the next probe may begin. While one is going on: when another may."""
    probe_lead_id: int | None
    """Whose call is the probe."""
