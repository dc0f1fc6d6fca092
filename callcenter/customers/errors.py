"""Refusals of the customer file."""

from callcenter.kit.errors import Invalid


class SearchTooWide(Invalid):
    """A search names nothing to search by."""

    code = "search_too_wide"
    rule = "L7"


class NumberUnreadable(Invalid):
    """What was typed is no telephone number that can be dialled."""

    code = "number_unreadable"
    rule = "L7"
