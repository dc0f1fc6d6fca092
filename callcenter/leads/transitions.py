"""The life of a lead, as a table. Nobody else assigns ``Lead.state``.

    stock ──assign──▶ assigned ──put back──▶ stock
      │                  │
      └──────close───────┴──▶ closed

Leads are moved many at a time, by one conditional UPDATE (``repository.move``): whoever asks learns how many were in
a state that permits the act.
"""

from collections.abc import Mapping
from enum import StrEnum

from callcenter.leads.types import LeadState


class LeadAct(StrEnum):
    ASSIGN = "assign"
    """An agent gets it."""
    PUT_BACK = "put_back"
    """The agent has it no longer; somebody else may get it."""
    CLOSE = "close"
    """It is never allocated again."""


INITIAL = LeadState.STOCK
"""The state of a lead that was just imported."""

TRANSITIONS: Mapping[tuple[LeadState, LeadAct], LeadState] = {
    (LeadState.STOCK, LeadAct.ASSIGN): LeadState.ASSIGNED,
    (LeadState.ASSIGNED, LeadAct.PUT_BACK): LeadState.STOCK,
    (LeadState.STOCK, LeadAct.CLOSE): LeadState.CLOSED,
    (LeadState.ASSIGNED, LeadAct.CLOSE): LeadState.CLOSED,
}


def advance(state: LeadState, act: LeadAct) -> LeadState | None:
    """Returns the state after the act, or None where the act is not permitted."""
    return TRANSITIONS.get((state, act))


def states_before(act: LeadAct) -> frozenset[LeadState]:
    """Returns the states in which the act is permitted."""
    return frozenset(state for state, permitted in TRANSITIONS if permitted is act)


def state_after(act: LeadAct) -> LeadState:
    """Returns the state an act leads to, which is the same from wherever it is permitted."""
    (state,) = {after for (_, permitted), after in TRANSITIONS.items() if permitted is act}
    return state
