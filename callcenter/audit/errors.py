"""Refusals of the audit room."""

from callcenter.kit.errors import Conflict, Invalid


class AnchorsUnreadable(Invalid):
    """Says that a file of noted heads is missing or damaged: restore it; nothing was compared."""

    code = "anchors_unreadable"
    rule = "S3"


class ChainBroken(Conflict):
    """Says that the trail is broken and its head was not noted; ``verify --audit`` lists the broken entries."""

    code = "chain_broken"
    rule = "S3"
