"""Decides which requests of an agent would be granted, and why a ready agent is offered no customer. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

from callcenter.agents.transitions import permitted
from callcenter.agents.types import AgentState, LegState, Seat
from callcenter.calls.types import CallState
from callcenter.campaigns.types import WindowVerdict
from callcenter.desk.types import Verb
from callcenter.health.types import Keeping

_ALMOST_DUE = timedelta(seconds=2)
"""A lead due within this time is not shown as resting: the engine offers it at once."""

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


class WaitingCode(StrEnum):
    OUTSIDE_WINDOW = "outside_window"
    NO_LEADS = "no_leads"
    RESTING = "resting"
    """Every lead of the agent is to be called later."""
    LOOKING = "looking"
    NO_CALLBACKS = "no_callbacks"
    """Of the complaint staff: no complaint callback is due."""
    ENGINE_BEHIND = "engine_behind"
    """The engine takes the switch's signals too late: no call is offered until it has caught up."""
    ENGINE_SILENT = "engine_silent"
    """The engine does not report: no call is placed until one does again."""
    SWITCH_GONE = "switch_gone"
    """The engine cannot reach its switch: no call is placed until it can."""


def engine_waits_for(keeping: Keeping | None) -> WaitingCode | None:
    """Returns why the engine offers no customer to any agent; None when it does, or when that is not known."""
    match keeping:
        case Keeping.BEHIND:
            return WaitingCode.ENGINE_BEHIND
        case Keeping.SILENT:
            return WaitingCode.ENGINE_SILENT
        case Keeping.NO_SWITCH:
            return WaitingCode.SWITCH_GONE
        case _:
            return None


def waiting_for(
    window: WindowVerdict | None, next_due_at: datetime | None, now: datetime
) -> tuple[WaitingCode, datetime | None]:
    """Returns why a ready agent of marketing is offered no customer, and until when, if that is known.

    ``next_due_at``: when the agent's next lead is due; None when the agent has none left today.
    """
    if window is None or not window.open:
        return WaitingCode.OUTSIDE_WINDOW, window.opens_at if window else None
    if next_due_at is None:
        return WaitingCode.NO_LEADS, None
    if next_due_at > now + _ALMOST_DUE:
        return WaitingCode.RESTING, next_due_at
    return WaitingCode.LOOKING, None


def staff_waits_for(window: WindowVerdict, callbacks_due: int) -> tuple[WaitingCode, datetime | None]:
    """Returns why ready complaint staff are offered no customer. ``window``: the service hours."""
    if not window.open:
        return WaitingCode.OUTSIDE_WINDOW, window.opens_at
    return (WaitingCode.LOOKING if callbacks_due else WaitingCode.NO_CALLBACKS), None
