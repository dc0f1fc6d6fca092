"""State machine of leads.

    stock ──assign──▶ assigned ──put back──▶ stock
      │                  │
      └──────close───────┴──▶ closed ──reopen──▶ stock

Many leads are moved at a time, by one conditional UPDATE (``repository.move``), which returns how many were in a state
that permits the act.
"""

from enum import StrEnum

from callcenter.kit.transitions import Machine
from callcenter.leads.types import LeadState


class LeadAct(StrEnum):
    ASSIGN = "assign"
    """The lead is assigned to an agent."""
    PUT_BACK = "put_back"
    """The lead is returned by its agent and may be assigned again."""
    CLOSE = "close"
    """The lead is not allocated again, unless it is reopened."""
    REOPEN = "reopen"
    """A data officer has a reason to have the customer called again (requirement L4)."""


_S, _A = LeadState, LeadAct

LEAD = Machine(
    title="A lead",
    about="Whether a lead may be called is not a state: do-not-call and legal basis are checked each time.",
    model="Lead",
    initials=(_S.STOCK,),
    ends=(_S.CLOSED,),
    table={
        (_S.STOCK, _A.ASSIGN): _S.ASSIGNED,
        (_S.ASSIGNED, _A.PUT_BACK): _S.STOCK,
        (_S.STOCK, _A.CLOSE): _S.CLOSED,
        (_S.ASSIGNED, _A.CLOSE): _S.CLOSED,
        (_S.CLOSED, _A.REOPEN): _S.STOCK,
    },
)

MACHINES = (LEAD,)
