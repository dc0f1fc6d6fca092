"""The life of a review, as a table. Nobody else assigns ``Review.state``.

    open ──claimed──▶ claimed ──decided──▶ decided
      ▲                │   ▲                  │
      └────released────┘   └──── claimed ─────┘  (only a call that was returned for correction)

A claim expires: another checker may then claim the review without anybody's release (law 12).
"""

from enum import StrEnum

from callcenter.kit.transitions import Machine
from callcenter.quality.types import ReviewState


class ReviewFact(StrEnum):
    CLAIMED = "claimed"
    """A checker takes the review: from nobody, from an expired claim, or after it was returned."""
    RELEASED = "released"
    """The checker lets go of a review that never had a verdict."""
    RELEASED_RETURNED = "released_returned"
    """The checker lets go of a review that had been returned: its last verdict stands again."""
    DECIDED = "decided"


_S, _F = ReviewState, ReviewFact

REVIEW = Machine(
    title="A review",
    about="A call that was returned for correction may be reviewed again; every other verdict stays.",
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
