"""What the leads room refuses."""

from callcenter.kit.errors import Invalid, NotFound


class LeadNotFound(NotFound):
    code = "lead_not_found"


class ListNotFound(NotFound):
    code = "lead_list_not_found"


class UnknownCampaign(NotFound):
    code = "unknown_campaign"


class ReasonMissing(Invalid):
    code = "reason_missing"
