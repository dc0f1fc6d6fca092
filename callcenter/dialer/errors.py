"""What the dialer refuses."""

from callcenter.kit.errors import Conflict, NotFound


class MayNotCall(Conflict):
    """Refuses a call that a rule forbids now; ``rule`` names it."""

    code = "may_not_call"


class KeptSignalNotFound(NotFound):
    """Refuses an act on a signal that was never kept aside."""

    code = "kept_signal_not_found"


class KeptSignalSettled(Conflict):
    """Refuses to dismiss a signal that has been taken again or dismissed."""

    code = "kept_signal_settled"
