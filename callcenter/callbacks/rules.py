"""How a callback moves, and what follows a call made for it. Pure.

    due ─claim─▶ active ─answered─▶ done            promises
     ▲             │ └─last try─▶ lapsed
     └──put back───┘
    due ─claim─▶ active ─answered─▶ held ─recording stored─▶ done            complaint obligations
                                     └─no recording in time─▶ active (called again)
    due ─called by an agent who has left the desk meanwhile─▶ due, held or done
    due | active | held ─signed off after enough attempts─▶ done

An obligation has no arrow to ``lapsed`` (law 4); the database holds the same (``models.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.calls.dispositions import DISPOSITIONS
from callcenter.calls.types import Disposition, Outcome

_DUE, _ACTIVE, _HELD = CallbackState.DUE, CallbackState.ACTIVE, CallbackState.HELD

SOURCES: Mapping[CallbackKind, Mapping[CallbackState, frozenset[CallbackState]]] = {
    CallbackKind.AGENT_PROMISE: {
        CallbackState.DUE: frozenset({_DUE, _ACTIVE}),
        CallbackState.ACTIVE: frozenset({_DUE}),
        CallbackState.HELD: frozenset(),
        CallbackState.DONE: frozenset({_DUE, _ACTIVE}),
        CallbackState.LAPSED: frozenset({_DUE, _ACTIVE}),
    },
    CallbackKind.COMPLAINT: {
        CallbackState.DUE: frozenset({_DUE, _ACTIVE}),
        CallbackState.ACTIVE: frozenset({_DUE, _HELD}),
        CallbackState.HELD: frozenset({_DUE, _ACTIVE}),
        CallbackState.DONE: frozenset({_DUE, _ACTIVE, _HELD}),
        CallbackState.LAPSED: frozenset(),
    },
}
"""From which states a callback of each kind may reach a state."""


@dataclass(frozen=True, slots=True)
class RetryRules:
    promise_attempts: int
    promise_retry: timedelta
    complaint_retry: timedelta
    busy_retry: timedelta
    uncounted_retry: timedelta
    evidence_wait: timedelta


class Sequel(StrEnum):
    DONE = "done"
    AWAIT_EVIDENCE = "await_evidence"
    RETRY = "retry"
    LAPSE = "lapse"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What becomes of a callback after a call made for it."""

    sequel: Sequel
    counts: bool
    """Whether the call was an attempt: the customer's network was really tried."""
    due_at: datetime | None
    """When to look again; None when it has ended."""
    reason: str


_NOT_TRIED = frozenset({Outcome.NOT_PLACED, Outcome.CANCELLED, Outcome.CONGESTION, Outcome.UNKNOWN})
"""Our own doing, our own trunk, or nobody knows: the customer's phone had no fair chance to ring."""


def after_call(
    kind: CallbackKind,
    outcome: Outcome,
    disposition: Disposition,
    attempts: int,
    asked_for: datetime | None,
    rules: RetryRules,
    now: datetime,
) -> NextStep:
    """``attempts`` are those counted before this call; ``asked_for`` is the time the customer named, if any."""
    if outcome in _NOT_TRIED:
        return NextStep(Sequel.RETRY, False, now + rules.uncounted_retry, f"{outcome.value}: not an attempt")
    if kind is CallbackKind.COMPLAINT:
        return _after_complaint_call(outcome, disposition, asked_for, rules, now)
    if outcome is Outcome.ANSWERED and DISPOSITIONS[disposition].spoke_to_customer:
        return NextStep(Sequel.DONE, True, None, "the customer was reached")
    if attempts + 1 >= rules.promise_attempts:
        return NextStep(Sequel.LAPSE, True, None, f"not reached in {attempts + 1} attempts")
    delay = rules.busy_retry if outcome is Outcome.BUSY else rules.promise_retry
    return NextStep(Sequel.RETRY, True, now + delay, f"{outcome.value}: try again")


def _after_complaint_call(
    outcome: Outcome, disposition: Disposition, asked_for: datetime | None, rules: RetryRules, now: datetime
) -> NextStep:
    if outcome is Outcome.ANSWERED and DISPOSITIONS[disposition].is_evidence:
        return NextStep(Sequel.AWAIT_EVIDENCE, True, now + rules.evidence_wait, "held; the recording is the evidence")
    if outcome is Outcome.ANSWERED and asked_for is not None and asked_for > now:
        return NextStep(Sequel.RETRY, True, asked_for, "the customer asked for another time")
    delay = rules.busy_retry if outcome is Outcome.BUSY else rules.complaint_retry
    return NextStep(Sequel.RETRY, True, now + delay, f"{outcome.value}: the obligation stands")
