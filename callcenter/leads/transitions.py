"""The life of a lead, as a table.

    stock ──assign──▶ assigned ──put back──▶ stock
      │                  │
      └──────close───────┴──▶ closed

Leads are moved many at a time, by one conditional UPDATE (``repository.move``): whoever asks learns how many were in
a state that permits the act.
"""

from enum import StrEnum

from callcenter.kit.transitions import Machine
from callcenter.leads.types import LeadState


class LeadAct(StrEnum):
    ASSIGN = "assign"
    """An agent gets it."""
    PUT_BACK = "put_back"
    """The agent has it no longer; somebody else may get it."""
    CLOSE = "close"
    """It is never allocated again."""


_S, _A = LeadState, LeadAct

LEAD = Machine(
    title="A lead",
    about="Whether a lead in the stock may be called is no state: do-not-call and legal basis are asked each time.",
    model="Lead",
    initials=(_S.STOCK,),
    ends=(_S.CLOSED,),
    table={
        (_S.STOCK, _A.ASSIGN): _S.ASSIGNED,
        (_S.ASSIGNED, _A.PUT_BACK): _S.STOCK,
        (_S.STOCK, _A.CLOSE): _S.CLOSED,
        (_S.ASSIGNED, _A.CLOSE): _S.CLOSED,
    },
)

MACHINES = (LEAD,)
