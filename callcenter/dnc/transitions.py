"""The life of a delivery of an external list, as a table. Nobody else assigns ``DncDelivery.state``.

    uploaded ──take effect──▶ in force ──supersede──▶ superseded
       │                          └──────withdraw───▶ withdrawn
       └──discard──▶ discarded

At most one delivery of a list is in force; a unique index holds that too.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from callcenter.dnc.types import DeliveryState


class DeliveryAct(StrEnum):
    TAKE_EFFECT = "take_effect"
    """Its import is complete."""
    SUPERSEDE = "supersede"
    """The list's next delivery takes effect."""
    WITHDRAW = "withdraw"
    """The whole list counts no more."""
    DISCARD = "discard"
    """The file is not wanted."""


INITIAL = DeliveryState.UPLOADED
"""The state of a file that was just uploaded."""

TRANSITIONS: Mapping[tuple[DeliveryState, DeliveryAct], DeliveryState] = {
    (DeliveryState.UPLOADED, DeliveryAct.TAKE_EFFECT): DeliveryState.IN_FORCE,
    (DeliveryState.UPLOADED, DeliveryAct.DISCARD): DeliveryState.DISCARDED,
    (DeliveryState.IN_FORCE, DeliveryAct.SUPERSEDE): DeliveryState.SUPERSEDED,
    (DeliveryState.IN_FORCE, DeliveryAct.WITHDRAW): DeliveryState.WITHDRAWN,
}


class HasState(Protocol):
    state: DeliveryState


def advance(state: DeliveryState, act: DeliveryAct) -> DeliveryState | None:
    """Returns the state after the act, or None where the act is not permitted."""
    return TRANSITIONS.get((state, act))


def move(delivery: HasState, act: DeliveryAct) -> bool:
    """Moves a delivery; returns False, and changes nothing, where its state does not permit the act."""
    after = advance(delivery.state, act)
    if after is None:
        return False
    delivery.state = after
    return True
