"""What do-not-call and the legal basis refuse."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class DncEntryNotFound(NotFound):
    code = "dnc_entry_not_found"


class DncAlreadyLifted(Conflict):
    """Lifted, or its term is over."""

    code = "dnc_already_lifted"
    rule = "L6"


class DncTermTooShort(Invalid):
    """What a customer asked for holds six months at least."""

    code = "dnc_term_too_short"
    rule = "L6"


class NumberNotValid(Invalid):
    code = "dnc_no_number"
    rule = "L1"


class LiftProposed(Conflict):
    code = "dnc_lift_proposed"
    rule = "L6"


class LiftNotFound(NotFound):
    code = "dnc_lift_not_found"


class SecondPersonNeeded(NotAllowed):
    """Who proposes does not decide."""

    code = "dnc_second_person"
    rule = "L6"


class DeliveryNotFound(NotFound):
    code = "dnc_delivery_not_found"


class DeliveryTaken(Conflict):
    """Taken in, or discarded before."""

    code = "dnc_delivery_over"


class ExternalListNotFound(NotFound):
    code = "dnc_list_not_found"


class ExternalListWithdrawn(Conflict):
    code = "dnc_list_withdrawn"


class ListNameTaken(Conflict):
    code = "dnc_list_name_taken"


class NothingRecognised(Invalid):
    code = "dnc_nothing_recognised"
    rule = "L6"


class EvidenceTooOld(Invalid):
    """A withdrawn basis comes back only by evidence given after the withdrawal."""

    code = "basis_evidence_too_old"
    rule = "L9"


class EvidenceInvalid(Invalid):
    code = "basis_evidence_invalid"
    rule = "L9"
