"""Refusals of exports.

ExportNotFound        404
ExportForbidden       409   a rule forbids it; ``params.refused`` says which (requirement R6)
ExportDecided         409   it does not wait for a decision
OwnRequest            409   the decision is another person's
PackNotReady          409   it is not made yet, or its link has expired
"""

from callcenter.kit.errors import Conflict, NotFound


class ExportNotFound(NotFound):
    code = "export_not_found"


class ExportForbidden(Conflict):
    """Refuses what the law forbids; the request is kept with its refusal."""

    code = "export_forbidden"
    rule = "R6"


class ExportDecided(Conflict):
    code = "export_decided"


class OwnRequest(Conflict):
    """Refuses a decision on one's own request."""

    code = "own_request"


class PackNotReady(Conflict):
    code = "pack_not_ready"
