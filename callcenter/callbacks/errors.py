"""What this room refuses."""

from callcenter.kit.errors import Conflict, Invalid, NotFound


class CallbackNotFound(NotFound):
    code = "callback_not_found"


class PromiseInThePast(Invalid):
    code = "promise_in_the_past"
    rule = "C7"


class PromiseNeedsTime(Invalid):
    code = "promise_needs_time"
    rule = "C7"


class CallbackEndedAlready(Conflict):
    code = "callback_ended"


class ObligationStands(Conflict):
    """Refuses to end a complaint obligation other than by evidence, or by sign-off after enough attempts."""

    code = "obligation_stands"
    rule = "X3"
