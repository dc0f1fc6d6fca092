"""Where a target group may go next, who sees which, and until when one may be asked for. Pure.

Source: requirements L3, S1; B27, B28.
"""

from collections.abc import Collection
from datetime import date

from callcenter.kit.scope import Scope
from callcenter.people.types import Right
from callcenter.target_groups.types import Act, TargetState, View

TRANSITIONS: dict[tuple[TargetState, Act], TargetState] = {
    (TargetState.PROPOSED, Act.APPROVE): TargetState.APPROVED,
    (TargetState.PROPOSED, Act.REFUSE): TargetState.REFUSED,
    (TargetState.PROPOSED, Act.WITHDRAW): TargetState.WITHDRAWN,
    (TargetState.APPROVED, Act.WITHDRAW): TargetState.WITHDRAWN,
    (TargetState.APPROVED, Act.SUPPLY): TargetState.SUPPLIED,
    (TargetState.SUPPLIED, Act.SUPPLY): TargetState.SUPPLIED,  # a better file before the first was taken in
    (TargetState.SUPPLIED, Act.RETURN): TargetState.APPROVED,
    (TargetState.SUPPLIED, Act.IMPORT): TargetState.IMPORTED,
    (TargetState.IMPORTED, Act.SUPPLY): TargetState.IMPORTED,  # rejected rows, corrected
    (TargetState.IMPORTED, Act.RETURN): TargetState.IMPORTED,
    (TargetState.IMPORTED, Act.IMPORT): TargetState.IMPORTED,
}
"""Where each act leads. Refused and withdrawn are ends; customers once taken in are not taken back."""


def advance(state: TargetState, act: Act) -> TargetState | None:
    """The state after the act, or None when it is not permitted now."""
    return TRANSITIONS.get((state, act))


def permitted(state: TargetState) -> frozenset[Act]:
    """What may be done about a target group in that state."""
    return frozenset(act for before, act in TRANSITIONS if before is state)


def view_of(rights: Collection[str], scope: Scope) -> View | None:
    """What somebody sees: a branch its own, head office what was approved, data officer and auditor everything.

    None: nothing at all.
    """
    if Right.IMPORT_LEADS in rights or Right.VIEW_LEADS in rights:
        return View()
    if Right.PROPOSE_TARGETS in rights:
        return View(branch=scope.branch) if scope.branch else None
    return View(approved_only=True) if Right.SUPPLY_LEADS in rights else None


_DOES: dict[Act, Right] = {
    Act.APPROVE: Right.IMPORT_LEADS,
    Act.REFUSE: Right.IMPORT_LEADS,
    Act.WITHDRAW: Right.PROPOSE_TARGETS,
    Act.SUPPLY: Right.SUPPLY_LEADS,
    Act.IMPORT: Right.IMPORT_LEADS,
}


def offered(state: TargetState, rights: Collection[str], *, waiting: bool) -> list[Act]:
    """What this person may do about a target group in that state; the panel offers exactly this.

    ``waiting``: a file lies there, without which nothing can be taken in.
    """
    possible = permitted(state) - (set() if waiting else {Act.IMPORT})
    return [act for act, right in _DOES.items() if right in rights and act in possible]


def in_time(due_on: date, today: date) -> bool:
    """Nothing can be had by a day that is over."""
    return due_on >= today
