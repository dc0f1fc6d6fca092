"""Who is fit for the phone, when a log-in ends, when wrong passwords lock it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from callcenter.kit.scope import ALL, OWN, Scope
from callcenter.people.rules import (
    AttemptLimit,
    Attempts,
    Requirement,
    count_attempt,
    home_of,
    may_telephone,
    missing,
    scope_of,
    session_alive,
)
from callcenter.people.types import RIGHTS, Fitness, Right, Role

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
FIT = Fitness(
    active=True,
    licence_valid_until=TODAY,
    trained=True,
    examined=True,
    agreement_signed=True,
    leaving=False,
)
LIMIT = AttemptLimit(failures=3, lock=timedelta(minutes=15))


def test_a_fit_agent_may_call_up_to_the_last_day_of_the_licence() -> None:
    assert may_telephone(FIT, TODAY)
    assert missing(FIT, TODAY + timedelta(days=1)) == (Requirement.LICENCE,)


@pytest.mark.parametrize(
    ("lacking", "named"),
    [
        (replace(FIT, active=False), "active"),
        (replace(FIT, licence_valid_until=None), "licence"),
        (replace(FIT, trained=False), "training"),
        (replace(FIT, examined=False), "exam"),
        (replace(FIT, agreement_signed=False), "agreement"),
        (replace(FIT, leaving=True), "leaving"),
    ],
)
def test_each_missing_requirement_is_named(lacking: Fitness, named: str) -> None:
    assert missing(lacking, TODAY) == (named,)
    assert not may_telephone(lacking, TODAY)


def test_every_missing_detail_is_named_at_once() -> None:
    nobody = Fitness(
        active=False,
        licence_valid_until=None,
        trained=False,
        examined=False,
        agreement_signed=False,
        leaving=True,
    )
    assert set(missing(nobody, TODAY)) == set(Requirement)


def test_the_last_permitted_attempt_locks_and_the_lock_ends_by_itself() -> None:
    counted: Attempts | None = None
    for _ in range(LIMIT.failures):
        counted = count_attempt(counted, NOW, LIMIT)
        assert counted is not None
    assert counted is not None
    assert counted.locked_until == NOW + LIMIT.lock
    assert count_attempt(counted, NOW + LIMIT.lock - timedelta(seconds=1), LIMIT) is None
    after = count_attempt(counted, NOW + LIMIT.lock, LIMIT)
    assert after == Attempts(1, NOW + LIMIT.lock)


def test_old_failures_are_forgotten() -> None:
    before = Attempts(2, NOW)
    assert count_attempt(before, NOW + LIMIT.lock, LIMIT) == Attempts(1, NOW + LIMIT.lock)
    counted = count_attempt(before, NOW + timedelta(minutes=14), LIMIT)
    assert counted is not None
    assert counted.locked_until is not None


@pytest.mark.parametrize(
    ("seen_ago", "expires_in", "ended", "alive"),
    [(1, 1, False, True), (60, 1, False, False), (1, 0, False, False), (1, 1, True, False)],
)
def test_a_session_ends_by_idleness_by_age_and_by_log_out(
    seen_ago: int, expires_in: int, ended: bool, alive: bool
) -> None:
    assert (
        session_alive(
            seen_at=NOW - timedelta(minutes=seen_ago),
            expires_at=NOW + timedelta(minutes=expires_in),
            ended_at=NOW if ended else None,
            idle=timedelta(minutes=60),
            now=NOW,
        )
        is alive
    )


HOMES = {
    Role.AGENT: "/agent",
    Role.AGENT_LEADER: "/floor",
    Role.QA: "/quality",
    Role.QA_LEAD: "/quality",
    Role.DATA_OFFICER: "/leads",
    Role.DISPATCHER: "/field/dispatch",
    Role.FIELD_AGENT: "/field",
    Role.FIELD_LEADER: "/field/dispatch",
    Role.COMPLAINT_OFFICER: "/complaints",
    Role.INSURER_LIAISON: "/insurer",
    Role.AUDITOR: "/audit",
    Role.BRANCH_OFFICER: "/leads/targets",
    Role.HEAD_OFFICE: "/leads/targets",
    Role.ADMINISTRATOR: "/admin",
}
"""Each role's first page is its own work."""


@pytest.mark.parametrize("role", Role)
def test_every_role_begins_with_its_own_work(role: Role) -> None:
    assert home_of(frozenset(RIGHTS[role])) == HOMES[role]


def test_every_role_has_rights_and_a_scope() -> None:
    assert set(RIGHTS) == set(Role)
    assert scope_of(Role.AGENT, "north", None) == OWN
    assert scope_of(Role.QA, "north", None) == Scope.of_branch("north")
    assert scope_of(Role.FIELD_LEADER, "north", 4) == Scope.of_region(4)
    assert scope_of(Role.AUDITOR, "north", None) == ALL


def test_roles_that_call_customers_neither_list_leads_nor_listen() -> None:
    for role in Role:
        if Right.USE_DESK in RIGHTS[role]:
            assert not RIGHTS[role] & {Right.VIEW_LEADS, Right.LISTEN_RECORDINGS, Right.REVEAL_NUMBER}
