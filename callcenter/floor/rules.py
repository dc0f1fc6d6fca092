"""Decides which acts on an agent the agent's state permits. Pure; who may do them is asked by the endpoints."""

from callcenter.agents.transitions import Act, permitted
from callcenter.agents.types import AgentState, LegState, Seat
from callcenter.calls.types import CallState
from callcenter.floor.types import FloorVerb

_TALKING = (FloorVerb.LISTEN, FloorVerb.WHISPER, FloorVerb.BARGE)


def floor_verbs(seat: Seat, call: CallState | None) -> list[FloorVerb]:
    """Returns the acts that would be granted on a seat now. ``call``: the state of its call."""
    acts = permitted(seat.state)
    possible: list[FloorVerb] = []
    if call is CallState.ANSWERED:
        possible += _TALKING
    if seat.help_since is not None:
        possible.append(FloorVerb.HELP)
    if seat.state is not AgentState.PAUSED:
        possible.append(FloorVerb.PAUSE)
    if Act.READY in acts and seat.leg_state is LegState.UP:
        possible.append(FloorVerb.READY)
    if Act.LOG_OFF in acts:
        possible.append(FloorVerb.LOG_OFF)
    if seat.state is AgentState.ON_CALL and call not in (None, CallState.ENDED):
        possible.append(FloorVerb.HANG_UP)
    return possible
