"""A data officer's morning on a running system: leads of a sick agent are returned, the next day is planned and
committed, a customer on an agent's screen is blocked, the ledger is exported (D1-D7, L4, L6-L8)."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import expect
from python_calamine import CalamineWorkbook
from sqlmodel import func, select

from callcenter.leads.models import Lead
from callcenter.rehearsal.run import Rehearsal
from tests.e2e.conftest import Panel

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenPanel = Callable[..., Awaitable[Panel]]
QUOTA = 30


async def go(panel: Panel, path: str) -> None:
    await panel.page.goto(f"{panel.rehearsal.deployment.url}{path}")


async def leads_of(rehearsal: Rehearsal) -> int:
    """How many customers there are by now: other tests of the rehearsal may have imported some."""
    async with rehearsal.system.works.begin() as work:
        return (await work.session.scalars(select(func.count()).select_from(Lead))).one()


async def give_reason(panel: Panel, reason: str) -> None:
    await panel.see("reason").fill(reason)
    await panel.press("reason-submit")


async def return_leads(officer: Panel, name: str) -> None:
    """Returns an agent's leads; no other agent has room on this day, so all go to the stock."""
    await go(officer, "/leads/allocation")
    await officer.press("allocation-tab-live")
    row = officer.page.locator("tr[data-testid^=use-]").filter(has_text=name)
    await expect(row).to_have_attribute("data-open", str(QUOTA))
    await row.locator("[data-testid^=return-leads-]").click()
    await give_reason(officer, "病假")
    await expect(row).to_have_count(0)


async def plan_and_commit(officer: Panel, name: str) -> None:
    """Plans the next day for an agent who has no leads, looks at the reasons, and commits the plan."""
    await officer.press("allocation-tab-plan")
    await officer.press("plan-make")
    await officer.state("plan-card", "preview")
    row = officer.page.locator("tr[data-testid^=share-]").filter(has_text=name)
    await row.locator("[data-testid^=why-]").click()
    reasons = officer.page.locator("tr[data-testid^=assignment-]")
    await expect(reasons).to_have_count(QUOTA)
    assert re.search(r"\d{3}\*{4}\d{4}", await reasons.first.inner_text())
    await officer.picture("plan-reasons")
    await officer.page.keyboard.press("Escape")
    assigned = await officer.see("figure-assigned").get_attribute("data-value")
    assert int(assigned or 0) >= QUOTA, "others may have room for the next day as well"
    await officer.press("allocate")
    await officer.state("plan-card", "committed")
    await officer.page.reload()
    await officer.state("plan-card", "committed")


async def on_screen(agent: Panel) -> str:
    """Waits for a customer on the agent's screen; returns the last four digits of the number."""
    await agent.state("seat-state", "preview", seconds=40)
    shown = await agent.see("lead-phone").inner_text()
    match = re.search(r"\*(\d{4})", shown)
    assert match, shown
    return match[1]


async def block(officer: Panel, last4: str) -> None:
    await go(officer, "/leads/customers")
    await officer.see("search-last4").fill(last4)
    await officer.page.keyboard.press("Enter")
    await officer.page.locator("tr[data-testid^=customer-]").filter(has_text=last4).first.click()
    await expect(officer.see("gates")).to_have_attribute("data-callable", re.compile("true|false"))
    await officer.press("reveal")
    await give_reason(officer, "客户来信核对")
    await expect(officer.see("customer-file")).to_have_attribute("data-clear", "true")
    await expect(officer.see("file-phone")).to_contain_text(re.compile(rf"1\d{{6}}{last4}"))
    await officer.press("cover")
    await expect(officer.see("file-phone")).to_contain_text(f"****{last4}")
    await officer.press("customer-dnc")
    await give_reason(officer, "客户来信要求")
    await expect(officer.see("gate-L6.do_not_call")).to_have_attribute("data-passes", "false")
    await officer.page.reload()
    await officer.see("happening-dnc_entered").wait_for()
    await officer.see("happening-revealed").wait_for()
    await officer.picture("customer-blocked")


async def test_a_data_officer_returns_leads_plans_a_day_blocks_a_customer_and_exports_the_ledger(
    open_panel: OpenPanel, tmp_path: Path
) -> None:
    officer = await open_panel("data")
    await return_leads(officer, "演示坐席二")
    await plan_and_commit(officer, "演示坐席二")

    agent = await open_panel("agent1")
    await agent.press("verb-log-on")
    await agent.state("phone-state", "up", seconds=40)
    await agent.press("verb-ready")
    last4 = await on_screen(agent)
    await block(officer, last4)
    await agent.see("notice").wait_for()
    await agent.picture("taken-off")
    assert await on_screen(agent) != last4
    await agent.page.emulate_media(media="print")
    await expect(agent.see("desk")).to_be_hidden()  # nothing of a customer is printed (S2)
    await agent.page.emulate_media(media="screen")
    assert await agent.see("lead-phone").evaluate("element => getComputedStyle(element).userSelect") == "none"

    await go(officer, "/leads/ledger")
    customers = await leads_of(officer.rehearsal)
    await expect(officer.see("total-whole")).to_have_attribute("data-leads", str(customers))
    await officer.press("ledger-tab-exports")
    await officer.press("ledger-export")
    take = officer.page.locator("[data-testid^=export-][data-testid$=-take]").first
    await take.wait_for(timeout=60_000)
    async with officer.page.expect_download() as download:
        await take.click()
    await (await download.value).save_as(tmp_path / "ledger.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "ledger.xlsx"))
    rows = book.get_sheet_by_index(0).to_python()
    written = "\n".join("\t".join(str(cell) for cell in row) for row in rows)
    assert len(rows) == customers + 1
    assert f"****{last4}" in written
    assert not re.search(r"1[3-9]\d{9}", written), "it contains no number in clear"

    leader = await open_panel("leader")
    await go(leader, "/leads/roster")
    await leader.page.locator("[data-testid^=roster-line-]").first.wait_for()
    await go(leader, "/leads/ledger")
    await leader.see("no-right").wait_for()
