"""Moves assignments between their states, as a table.

    open ◀──put_aside── active          open / active ──finished──▶ done
      └─────claimed───────▶▲            open ──taken_back──▶ returned

An assignment on a screen is not taken back: it is *recalled* (a mark on the row), and taken back once it is put aside.
"""

from enum import StrEnum

from callcenter.allocation.types import AssignmentState
from callcenter.kit.transitions import Machine


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

ASSIGNMENT: Machine[AssignmentState, AssignmentAct] = Machine(
    title="An assignment",
    about="One lead assigned to one agent. What is on a screen is taken back only after it was put aside.",
    model="Assignment",
    initials=(_S.OPEN,),
    ends=(_S.DONE, _S.RETURNED),
    table={
        (_S.OPEN, _A.CLAIMED): _S.ACTIVE,
        (_S.ACTIVE, _A.PUT_ASIDE): _S.OPEN,
        (_S.OPEN, _A.FINISHED): _S.DONE,
        (_S.ACTIVE, _A.FINISHED): _S.DONE,
        (_S.OPEN, _A.TAKEN_BACK): _S.RETURNED,
    },
)
MACHINES = (ASSIGNMENT,)
