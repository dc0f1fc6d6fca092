"""What the calls room refuses."""

from callcenter.kit.errors import Conflict, Invalid, NotFound


class CallNotFound(NotFound):
    code = "call_not_found"


class AlreadyOnCall(Conflict):
    """The agent or the customer is in a call that has not ended (law 2)."""

    code = "already_on_call"


class NotDisposable(Conflict):
    """The call has not ended, has a disposition already, or this disposition does not fit its outcome."""

    code = "not_disposable"


class DetailsMissing(Invalid):
    """The disposition needs something more: a time, a category, a note."""

    code = "details_missing"
