"""Refusals of the customer file."""

from callcenter.kit.errors import Conflict, Invalid


class SearchTooWide(Invalid):
    """Refuses a search without any criterion."""

    code = "search_too_wide"
    rule = "L7"


class NumberUnreadable(Invalid):
    """Refuses a text that is no telephone number that can be dialled."""

    code = "number_unreadable"
    rule = "L7"


class IdNumberMalformed(Invalid):
    """Refuses a text that can be the number of no identity card and no other document."""

    code = "id_number_malformed"
    rule = "L7"


class CorrectionInvalid(Invalid):
    """Refuses a value that the field cannot hold, or a correction that changes nothing."""

    code = "correction_invalid"
    rule = "L4"


class NothingChanged(CorrectionInvalid):
    """Refuses a correction whose values the file has already."""

    code = "nothing_changed"


class NotClosed(Conflict):
    """Refuses to reopen a lead that is not closed."""

    code = "lead_not_closed"
    rule = "L4"
