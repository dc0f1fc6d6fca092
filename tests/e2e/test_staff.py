"""Staff are added and change their one-time password; a record and a region are changed, a log-in ended."""

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.conftest import Panel
from tests.e2e.looking import faults, seen_of, settled

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="session"),
]
OpenPanel = Callable[..., Awaitable[Panel]]
NEW = "three green lamps"
NAMES = {"zh": "周晓航", "en": "韦丽萍"}


async def look(panel: Panel, language: str, name: str) -> None:
    await settled(panel.page)
    seen = await seen_of(panel.page)
    await panel.picture(f"{name}-{language}")
    assert faults(seen, language) == [], name


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_new_person_begins_with_a_one_time_password(
    open_panel: OpenPanel, browser: Browser, language: str
) -> None:
    login, name = f"first-{language}", NAMES[language]
    admin = await open_panel("admin")
    await admin.page.evaluate(f"localStorage.setItem('callcenter.language', '{language}')")
    await admin.page.goto(f"{admin.rehearsal.deployment.url}/people")
    await admin.press("people-tab-staff")
    await look(admin, language, "staff")
    await admin.press("staff-add")
    await admin.see("staff-login").fill(login)
    await admin.see("staff-name").fill(name)
    await admin.choose("staff-role", {"zh": "质检员", "en": "Quality control"}[language])
    await admin.choose("staff-branch", "演练分行")
    await look(admin, language, "staff-form")
    await admin.press("staff-save")
    password = await admin.see("issued-password").inner_text()
    await look(admin, language, "one-time-password")
    await admin.press("issued-close")
    await expect(admin.see("issued-password")).to_have_count(0)

    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    await context.add_init_script(f"localStorage.setItem('callcenter.language', '{language}')")
    newcomer = Panel(admin.rehearsal, context, await context.new_page())
    url = admin.rehearsal.deployment.url
    await newcomer.page.goto(f"{url}/quality")
    await newcomer.see("login-name").fill(login)
    await newcomer.see("login-password").fill(password)
    await newcomer.press("login-submit")
    await newcomer.see("password-present").wait_for()
    await look(newcomer, language, "first-log-in")
    await newcomer.page.goto(f"{url}/quality")
    await expect(newcomer.page).to_have_url(f"{url}/password")
    for field, value in (("present", password), ("next", f"{login}-2026"), ("again", f"{login}-2026")):
        await newcomer.see(f"password-{field}").fill(value)
    await newcomer.press("password-save")
    await expect(newcomer.see("password-problem")).to_contain_text({"zh": "账号或姓名", "en": "log-in"}[language])
    for field in ("next", "again"):
        await newcomer.see(f"password-{field}").fill(NEW)
    await newcomer.press("password-save")
    await expect(newcomer.page).to_have_url(f"{url}/quality")
    await newcomer.press("account-open")
    await newcomer.see("account-dialog").locator("tbody tr").first.wait_for()
    await look(newcomer, language, "account")
    await newcomer.press("password-open")
    await newcomer.see("password-present").wait_for()
    await look(newcomer, language, "password-dialog")
    assert newcomer.errors == []
    await context.close()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_record_is_changed_with_a_reason_and_a_log_in_is_ended(open_panel: OpenPanel, language: str) -> None:
    admin, auditor = await open_panel("admin"), await open_panel("auditor")
    await admin.page.evaluate(f"localStorage.setItem('callcenter.language', '{language}')")
    await admin.page.goto(f"{admin.rehearsal.deployment.url}/people?tab=staff")
    async with admin.rehearsal.system.works.begin() as work:
        agent = await admin.rehearsal.system.people.find_by_login(work, "agent2")
        officer = await admin.rehearsal.system.people.find_by_login(work, "auditor")
    await admin.press(f"staff-{agent.id}-edit")
    exam = admin.page.get_by_label({"zh": "考试有效期至", "en": "Exam valid until"}[language])
    await exam.wait_for()
    await look(admin, language, "record")
    await exam.fill({"zh": "2026-12-20", "en": "2026-12-21"}[language])
    await exam.press("Enter")
    await admin.see("staff-reason").fill("每年复考")
    await admin.press("staff-save")
    await expect(admin.see("staff-reason")).to_have_count(0)
    await expect(admin.see(f"staff-{agent.id}")).to_contain_text(
        {"zh": "考试 2026-12-20 到期", "en": "exam: until"}[language]
    )
    await look(admin, language, "staff-expiring")
    await admin.press(f"staff-{agent.id}-details")
    await expect(admin.see("person-dialog")).to_contain_text("每年复考")
    await look(admin, language, "person")
    await admin.page.keyboard.press("Escape")
    await expect(admin.see("person-dialog")).to_have_count(0)
    await admin.press(f"staff-{officer.id}-details")
    await admin.see("person-dialog").locator("[data-testid$=-end]").first.click()
    await admin.see("reason").fill("设备遗失")
    await admin.press("reason-submit")
    await expect(auditor.page).to_have_url(re.compile("/login"))


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_region_is_added_and_changed(open_panel: OpenPanel, language: str) -> None:
    district, other = {"zh": ("临江区", "滨海区"), "en": ("望山区", "听涛区")}[language]
    admin = await open_panel("admin")
    await admin.page.evaluate(f"localStorage.setItem('callcenter.language', '{language}')")
    await admin.page.goto(f"{admin.rehearsal.deployment.url}/admin/organisation")
    await admin.see("regions").locator("tbody tr").first.wait_for()
    await look(admin, language, "organisation")
    await admin.press("region-add")
    await admin.see("region-name").fill(f"新片区{language}")
    await look(admin, language, "region-form")
    row = admin.see("regions").locator("tr", has_text=f"新片区{language}")
    async with admin.rehearsal.system.works.begin() as work:
        regions = await admin.rehearsal.system.field.regions.regions(work)
    taken = next(region for region in regions if region.districts)
    await admin.see("region-districts").fill(f"{district}、{taken.districts[0]}")
    await admin.press("region-save")
    await expect(admin.page.get_by_role("alert").filter(has_text=taken.name)).to_be_visible()
    await admin.see("region-districts").fill(district)
    await admin.press("region-save")
    await expect(row).to_contain_text(district)
    await row.locator("[data-testid$=-edit]").click()
    await admin.see("region-districts").fill(other)
    await admin.see("region-reason").fill("片区调整")
    await admin.press("region-save")
    await expect(row).to_contain_text(other)
