"""Raises an alert while a campaign runs whose caller ID may not be shown (requirement C3)."""

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignState
from callcenter.kit.work import Work


class CallerIdWatch:
    """Compares the caller ID of each running campaign with the approved list, as the judgement of each call does."""

    def __init__(self, campaigns: CampaignService, alerts: AlertService) -> None:
        self._campaigns = campaigns
        self._alerts = alerts

    async def look(self, work: Work) -> None:
        """Raises the alerts of campaigns that cannot dial, and clears those that are over."""
        approved = self._campaigns.approved_caller_ids
        running = await self._campaigns.list(work, CampaignState.RUNNING)
        refused = {f"campaign:{one.campaign_id}": one.campaign_id for one in running if one.caller_id not in approved}
        for subject, campaign_id in refused.items():
            facts = {"campaign_id": campaign_id, "approved": len(approved)}
            await self._alerts.raise_(work, AlertKind.CALLER_ID_REFUSED, subject, facts)
        for subject in await self._alerts.subjects(work, AlertKind.CALLER_ID_REFUSED) - refused.keys():
            await self._alerts.clear(work, AlertKind.CALLER_ID_REFUSED, subject)
