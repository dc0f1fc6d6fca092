"""Decides who sees which target groups, which acts they may do, and how late a proposal may be. Pure.

Source: requirements L3, S1; B27, B28.
"""

from collections.abc import Collection
from datetime import date

from callcenter.kit.scope import Scope
from callcenter.people.types import Right
from callcenter.target_groups.transitions import TARGET_GROUP
from callcenter.target_groups.types import Act, TargetState, View


def view_of(rights: Collection[str], scope: Scope) -> View | None:
    """Returns what the actor sees: a branch its own, head office the approved, others all of them; None: nothing."""
    if Right.IMPORT_LEADS in rights or Right.VIEW_LEADS in rights:
        return View()
    if Right.PROPOSE_TARGETS in rights:
        return View(branch=scope.branch) if scope.branch else None
    return View(approved_only=True) if Right.SUPPLY_LEADS in rights else None


_RIGHT_FOR: dict[Act, Right] = {
    Act.APPROVE: Right.IMPORT_LEADS,
    Act.REFUSE: Right.IMPORT_LEADS,
    Act.WITHDRAW: Right.PROPOSE_TARGETS,
    Act.SUPPLY: Right.SUPPLY_LEADS,
    Act.IMPORT: Right.IMPORT_LEADS,
}


def offered(state: TargetState, rights: Collection[str], *, waiting: bool) -> list[Act]:
    """Returns the acts that this person may do in that state; the panel offers exactly these.

    ``waiting``: a file has been supplied and waits; without one there is nothing to import.
    """
    possible = set(TARGET_GROUP.permitted(state)) - (set() if waiting else {Act.IMPORT})
    return [act for act, right in _RIGHT_FOR.items() if right in rights and act in possible]


def in_time(due_on: date, today: date) -> bool:
    """Returns whether the day by which customers are wanted is today or later."""
    return due_on >= today
