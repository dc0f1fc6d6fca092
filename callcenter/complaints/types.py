"""States, cards and events of complaint cases."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from callcenter.callbacks.types import CallbackCard, Gap
from callcenter.kit.events import Event
from callcenter.kit.places import Binding

CASE_TEXT = Binding("complaint_case.text", ("lead_id", "opened_at"))
CASE_DECISION = Binding("complaint_case.decision", ("id",))


class Category(StrEnum):
    """What a complaint is about (requirement X1)."""

    PRODUCT = "product"
    HANDLING = "handling"
    STAFF_UNPUNCTUAL = "staff_unpunctual"
    STAFF_ATTITUDE = "staff_attitude"
    STAFF_ABILITY = "staff_ability"
    OTHER = "other"


class CaseState(StrEnum):
    OPEN = "open"
    """The customer waits for the callback and for a decision."""
    ANSWERED = "answered"
    """Called back, or signed off; the decision is owed."""
    DECIDED = "decided"
    """Decided; the callback is still owed."""
    CLOSED = "closed"
    """Decided, and the obligation has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """One case in clear, for those who handle complaints."""

    id: int
    lead_id: int
    call_id: UUID | None
    agent_id: int | None
    """The agent the complaint is about."""
    category: Category
    text: str
    """The customer's words, as they were entered."""
    state: CaseState
    opened_at: datetime
    opened_by: int | None
    answer_due_at: datetime
    decide_due_at: datetime
    answered_at: datetime | None
    decision: str
    decided_at: datetime | None
    decided_by: int | None
    callback: CallbackCard | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """A complaining customer who has not been called back yet."""

    gap: Gap
    category: Category
    answer_due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class ComplaintMeter:
    """Called back ÷ complained, and the cases that still wait (requirement X3)."""

    due: int
    done: int
    rate: float
    """``done`` ÷ ``due``, within 0..1; 1 without any complaint."""
    open: list[OpenCase]

    @property
    def overdue(self) -> int:
        """How many of those who wait have waited past their time."""
        return sum(case.late for case in self.open)

    @property
    def within_time(self) -> int:
        """How many wait and have time left."""
        return len(self.open) - self.overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintOpened(Event):
    """A customer complained; the callback is owed from this moment."""

    case_id: int
    lead_id: int
    agent_id: int | None
    category: Category
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintDecided(Event):
    """A handler decided a case."""

    case_id: int
    lead_id: int
    by: int
    at: datetime
