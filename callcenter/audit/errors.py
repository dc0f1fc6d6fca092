"""What the audit room refuses."""

from callcenter.kit.errors import Conflict, Invalid


class AnchorsUnreadable(Invalid):
    """A file of noted heads is missing or damaged: restore it; nothing was compared."""

    code = "anchors_unreadable"
    rule = "S3"


class ChainBroken(Conflict):
    """The trail does not hold: its head is not noted, look at what ``verify --audit`` names."""

    code = "chain_broken"
    rule = "S3"
