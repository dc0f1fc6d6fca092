"""Decides which requests of an agent would be granted, and what a screen may show of earlier moments. Pure."""

from datetime import datetime, timedelta

from callcenter.agents.transitions import permitted
from callcenter.agents.types import AgentState, LegState, Seat
from callcenter.calls.types import CallState
from callcenter.desk.types import About, Verb

_IN_CALL = (AgentState.ON_CALL, AgentState.WRAP_UP)


def allowed_verbs(seat: Seat | None, call: CallState | None, *, owes: bool = False) -> list[Verb]:
    """Returns the requests that would be granted now. ``call``: the state of the seat's call, None without one.

    ``owes``: the disposition of an earlier call is owed. It can be given, and comes before the next customer.
    """
    if seat is None:
        return [Verb.LOG_ON]
    verbs = [Verb(act.value) for act in permitted(seat.state)]
    if seat.leg_state is not LegState.UP:
        verbs = [verb for verb in verbs if verb not in (Verb.READY, Verb.CALL)]
    if owes:
        verbs = [*(verb for verb in verbs if verb is not Verb.READY), Verb.DISPOSE]
    if seat.state in _IN_CALL:
        verbs.append(Verb.PAUSE)
    if seat.state is AgentState.WRAP_UP:
        verbs.append(Verb.DISPOSE)
    if seat.state is AgentState.ON_CALL and call is not None and call is not CallState.ENDED:
        verbs.append(Verb.HANG_UP)
    return verbs


OFFER_HOLDS = timedelta(seconds=15)
"""So long after an offer its verdict is shown; then the rules are asked anew at each beat of the stream. In the moment
of the call they are asked in any case."""


def offer_still_holds(offered_at: datetime, now: datetime) -> bool:
    """Returns whether the screen may show the verdict by which its customer was offered."""
    return now - offered_at < OFFER_HOLDS


def is_about(kept: About, shown: About) -> bool:
    """Returns whether kept entries are about what the screen shows: the same customer, in that call or before it."""
    same = (kept.assignment_id, kept.callback_id) == (shown.assignment_id, shown.callback_id)
    return same and kept.call_id in (None, shown.call_id)
