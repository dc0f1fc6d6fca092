"""State machine of reviews. Only it assigns ``Review.state``.

    open ──claimed──▶ claimed ──decided──▶ decided
      ▲                │   ▲                  │
      └────released────┘   └──── claimed ─────┘  (only a call that was returned for correction)

A claim expires: another checker may then claim the review although it was not released (law 12).
"""

from enum import StrEnum

from callcenter.kit.transitions import Machine
from callcenter.quality.types import ReviewState


class ReviewFact(StrEnum):
    CLAIMED = "claimed"
    """A checker claims the review: an open one, one with an expired claim, or one that was returned."""
    RELEASED = "released"
    """The checker releases a review without any verdict."""
    RELEASED_RETURNED = "released_returned"
    """The checker releases a review that had been returned: it keeps that verdict."""
    DECIDED = "decided"


_S, _F = ReviewState, ReviewFact

REVIEW = Machine(
    title="A review",
    about="A call that was returned for correction may be reviewed again; every other verdict is final.",
    model="Review",
    initials=(_S.OPEN,),
    ends=(_S.DECIDED,),
    table={
        (_S.OPEN, _F.CLAIMED): _S.CLAIMED,
        (_S.CLAIMED, _F.CLAIMED): _S.CLAIMED,
        (_S.DECIDED, _F.CLAIMED): _S.CLAIMED,
        (_S.CLAIMED, _F.RELEASED): _S.OPEN,
        (_S.CLAIMED, _F.RELEASED_RETURNED): _S.DECIDED,
        (_S.CLAIMED, _F.DECIDED): _S.DECIDED,
    },
)
MACHINES = (REVIEW,)
