"""Refusals about target groups."""

from callcenter.kit.errors import Conflict, Invalid, NotAllowed, NotFound


class TargetNotFound(NotFound):
    """There is no such group, or it is another branch's, or not approved yet."""

    code = "target_group_not_found"
    rule = "L3"


class TargetNotNow(Conflict):
    """Its state does not permit the act: somebody was first, or a step before is missing."""

    code = "target_group_not_now"
    rule = "L3"


class TargetDayPast(Invalid):
    code = "target_group_day_past"
    rule = "L3"


class TargetOfOtherCampaign(Conflict):
    """The customers were asked for another campaign."""

    code = "target_group_other_campaign"
    rule = "L3"


class BranchMissing(NotAllowed):
    """Whoever proposes does so for the branch the account belongs to."""

    code = "branch_missing"
    rule = "L3"
