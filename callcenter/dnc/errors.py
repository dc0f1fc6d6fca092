"""Refusals about do-not-call entries and external lists."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class DncEntryNotFound(NotFound):
    code = "dnc_entry_not_found"


class DncAlreadyLifted(Conflict):
    """The entry was lifted, or its term is over."""

    code = "dnc_already_lifted"
    rule = "L6"


class DncTermTooShort(Invalid):
    """What a customer asked for holds six months at least."""

    code = "dnc_term_too_short"
    rule = "L6"


class NumberNotValid(Invalid):
    """The text is no number that can be dialled, or no number was named."""

    code = "dnc_no_number"
    rule = "L1"


class LiftProposed(Conflict):
    """A proposal to lift the entry waits for a decision already."""

    code = "dnc_lift_proposed"
    rule = "L6"


class LiftNotFound(NotFound):
    """There is no such proposal, or it was decided before."""

    code = "dnc_lift_not_found"


class SecondPersonNeeded(NotAllowed):
    """Whoever proposes to lift an entry does not confirm it."""

    code = "dnc_second_person"
    rule = "L6"


class DeliveryNotFound(NotFound):
    code = "dnc_delivery_not_found"


class DeliveryTaken(Conflict):
    """The file was imported or discarded before."""

    code = "dnc_delivery_over"


class ExternalListNotFound(NotFound):
    code = "dnc_list_not_found"


class ExternalListWithdrawn(Conflict):
    code = "dnc_list_withdrawn"


class ListNameTaken(Conflict):
    code = "dnc_list_name_taken"


class NothingRecognised(Invalid):
    """No column of the file holds numbers or hashes of numbers."""

    code = "dnc_nothing_recognised"
    rule = "L6"
