"""Who sees which target group, who may do what, and until when one may be proposed. Pure.

Source: requirements L3, S1; B27, B28.
"""

from collections.abc import Collection
from datetime import date

from callcenter.kit.scope import Scope
from callcenter.people.types import Right
from callcenter.target_groups.transitions import TARGET_GROUP
from callcenter.target_groups.types import Act, TargetState, View


def view_of(rights: Collection[str], scope: Scope) -> View | None:
    """Returns what somebody sees: a branch its own, head office what was approved, others everything; None: nothing."""
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
    """Returns what this person may do about a target group in that state; the panel offers exactly this.

    ``waiting``: a file has been supplied, without which nothing can be imported.
    """
    possible = set(TARGET_GROUP.permitted(state)) - (set() if waiting else {Act.IMPORT})
    return [act for act, right in _RIGHT_FOR.items() if right in rights and act in possible]


def in_time(due_on: date, today: date) -> bool:
    """Returns whether the day by which customers are wanted is still to come."""
    return due_on >= today
