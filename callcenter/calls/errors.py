"""What the calls room refuses."""

from callcenter.kit.errors import Conflict, Invalid, NotFound


class CallNotFound(NotFound):
    code = "call_not_found"


class AlreadyOnCall(Conflict):
    """Refuses a second call while the agent or the customer is in one that has not ended (law 2)."""

    code = "already_on_call"


class NotDisposable(Conflict):
    """Refuses a disposition: the call has not ended, has one already, or this one does not fit its outcome."""

    code = "not_disposable"


class DetailsMissing(Invalid):
    """Refuses a disposition without what it requires: a time, a category, a note."""

    code = "details_missing"


class VisitInThePast(Invalid):
    """Refuses a visit time that has passed."""

    code = "visit_in_the_past"
    rule = "F3"


class VisitTimeUnconfirmed(Invalid):
    """Refuses a visit at night, on a day off or outside working hours that the customer has not confirmed."""

    code = "visit_time_unconfirmed"
    rule = "F3"
