"""A data officer decides what agents see of a customer and finds a customer by identity card (L4, L7)."""

import json
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect
from sqlmodel import col, select

from callcenter.leads.models import Lead
from callcenter.leads.rules.person import id_number_key
from callcenter.rehearsal.run import Rehearsal
from tests.e2e.conftest import Panel
from tests.support.sealing import seal_in

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenPanel = Callable[..., Awaitable[Panel]]
CARD = "45010019900101002X"


async def go(panel: Panel, path: str) -> None:
    await panel.page.goto(f"{panel.rehearsal.deployment.url}{path}")


async def give_reason(panel: Panel, reason: str) -> None:
    await panel.see("reason").fill(reason)
    await panel.press("reason-submit")


async def speak(panel: Panel, language: str) -> None:
    await panel.page.evaluate(f"localStorage.setItem('callcenter.language', '{language}')")
    await panel.page.reload()


async def give_identity_card(rehearsal: Rehearsal) -> int:
    """Gives the youngest customer an identity number, as an import would have sealed it; returns the lead."""
    vault = rehearsal.system.settings.vault
    async with rehearsal.system.works.begin() as work:
        lead = (await work.session.scalars(select(Lead).order_by(col(Lead.id).desc()).limit(1))).one()
        seal_in(vault, lead, fields_sealed=json.dumps({"id_number": CARD}))
        lead.id_number_index = vault.index(id_number_key(CARD))
        return lead.id


async def test_what_the_campaign_hides_is_not_on_the_agents_card(open_panel: OpenPanel) -> None:
    officer = await open_panel("data", height=1200)
    await go(officer, "/leads/campaigns/1")
    await officer.choose("agent-field-district", "隐藏")
    await officer.choose("agent-field-age", "遮盖")
    await officer.see("agent-fields").scroll_into_view_if_needed()
    await officer.picture("agent-fields-zh")
    await officer.press("window-save")
    await give_reason(officer, "按合规要求减少展示")
    await officer.press("campaign-history")
    await expect(officer.page.get_by_role("dialog")).to_contain_text("坐席可见的客户资料 · 区县")
    await officer.picture("agent-fields-history")
    await officer.page.keyboard.press("Escape")
    await speak(officer, "en")
    await officer.see("agent-fields").scroll_into_view_if_needed()
    await officer.picture("agent-fields-en")

    agent = await open_panel("agent1")
    await agent.press("verb-log-on")
    await agent.state("phone-state", "up", seconds=40)
    await agent.press("verb-ready")
    await agent.state("seat-state", "preview", seconds=40)
    await agent.see("fact-attempts").wait_for()
    await expect(agent.see("fact-district")).to_have_count(0)
    await agent.picture("agent-card")


async def test_a_customer_is_found_by_identity_card(open_panel: OpenPanel) -> None:
    officer = await open_panel("data")
    lead_id = await give_identity_card(officer.rehearsal)
    await go(officer, "/leads/customers")
    await officer.see("search-id-number").fill("12345")
    await officer.page.keyboard.press("Enter")
    await expect(officer.see("load-problem")).to_contain_text("证件号码格式不正确")
    await officer.see("search-id-number").fill("450100 19900101 002x")
    await officer.page.keyboard.press("Enter")
    hit = officer.see(f"customer-{lead_id}")
    await hit.wait_for()
    assert CARD not in await officer.page.content()
    await officer.picture("id-search-zh")
    await hit.click()
    await officer.press("correct")
    await officer.see("correction-value").fill("医生")
    await officer.see("correction-why").fill("客户来电告知")
    await officer.press("correction-submit")
    corrected = officer.see("happening-corrected").first
    await expect(corrected).to_contain_text("客户来电告知")
    await officer.see("note-of-corrected").first.click()
    await give_reason(officer, "客户询问")
    await expect(officer.see("note-new").first).to_contain_text("医生")
    await corrected.scroll_into_view_if_needed()
    await officer.picture("history-zh")
    await speak(officer, "en")
    await officer.see("happening-corrected").first.scroll_into_view_if_needed()
    await officer.picture("history-en")
    await go(officer, "/leads/customers")
    await officer.see("search-id-number").fill("12345")
    await officer.page.keyboard.press("Enter")
    await expect(officer.see("load-problem")).to_contain_text("identity")
    await officer.picture("id-search-en")
