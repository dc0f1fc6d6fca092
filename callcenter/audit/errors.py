"""Lists what the audit room refuses."""

from callcenter.kit.errors import Conflict, Invalid


class AnchorsUnreadable(Invalid):
    """Says that a file of noted heads is missing or damaged: restore it; nothing was compared."""

    code = "anchors_unreadable"
    rule = "S3"


class ChainBroken(Conflict):
    """Says that the trail does not hold: its head is not noted; look at what ``verify --audit`` names."""

    code = "chain_broken"
    rule = "S3"
