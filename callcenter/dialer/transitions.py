"""The life of a signal that was kept aside, as a table."""

from enum import StrEnum

from callcenter.dialer.types import KeptState
from callcenter.kit.transitions import Machine


class KeptFact(StrEnum):
    TAKEN = "taken"
    """The engine has taken it again, or found that it knew it."""
    DISMISSED = "dismissed"
    """A person has dismissed it, with a reason."""


KEPT_SIGNAL: Machine[KeptState, KeptFact] = Machine(
    title="A signal kept aside",
    about="A signal that our code could not take. Taking it again may fail again; then it stays kept.",
    model="KeptSignal",
    initials=(KeptState.KEPT,),
    ends=(KeptState.TAKEN, KeptState.DISMISSED),
    table={
        (KeptState.KEPT, KeptFact.TAKEN): KeptState.TAKEN,
        (KeptState.KEPT, KeptFact.DISMISSED): KeptState.DISMISSED,
    },
)

MACHINES = (KEPT_SIGNAL,)
