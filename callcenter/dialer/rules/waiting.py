"""Says why a ready agent is offered no customer. Pure; shown on the agent's desk and on the floor."""

from datetime import datetime, timedelta
from enum import StrEnum

from callcenter.campaigns.types import WindowVerdict
from callcenter.health.types import Keeping

_ALMOST_DUE = timedelta(seconds=2)
"""A lead due within this time is not shown as resting: the engine offers it at once."""


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
