"""Refusals about do-not-call entries and external lists."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class DncEntryNotFound(NotFound):
    code = "dnc_entry_not_found"


class DncAlreadyLifted(Conflict):
    """Refuses to lift an entry that was lifted, or whose term is over."""

    code = "dnc_already_lifted"
    rule = "L6"


class DncTermTooShort(Invalid):
    """Refuses a term that is shorter than the law's: what a customer asked for holds six months at least."""

    code = "dnc_term_too_short"
    rule = "L6"


class NumberNotValid(Invalid):
    """Refuses a text that is no number that can be dialled, or none at all."""

    code = "dnc_no_number"
    rule = "L1"


class LiftProposed(Conflict):
    """Refuses a second proposal to lift an entry while one waits for a decision."""

    code = "dnc_lift_proposed"
    rule = "L6"


class LiftNotFound(NotFound):
    """Refuses a proposal that does not exist, or was decided before."""

    code = "dnc_lift_not_found"


class SecondPersonNeeded(NotAllowed):
    """Refuses to let the person who proposed to lift an entry confirm the proposal too."""

    code = "dnc_second_person"
    rule = "L6"


class DeliveryNotFound(NotFound):
    code = "dnc_delivery_not_found"


class DeliveryTaken(Conflict):
    """Refuses a file that was imported or discarded before."""

    code = "dnc_delivery_over"


class ExternalListNotFound(NotFound):
    code = "dnc_list_not_found"


class ExternalListWithdrawn(Conflict):
    code = "dnc_list_withdrawn"


class DeliveryEndsNumbers(Conflict):
    """Refuses a delivery that lacks numbers of the one before, until a person confirms how many may be called again."""

    code = "dnc_delivery_ends_numbers"
    rule = "L6"


class ListNameTaken(Conflict):
    code = "dnc_list_name_taken"


class NothingRecognised(Invalid):
    """Refuses a file without a column of numbers or of hashes of numbers."""

    code = "dnc_nothing_recognised"
    rule = "L6"
