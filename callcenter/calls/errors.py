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
