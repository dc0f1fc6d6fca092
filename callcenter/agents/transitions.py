"""An agent's states, as a table. Nobody else assigns ``AgentSession.state``.

paused ──ready──▶ ready ──offered──▶ preview ──call──▶ on_call ──call_over──▶ wrap_up ──disposed──▶ ready
  ▲                 │                   │                                        │
  └──────pause──────┴───────pause───────┘                 disposed_to_pause ─────┘
"""

from enum import StrEnum

from callcenter.agents.types import AgentState


class Act(StrEnum):
    LOG_ON = "log_on"
    READY = "ready"
    PAUSE = "pause"
    OFFERED = "offered"
    """The system put a customer on the screen."""
    SKIP = "skip"
    """The customer goes back unseen, with a reason."""
    CALL = "call"
    CALL_OVER = "call_over"
    DISPOSED = "disposed"
    DISPOSED_TO_PAUSE = "disposed_to_pause"
    """Disposed, and the agent asked for a pause meanwhile or the leg is gone."""
    LEG_LOST = "leg_lost"
    LOG_OFF = "log_off"


_S, _A = AgentState, Act

TRANSITIONS: dict[tuple[AgentState, Act], AgentState] = {
    (_S.OFFLINE, _A.LOG_ON): _S.PAUSED,
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
    (_S.PAUSED, _A.LOG_OFF): _S.OFFLINE,
    (_S.READY, _A.LOG_OFF): _S.OFFLINE,
    (_S.PREVIEW, _A.LOG_OFF): _S.OFFLINE,
}
"""Nobody logs off in a call or before its disposition."""


def advance(state: AgentState, act: Act) -> AgentState | None:
    """The next state, or None where the act is not permitted."""
    return TRANSITIONS.get((state, act))


PERSONS_ACTS = (Act.LOG_ON, Act.READY, Act.PAUSE, Act.CALL, Act.SKIP, Act.LOG_OFF)


def permitted(state: AgentState) -> tuple[Act, ...]:
    """What the person may do in this state."""
    return tuple(act for act in PERSONS_ACTS if advance(state, act) is not None)
