"""Which fields an agent sees is a setting of the campaign: changed with a version, applied per campaign (L4)."""

import json

import pytest

from callcenter.agents.types import AgentState
from callcenter.campaigns.agent_fields import DEFAULT_AGENT_FIELDS, AgentField, AgentFields, Showing
from callcenter.campaigns.errors import AgentFieldsInvalid
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignChanges
from callcenter.campaigns.versions import changes_between
from callcenter.customers.agent_card import AgentCards
from callcenter.desk.customer import LeadSection
from callcenter.desk.reading import ScreenReader
from callcenter.desk.schemas import LeadView
from callcenter.dialer.queue import subject_of
from callcenter.kit.bus import Bus
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.people.types import Role
from tests.support.events import listen
from tests.support.http import actor_of
from tests.support.joining import joined
from tests.support.leads import campaign_service
from tests.support.rows import make_agent_session, make_callback, make_campaign, make_lead, make_lead_list, make_staff
from tests.support.sealing import seal_in

SETTING: AgentFields = {AgentField.ADDRESS: Showing.MASKED, AgentField.RISK: Showing.CLEAR}


async def change(works: Works, campaigns: CampaignService, campaign_id: int, fields: AgentFields) -> None:
    async with works.begin() as work:
        officer = await make_staff(work, Role.DATA_OFFICER)
    async with works.begin(actor_of(officer)) as work:
        await campaigns.change(work, campaign_id, CampaignChanges(agent_fields=fields), "pilot")


async def test_a_change_is_a_version_with_both_settings(works: Works, bus: Bus) -> None:
    campaigns = campaign_service()
    noted = listen(bus, Noted)
    async with works.begin() as work:
        campaign = await make_campaign(work)
    await change(works, campaigns, campaign.id, SETTING)
    await change(works, campaigns, campaign.id, SETTING)  # the same again: no further version
    async with works.begin() as work:
        before, after = await campaigns.history(work, campaign.id)
    assert (before.rules.agent_fields, after.rules.agent_fields) == (DEFAULT_AGENT_FIELDS, SETTING)
    [found] = changes_between(before, after)
    assert (found.rule, found.new) == ("agent_fields", {"address": "masked", "risk": "clear"})
    [event] = [event for event in noted if event.act == "campaigns.changed"]
    assert event.facts["changes"] == {"agent_fields": [found.old, found.new]}


async def test_a_code_cannot_be_masked(works: Works) -> None:
    async with works.begin() as work:
        campaign = await make_campaign(work)
    with pytest.raises(AgentFieldsInvalid):
        await change(works, campaign_service(), campaign.id, {AgentField.GENDER: Showing.MASKED})


async def show(work: Work, vault: Vault, campaign_id: int, lead_id: int) -> LeadView:
    callback = await make_callback(work, lead_id=lead_id, campaign_id=campaign_id)
    agent = await make_staff(work)
    await make_agent_session(work, agent, state=AgentState.PREVIEW, callback_id=callback.id, pause_code=None)
    parts = joined(vault)
    shown = await parts.get(ScreenReader).read(work, agent.id)
    subject = subject_of(agent.id, shown.assignment, shown.callback)
    assert subject
    rules = await parts.get(CampaignService).rules(work, campaign_id)
    return await parts.get(LeadSection).of(work, subject, rules, shown)


async def test_the_card_of_each_customer_follows_the_setting_of_their_campaign(works: Works, vault: Vault) -> None:
    further = json.dumps({"risk": "稳健", "employer": "市一医院", "id_number": "450100196205010021"})
    async with works.begin() as work:
        views = []
        for setting in (DEFAULT_AGENT_FIELDS, SETTING):
            stored = {field.value: showing.value for field, showing in setting.items()}
            campaign = await make_campaign(work, agent_fields=stored)
            lead_list = await make_lead_list(work, campaign_id=campaign.id)
            lead = await make_lead(work, list_id=lead_list.id, address="民族大道", occupation="教师")
            seal_in(vault, lead, fields_sealed=further)
            await work.session.flush()
            views.append(await show(work, vault, campaign.id, lead.id))
    assert [[(fact.key, fact.value) for fact in view.facts] for view in views] == [
        [("occupation", "教师")],
        [("address", "***"), ("risk", "稳健")],
    ]
    for view in views:
        assert "市一医院" not in view.model_dump_json()
        assert "4501" not in view.model_dump_json()


async def test_what_the_setting_hides_is_not_decrypted(works: Works, vault: Vault) -> None:
    async with works.begin() as work:
        lead = await make_lead(work, fields_sealed="k9.unreadable")
        lead.address_sealed = "k9.unreadable"
        await work.session.flush()
        card = await joined(vault).get(AgentCards).of(work, lead.id, DEFAULT_AGENT_FIELDS)
    assert card.facts == []
