"""Constants of the dialer that other rooms use, and what its pages show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from callcenter.kit.places import Binding

KEPT_SIGNAL = Binding("kept_signal.signal", ("node", "kind", "at"))
KEPT_SIGNAL_REASON = Binding("kept_signal.reason", ("id",))

STALE_AFTER = timedelta(seconds=20)
"""A planned call the engine could not take up for this long is not dialled any more: the agent has moved on."""

CONNECT_LEG = "agents.connect_leg"
DISCONNECT_LEG = "agents.disconnect_leg"
"""Kinds of effect the engine performs for agent sessions."""
REJOIN_CUSTOMER = "dialer.rejoin_customer"
"""Kind of effect by which a held customer is joined to the agent's next leg."""
TAKE_SIGNALS = "dialer.take_signals"
"""Kind of effect by which the engine takes signals again that were kept aside."""


class KeptState(StrEnum):
    """What has become of a signal that was kept aside."""

    KEPT = "kept"
    """Our code could not take it; it waits to be taken again."""
    TAKEN = "taken"
    DISMISSED = "dismissed"
    """A person decided, with a reason, that it is not to be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSignalCard:
    """One signal that was kept aside."""

    id: int
    state: KeptState
    node: str
    """The switch that reported it."""
    kind: str
    call_id: UUID | None
    """None for a signal that concerns no call."""
    at: datetime
    """When the switch saw it."""
    kept_at: datetime
    error: str
    """The class of the latest error."""
    message: str
    """Of the latest error, with numbers masked."""
    failures: int
    requested_at: datetime | None
    """When a person asked to take it again; None when that has failed since."""
    settled_at: datetime | None
    settled_by: int | None
    """Staff id of the person who dismissed it or asked to take it again; None: by command."""
    reason: str
