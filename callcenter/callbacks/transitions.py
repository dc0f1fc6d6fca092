"""How a callback moves. A promise and an obligation share the column; the row's kind says which table holds.

    due ─claimed─▶ active ─reached─▶ done            promises
     ▲               │ └─given up─▶ lapsed
     └───returned────┘
    due ─claimed─▶ active ─conversation held─▶ held ─reached (recording stored)─▶ done            obligations
                                                └─claimed (no recording in time)─▶ active

An agent may leave the desk during the call, so that the callback is due again before the call ends. The call counts
nevertheless: ``due`` leads wherever ``active`` does. An obligation has no arrow to ``lapsed`` (law 4); a constraint of
the database ensures the same (``models.py``).
"""

from collections.abc import Mapping
from enum import StrEnum

from callcenter.callbacks.types import CallbackKind, CallbackState
from callcenter.kit.transitions import Machine


class Fact(StrEnum):
    CLAIMED = "claimed"
    """One agent takes it onto the screen."""
    RETURNED = "returned"
    """It was not called, or the customer was not reached: it is due again."""
    CONVERSATION_HELD = "conversation_held"
    """The complaining customer was spoken to; the recording is awaited."""
    REACHED = "reached"
    """The customer was reached; for an obligation the recording is stored, or a supervisor has signed off."""
    GIVEN_UP = "given_up"
    """Superseded, overtaken by events, or tried often enough."""


_S, _F = CallbackState, Fact

PROMISE: Machine[CallbackState, Fact] = Machine(
    title="A promised callback",
    about="A customer has one open promise; the newer one supersedes the older.",
    model="Callback",
    initials=(_S.DUE,),
    ends=(_S.DONE, _S.LAPSED),
    table={
        (_S.DUE, _F.CLAIMED): _S.ACTIVE,
        (_S.DUE, _F.RETURNED): _S.DUE,
        (_S.ACTIVE, _F.RETURNED): _S.DUE,
        (_S.DUE, _F.REACHED): _S.DONE,
        (_S.ACTIVE, _F.REACHED): _S.DONE,
        (_S.DUE, _F.GIVEN_UP): _S.LAPSED,
        (_S.ACTIVE, _F.GIVEN_UP): _S.LAPSED,
    },
)

OBLIGATION: Machine[CallbackState, Fact] = Machine(
    title="A callback owed to a complaining customer",
    about="Only evidence, or a supervisor's sign-off after enough attempts, ends it (law 4).",
    model="Callback",
    initials=(_S.DUE,),
    ends=(_S.DONE,),
    table={
        (_S.DUE, _F.CLAIMED): _S.ACTIVE,
        (_S.HELD, _F.CLAIMED): _S.ACTIVE,
        (_S.DUE, _F.RETURNED): _S.DUE,
        (_S.ACTIVE, _F.RETURNED): _S.DUE,
        (_S.DUE, _F.CONVERSATION_HELD): _S.HELD,
        (_S.ACTIVE, _F.CONVERSATION_HELD): _S.HELD,
        (_S.DUE, _F.REACHED): _S.DONE,
        (_S.ACTIVE, _F.REACHED): _S.DONE,
        (_S.HELD, _F.REACHED): _S.DONE,
    },
)

MACHINE_OF: Mapping[CallbackKind, Machine[CallbackState, Fact]] = {
    CallbackKind.AGENT_PROMISE: PROMISE,
    CallbackKind.COMPLAINT: OBLIGATION,
}

MACHINES = (PROMISE, OBLIGATION)
