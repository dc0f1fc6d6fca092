"""What a callback is, and what others may know of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from callcenter.kit.events import Event
from callcenter.kit.places import Binding

CALLBACK_NOTE = Binding("callback.note", ("kind", "lead_id", "created_at"))
SIGN_OFF_REASON = Binding("callback.sign_off_reason", ("id",))

CALLBACKS_TOPIC = "callbacks"
"""Notified whenever a callback was planned, put back or ended."""


class CallbackKind(StrEnum):
    AGENT_PROMISE = "agent_promise"
    """An agent promised a customer to call again at a time (requirement C7)."""
    COMPLAINT = "complaint"
    """The callback a complaining customer is owed: an obligation that only evidence ends (law 4, requirement X3)."""


class CallbackState(StrEnum):
    DUE = "due"
    """Waits for its time, and then for an agent."""
    ACTIVE = "active"
    """One agent has it on the screen or is calling."""
    HELD = "held"
    """Complaints only: the conversation took place, its recording is not stored yet."""
    DONE = "done"
    """The customer was reached; for a complaint: recorded, or signed off by a supervisor."""
    LAPSED = "lapsed"
    """Promises only: superseded, overtaken by events, or tried often enough. An obligation never lapses."""


class LapseReason(StrEnum):
    """Why a promise ended unkept; where a rule or a block forbade the call, its code says so."""

    SUPERSEDED = "superseded"
    """By a newer promise."""
    OVERTAKEN = "overtaken"
    """By a conversation with the customer."""
    NOT_REACHED = "not_reached"
    """In as many attempts as a promise has."""


OPEN_STATES = (CallbackState.DUE, CallbackState.ACTIVE, CallbackState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """An agent's word to call a customer again."""

    lead_id: int
    campaign_id: int
    agent_id: int
    due_at: datetime
    call_id: UUID | None
    """The call in which it was given."""
    note: str = ""
    """For the agent who makes the call; stored sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseTime:
    """A time that is to be promised, and what the calling window makes of it."""

    promised_at: datetime
    call_at: datetime
    """The promised time, or the first one after it at which the campaign may call."""
    opens_to_team_at: datetime
    """Until then the promise is its agent's alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """The callback a complaining customer is owed."""

    lead_id: int
    campaign_id: int
    case_id: int
    excluded_agent_id: int | None
    """The agent complained of."""
    due_at: datetime
    answer_by: datetime | None = None
    """Until when the customer has to be called back; None: as soon as it is due."""
    subject: str = ""
    """The complaint's category."""
    note: str = ""
    """The complaint's text; stored sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackCard:
    """One callback as other rooms may see it."""

    id: int
    kind: CallbackKind
    """A complaint obligation survives do-not-call and is never marketing: ``may_call`` asks for the kind."""
    state: CallbackState
    lead_id: int
    campaign_id: int
    agent_id: int | None
    """Whose promise it is."""
    excluded_agent_id: int | None
    """The agent complained of: never given this callback."""
    case_id: int | None
    promised_at: datetime | None
    """Promises only: the time as it was given to the customer."""
    due_at: datetime
    """When it is called: the promised time, or the first one after it at which calls may be placed."""
    opens_to_team_at: datetime
    """From then on any agent may make the call; until then its own agent, or for a complaint the complaint staff."""
    claimed_by: int | None
    attempts: int
    attempts_demanded: int
    """How many are needed before a supervisor may sign off (complaints), or before it lapses (promises)."""
    last_call_id: UUID | None
    done_call_id: UUID | None
    done_at: datetime | None
    signed_off_by: int | None
    subject: str
    """What it is about; for a complaint its category."""
    note: str
    """The agent's words or the complaint's text, in clear: for the one who makes the call."""
    created_at: datetime


class CallbackView(StrEnum):
    """Which callbacks a list shows."""

    OPEN = "open"
    """All that have not ended."""
    MOVED = "moved"
    """Open promises that are called later than was promised: outside the window, or tried in vain."""
    OVERDUE = "overdue"
    """Open, and the customer was not reached in time."""
    DONE = "done"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackQuery:
    """Which callbacks are listed."""

    view: CallbackView = CallbackView.OPEN
    kind: CallbackKind | None = None
    agent_id: int | None = None
    """Only promises of this agent."""


@dataclass(frozen=True, slots=True)
class Place:
    """A callback's place in a list: by its time, then by its id."""

    due_at: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.due_at.isoformat()}~{self.id}"

    @classmethod
    def of(cls, text: str) -> "Place":
        """Reads a place. Raises ValueError or OverflowError for a text that is none."""
        at, separator, number = text.partition("~")
        due_at = datetime.fromisoformat(at)
        if not separator or due_at.tzinfo is None or not (number.isascii() and number.isdigit() and len(number) < 19):
            raise ValueError("not a place")
        return cls(due_at.astimezone(UTC), int(number))


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCallback:
    """One callback and how far it has come."""

    card: CallbackCard
    reach_by: datetime
    """Until when the customer has to be reached: afterwards the callback is overdue."""
    overdue: bool
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One customer who complained and was not called back yet."""

    callback_id: int
    case_id: int
    lead_id: int
    state: CallbackState
    attempts: int
    waiting_since: datetime


@dataclass(frozen=True, slots=True)
class Meter:
    """Done ÷ due over the complaint obligations, and the ones behind the gap (requirement X3)."""

    due: int
    done: int
    gap: list[Gap]

    @property
    def rate(self) -> float:
        """0..1; with nothing due nothing is missing: 1."""
        return self.done / self.due if self.due else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackEnded(Event):
    """A callback reached its end: done or lapsed."""

    callback_id: int
    kind: CallbackKind
    state: CallbackState
    lead_id: int
    case_id: int | None
    call_id: UUID | None
    """The conversation that ended it; None when signed off or lapsed."""
    at: datetime
