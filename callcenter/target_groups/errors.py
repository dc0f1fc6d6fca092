"""Refusals about target groups."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class TargetNotFound(NotFound):
    """Refuses a group that does not exist, is another branch's, or is not approved yet."""

    code = "target_group_not_found"
    rule = "L3"


class TargetNotNow(Conflict):
    """Refuses an act that its state does not permit: somebody was first, or a step before is missing."""

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
    """Whoever proposes does so for the branch the account belongs to."""

    code = "branch_missing"
    rule = "L3"
