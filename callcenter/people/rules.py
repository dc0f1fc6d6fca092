"""Decides who may telephone, who may log in, what a role sees. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from callcenter.kit.actor import LogInStep
from callcenter.kit.scope import ALL, OWN, Scope
from callcenter.people.types import (
    Absence,
    DayEntry,
    Duty,
    Fitness,
    Leave,
    LeaveKind,
    Pattern,
    Right,
    Role,
    RosterDay,
    RosterReason,
    RosterSource,
    Unavailable,
)
from callcenter.people.weak_passwords import KNOWN


class Requirement(StrEnum):
    """What a phone agent must have. Source: B22-24, requirements D2, H1, H2."""

    ACTIVE = "active"
    LICENCE = "licence"
    TRAINING = "training"
    EXAM = "exam"
    AGREEMENT = "agreement"
    """The confidentiality agreement."""
    LEAVING = "leaving"
    """Must not be leaving."""


def missing(fitness: Fitness, on: date) -> tuple[Requirement, ...]:
    """Returns what keeps this person from telephoning customers on that day; empty when nothing does."""
    held = {
        Requirement.ACTIVE: fitness.active,
        Requirement.LICENCE: fitness.licence_valid_until is not None and on <= fitness.licence_valid_until,
        Requirement.TRAINING: fitness.trained and _in_force(fitness.training_valid_until, on),
        Requirement.EXAM: fitness.examined and _in_force(fitness.exam_valid_until, on),
        Requirement.AGREEMENT: fitness.agreement_signed and _in_force(fitness.agreement_valid_until, on),
        Requirement.LEAVING: not fitness.leaving,
    }
    return tuple(requirement for requirement, holds in held.items() if not holds)


def _in_force(until: date | None, on: date) -> bool:
    return until is None or on <= until


WARNED_DAYS = (1, 7, 30)
"""How many days before a proof expires the administrator is warned, each time anew. Source: requirement H1."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """A proof that expires soon, or has expired."""

    requirement: Requirement
    until: date
    """The last day on which it counts."""
    warned: int
    """The warning that is due: 30, 7 or 1 day before; 0 once it has expired."""


def expiries(fitness: Fitness, on: date) -> tuple[Expiry, ...]:
    """Returns which proofs of a person expire within 30 days, or have expired; none of a person who is gone."""
    if not fitness.active or fitness.leaving:
        return ()
    until = {
        Requirement.LICENCE: fitness.licence_valid_until,
        Requirement.TRAINING: fitness.training_valid_until if fitness.trained else None,
        Requirement.EXAM: fitness.exam_valid_until if fitness.examined else None,
        Requirement.AGREEMENT: fitness.agreement_valid_until if fitness.agreement_signed else None,
    }
    found = []
    for requirement, last in until.items():
        if last is None or (left := (last - on).days) > WARNED_DAYS[-1]:
            continue
        warned = 0 if left < 0 else next(days for days in WARNED_DAYS if left <= days)
        found.append(Expiry(requirement, last, warned))
    return tuple(found)


_MOVING = frozenset({"role", "branch", "region_id"})


def moves(changed: Collection[str]) -> bool:
    """Returns whether a change of these fields takes a person away from the work they hold."""
    return not _MOVING.isdisjoint(changed)


def may_telephone(fitness: Fitness, on: date) -> bool:
    return not missing(fitness, on)


_REQUIRED: Mapping[Duty, frozenset[Requirement]] = {
    Duty.CALLS: frozenset(Requirement),
    Duty.VISITS: frozenset({Requirement.ACTIVE, Requirement.LEAVING, Requirement.LICENCE}),
    Duty.REVIEWS: frozenset({Requirement.ACTIVE, Requirement.LEAVING}),
}
"""What each duty asks of a person."""


def unavailable(fitness: Fitness, day: RosterDay, duty: Duty, leave: Leave | None = None) -> Unavailable | None:
    """Returns why no work of a duty goes to a person on a day; None when it may (requirements F3, H1, law 12).

    ``day`` is what ``day_of`` says with the same ``leave``. The roster plans working days: on others only a leave
    keeps people away. Field staff are licensed by the insurer: a licence counts for visits where it is recorded.
    """
    lacking = [one for one in missing(fitness, day.on) if one in _REQUIRED[duty]]
    if duty is Duty.VISITS and fitness.licence_valid_until is None:
        lacking = [one for one in lacking if one is not Requirement.LICENCE]
    if lacking:
        return Unavailable(lacking[0].value)
    if leave is not None:
        return Unavailable(Absence.ON_LEAVE, leave.last_on)
    if not day.working and day.source is not RosterSource.CALENDAR:
        return Unavailable(Absence.OFF_ROSTER)
    return None


_REASON_OF_LEAVE: Mapping[LeaveKind, RosterReason] = {
    LeaveKind.SICK: RosterReason.SICK,
    LeaveKind.TRAINING: RosterReason.TRAINING,
}


def leave_on(leaves: Iterable[Leave], on: date) -> Leave | None:
    """Returns the leave that covers a day."""
    return next((leave for leave in leaves if leave.covers(on)), None)


def day_of(
    on: date, *, worked: bool, entry: DayEntry | None, pattern: Pattern | None, leave: Leave | None = None
) -> RosterDay:
    """Returns what a person does on a day. ``worked``: whether the calendar works on it at all (requirements D1, D2).

    Leave comes before all; the day's own entry before the week's pattern; without any everybody works the whole of a
    working day.
    """
    if leave is not None:
        return RosterDay(on, 0, RosterSource.LEAVE, _REASON_OF_LEAVE.get(leave.kind, RosterReason.LEAVE))
    if not worked:
        return RosterDay(on, 0, RosterSource.CALENDAR)
    if entry is not None:
        return RosterDay(on, entry.part, RosterSource.ROW, entry.reason)
    if pattern is not None:
        return RosterDay(on, pattern.parts[on.weekday()], RosterSource.PATTERN)
    return RosterDay(on, 100, RosterSource.CALENDAR)


def pattern_on(patterns: Iterable[Pattern], on: date) -> Pattern | None:
    """Returns the pattern in force on a day: of those begun, the latest."""
    return max((begun for begun in patterns if begun.from_on <= on), key=lambda begun: begun.from_on, default=None)


@dataclass(frozen=True, slots=True)
class Attempts:
    """The wrong passwords of one login, as far as they still count."""

    failures: int
    last_at: datetime
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    failures: int
    lock: timedelta


def count_attempt(before: Attempts | None, now: datetime, limit: AttemptLimit) -> Attempts | None:
    """Returns the count with one more attempt in it; None when the login is locked and the attempt must not be tried.

    An attempt counts as failed from the start and is forgotten when it succeeds: so many at the same moment cannot
    slip past the limit together.
    """
    if before is None or now - before.last_at >= limit.lock:
        before = Attempts(0, now)
    if before.locked_until is not None and now < before.locked_until:
        return None
    counted = replace(before, failures=before.failures + 1, last_at=now, locked_until=None)
    if counted.failures >= limit.failures:
        return Attempts(0, now, now + limit.lock)
    return counted


def session_alive(
    *, seen_at: datetime, expires_at: datetime, ended_at: datetime | None, idle: timedelta, now: datetime
) -> bool:
    """Returns whether a log-in still holds."""
    return ended_at is None and now < expires_at and now - seen_at < idle


@dataclass(frozen=True, slots=True)
class LogInFacts:
    """The facts behind "what does this session still lack"."""

    one_time: bool
    """The present password is a one-time password."""
    enrolled: bool
    """The person has a second factor."""
    demanded: bool
    """The person's role needs one."""
    proven: bool
    """It was proven in this session."""


