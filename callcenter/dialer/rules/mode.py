"""Decides whether the agent dials or the engine does (requirement C4). Pure."""

from callcenter.calls.types import CallKind
from callcenter.campaigns.types import DialMode


def dial_mode(kind: CallKind, campaign: DialMode) -> DialMode:
    """Returns how a customer is dialled: as the campaign prescribes.

    A complaint callback is never dialled before the agent has read the case.
    """
    return DialMode.PREVIEW if kind is CallKind.COMPLAINT else campaign
