"""What the dialer refuses."""

from callcenter.kit.errors import Conflict


class MayNotCall(Conflict):
    """Refuses a call that a rule forbids now; ``rule`` names it."""

    code = "may_not_call"