def step_due(facts: LogInFacts) -> LogInStep | None:
    """Returns the next step of a log-in, None when it is complete (requirement S1).

    The second factor comes before the new password: the password alone must not change anything.
    """
    if facts.enrolled and not facts.proven:
        return LogInStep.SECOND_FACTOR
    if facts.one_time:
        return LogInStep.PASSWORD
    if facts.demanded and not facts.enrolled:
        return LogInStep.ENROLMENT
    return None


class Weakness(StrEnum):
    """Why a password is refused. Source: requirement S1."""

    SHORT = "short"
    PERSONAL = "personal"
    """It contains the login or the name."""
    KNOWN = "known"
    """It is among those that are tried first."""
    MONOTONOUS = "monotonous"
    """Few different characters, or a run such as 0123456789."""
    SAME = "same"
    """It is the one in use."""


_FEWEST_DIFFERENT = 5
_SHORTEST_PART = 2
"""Shorter parts of a name are not looked for in the password: too many words hold them by chance."""


def weakness_of(password: str, *, login: str, name: str, least: int) -> Weakness | None:
    """Returns why a password must not be used; None when it may."""
    if len(password) < least:
        return Weakness.SHORT
    plain = "".join(sign for sign in password.casefold() if sign.isalnum())
    personal = ("".join(sign for sign in part.casefold() if sign.isalnum()) for part in (login, name))
    if any(len(part) >= _SHORTEST_PART and part in plain for part in personal):
        return Weakness.PERSONAL
    if plain in KNOWN:
        return Weakness.KNOWN
    steps = {ord(later) - ord(earlier) for earlier, later in pairwise(password)}
    if len(set(password)) < _FEWEST_DIFFERENT or len(steps) == 1:
        return Weakness.MONOTONOUS
    return None


_OWN = frozenset({Role.AGENT, Role.FIELD_AGENT})
_BRANCH = frozenset({Role.AGENT_LEADER, Role.QA, Role.QA_LEAD, Role.BRANCH_OFFICER})


def scope_of(role: Role, branch: str, region_id: int | None) -> Scope:
    """Returns which rows a role may see (requirement S1)."""
    if role in _OWN:
        return OWN
    if role in _BRANCH:
        return Scope.of_branch(branch)
    if role is Role.FIELD_LEADER:
        return OWN if region_id is None else Scope.of_region(region_id)
    return ALL


_HOMES: tuple[tuple[Right, str], ...] = (
    (Right.USE_DESK, "/agent"),
    (Right.REVIEW_CALLS, "/quality"),
    (Right.HANDLE_COMPLAINTS, "/complaints"),
    (Right.IMPORT_LEADS, "/leads"),
    (Right.PROPOSE_TARGETS, "/leads/targets"),
    (Right.SUPPLY_LEADS, "/leads/targets"),
    (Right.VIEW_AUDIT, "/audit"),
    (Right.OPERATE, "/admin"),
    (Right.ASSIGN_VISITS, "/field/dispatch"),
    (Right.USE_FIELD, "/field"),
    (Right.WATCH_FLOOR, "/floor"),
    (Right.FOLLOW_HAND_OVERS, "/insurer"),
)


def home_of(rights: frozenset[str]) -> str:
    """Returns the panel a person lands on after logging in: that of the first right held.

    ``/`` for a person without a page of their own: it says whom to ask.
    """
    return next((home for right, home in _HOMES if right in rights), "/")
