"""Refusals of the customer file."""

from callcenter.kit.errors import Invalid


class SearchTooWide(Invalid):
    """Refuses a search that names nothing to search by."""

    code = "search_too_wide"
    rule = "L7"


class NumberUnreadable(Invalid):
    """Refuses what is no telephone number that can be dialled."""

    code = "number_unreadable"
    rule = "L7"
