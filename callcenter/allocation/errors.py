"""Lists what the allocation refuses."""

from callcenter.kit.errors import Conflict, Invalid, NotFound


class AssignmentNotFound(NotFound):
    code = "assignment_not_found"


class RunNotFound(NotFound):
    code = "allocation_run_not_found"


class QuotaNotFound(NotFound):
    code = "quota_not_found"


class WrongAssignmentState(Conflict):
    """Refuses an act for which the assignment is not in the right state: another act came first."""

    code = "assignment_state"


class PlanOutdated(Conflict):
    """Refuses to commit a plan after something it was made from has changed: make a new one and look at it."""

    code = "plan_outdated"
    rule = "D4"


class AlreadyAllocated(Conflict):
    """Refuses to plan a day that has its run."""

    code = "already_allocated"
    rule = "D6"


class DayNotWorked(Invalid):
    code = "day_not_worked"
    rule = "D1"


class DayPast(Invalid):
    code = "day_past"
    rule = "D1"


class CampaignNotBegun(Invalid):
    """Refuses to allocate leads for a day before the campaign's first."""

    code = "campaign_not_begun"
    rule = "H4"


class QuotaDayPast(Invalid):
    """Refuses a quota for a day that is past: what was allocated then stays as it was."""

    code = "quota_day_past"
    rule = "D1"


class MemberDayPast(Invalid):
    """Refuses a membership that begins on a day past: what was allocated then stays as it was."""

    code = "member_day_past"
    rule = "D3"


class NoCampaignAgent(Invalid):
    """Refuses a member who is no phone agent."""

    code = "no_campaign_agent"
    rule = "D3"
