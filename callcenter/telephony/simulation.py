"""Says how a simulated switch behaves: how fast its time passes, and what goes wrong."""

from dataclasses import dataclass

from callcenter.telephony import carrier
from callcenter.telephony.events import DialStatus, Signal


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


REFUSALS = {
    carrier.Manner.BUSY: DialStatus.BUSY,
    carrier.Manner.REJECTS: DialStatus.UNAVAILABLE,
    carrier.Manner.UNREACHABLE: DialStatus.NO_ANSWER,
    carrier.Manner.INVALID: DialStatus.UNAVAILABLE,
    carrier.Manner.CONGESTION: DialStatus.CONGESTION,
}
"""How Asterisk sums up these refusals."""
