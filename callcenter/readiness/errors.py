"""Refusals of the readiness room."""

from callcenter.kit.errors import Conflict


class CampaignNotReady(Conflict):
    """Refuses to start a campaign that lacks something; ``missing`` names it."""

    code = "campaign_not_ready"
    rule = "H4"
