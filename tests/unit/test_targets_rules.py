"""The moves of a target group, who sees which groups, and which acts the panel offers to whom."""

from datetime import date

import pytest

from callcenter.kit.scope import ALL, OWN, Scope
from callcenter.people.types import RIGHTS, Role
from callcenter.target_groups.rules import in_time, offered, view_of
from callcenter.target_groups.transitions import TARGET_GROUP
from callcenter.target_groups.types import Act, TargetState, View


def test_a_target_group_moves_from_proposed_to_imported() -> None:
    state = TargetState.PROPOSED
    for act, after in (
        (Act.APPROVE, TargetState.APPROVED),
        (Act.SUPPLY, TargetState.SUPPLIED),
        (Act.RETURN, TargetState.APPROVED),
        (Act.SUPPLY, TargetState.SUPPLIED),
        (Act.IMPORT, TargetState.IMPORTED),
    ):
        assert TARGET_GROUP.advance(state, act) is after
        state = after


def test_every_state_is_reached_and_every_act_is_somewhere_permitted() -> None:
    reached = {TargetState.PROPOSED}
    while following := {after for (state, _), after in TARGET_GROUP.table.items() if state in reached} - reached:
        reached |= following
    assert reached == set(TargetState)
    assert {act for _, act in TARGET_GROUP.table} == set(Act) - {Act.PROPOSE}


@pytest.mark.parametrize("state", TargetState)
def test_only_approved_groups_are_supplied_and_imported_ones_are_not_returned(state: TargetState) -> None:
    if state in (TargetState.PROPOSED, TargetState.REFUSED, TargetState.WITHDRAWN):
        assert Act.SUPPLY not in TARGET_GROUP.permitted(state)
        assert Act.IMPORT not in TARGET_GROUP.permitted(state)
    if state in (TargetState.SUPPLIED, TargetState.IMPORTED):
        assert Act.WITHDRAW not in TARGET_GROUP.permitted(state)
    if state in (TargetState.REFUSED, TargetState.WITHDRAWN):
        assert TARGET_GROUP.permitted(state) == ()


@pytest.mark.parametrize(
    ("role", "scope", "view"),
    [
        (Role.BRANCH_OFFICER, Scope.of_branch("north"), View(branch="north")),
        (Role.BRANCH_OFFICER, ALL, None),
        (Role.HEAD_OFFICE, ALL, View(approved_only=True)),
        (Role.DATA_OFFICER, ALL, View()),
        (Role.AUDITOR, ALL, View()),
        (Role.AGENT, OWN, None),
        (Role.QA, Scope.of_branch("north"), None),
        (Role.AGENT_LEADER, Scope.of_branch("north"), None),
        (Role.ADMINISTRATOR, ALL, None),
    ],
)
def test_a_role_sees_target_groups_of_its_own(role: Role, scope: Scope, view: View | None) -> None:
    assert view_of(RIGHTS[role], scope) == view


def test_the_panel_offers_each_role_its_own_acts() -> None:
    def acts(role: Role, state: TargetState, *, waiting: bool = False) -> set[Act]:
        return set(offered(state, RIGHTS[role], waiting=waiting))

    assert acts(Role.DATA_OFFICER, TargetState.PROPOSED) == {Act.APPROVE, Act.REFUSE}
    assert acts(Role.BRANCH_OFFICER, TargetState.PROPOSED) == {Act.WITHDRAW}
    assert acts(Role.HEAD_OFFICE, TargetState.PROPOSED) == set()
    assert acts(Role.HEAD_OFFICE, TargetState.APPROVED) == {Act.SUPPLY}
    assert acts(Role.DATA_OFFICER, TargetState.SUPPLIED, waiting=True) == {Act.IMPORT}
    assert acts(Role.DATA_OFFICER, TargetState.IMPORTED) == set()
    assert acts(Role.DATA_OFFICER, TargetState.IMPORTED, waiting=True) == {Act.IMPORT}
    assert all(acts(Role.AUDITOR, state, waiting=True) == set() for state in TargetState)


def test_a_visit_may_be_for_today() -> None:
    assert in_time(date(2026, 11, 23), date(2026, 11, 23))
    assert not in_time(date(2026, 11, 22), date(2026, 11, 23))
