"""State machines of a destruction run and of the recordings it lists.

proposed ──approved──▶ approved ──finished──▶ done
    └────rejected────▶ rejected

listed ──destroyed──▶ destroyed
   └─────kept───────▶ kept
"""

from enum import StrEnum

from callcenter.kit.transitions import Machine
from callcenter.recordings.destruction.types import ItemState, RunState


class RunFact(StrEnum):
    APPROVED = "approved"
    """Another person than the one who proposed it allowed it."""
    REJECTED = "rejected"
    FINISHED = "finished"
    """No listed recording is left: the protocol can be made."""


class ItemFact(StrEnum):
    DESTROYED = "destroyed"
    """The store does not have it any more."""
    KEPT = "kept"
    """A rule, the store or its absence kept it from being destroyed."""


RUN = Machine(
    title="A destruction run",
    model="DestructionRun",
    initials=(RunState.PROPOSED,),
    ends=(RunState.REJECTED, RunState.DONE),
    table={
        (RunState.PROPOSED, RunFact.APPROVED): RunState.APPROVED,
        (RunState.PROPOSED, RunFact.REJECTED): RunState.REJECTED,
        (RunState.APPROVED, RunFact.FINISHED): RunState.DONE,
    },
)
ITEM = Machine(
    title="A recording in a destruction run",
    model="DestructionItem",
    initials=(ItemState.LISTED,),
    ends=(ItemState.DESTROYED, ItemState.KEPT),
    table={
        (ItemState.LISTED, ItemFact.DESTROYED): ItemState.DESTROYED,
        (ItemState.LISTED, ItemFact.KEPT): ItemState.KEPT,
    },
)
MACHINES = (RUN, ITEM)
