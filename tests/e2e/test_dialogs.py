"""Dialogs and forms that open on a page, in both languages: axe finds nothing, no word of the other language shows; and
what they are for is done: a member joins, a leave is entered, a person leaves."""

import json
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import FilePayload, expect
from sqlmodel import func, select

from callcenter.leads.models import Lead
from callcenter.people.types import Role, StaffDraft
from callcenter.rehearsal import cast
from callcenter.rehearsal.run import Rehearsal
from tests.e2e.conftest import Panel
from tests.e2e.looking import faults, seen_of, settled

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenPanel = Callable[..., Awaitable[Panel]]
Opening = Callable[[Panel], Awaitable[None]]


async def go(panel: Panel, path: str) -> None:
    await panel.page.goto(f"{panel.rehearsal.deployment.url}{path}")
    await panel.page.wait_for_selector("h1")
    await settled(panel.page)


async def dialog(panel: Panel) -> None:
    """Waits until a dialog has come; one that moves yet has other colours for axe."""
    shown = panel.page.get_by_role("dialog").and_(panel.page.locator(":visible")).first
    await shown.wait_for()
    await expect(panel.page.locator(".dialog-fade-enter-active, .el-overlay.fade-enter-active")).to_have_count(0)


async def open_customer(panel: Panel) -> None:
    async with panel.rehearsal.system.works.begin() as work:
        lead_id = (await work.session.scalars(select(func.min(Lead.id)))).one()
    await go(panel, f"/leads/customers/{lead_id}")
    await panel.see("changes").wait_for()


async def correction(panel: Panel) -> None:
    await open_customer(panel)
    await panel.press("correct")
    await dialog(panel)


async def members(panel: Panel) -> None:
    await go(panel, "/leads/allocation")
    await panel.press("allocation-tab-members")
    await panel.see("members-total").wait_for()


async def member_joins(panel: Panel) -> None:
    await members(panel)
    await panel.press("members-add")
    await dialog(panel)


async def member_leaves(panel: Panel) -> None:
    await members(panel)
    await panel.page.locator("[data-testid^=member-][data-testid$=-remove]").first.click()
    await dialog(panel)


async def leaves(panel: Panel) -> None:
    await go(panel, "/people")
    await panel.see("leave-card").locator("table, .empty").first.wait_for()


async def leave_entered(panel: Panel) -> None:
    await leaves(panel)
    await panel.press("leave-enter")
    await dialog(panel)


async def staff(panel: Panel) -> None:
    await go(panel, "/people")
    await panel.press("people-tab-staff")
    await panel.page.locator("tr[data-testid^=staff-]").first.wait_for()


async def person_leaves(panel: Panel) -> None:
    await staff(panel)
    await panel.see("staff-search").fill("data2")
    await panel.page.locator("[data-testid^=staff-][data-testid$=-leave]").first.click()
    await dialog(panel)


async def import_columns(panel: Panel) -> None:
    await go(panel, "/leads/new")
    text = "姓名;手机号码;授权依据;凭证编号\n张三;13900000001;书面同意;A1\n李四;123;书面同意;A2\n"
    file = FilePayload(name="控制.csv", mimeType="text/csv", buffer=text.encode("gb18030"))
    await panel.see("list-file").set_input_files(file)
    await panel.press("list-submit")
    await panel.see("preview").wait_for()


async def script(panel: Panel) -> None:
    await go(panel, "/leads/scripts")
    await panel.see("script-version-1").wait_for()
    await panel.press("script-show-1")


async def script_published(panel: Panel) -> None:
    await script(panel)
    if await panel.see("script-discard").is_enabled():  # what this person has typed in the other language
        await panel.press("script-discard")
        await panel.press("ask-submit")
        await expect(panel.see("script-discard")).to_be_disabled()
    await panel.press("script-add")
    line = panel.see(f"script-line-{len(cast.SCRIPT) + 1}")
    await line.locator("textarea").first.fill("感谢您的时间，再见。")
    await panel.press("script-submit")
    await dialog(panel)


async def campaign_history(panel: Panel) -> None:
    await go(panel, "/leads/campaigns/1")
    await panel.press("campaign-history")
    await dialog(panel)
    await panel.see("history-dialog").locator("tbody tr").first.wait_for()


async def trail_details(panel: Panel) -> None:
    await go(panel, "/audit")
    await panel.choose("trail-act", "Class scheme chosen" if await english(panel) else "选用分类方案")
    await panel.page.locator("[data-testid^=entry-][data-testid$=-open]").first.click()
    await panel.see("entry-facts").first.wait_for()


async def english(panel: Panel) -> bool:
    return bool(await panel.page.evaluate("document.documentElement.lang === 'en'"))


DIALOGS: dict[str, tuple[str, Opening]] = {
    "correction": ("data", correction),
    "members": ("data", members),
    "member-joins": ("data", member_joins),
    "member-leaves": ("data", member_leaves),
    "leaves": ("leader", leaves),
    "leave-entered": ("admin", leave_entered),
    "staff": ("admin", staff),
    "person-leaves": ("admin", person_leaves),
    "import-columns": ("data", import_columns),
    "script": ("data", script),
    "script-published": ("admin", script_published),
    "campaign-history": ("admin", campaign_history),
    "trail-details": ("auditor", trail_details),
}
"""Name → who opens it, and how."""


