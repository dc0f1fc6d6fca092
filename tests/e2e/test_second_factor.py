"""The second factor in the browser: an app, recovery codes, a passkey of the device, a role that needs one, a reset."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import httpx
import pyotp
import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.e2e.conftest import Panel
from tests.e2e.looking import faults, seen_of, settled
from tests.support.browser import HEADERS

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="session"),
]
OpenPanel = Callable[..., Awaitable[Panel]]
OWN = "three green lamps"


async def look(panel: Panel, language: str, name: str) -> None:
    await settled(panel.page)
    seen = await seen_of(panel.page)
    await panel.picture(f"{name}-{language}")
    assert faults(seen, language) == [], name


async def hire(admin: Panel, login: str) -> None:
    """Adds a person who has changed the one-time password already."""
    url = f"{admin.rehearsal.deployment.url}/api/v1"
    cookies = {one["name"]: one["value"] for one in await admin.page.context.cookies()}
    draft = {"login": login, "name": "韦丽萍", "role": "auditor", "branch": "演练分行"}
    async with httpx.AsyncClient(headers=HEADERS, cookies=cookies) as client:
        issued = (await client.post(f"{url}/people", json=draft)).json()
    async with httpx.AsyncClient(headers=HEADERS) as client:
        await client.post(f"{url}/session", json={"login": login, "password": issued["password"]})
        change = {"present": issued["password"], "new": OWN}
        assert (await client.put(f"{url}/session/password", json=change)).status_code == 204


async def log_in(panel: Panel, login: str) -> None:
    await panel.page.goto(panel.rehearsal.deployment.url)
    await panel.see("login-name").fill(login)
    await panel.see("login-password").fill(OWN)
    await panel.press("login-submit")


async def browser_of(browser: Browser, admin: Panel, language: str) -> tuple[BrowserContext, Panel]:
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    await context.add_init_script(f"localStorage.setItem('callcenter.language', '{language}')")
    return context, Panel(admin.rehearsal, context, await context.new_page())


async def now_of(panel: Panel) -> datetime:
    """Returns the time of the system, which a rehearsal may shift."""
    about = await panel.page.evaluate("fetch('/api/v1/about').then((answer) => answer.json())")
    return datetime.fromisoformat(about["now"])


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_app_and_recovery_codes(open_panel: OpenPanel, browser: Browser, language: str) -> None:
    admin = await open_panel("admin")
    login = f"factor-{language}"
    await hire(admin, login)
    context, person = await browser_of(browser, admin, language)
    await log_in(person, login)
    await person.press("account-open")
    await person.press("factor-open")
    await person.see("factor-add-app").wait_for()
    await look(person, language, "factor-none")
    await person.press("factor-add-app")
    totp = pyotp.TOTP(await person.see("factor-secret").inner_text())
    await look(person, language, "factor-app")
    await person.see("factor-code").fill(totp.at(await now_of(person)))
    await person.press("factor-confirm")
    await person.see("recovery-codes").wait_for()
    codes = await person.see("recovery-codes").locator("li").all_inner_texts()
    assert len(codes) == 8
    await look(person, language, "factor-codes")
    await expect(person.see("recovery-done")).to_be_disabled()
    await person.see("recovery-kept").click()
    await person.press("recovery-done")
    await person.see("factor-remove-app").wait_for()
    await look(person, language, "factor-set")
    await person.page.goto(f"{person.rehearsal.deployment.url}/audit")
    await person.press("log-out")

    await log_in(person, login)
    await person.see("proof-code").wait_for()
    await look(person, language, "factor-proof")
    await person.page.goto(f"{person.rehearsal.deployment.url}/audit")
    await expect(person.see("proof-code")).to_be_visible()  # no other page opens
    await person.see("proof-code").fill("12")
    await person.see("proof-code").press("Enter")
    await expect(person.see("proof-problem")).to_contain_text({"zh": "验证码不正确", "en": "wrong"}[language])
    await person.see("proof-code").fill(codes[0])
    await person.see("proof-code").press("Enter")
    await person.see("account-open").wait_for()
    await person.press("account-open")
    await person.press("factor-open")
    await person.press("factor-remove-app")
    await person.see("factor-present-code").fill(totp.at(await now_of(person) + timedelta(seconds=30)))
    await look(person, language, "factor-remove")
    await person.press("factor-present-go")
    await person.see("factor-add-app").wait_for()
    assert person.errors == []
    await context.close()


async def test_a_role_needs_a_factor_and_a_passkey_of_the_device_is_one(
    open_panel: OpenPanel, browser: Browser
) -> None:
    admin = await open_panel("admin")
    await hire(admin, "passkey")
    context, person = await browser_of(browser, admin, "zh")
    device = await context.new_cdp_session(person.page)
    await device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    options |= {"automaticPresenceSimulation": True, "hasResidentKey": True}
    await device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    await log_in(person, "passkey")
    await person.see("account-open").wait_for()

    await admin.page.goto(f"{admin.rehearsal.deployment.url}/people")
    await admin.press("people-tab-log_in")
    await admin.see("demand-auditor-set").wait_for()
    await look(admin, "zh", "factor-demands")
    await admin.press("demand-auditor-set")
    await admin.see("reason").fill("内控要求")
    await admin.press("reason-submit")
    await admin.see("demand-auditor-drop").wait_for()
    try:
        await person.page.reload()
        await person.see("factor-add-passkey").wait_for()
        await look(person, "zh", "factor-enrolment")
        await person.press("factor-add-passkey")
        await person.see("recovery-kept").click()
        await person.press("recovery-done")
        await person.see("account-open").wait_for()
        await person.press("log-out")
        await log_in(person, "passkey")
        await person.press("proof-passkey")
        await person.see("account-open").wait_for()
    finally:
        await admin.press("demand-auditor-drop")
        await admin.see("reason").fill("测试结束")
        await admin.press("reason-submit")
        await admin.see("demand-auditor-set").wait_for()

    await admin.press("people-tab-staff")
    row = admin.page.locator("tr", has_text="passkey")
    await row.get_by_role("button", name="详情").click()
    await admin.see("factor-reset").wait_for()
    await look(admin, "zh", "factor-person")
    await admin.press("factor-reset")
    await admin.see("reason").fill("更换手机")
    await admin.press("reason-submit")
    await expect(admin.see("person-dialog")).to_have_count(0)
    await log_in(person, "passkey")
    await person.see("account-open").wait_for()
    assert person.errors == []
    await context.close()
