"""Decides when a lead is tried again after a call: how soon, how often, in which part of the day. Pure.

The rules are data of the campaign (requirement C7). No combination of them leaves a lead waiting for good: each answer
is an instant inside the calling window, or an end that is stated.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from callcenter.kit.clock import BUSINESS_ZONE, business_date


class RetryAfter(StrEnum):
    """After what a lead is tried again: an outcome of the network or, where the call was answered, a disposition.

    What is not named here ends the lead (an invalid number, a refusal, a success), was no attempt at the customer, or
    may have been a conversation (an unknown end: not again on the same day).
    """

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    MACHINE = "machine"
    THINKING = "thinking"


@dataclass(frozen=True, slots=True)
class RetryRule:
    """When a lead is tried again after one kind of call, and how often."""

    delay: timedelta
    most: int
    """Attempts in all after which such a call ends the lead."""
    spread: bool = True
    """The next attempt is made in the part of the day in which the fewest were made."""


DEFAULT_DAY_PARTS = (time(12), time(15, 30), time(18))


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """All retry rules of a campaign. A kind of call without a rule ends the lead."""

    rules: Mapping[RetryAfter, RetryRule]
    min_gap: timedelta = timedelta(minutes=30)
    """Shortest time from the last call to a number, in any campaign, to the next that the customer did not ask for."""
    day_parts: tuple[time, ...] = DEFAULT_DAY_PARTS
    """Wall-clock times in Shanghai at which a new part of the day begins; the first part begins with the day."""

    def part_of(self, at: datetime) -> int:
        """Returns the number of the part of the day in which an instant lies, the first is 0."""
        clock_time = at.astimezone(BUSINESS_ZONE).time()
        return sum(begins <= clock_time for begins in self.day_parts)


DEFAULT_RETRIES = RetryPolicy(
    {
        RetryAfter.BUSY: RetryRule(timedelta(minutes=30), 3),
        RetryAfter.NO_ANSWER: RetryRule(timedelta(hours=3), 3),
        RetryAfter.REJECTED: RetryRule(timedelta(days=1), 2),
        RetryAfter.UNREACHABLE: RetryRule(timedelta(hours=4), 3),
        RetryAfter.MACHINE: RetryRule(timedelta(hours=3), 3),
        RetryAfter.THINKING: RetryRule(timedelta(days=3), 3, spread=False),
    }
)

_LONGEST_DELAY = timedelta(days=30)
_LONGEST_GAP = timedelta(days=1)
_MOST_ATTEMPTS = 20
_MOST_PARTS = 6
_SPREAD_DAYS = 2
"""A part of the day is looked for on so many dates; each of them waits for a working day by itself."""


def retry_problem(policy: RetryPolicy) -> str | None:
    """Returns what is wrong with retry rules; None when they may be put in force."""
    for after, rule in policy.rules.items():
        if not timedelta(0) <= rule.delay <= _LONGEST_DELAY:
            return f"the delay after {after.value} lies outside 0 to {_LONGEST_DELAY.days} days"
        if not 1 <= rule.most <= _MOST_ATTEMPTS:
            return f"the attempts after {after.value} lie outside 1 to {_MOST_ATTEMPTS}"
    if not timedelta(0) <= policy.min_gap <= _LONGEST_GAP:
        return "the gap between two calls to a number lies outside 0 to 24 hours"
    if len(policy.day_parts) >= _MOST_PARTS or list(policy.day_parts) != sorted(set(policy.day_parts)):
        return f"the parts of the day begin one after the other, and there are at most {_MOST_PARTS}"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedLead:
    """The facts by which a lead is tried again or not."""

    after: str
    """Outcome or disposition of the call that has ended."""
    attempts: int
    """Calls for the lead, this one included."""
    called_at: Sequence[datetime]
    """The latest unasked calls to the number over all campaigns, this one included; the oldest first."""
    most: int
    """Calls for one lead by campaign and class."""
    most_shift: int = 0
    """By how much the class moves the limit of every rule."""
    retry_factor: float = 1.0
    """By how much the class stretches every delay."""
    cap_per_day: int
    opening: Callable[[datetime], datetime | None]
    """Returns the first instant from the given one on at which the calling window is open; None when unknown."""


@dataclass(frozen=True, slots=True)
class NextAttempt:
    """When a lead is due again, or why it is not."""

    due_at: datetime | None
    reason: str


def next_attempt(lead: TriedLead, policy: RetryPolicy, now: datetime) -> NextAttempt:
    """Returns when a lead is due again; without an instant that was its last attempt, and the reason says why."""
    rule = next((rule for after, rule in policy.rules.items() if after.value == lead.after), None)
    if rule is None:
        return NextAttempt(None, f"{lead.after}: no further attempt")
    most = max(1, min(rule.most + lead.most_shift, lead.most))
    if lead.attempts >= most:
        return NextAttempt(None, f"{lead.after}: {lead.attempts} attempts were made, the most is {most}")
    due_at = max(now + rule.delay * lead.retry_factor, gap_ends(lead.called_at, policy) or now)
    if sum(business_date(at) == business_date(now) for at in lead.called_at) >= lead.cap_per_day:
        due_at = max(due_at, _at(business_date(now) + timedelta(days=1), time.min))
    due_at = lead.opening(due_at) or due_at
    if rule.spread:
        due_at = _spread(due_at, lead, policy)
    return NextAttempt(due_at, f"{lead.after}: try again")


def gap_ends(called_at: Sequence[datetime], policy: RetryPolicy) -> datetime | None:
    """Returns until when the number is left alone after its last call; None when it was not called."""
    return max(called_at) + policy.min_gap if called_at else None


def _spread(due_at: datetime, lead: TriedLead, policy: RetryPolicy) -> datetime:
    """Returns the first instant from ``due_at`` on in the part of the day that was tried least often."""
    tried = Counter(policy.part_of(at) for at in lead.called_at)
    candidates = {due_at, *_openings_of_parts(due_at, lead, policy)}
    return min(candidates, key=lambda at: (tried[policy.part_of(at)], at))


def _openings_of_parts(after: datetime, lead: TriedLead, policy: RetryPolicy) -> Iterator[datetime]:
    """Yields the first open instant of each part of the next dates that lies behind ``after``."""
    on = business_date(after)
    for days in range(_SPREAD_DAYS + 1):
        for begins in (time.min, *policy.day_parts):
            opens_at = lead.opening(_at(on + timedelta(days=days), begins))
            if opens_at is not None and opens_at > after:
                yield opens_at


def _at(on: date, clock_time: time) -> datetime:
    return datetime.combine(on, clock_time, tzinfo=BUSINESS_ZONE)


# --- as they are stored ----------------------------------------------------------------------------------------------


_NAMES = frozenset(after.value for after in RetryAfter)


def stored(policy: RetryPolicy) -> dict[str, Any]:
    """Returns the rules as the campaign's row holds them."""
    return {
        "rules": {
            after.value: {
                "delay_minutes": rule.delay / timedelta(minutes=1),
                "most": rule.most,
                "spread": rule.spread,
            }
            for after, rule in policy.rules.items()
        },
        "min_gap_minutes": policy.min_gap / timedelta(minutes=1),
        "day_parts": [f"{begins:%H:%M}" for begins in policy.day_parts],
    }


def policy_of(row: Mapping[str, Any]) -> RetryPolicy:
    """Returns the rules that a campaign's row holds, typed; also of a row from before they had gap and parts."""
    rules = {
        RetryAfter(name): RetryRule(timedelta(minutes=rule["delay_minutes"]), rule["most"], rule.get("spread", True))
        for name, rule in row.get("rules", row).items()
        if name in _NAMES
    }
    policy = RetryPolicy(rules)
    if "rules" not in row:
        return policy
    parts = tuple(time.fromisoformat(begins) for begins in row["day_parts"])
    return replace(policy, min_gap=timedelta(minutes=row["min_gap_minutes"]), day_parts=parts)
