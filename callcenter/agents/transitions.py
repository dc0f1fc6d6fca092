"""An agent session's two state machines: the agent's working state, and the leg to the agent's phone.

log on
  │
  ▼
paused ──ready──▶ ready ──offered──▶ preview ──call──▶ on_call ──call_over──▶ wrap_up ──disposed──▶ ready
  ▲                 │                   │                                        │
  └──────pause──────┴───────pause───────┘  disposed_to_pause, limit_reached ─────┘

A request (ready, pause, skip, call, log off) that the table does not name is refused; a fact changes nothing.
"""

from enum import StrEnum

from callcenter.agents.types import AgentState, LegState
from callcenter.kit.transitions import Machine


class Act(StrEnum):
    READY = "ready"
    PAUSE = "pause"
    OFFERED = "offered"
    """The system put a customer on the screen."""
    SKIP = "skip"
    """The customer leaves the screen uncalled."""
    CALL = "call"
    CALL_OVER = "call_over"
    DISPOSED = "disposed"
    DISPOSED_TO_PAUSE = "disposed_to_pause"
    """The disposition is set, and the agent asked for a pause meanwhile or the leg is gone."""
    LIMIT_REACHED = "limit_reached"
    """The wrap-up has lasted as long as the campaign allows, and the disposition is owed."""
    LEG_LOST = "leg_lost"
    LOG_OFF = "log_off"


_S, _A = AgentState, Act

SEAT: Machine[AgentState, Act] = Machine(
    title="An agent session",
    about="An agent cannot log off during a call or before its disposition.",
    model="AgentSession",
    held_as="HeldSession",
    initials=(_S.PAUSED,),
    ends=(_S.OFFLINE,),
    table={
        (_S.PAUSED, _A.READY): _S.READY,
        (_S.PAUSED, _A.PAUSE): _S.PAUSED,
        (_S.READY, _A.PAUSE): _S.PAUSED,
        (_S.READY, _A.OFFERED): _S.PREVIEW,
        (_S.READY, _A.LEG_LOST): _S.PAUSED,
        (_S.PREVIEW, _A.PAUSE): _S.PAUSED,
        (_S.PREVIEW, _A.SKIP): _S.READY,
        (_S.PREVIEW, _A.CALL): _S.ON_CALL,
        (_S.PREVIEW, _A.LEG_LOST): _S.PAUSED,
        (_S.ON_CALL, _A.CALL_OVER): _S.WRAP_UP,
        (_S.WRAP_UP, _A.DISPOSED): _S.READY,
        (_S.WRAP_UP, _A.DISPOSED_TO_PAUSE): _S.PAUSED,
        (_S.WRAP_UP, _A.LIMIT_REACHED): _S.PAUSED,
        (_S.PAUSED, _A.LOG_OFF): _S.OFFLINE,
        (_S.READY, _A.LOG_OFF): _S.OFFLINE,
        (_S.PREVIEW, _A.LOG_OFF): _S.OFFLINE,
    },
)

REQUESTS = (Act.READY, Act.PAUSE, Act.CALL, Act.SKIP, Act.LOG_OFF)
"""The acts a person asks for; the others are facts."""


def permitted(state: AgentState) -> tuple[Act, ...]:
    """Returns the acts that the agent may ask for in this state."""
    return tuple(act for act in REQUESTS if SEAT.advance(state, act) is not None)


class LegFact(StrEnum):
    ORDERED = "ordered"
    """The command to connect the leg goes to the switch."""
    UP = "up"
    """The switch reports the leg answered and parked, or holds it as such after a lost link."""
    DOWN = "down"
    """The leg has ended, could not be connected, or the switch does not know it any more."""
    LOG_OFF = "log_off"


_L, _LF = LegState, LegFact

LEG: Machine[LegState, LegFact] = Machine(
    title="An agent's leg",
    about="The permanent leg to the agent's phone. A leg that is lost returns to `none` and is connected again.",
    model="AgentSession",
    held_as="HeldSession",
    column="leg_state",
    initials=(_L.NONE,),
    ends=(_L.NONE,),
    table={
        (_L.NONE, _LF.ORDERED): _L.CONNECTING,
        (_L.CONNECTING, _LF.UP): _L.UP,
        (_L.NONE, _LF.UP): _L.UP,
        (_L.CONNECTING, _LF.DOWN): _L.NONE,
        (_L.UP, _LF.DOWN): _L.NONE,
        (_L.CONNECTING, _LF.LOG_OFF): _L.NONE,
        (_L.UP, _LF.LOG_OFF): _L.NONE,
    },
)

MACHINES = (SEAT, LEG)
