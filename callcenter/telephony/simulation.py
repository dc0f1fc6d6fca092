"""Says how a simulated switch behaves: how fast its time passes, and what goes wrong."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from callcenter.telephony import carrier
from callcenter.telephony.events import DialStatus, Signal
from callcenter.telephony.port import DialRequest


@dataclass
class Faults:
    """What goes wrong, changeable at any time. Shares are 0..1."""

    late: float = 0.0
    """Share of signals that are held back, and so may overtake each other, for up to ``late_seconds``."""
    late_seconds: float = 0.05
    doubled: float = 0.0
    """Share of signals that come twice."""
    lost: float = 0.0
    """Share of signals that never come."""
    reordered: float = 0.0
    """Share of signals that change places with the next one."""
    untranslated: type[Signal] | None = None
    """Signals of this kind come as events that cannot be translated, for as long as it is set."""
    recorder_refuses: bool = False
    """No recording can be started, so the customer is not dialled."""
    recorder_stops: bool = False
    """Nothing more is written of conversations, as with a full disk."""
    trunk_refuses: tuple[int, int] | None = None
    """The carrier refuses every call with this Q.850 cause and SIP code."""
    commands_time_out: float = 0.0
    """Share of commands that end in a time-out; half of these are carried out nevertheless."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast simulated time passes, and how long the people of the carrier take."""

    speed: float = 1.0
    """Simulated seconds per second: 100 lets ten seconds of talk take a tenth of a second."""
    pace: float = 1.0
    """Stretches (or shortens) ringing and talking."""


@dataclass
class SimulatedLeg:
    """An agent's leg at the simulated switch."""

    id: str
    tone_hz: int
    call: "SimulatedCall | None" = None


@dataclass
class SimulatedCall:
    """A call at the simulated switch."""

    request: DialRequest
    dialled_at: datetime
    begun: float
    """The loop's time at which the call was dialled."""
    counted: float = 0.0
    """The simulated seconds since then, at ``INSTANT`` speed."""
    leg: "SimulatedLeg | None" = None
    """None while the customer is held."""
    tone_hz: int = 0
    """Of the agent who was on the call last."""
    answered: bool = False
    end: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when our side ends the call."""
    early_seconds: float = 0.0
    talk_seconds: float = 0.0
    cut_at: float | None = None
    """The simulated seconds after which nothing more was written."""


REFUSALS = {
    carrier.Manner.BUSY: DialStatus.BUSY,
    carrier.Manner.REJECTS: DialStatus.UNAVAILABLE,
    carrier.Manner.UNREACHABLE: DialStatus.NO_ANSWER,
    carrier.Manner.INVALID: DialStatus.UNAVAILABLE,
    carrier.Manner.CONGESTION: DialStatus.CONGESTION,
}
"""How Asterisk sums up these refusals."""
