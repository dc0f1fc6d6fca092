"""The life of a delivery of an external list, as a table.

    uploaded ──take effect──▶ in force ──supersede──▶ superseded
       │                          └──────withdraw───▶ withdrawn
       └──discard──▶ discarded

At most one delivery of a list is in force; a unique index holds that too.
"""

from enum import StrEnum

from callcenter.dnc.types import DeliveryState
from callcenter.kit.transitions import Machine


class DeliveryAct(StrEnum):
    TAKE_EFFECT = "take_effect"
    """Its import is complete."""
    SUPERSEDE = "supersede"
    """The list's next delivery takes effect."""
    WITHDRAW = "withdraw"
    """The whole list counts no more."""
    DISCARD = "discard"
    """The file is not wanted."""


_S, _A = DeliveryState, DeliveryAct

DELIVERY = Machine(
    title="A delivery of an external list",
    about="Of each list one delivery at most is in force; the next takes its place.",
    model="DncDelivery",
    initials=(_S.UPLOADED,),
    ends=(_S.SUPERSEDED, _S.WITHDRAWN, _S.DISCARDED),
    table={
        (_S.UPLOADED, _A.TAKE_EFFECT): _S.IN_FORCE,
        (_S.UPLOADED, _A.DISCARD): _S.DISCARDED,
        (_S.IN_FORCE, _A.SUPERSEDE): _S.SUPERSEDED,
        (_S.IN_FORCE, _A.WITHDRAW): _S.WITHDRAWN,
    },
)

MACHINES = (DELIVERY,)
