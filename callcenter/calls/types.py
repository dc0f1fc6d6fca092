"""What a call is, how it can end, and what an agent may say of it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from callcenter.kit.events import Event
from callcenter.kit.places import Binding

SEALED_DETAILS = {name: Binding(f"call.details.{name}", ("id",)) for name in ("note", "visit_address")}
"""Details of a disposition that may name the customer (requirement L7)."""

DIAL = "calls.dial"
"""Names the command in alerts; the row of a planned call is its order (``plans_topic``)."""
HANG_UP = "calls.hang_up"
"""A kind of effect; the engine of the call's switch carries it out."""


def engine_queue(node: str) -> str:
    """Returns the outbox queue of the engine that commands this switch."""
    return f"engine:{node}"


def plans_topic(node: str) -> str:
    """Returns the topic that wakes the engine of this switch when a call is planned."""
    return f"plans:{node}"


class CallKind(StrEnum):
    LEAD = "lead"
    """From the day's assignments."""
    CALLBACK = "callback"
    """An agent's promise."""
    COMPLAINT = "complaint"
    """The callback every complaining customer is owed (requirement X3)."""


class CallState(StrEnum):
    PLANNED = "planned"
    """The row exists, the customer has not been dialled (law 1)."""
    DIALLING = "dialling"
    """The command has been given to the switch."""
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"


class Outcome(StrEnum):
    """What the network did (requirement C6). Exists exactly when the call has ended."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    CONGESTION = "congestion"
    """The network behind our line was overloaded or out of order: the customer's telephone was not tried."""
    LINE_FAULT = "line_fault"
    """The carrier refused our line (no credit, no permission, no circuit), or no route leads to it. It says nothing of
    the customer."""
    INVALID_NUMBER = "invalid_number"
    MACHINE = "machine"
    CANCELLED = "cancelled"
    """We hung up before an answer."""
    NOT_PLACED = "not_placed"
    """The customer was not dialled: refused in the moment of dialling, no recorder, no switch, too old."""
    UNKNOWN = "unknown"
    """A crash or a lost link hid the end; shown as it is, never guessed (requirement C10)."""


class Disposition(StrEnum):
    """What the agent says of the call."""

    SUCCESS = "success"
    """The customer agreed to a visit."""
    CALLBACK = "callback"
    THINKING = "thinking"
    REFUSED = "refused"
    DO_NOT_CALL = "do_not_call"
    WRONG_PERSON = "wrong_person"
    COMPLAINT = "complaint"
    NOT_REACHED = "not_reached"
    """For calls that were not answered; may be set by the system."""
    MACHINE = "machine"
    NOT_ENTERED = "not_entered"
    """The customer answered, and the agent left without saying what came of it: set by the system after the limit."""
    RESOLVED = "resolved"
    """Complaint callback: the conversation was held."""
    UNRESOLVED = "unresolved"
    """Complaint callback: held, and the customer is not content; the case goes on."""


@dataclass(frozen=True, slots=True)
class DispositionDetails:
    """What comes with a disposition. Only the fields that fit it are set."""

    note: str = ""
    callback_at: datetime | None = None
    visit_at: datetime | None = None
    """When the customer asked for the visit."""
    visit_time_confirmed: bool = False
    """The customer has confirmed a visit at night, on a day off or outside working hours (requirement F3)."""
    visit_address: str = ""
    complaint_category: str | None = None
    dnc_permanent: bool = False
    script_ticks: tuple[str, ...] = field(default_factory=tuple)
    """Keys of the script's mandatory statements the agent ticked."""


class SuccessVerdict(StrEnum):
    """What quality has decided about a success; without a verdict it is open."""

    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Successes:
    """Successes by what quality says of them. One that quality has refused counts as none."""

    passed: int = 0
    open: int = 0
    failed: int = 0

    @property
    def counted(self) -> int:
        return self.passed + self.open


