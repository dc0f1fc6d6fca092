"""The life of one version of a scheme's rules, as a table. No other module assigns ``ClassRuleSet.active``.

    saved ──put in force──▶ in force ──replace──▶ replaced ──put in force──▶ in force

The state is not stored as a word: it follows from ``active`` and ``activated_at``. At most one version of a scheme is
in force; a unique index holds that too.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from callcenter.classes.types import RuleSetState
from callcenter.kit.transitions import Machine


class RuleSetAct(StrEnum):
    PUT_IN_FORCE = "put_in_force"
    REPLACE = "replace"
    """Another version is put in force."""


TRANSITIONS: Mapping[tuple[RuleSetState, RuleSetAct], RuleSetState] = {
    (RuleSetState.SAVED, RuleSetAct.PUT_IN_FORCE): RuleSetState.IN_FORCE,
    (RuleSetState.IN_FORCE, RuleSetAct.PUT_IN_FORCE): RuleSetState.IN_FORCE,  # applied anew, with a new reason
    (RuleSetState.IN_FORCE, RuleSetAct.REPLACE): RuleSetState.REPLACED,
    (RuleSetState.REPLACED, RuleSetAct.PUT_IN_FORCE): RuleSetState.IN_FORCE,
}


class RuleSet(Protocol):
    active: bool
    activated_at: datetime | None
    activated_by: int | None
    activated_why_sealed: str


def state_of(rule_set: RuleSet) -> RuleSetState:
    """Returns the state of a version."""
    if rule_set.active:
        return RuleSetState.IN_FORCE
    return RuleSetState.SAVED if rule_set.activated_at is None else RuleSetState.REPLACED


def advance(state: RuleSetState, act: RuleSetAct) -> RuleSetState | None:
    """Returns the state after the act, or None where the act is not permitted."""
    return TRANSITIONS.get((state, act))


def put_in_force(rule_set: RuleSet, *, at: datetime, by: int | None, why_sealed: str) -> None:
    """Moves a version to *in force*. The version before was replaced first: an index permits one."""
    rule_set.active = advance(state_of(rule_set), RuleSetAct.PUT_IN_FORCE) is RuleSetState.IN_FORCE
    rule_set.activated_at, rule_set.activated_by, rule_set.activated_why_sealed = at, by, why_sealed


def replace(rule_set: RuleSet) -> bool:
    """Moves a version to *replaced*; returns False, and changes nothing, when it is not in force."""
    if advance(state_of(rule_set), RuleSetAct.REPLACE) is None:
        return False
    rule_set.active = False
    return True


MACHINES: tuple[Machine[Any, Any], ...] = ()
"""None: no column holds this state."""
