"""Refusals of the customer file."""

from callcenter.kit.errors import Invalid


class SearchTooWide(Invalid):
    """Refuses a search without any criterion."""

    code = "search_too_wide"
    rule = "L7"


class NumberUnreadable(Invalid):
    """Refuses a text that is no telephone number that can be dialled."""

    code = "number_unreadable"
    rule = "L7"
