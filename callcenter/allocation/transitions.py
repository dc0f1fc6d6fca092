"""Moves assignments between their states, as a table. Nobody else assigns ``Assignment.state``.

    open ──claimed──▶ active ──finished──▶ done
      ▲ │                │                   ▲
      │ └────────────────┼──── finished ─────┘
      └──── put_aside ───┘
    open ──taken_back──▶ returned

An assignment on a screen is not taken back: it is *recalled* (a mark on the row), and taken back once it is put aside.
"""

from enum import StrEnum

from callcenter.allocation.types import AssignmentState


class AssignmentAct(StrEnum):
    CLAIMED = "claimed"
    """It comes on the agent's screen."""
    PUT_ASIDE = "put_aside"
    """It leaves the screen unfinished."""
    FINISHED = "finished"
    """The agent is done with the lead."""
    TAKEN_BACK = "taken_back"
    """The lead returns to the stock."""


_S, _A = AssignmentState, AssignmentAct

TRANSITIONS: dict[tuple[AssignmentState, AssignmentAct], AssignmentState] = {
    (_S.OPEN, _A.CLAIMED): _S.ACTIVE,
    (_S.ACTIVE, _A.PUT_ASIDE): _S.OPEN,
    (_S.OPEN, _A.FINISHED): _S.DONE,
    (_S.ACTIVE, _A.FINISHED): _S.DONE,
    (_S.OPEN, _A.TAKEN_BACK): _S.RETURNED,
}


def target(act: AssignmentAct) -> AssignmentState:
    """Returns the state that an act leads to; each act leads to one."""
    [state] = {to for (_, by), to in TRANSITIONS.items() if by is act}
    return state


def sources(act: AssignmentAct) -> tuple[AssignmentState, ...]:
    """Returns the states in which an act is permitted: what the WHERE of a conditional UPDATE names."""
    return tuple(state for state, by in TRANSITIONS if by is act)