@pytest.mark.parametrize("name", DIALOGS)
async def test_what_opens_on_a_page(name: str, open_panel: OpenPanel) -> None:
    login, opening = DIALOGS[name]
    panel = await open_panel(login)
    wrong: list[str] = []
    for language in ("zh", "en"):
        await panel.page.evaluate(f"localStorage.setItem('callcenter.language', {json.dumps(language)})")
        await panel.page.reload()
        await opening(panel)
        await settled(panel.page)
        await panel.picture(f"{language}-{name}")
        wrong += [f"{language} {name}: {one}" for one in faults(await seen_of(panel.page), language)]
    assert not wrong, "\n".join(wrong)


async def hire(rehearsal: Rehearsal, login: str, name: str, role: Role) -> None:
    """Adds a person whom no other test needs."""
    async with rehearsal.system.works.begin() as work:
        draft = StaffDraft(login=login, name=name, password="a long password", role=role, branch="城东支行")
        await rehearsal.system.people.create_staff(work, draft)


async def test_a_member_joins_gets_a_share_and_leaves(open_panel: OpenPanel, rehearsal: Rehearsal) -> None:
    await hire(rehearsal, "newcomer", "新来坐席", Role.AGENT)
    officer = await open_panel("data")
    await member_joins(officer)
    await officer.press("members-who")
    await officer.page.keyboard.type("新来")
    await officer.page.get_by_role("option").filter(has_text="新来坐席").click()
    await officer.page.keyboard.press("Escape")
    await officer.see("members-reason").fill("新坐席到岗")
    await officer.press("members-save")
    member = officer.page.locator("tr[data-testid^=member-]").filter(has_text="新来坐席")
    await expect(member).to_have_count(1)
    name = str(await member.get_attribute("data-testid"))
    await officer.press(f"{name}-change")
    await officer.see("members-weight").locator("input").fill("2")
    await officer.see("members-reason").fill("增加份额")
    await officer.press("members-save")
    await expect(member.locator("td").nth(2)).to_have_text("2")
    await officer.press(f"{name}-remove")
    await officer.see("reason").fill("调往其他活动")
    await officer.press("reason-submit")
    await expect(member).to_have_count(0)


async def test_a_leave_is_entered_and_withdrawn(open_panel: OpenPanel) -> None:
    admin = await open_panel("admin")
    await leave_entered(admin)
    await admin.choose("leave-who", "演示数据复核", exact=False)
    await admin.page.get_by_role("dialog").locator(".el-date-editor input").first.click()
    next_month = admin.page.locator(".el-picker-panel:visible .is-right td.available")
    await next_month.nth(9).click()
    await next_month.nth(11).click()
    await admin.press("leave-save")
    row = admin.page.locator("tr[data-testid^=leave-]").filter(has_text="演示数据复核")
    await expect(row).to_have_count(1)
    await row.locator("[data-testid$=-withdraw]").click()
    await admin.press("ask-submit")
    await expect(row.and_(admin.page.locator(":not([data-state=withdrawn])"))).to_have_count(0)


async def test_an_import_is_read_by_another_encoding_and_delimiter(open_panel: OpenPanel) -> None:
    officer = await open_panel("data")
    await import_columns(officer)
    await expect(officer.see("preview")).to_contain_text("可导入")
    await officer.choose("intake-delimiter", "逗号", exact=False)
    await expect(officer.see("mapping").locator("tbody tr")).to_have_count(1)
    await officer.choose("intake-delimiter", "分号", exact=False)
    await expect(officer.see("mapping").locator("tbody tr")).to_have_count(4)
    await officer.choose("intake-encoding", "UTF-8", exact=False)
    await expect(officer.see("mapping")).not_to_contain_text("手机号码")
    await officer.choose("intake-encoding", "GB18030", exact=False)
    await expect(officer.see("mapping")).to_contain_text("手机号码")
    await officer.press("discard")
    await officer.press("ask-submit")
    await officer.see("import-new").wait_for()


async def test_a_person_who_leaves_loses_access(open_panel: OpenPanel, rehearsal: Rehearsal) -> None:
    await hire(rehearsal, "leaver", "离任人员", Role.QA)
    admin = await open_panel("admin")
    await staff(admin)
    await admin.see("staff-search").fill("leaver")
    row = admin.page.locator("tr[data-testid^=staff-]").first
    await expect(row).to_have_attribute("data-active", "true")
    await row.locator("[data-testid$=-leave]").click()
    await admin.see("reason").fill("合同到期")
    await admin.press("reason-submit")
    await expect(row).to_have_count(0)  # the list shows those who work here
    await admin.see("staff-filter-gone").click()
    await expect(row).to_have_attribute("data-active", "false")
