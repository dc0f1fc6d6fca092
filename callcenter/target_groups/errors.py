"""Refusals about target groups."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class TargetNotFound(NotFound):
    """Refuses a group that does not exist, is another branch's, or is not approved yet."""

    code = "target_group_not_found"
    rule = "L3"


class TargetNotNow(Conflict):
    """Refuses an act that the state does not permit: another person was first, or an earlier step is missing."""

    code = "target_group_not_now"
    rule = "L3"


class TargetDayPast(Invalid):
    code = "target_group_day_past"
    rule = "L3"


class TargetOfOtherCampaign(Conflict):
    """Refuses a file for a campaign other than the one the branch asked for."""

    code = "target_group_other_campaign"
    rule = "L3"


class BranchMissing(NotAllowed):
    """Refuses a proposal by an account that belongs to no branch."""

    code = "branch_missing"
    rule = "L3"
