"""What the allocation refuses."""

from callcenter.kit.errors import Conflict, Invalid, NotFound


class AssignmentNotFound(NotFound):
    code = "assignment_not_found"


class WrongAssignmentState(Conflict):
    """The assignment is not in the state this act expects: somebody else was first."""

    code = "assignment_state"


class DayNotWorked(Invalid):
    code = "day_not_worked"
    rule = "D1"


class DayPast(Invalid):
    code = "day_past"
    rule = "D1"
