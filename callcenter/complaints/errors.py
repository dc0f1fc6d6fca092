"""What this room refuses."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class CaseNotFound(NotFound):
    code = "case_not_found"


class CaseNeedsSubject(Invalid):
    """A complaint belongs to a call or to a customer: exactly one is named."""

    code = "case_needs_subject"
    rule = "X1"


class NotYourCustomer(NotFound):
    """A phone agent complains for customers he has called; of others he does not learn whether they exist."""

    code = "not_your_customer"
    rule = "S2"


class TextMissing(Invalid):
    code = "text_missing"
    rule = "X1"


class ConflictOfInterest(NotAllowed):
    """Whoever has a conflict of interest in a case keeps away from it."""

    code = "conflict_of_interest"
    rule = "X1"


class DecidedAlready(Conflict):
    code = "decided_already"
    rule = "X2"
