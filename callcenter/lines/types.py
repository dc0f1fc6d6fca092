"""What is known of a trunk, and how it may be used now."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from callcenter.calls.types import TrunkLoad
from callcenter.kit.places import Binding

TRUNK_PASSWORD = Binding("configured_trunk.password", by=("id",))
"""The place of a trunk's password; a trunk has its id before it is given one."""


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
    """It refuses calls and waits for a probe."""
    FULL = "full"
    """All its channels are taken, or it takes no further call within this second."""


class ChoiceReason(StrEnum):
    """Why a call takes the trunk it takes."""

    ONLY_ONE = "only_one"
    """The group has no other."""
    PRIORITY = "priority"
    """It is the only one that carries calls among those of the first priority that has any."""
    SHARE = "share"
    """Several of one priority carry calls: each gets its share of the customers."""
    PROBE = "probe"
    """It has refused calls, and this one tries whether it carries them again."""
    NONE_FREE = "none_free"
    """None carries calls and none may be tried: the call waits."""


class TrunkTransport(StrEnum):
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class TrunkAccess(StrEnum):
    """How a carrier knows the switch."""

    ADDRESS = "address"
    """By its IP address."""
    REGISTRATION = "registration"
    """The switch registers with an account, and signs each call (digest)."""
    SIGNED = "signed"
    """It signs each call with an account, and does not register."""


class NumberFormat(StrEnum):
    """How a carrier wants numbers."""

    NATIONAL = "national"
    """As they are dialled in China: 13912345678, 07715551234."""
    E164 = "e164"
    """8613912345678, 867715551234."""
    E164_PLUS = "e164_plus"
    """+8613912345678."""


class Codec(StrEnum):
    """Only codecs of 8 kHz: recordings are ruined by a wider one."""

    ALAW = "alaw"
    ULAW = "ulaw"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkForm:
    """What a person enters of a trunk."""

    group: str
    """The name by which campaigns ask for it; several trunks may share it."""
    host: str
    port: int
    transport: TrunkTransport
    encrypts_sound: bool
    """SRTP; needs TLS, because the keys travel in SIP."""
    access: TrunkAccess
    account: str
    """Empty for a carrier that knows the switch by its address."""
    password: str | None
    """None keeps the present one."""
    codecs: tuple[Codec, ...]
    number_format: NumberFormat
    prefix: str
    """Digits before each number."""
    channels: int
    """Most calls at a time; 0: no limit."""
    calls_per_second: int
    """Most calls that begin within a second; 0: no limit."""
    priority: int
    """The trunks of the lowest number carry the calls; the next ones only while those cannot."""
    share: int
    """Weight among trunks of the same priority."""
    in_use: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkEntry:
    """A trunk as it was entered, without its password."""

    id: int
    version: int
    name: str
    form: TrunkForm
    has_password: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkOption:
    """A trunk that could carry a call, with everything the choice looks at."""

    name: str
    priority: int = 1
    share: int = 1
    channels: int = 0
    calls_per_second: int = 0
    health: TrunkCard | None = None
    """None: it never refused a call."""
    load: TrunkLoad = field(default_factory=TrunkLoad)


@dataclass(frozen=True, slots=True)
class TrunkChoice:
    """The trunk of a call, how the call may use it, and why it was chosen."""

    trunk: str
    use: TrunkUse
    reason: ChoiceReason
