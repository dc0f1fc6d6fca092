"""What the dialer refuses."""

from callcenter.kit.errors import Conflict


class MayNotCall(Conflict):
    """A rule forbids this call now; ``rule`` names it."""

    code = "may_not_call"
