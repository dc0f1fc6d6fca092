"""What the allocation refuses."""

from callcenter.kit.errors import Conflict, Invalid, NotFound


class AssignmentNotFound(NotFound):
    code = "assignment_not_found"


class RunNotFound(NotFound):
    code = "allocation_run_not_found"


class QuotaNotFound(NotFound):
    code = "quota_not_found"


class WrongAssignmentState(Conflict):
    """The assignment is not in the state this act expects: somebody else was first."""

    code = "assignment_state"


class PlanOutdated(Conflict):
    """Something the plan was made from has changed since: make it anew and look at it again."""

    code = "plan_outdated"
    rule = "D4"


class AlreadyAllocated(Conflict):
    """The day has its run; there is nothing to plan."""

    code = "already_allocated"
    rule = "D6"


class DayNotWorked(Invalid):
    code = "day_not_worked"
    rule = "D1"


class DayPast(Invalid):
    code = "day_past"
    rule = "D1"


class QuotaDayPast(Invalid):
    """A quota holds from today on or later: what was given is given."""

    code = "quota_day_past"
    rule = "D1"


class GivingBackNeedsReason(Invalid):
    code = "return_reason_missing"
    rule = "H2"
