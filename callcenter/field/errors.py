"""Refusals of the field room."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class HandOverNotFound(NotFound):
    code = "hand_over_not_found"


class VisitNotFound(NotFound):
    """The visit does not exist, or it is another field agent's."""

    code = "visit_not_found"


class RegionNotFound(NotFound):
    code = "region_not_found"


class RegionNameTaken(Conflict):
    """Two regions of one name look alike on every page."""

    code = "region_name_taken"
    rule = "F1"


class RegionUnchanged(Invalid):
    """Refuses a change that changes nothing."""

    code = "region_unchanged"


class NotAFieldLeader(Invalid):
    """Refuses a leader who is no active field leader."""

    code = "not_a_field_leader"
    rule = "F1"


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


class VisitTimePassed(Conflict):
    """Refuses to assign a hand-over whose visit time has passed, without a new one."""

    code = "visit_time_passed"
    rule = "F3"


class HandOverDone(Conflict):
    code = "hand_over_done"


class NothingToDecide(Conflict):
    """The hand-over waits for no decision, or another person has decided meanwhile."""

    code = "nothing_to_decide"
    rule = "L9"


class ReportInvalid(Invalid):
    code = "report_invalid"
    rule = "F6"


class ReportedAlready(Conflict):
    """The visit has another result. The same report sent twice is no error: it is accepted once."""

    code = "reported_already"
    rule = "F6"


class NotYourVisits(NotAllowed):
    """Only the field agent who visits a customer may see the customer's particulars."""

    code = "not_your_visits"
    rule = "L7"


class ApplicationNotFound(NotFound):
    """The customer of this hand-over has signed no application."""

    code = "application_not_found"


class ApplicationDecided(Conflict):
    """Refuses an entry that the application's state does not allow, or that another person was faster with."""

    code = "application_decided"
    rule = "F9"


class PolicyInvalid(Invalid):
    """Refuses days that no policy can have."""

    code = "policy_invalid"
    rule = "F9"
