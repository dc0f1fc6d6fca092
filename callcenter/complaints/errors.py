"""Refusals of the complaints room."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class CaseNotFound(NotFound):
    code = "case_not_found"


class CaseNeedsSubject(Invalid):
    """A complaint must name either a call or a customer, not both."""

    code = "case_needs_subject"
    rule = "X1"


class NotYourCustomer(NotFound):
    """The customer is beyond the person's scope, or does not exist: both look the same."""

    code = "not_your_customer"
    rule = "S1"


class TextMissing(Invalid):
    """The text of a complaint or of a decision is empty."""

    code = "text_missing"
    rule = "X1"


class ConflictOfInterest(NotAllowed):
    """This person may not act on the case: the complaint is about them, or they have acted on it before."""

    code = "conflict_of_interest"
    rule = "X1"


class DecidedAlready(Conflict):
    code = "decided_already"
    rule = "X2"
