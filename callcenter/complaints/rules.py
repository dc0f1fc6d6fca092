"""Decides the deadlines of a case, who may act on it, and which call proves a callback. Pure.

Source: requirements X1–X3.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from callcenter.calls.dispositions import DISPOSITIONS
from callcenter.calls.types import CallCard, CallKind, Outcome
from callcenter.complaints.types import Category
from callcenter.kit.clock import at_business_time, business_date


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Instants by which a case must be answered and decided."""

    answer_due_at: datetime
    decide_due_at: datetime
    call_from: datetime
    """The customer is not called back earlier: the caller needs time to read the case."""


def deadlines(
    opened_at: datetime,
    *,
    answer: timedelta,
    decide_days: int,
    first_call: timedelta,
    served_by: Callable[[datetime], datetime | None],
) -> Deadlines:
    """Sets the deadlines: an answer within ``answer``, a decision by the end of the last of ``decide_days`` days.

    ``served_by``: when the service hours have been open for long enough since an instant. The answer is not due before:
    a deadline does not pass by a weekend alone (requirement X3). With hours on every day that is never later. The day
    of the complaint itself is not counted (requirement X2).
    """
    last_day, call_from = business_date(opened_at) + timedelta(days=decide_days), opened_at + first_call
    answer_due_at = max(opened_at + answer, served_by(call_from) or call_from)
    return Deadlines(answer_due_at, at_business_time(last_day + timedelta(days=1), 0), call_from)


def complained_of(category: Category, call_agent_id: int | None) -> int | None:
    """Returns the agent whom the complaint may be about and who therefore may not act on it.

    Only a complaint about the product itself clears the agent of the call.
    """
    return None if category is Category.PRODUCT else call_agent_id


def conflict_of_interest(
    person: int, *, complained_of: int | None, last_caller: int | None = None, decider: int | None = None
) -> str:
    """Returns why this person may not act on the case; empty when they may."""
    if person == complained_of:
        return "the complaint is about this person"
    if person == last_caller:
        return "this person made the last attempt"
    if person == decider:
        return "this person decided the case"
    return ""


def proves_callback(call: CallCard) -> bool:
    """Returns whether this call, once its recording is stored, meets the obligation for which it was placed."""
    return (
        call.kind is CallKind.COMPLAINT
        and call.callback_id is not None
        and call.outcome is Outcome.ANSWERED
        and call.disposition is not None
        and DISPOSITIONS[call.disposition].is_evidence
    )
