"""What a switch reports: typed signals, free of the vendor's words.

Signals are facts (law 7): they may come late, twice and in any order, and nothing here raises. ``at`` is the instant
the switch saw it. Two signals with the same ``key`` are one fact reported twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class DialStatus(StrEnum):
    """How the switch sums up its dialling."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    CANCELLED = "cancelled"
    CONGESTION = "congestion"
    UNAVAILABLE = "unavailable"
    """Refused, unknown number, trunk down, or the recorder could not start: cause and SIP code say which."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Base of all signals."""

    at: datetime

    @property
    def key(self) -> str:
        """Names the fact: a fact reported twice has the same key both times."""
        return type(self).__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUp(Signal):
    """The control link is up and logged in. State must be read again: anything may have happened meanwhile."""

    restarted: bool
    """True when the switch is a new process since the link was last up: every call it had is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDown(Signal):
    """The control link is lost. Calls may go on in the switch.

    ``at`` is when the switch was last heard, which may be long before the loss was noticed.
    """

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadEvent(Signal):
    """The switch reported an event that our own code failed to translate; ``SwitchGateway.read_event`` tries again.

    ``at`` is when it was received, because nothing of it has been understood.
    """

    event: str
    """The vendor's name of the event."""
    headers: Mapping[str, Any]
    """The event as it came, in values that JSON has. They may name a customer's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRegistered(Signal):
    """An agent's browser phone can be reached."""

    extension: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneUnregistered(Signal):
    """An agent's browser phone is gone (tab closed, network lost)."""

    extension: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegSignal(Signal):
    """Concerns an agent's permanent leg."""

    leg_id: str

    @property
    def key(self) -> str:
        return f"{type(self).__name__}:{self.leg_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLegUp(LegSignal):
    """The agent's leg is answered and parked: customers can be dialled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLegDown(LegSignal):
    """The agent's leg has ended, or could not be made."""

    cause: int | None
    """Q.850 cause, where one is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSignal(Signal):
    """Concerns one call to a customer."""

    call_id: UUID

    @property
    def key(self) -> str:
        return f"{type(self).__name__}:{self.call_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(CallSignal):
    """The recorder is attached to the customer's channel; the INVITE has not left yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDialled(CallSignal):
    """The INVITE has left towards the customer."""

    channel: str
    """The switch's name of the customer's channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRinging(CallSignal):
    """The customer's telephone rings (180)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEarlyMedia(CallSignal):
    """The network plays something before the answer (183): a tune, or that the telephone is switched off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAnswered(CallSignal):
    """The customer has answered and is joined to the agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerHungUp(CallSignal):
    """The customer's channel has ended, whichever side ended it."""

    cause: int | None
    """Q.850 cause."""
    sip_code: int | None
    """The far end's SIP answer where it refused (486, 480, 404, 603, 503 …)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialFinished(CallSignal):
    """The switch's dialling is over and the agent's leg is parked again."""

    status: DialStatus
    cause: int | None
