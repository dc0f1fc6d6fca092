"""Decides who may read the sealed words of an entry of a customer's history (requirements L4, L7). Pure."""

from collections.abc import Collection, Mapping

from callcenter.people.types import Right
from callcenter.reporting.history.types import Happening

_OF_A_CONVERSATION = frozenset({Right.REVEAL_NUMBER, Right.LISTEN_RECORDINGS})
"""Who may hear the call or see the customer in clear may read what was noted of it."""
_OF_A_COMPLAINT = frozenset({Right.HANDLE_COMPLAINTS, Right.VIEW_AUDIT})
_OF_PROTECTION = frozenset({Right.MANAGE_DNC, Right.VIEW_AUDIT})
_OF_AN_AGENT = frozenset({Right.MANAGE_ROSTER})
"""Why leads were returned is often an agent's illness."""

READERS: Mapping[Happening, frozenset[Right]] = {
    Happening.CALL: _OF_A_CONVERSATION,
    Happening.CALLBACK: _OF_A_CONVERSATION,
    Happening.REVIEW: _OF_A_CONVERSATION,
    Happening.VISIT: _OF_A_CONVERSATION,
    Happening.CORRECTED: frozenset({Right.REVEAL_NUMBER}),
    Happening.COMPLAINT: _OF_A_COMPLAINT,
    Happening.COMPLAINT_DECIDED: _OF_A_COMPLAINT,
    Happening.DNC_ENTERED: _OF_PROTECTION,
    Happening.BASIS_ADDED: _OF_PROTECTION,
    Happening.RETURNED: _OF_AN_AGENT,
    Happening.FINISHED: _OF_AN_AGENT,
}
"""Kind of entry that can hold sealed words → the rights of which one is enough to read them."""


def may_read(kind: Happening, rights: Collection[str]) -> bool:
    """Returns whether one of these rights opens the sealed words of such an entry."""
    return not READERS.get(kind, frozenset()).isdisjoint(rights)
