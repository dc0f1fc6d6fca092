"""Decides what follows a call made for a callback. Pure; how a callback moves stands in ``transitions.py``."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from callcenter.callbacks.types import CallbackKind, LapseReason, PromiseTime
from callcenter.calls.dispositions import DISPOSITIONS
from callcenter.calls.outcomes import OUTCOMES
from callcenter.calls.types import Disposition, Outcome
from callcenter.campaigns.types import WindowVerdict


@dataclass(frozen=True, slots=True)
class RetryRules:
    """The room's numbers (``settings.py``) as the decision takes them."""

    promise_attempts: int
    promise_retry: timedelta
    complaint_retry: timedelta
    busy_retry: timedelta
    uncounted_retry: timedelta
    evidence_wait: timedelta


class Sequel(StrEnum):
    DONE = "done"
    """The promise is kept."""
    AWAIT_EVIDENCE = "await_evidence"
    """The conversation was held; its recording is awaited."""
    RETRY = "retry"
    LAPSE = "lapse"
    """The promise was tried often enough."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What becomes of a callback after a call made for it."""

    sequel: Sequel
    counts: bool
    """Whether the call was an attempt: the customer's network was really tried."""
    due_at: datetime | None
    """When to look again; None when it has ended."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMade:
    """A call that was made for a callback."""

    kind: CallbackKind
    outcome: Outcome
    disposition: Disposition
    attempts: int
    """Attempts counted before this call."""
    asked_for: datetime | None = None
    """The time the customer named for another call, if any."""


def after_call(call: CallMade, rules: RetryRules, now: datetime) -> NextStep:
    """Decides what becomes of the callback a call was made for."""
    # After an unknown end it is not certain that the customer's telephone rang long enough.
    if call.outcome is Outcome.UNKNOWN or not OUTCOMES[call.outcome].is_attempt:
        return NextStep(Sequel.RETRY, False, now + rules.uncounted_retry, f"{call.outcome.value}: not an attempt")
    if call.kind is CallbackKind.COMPLAINT:
        return _after_complaint_call(call, rules, now)
    if call.outcome is Outcome.ANSWERED and DISPOSITIONS[call.disposition].spoke_to_customer:
        return NextStep(Sequel.DONE, True, None, "the customer was reached")
    if call.attempts + 1 >= rules.promise_attempts:
        return NextStep(Sequel.LAPSE, True, None, LapseReason.NOT_REACHED.value)
    delay = rules.busy_retry if call.outcome is Outcome.BUSY else rules.promise_retry
    return NextStep(Sequel.RETRY, True, now + delay, f"{call.outcome.value}: try again")


def _after_complaint_call(call: CallMade, rules: RetryRules, now: datetime) -> NextStep:
    answered = call.outcome is Outcome.ANSWERED
    if answered and DISPOSITIONS[call.disposition].is_evidence:
        return NextStep(Sequel.AWAIT_EVIDENCE, True, now + rules.evidence_wait, "held; the recording is the evidence")
    if answered and call.asked_for is not None and call.asked_for > now:
        return NextStep(Sequel.RETRY, True, call.asked_for, "the customer asked for another time")
    delay = rules.busy_retry if call.outcome is Outcome.BUSY else rules.complaint_retry
    return NextStep(Sequel.RETRY, True, now + delay, f"{call.outcome.value}: the obligation stands")


def reach_by(kind: CallbackKind, due_at: datetime, answer_by: datetime | None, grace: timedelta) -> datetime:
    """Returns until when the customer has to be reached: a promise with its grace, a complaint by its deadline."""
    return due_at + grace if kind is CallbackKind.AGENT_PROMISE else (answer_by or due_at)


def is_moved(promised_at: datetime | None, due_at: datetime) -> bool:
    """Returns whether a promise is called later than was promised."""
    return promised_at is not None and due_at > promised_at


def time_of(promised_at: datetime, window: WindowVerdict, grace: timedelta) -> PromiseTime:
    """Returns when a promise is kept: at its time or, outside the window, as soon as calls may be placed again.

    The time in which it is the agent's alone is counted from then, or a promise for Saturday would be open to the
    whole team on Monday morning. A campaign that does not run names no time: the promise keeps its own. ``window``:
    at the promised time.
    """
    call_at = promised_at if window.open or window.opens_at is None else window.opens_at
    return PromiseTime(promised_at=promised_at, call_at=call_at, opens_to_team_at=call_at + grace)
