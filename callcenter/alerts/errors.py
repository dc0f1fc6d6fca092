"""Lists what the alerts refuse."""

from callcenter.kit.errors import Conflict, NotFound


class AlertNotFound(NotFound):
    """Refuses an alert that does not exist or is not this person's work."""

    code = "alert_not_found"


class AlertOver(Conflict):
    """Refuses to acknowledge what is over."""

    code = "alert_over"


class AlertAcknowledged(Conflict):
    """Refuses to acknowledge what somebody else has acknowledged."""

    code = "alert_acknowledged"
