"""What the alerts refuse."""

from callcenter.kit.errors import Conflict, NotFound


class AlertNotFound(NotFound):
    """There is none, or it is none of this person's work."""

    code = "alert_not_found"


class AlertOver(Conflict):
    """What it warned of is over."""

    code = "alert_over"


class AlertAcknowledged(Conflict):
    """Somebody else was first."""

    code = "alert_acknowledged"
