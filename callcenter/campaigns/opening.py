"""Opens campaigns for people: new ones, and copies of those there are. Both are prepared before they run."""

from dataclasses import fields, replace

from callcenter.campaigns.checks import require_future
from callcenter.campaigns.drafts import ScriptDrafts
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignDraft, CampaignRules, CampaignState, ScriptDraft
from callcenter.kit.work import Work
from callcenter.telephony.settings import SwitchSettings


class CampaignOpening:
    """Makes campaigns as people ask for them (requirement S6)."""

    def __init__(self, campaigns: CampaignService, drafts: ScriptDrafts, switch: SwitchSettings) -> None:
        self._campaigns = campaigns
        self._drafts = drafts
        self._trunk = switch.trunk

    async def open(self, work: Work, draft: CampaignDraft) -> CampaignRules:
        """Makes a campaign that is being prepared, on the installation's trunk.

        Raises CampaignNameTaken, CallerIdNotApproved, FirstDayPast, WindowInvalid, CapsInvalid, RetriesInvalid,
        AgentFieldsInvalid.
        """
        await self._campaigns.require_name_free(work, draft.name)
        self._campaigns.require_approved(draft.caller_id)
        require_future(draft.first_on, work.now)
        return await self._campaigns.create(
            work, replace(draft, state=CampaignState.PREPARING, trunk=draft.trunk or self._trunk)
        )

    async def copy(self, work: Work, campaign_id: int, name: str) -> CampaignRules:
        """Makes a campaign with the rules of another; the script becomes a draft of the person who copies.

        A second person approves the script of each campaign (requirement C8), so that of the copy, too. Members, first
        day and leads are not copied. Raises CampaignNotFound, CampaignNameTaken.
        """
        source = await self._campaigns.rules(work, campaign_id)
        await self._campaigns.require_name_free(work, name)
        same = {one.name: getattr(source, one.name) for one in fields(CampaignDraft)}
        draft = CampaignDraft(**{**same, "name": name, "state": CampaignState.PREPARING, "first_on": None})
        copied = await self._campaigns.create(work, draft)
        script = await self._campaigns.script(work, campaign_id)
        if script is not None and work.actor.staff_id is not None:
            await self._drafts.save(work, copied.campaign_id, ScriptDraft(script.title, script.statements), None)
        return copied
