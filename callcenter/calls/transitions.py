"""The life of a call, as a table.

    planned ──commanded──▶ dialling ──rang──▶ ringing ──answered──▶ answered
       │                      │                  │                     │
       └────── refused ───────┴──── over / lost ─┴──────── over / lost ┴──▶ ended

Facts the table does not name change nothing: signals come late, twice and out of order (law 7).
"""

from enum import StrEnum

from callcenter.calls.types import CallState
from callcenter.kit.transitions import Machine


class Fact(StrEnum):
    COMMANDED = "commanded"
    """The command goes to the switch with the commit of this transaction."""
    REFUSED = "refused"
    """The customer was not dialled."""
    RANG = "rang"
    ANSWERED = "answered"
    OVER = "over"
    """The switch reports that the customer's side or its dialling has ended."""
    LOST = "lost"
    """The switch does not know the call any more, and no signal reported its end."""


_S, _F = CallState, Fact

CALL: Machine[CallState, Fact] = Machine(
    title="A call",
    about="Every state can end; `ended` is for ever. An outcome exists exactly when a call has ended.",
    model="Call",
    held_as="HeldCall",
    initials=(_S.PLANNED,),
    ends=(_S.ENDED,),
    table={
        (_S.PLANNED, _F.COMMANDED): _S.DIALLING,
        (_S.PLANNED, _F.REFUSED): _S.ENDED,
        (_S.DIALLING, _F.REFUSED): _S.ENDED,
        (_S.DIALLING, _F.RANG): _S.RINGING,
        (_S.DIALLING, _F.ANSWERED): _S.ANSWERED,
        (_S.RINGING, _F.ANSWERED): _S.ANSWERED,
        (_S.DIALLING, _F.OVER): _S.ENDED,
        (_S.RINGING, _F.OVER): _S.ENDED,
        (_S.ANSWERED, _F.OVER): _S.ENDED,
        (_S.DIALLING, _F.LOST): _S.ENDED,
        (_S.RINGING, _F.LOST): _S.ENDED,
        (_S.ANSWERED, _F.LOST): _S.ENDED,
    },
)

MACHINES = (CALL,)
