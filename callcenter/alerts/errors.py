"""Refusals of the alerts room."""

from callcenter.kit.errors import Conflict, NotFound


class AlertNotFound(NotFound):
    """Refuses an alert that does not exist or whose right this person does not hold."""

    code = "alert_not_found"


class AlertOver(Conflict):
    """Refuses to acknowledge an alert that has been cleared."""

    code = "alert_over"


class AlertAcknowledged(Conflict):
    """Refuses to acknowledge an alert that another person has acknowledged."""

    code = "alert_acknowledged"
