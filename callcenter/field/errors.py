"""What this room refuses."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class NoSuchHandOver(NotFound):
    code = "no_such_hand_over"


class NoSuchVisit(NotFound):
    """There is none, or it is another field agent's."""

    code = "no_such_visit"


class NoSuchRegion(NotFound):
    code = "no_such_region"


class DistrictTaken(Conflict):
    """A district belongs to one region."""

    code = "district_taken"
    rule = "F1"


class NotAFieldAgent(Invalid):
    code = "not_a_field_agent"
    rule = "F3"


class AssignNeedsTarget(Invalid):
    code = "assign_needs_target"


class CrossRegion(NotAllowed):
    code = "cross_region"
    rule = "F3"


class HandOverDone(Conflict):
    code = "hand_over_done"


class ReportInvalid(Invalid):
    code = "report_invalid"
    rule = "F6"


class ReportedAlready(Conflict):
    """Another result stands; the same report sent twice is taken once."""

    code = "reported_already"
    rule = "F6"


class NotYourVisits(NotAllowed):
    """Customers' particulars are for the field agent who visits them."""

    code = "not_your_visits"
    rule = "L7"
