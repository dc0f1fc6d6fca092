"""State machine of complaint cases. Only it assigns ``Case.state``.

    open ──obligation_ended──▶ answered ──decided──▶ closed
      └──────decided─────────▶ decided ──obligation_ended──▶ closed

A case owes two independent things, the callback and the decision; its state shows which are done.
"""

from enum import StrEnum

from callcenter.complaints.types import CaseState
from callcenter.kit.transitions import Machine


class CaseFact(StrEnum):
    OBLIGATION_ENDED = "obligation_ended"
    """The customer was called back, or the callback was signed off."""
    DECIDED = "decided"
    """A handler without a conflict of interest entered the decision."""


_S, _F = CaseState, CaseFact

CASE = Machine(
    title="A complaint case",
    about="A case owes two things, the callback and the decision, in either order.",
    model="Case",
    initials=(_S.OPEN,),
    ends=(_S.CLOSED,),
    table={
        (_S.OPEN, _F.OBLIGATION_ENDED): _S.ANSWERED,
        (_S.DECIDED, _F.OBLIGATION_ENDED): _S.CLOSED,
        (_S.OPEN, _F.DECIDED): _S.DECIDED,
        (_S.ANSWERED, _F.DECIDED): _S.CLOSED,
    },
)
MACHINES = (CASE,)
