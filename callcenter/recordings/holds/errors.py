"""Refusals of legal holds.

HoldNotFound          404
HoldLifted            409
NothingToHold         409   a call has no recording any more, or never had one
"""

from callcenter.kit.errors import Conflict, NotFound


class HoldNotFound(NotFound):
    code = "hold_not_found"


class HoldLifted(Conflict):
    """Refuses to lift a hold a second time."""

    code = "hold_lifted"


class NothingToHold(Conflict):
    """Refuses a hold on a call whose recording was destroyed, or that has none."""

    code = "nothing_to_hold"
