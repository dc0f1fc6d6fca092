"""What the complaints room refuses."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class CaseNotFound(NotFound):
    code = "case_not_found"


class CaseNeedsSubject(Invalid):
    """A complaint belongs to a call or to a customer: exactly one is named."""

    code = "case_needs_subject"
    rule = "X1"


class NotYourCustomer(NotFound):
    """A phone agent enters complaints of customers they have called; of others they do not learn whether they exist."""

    code = "not_your_customer"
    rule = "S2"


class TextMissing(Invalid):
    """A complaint or a decision without a word."""

    code = "text_missing"
    rule = "X1"


class ConflictOfInterest(NotAllowed):
    """This person may not act on the case: it is about them, or they have acted on it before."""

    code = "conflict_of_interest"
    rule = "X1"


class DecidedAlready(Conflict):
    code = "decided_already"
    rule = "X2"
