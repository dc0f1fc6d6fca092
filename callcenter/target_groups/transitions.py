"""The life of a target group, as a table. Nobody else assigns ``TargetGroup.state``.

    proposed ──approve──▶ approved ──supply──▶ supplied ──import──▶ imported
       │  │                  │  ▲                 │                 (supply, return, import again)
       │  └──withdraw──▶ withdrawn │              │
       │                     ▲──withdraw          │
       └──refuse──▶ refused     └─────return──────┘

Refused and withdrawn are ends; an imported group stays open for rejected rows that were corrected.
Source: requirement L3.
"""

from collections.abc import Mapping
from typing import Protocol

from callcenter.target_groups.types import Act, TargetState

INITIAL = TargetState.PROPOSED
"""The state of a target group that was just proposed."""

TRANSITIONS: Mapping[tuple[TargetState, Act], TargetState] = {
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
"""State and act → the state after. Customers once imported are not taken back."""


def advance(state: TargetState, act: Act) -> TargetState | None:
    """Returns the state after the act, or None where the act is not permitted."""
    return TRANSITIONS.get((state, act))


def permitted(state: TargetState) -> frozenset[Act]:
    """Returns what may be done about a target group in that state."""
    return frozenset(act for before, act in TRANSITIONS if before is state)


class HasState(Protocol):
    state: TargetState


def move(group: HasState, act: Act) -> bool:
    """Moves a target group; returns False, and changes nothing, where its state does not permit the act."""
    after = advance(group.state, act)
    if after is None:
        return False
    group.state = after
    return True