@dataclass(frozen=True, slots=True)
class CallTally:
    """One agent's calls of a day."""

    dialled: int = 0
    answered: int = 0
    successes: Successes = Successes()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlanned(Event):
    call_id: UUID
    agent_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(Event):
    call_id: UUID
    agent_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallProgressed(Event):
    """A call is dialled now, or rings: the screens show it as it happens (requirement C5)."""

    call_id: UUID
    agent_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(Event):
    """Announced once, when the call reaches its end; the outcome may still be refined by a late signal."""

    call_id: UUID
    kind: CallKind
    agent_id: int
    lead_id: int
    assignment_id: int | None
    callback_id: int | None
    outcome: Outcome
    at: datetime
    trunk: str
    sip_code: int | None
    """The far end's answer, where it refused."""
    is_probe: bool
    """It was let through to try a trunk that was paused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDisposed(Event):
    """The agent (or the system, where no agent does) has said what came of the call."""

    call_id: UUID
    kind: CallKind
    agent_id: int
    lead_id: int
    campaign_id: int
    assignment_id: int | None
    callback_id: int | None
    outcome: Outcome
    disposition: Disposition
    details: DispositionDetails
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFacts:
    """What the recordings room needs to know of a call."""

    call_id: UUID
    kind: CallKind
    node: str
    ended: bool
    end_estimated: bool
    """No signal reported the end (crash, lost link): the recording's length is then compared from below only."""
    dialled_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    disposition: Disposition | None
    agent_id: int
    lead_id: int
    campaign_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTimes:
    """The moments of a call that its recording is heard by."""

    dialled_at: datetime | None
    recording_started_at: datetime | None
    ringing_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    disposed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCard:
    """One call as other rooms may see it."""

    id: UUID
    kind: CallKind
    state: CallState
    outcome: Outcome | None
    disposition: Disposition | None
    agent_id: int
    lead_id: int
    campaign_id: int
    assignment_id: int | None
    callback_id: int | None
    planned_at: datetime
    dialled_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    details: dict[str, Any]
    """The disposition's details as they were given (see DispositionDetails)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedDisposition:
    """A conversation whose wrap-up ended by its limit: its agent still owes the disposition."""

    call: CallCard
    since: datetime
    until: datetime
    """Then the system sets the disposition *not entered*."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlan:
    """Everything that is settled before a call is placed."""

    id: UUID
    kind: CallKind
    agent_id: int
    lead_id: int
    campaign_id: int
    assignment_id: int | None
    callback_id: int | None
    node: str
    leg_id: str
    phone_index: str
    caller_id: str
    trunk: str
    ring_seconds: int
    verdict: dict[str, Any]
    """The verdict that permits the call, as ``eligibility`` stores it."""
    is_probe: bool = False
    """It tries a trunk that was paused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialOrder:
    """A planned call with everything its dialling needs to know."""

    call_id: UUID
    kind: CallKind
    agent_id: int
    lead_id: int
    campaign_id: int
    assignment_id: int | None
    callback_id: int | None
    leg_id: str
    caller_id: str
    trunk: str
    ring_seconds: int
    planned_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkLoad:
    """What a trunk carries now."""

    open_calls: int = 0
    began: int = 0
    """Calls that began within the time asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrunkDay:
    """How the calls of one trunk went on a business date."""

    calls: int = 0
    answered: int = 0
    refused: int = 0
    """By the carrier: the customer lost no attempt."""
    open_calls: int = 0


@dataclass(frozen=True, slots=True)
class NumberCall:
    """A call to a number, as the calls to the same number are judged by it."""

    kind: CallKind
    dialled_at: datetime | None
    is_open: bool
    spoken_at: datetime | None
    """The end of a conversation that has no disposition yet; None for any other call."""


@dataclass(frozen=True, slots=True)
class NumberCalls:
    """The calls to a number over all campaigns that may have made its telephone ring."""

    unasked_at: tuple[datetime, ...]
    """Those the customer did not ask for, which the caps count; the oldest first."""
    last_at: datetime | None
    """The last of whatever kind."""
    is_open: bool = False
    """One of them has not ended; the call asked for is left out."""
    owed_until: datetime | None = None
    """Until when the disposition of a conversation is waited for; None: each has its own."""


@dataclass(frozen=True, slots=True)
class SwitchHolds:
    """The calls a switch holds, as its state was read."""

    calls: frozenset[UUID]
    answered: frozenset[UUID]
    """Those that have been answered."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where the calls the database holds open differ from those of the switch."""

    gone: tuple[UUID, ...]
    """The switch does not hold them any more."""
    answered: tuple[UUID, ...]
    """The switch holds them as answered, and that signal was lost."""
