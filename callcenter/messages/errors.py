"""Refusals of the messages room."""

from callcenter.kit.errors import Conflict, Invalid, NotFound


class RouteNotFound(NotFound):
    code = "route_not_found"


class RouteChanged(Conflict):
    """Refuses a change of a route that another person has changed since it was read."""

    code = "route_changed"


class RouteNameTaken(Conflict):
    code = "route_name_taken"


class MailNotSetUp(Conflict):
    """Refuses a route by mail while no mail server is named."""

    code = "mail_not_set_up"


class TargetInvalid(Invalid):
    """Refuses a target that is no list of addresses, or no URL."""

    code = "route_target_invalid"


class OriginNotAllowed(Invalid):
    """Refuses a webhook to a server to which this installation may not send."""

    code = "webhook_origin_not_allowed"


class SecretMissing(Invalid):
    """Refuses a route of a signed webhook without a secret."""

    code = "route_secret_missing"
