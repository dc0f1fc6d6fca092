"""Facts of a recording, the policy's numbers, and the verdict. Pure: no file, no clock."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
"""Days begin and end in this zone."""

FLOOR_SHORT_TERM_YEARS = 5
FLOOR_LONG_TERM_YEARS = 10
FLOOR_DISPUTE_YEARS = 2
"""The law's minima; a policy file below one of them is not accepted. Source: requirement R3."""


class Rule(StrEnum):
    """The classes of the policy, in the order of their weight."""

    LEGAL_HOLD = "legal_hold"
    """A court, an authority or the bank's lawyers require it to be kept: overrules all others."""
    DISPUTE = "dispute"
    """A complaint or lawsuit about the call or the policy sold, open or ended."""
    SOLD_LONG_TERM = "sold_long_term"
    SOLD_SHORT_TERM = "sold_short_term"
    UNSOLD = "unsold"


class RecorderStopped(StrEnum):
    """What is done with a conversation whose recorder has stopped (requirement C9). An alarm is raised in any case."""

    END = "end"
    """The call is ended: no conversation goes on without its recording."""
    ALARM = "alarm"
    """The call goes on; the agent and the group leader are asked to end it."""


class Particular(StrEnum):
    """What may be given out beside the audio of an exported recording. Nothing of it is about the customer."""

    POLICY_NUMBER = "policy_number"
    """The insurer's; in packs for the insurer alone."""
    ISSUED_ON = "issued_on"
    CALLED_AT = "called_at"
    ENDED_AT = "ended_at"
    LENGTH_MS = "length_ms"
    CAMPAIGN = "campaign"
    AGENT_LICENCE = "agent_licence"


@dataclass(frozen=True, slots=True)
class Contract:
    """The insurance contract sold as a result of the call."""

    starts_on: date
    ends_on: date | None
    """The last day of cover; None while it is not known (whole life, or not reported by the insurer yet)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The present facts of one recording. When they change, the recording is judged again."""

    recorded_at: datetime
    contract: Contract | None = None
    """None: no contract has been sold yet."""
    dispute_open: bool = False
    dispute_ended_on: date | None = None
    """The day the last dispute ended."""
    legal_hold: bool = False

    def __post_init__(self) -> None:
        if self.recorded_at.tzinfo is None:
            raise ValueError("instants must be aware")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The numbers that the data-compliance officer has signed."""

    version: str
    effective_on: date
    unsold_months: int
    """Counted from the recording."""
    short_term_months: int
    """A contract of at most this many months is a short one."""
    sold_short_term_years: int
    """Counted from the end of the contract."""
    sold_long_term_years: int
    """Counted from the end of the contract."""
    dispute_years: int
    """Counted from the end of the dispute."""
    open_lock_months: int
    """How far ahead a recording is locked while its end is unknown; the lock is renewed in time."""
    renew_before_days: int
    """How many days before its end such a lock is renewed."""
    recorder_stopped: RecorderStopped
    export_link_days: int
    """For how many days the pack of an export can be taken."""
    export_particulars: tuple[Particular, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Until when a recording must be kept, by which rule and why."""

    retain_until: datetime
    """Aware UTC. The object lock lasts at least until then."""
    rule: Rule
    reason: str
    policy_version: str
    open_ended: bool
    """The end is not known yet: until it is, the recording is kept and its lock renewed."""
