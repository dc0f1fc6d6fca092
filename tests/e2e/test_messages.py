"""The administrator sets where alerts are sent, tries it, and sees what became of it; the office really sends (S6)."""

import json
from collections.abc import Awaitable, Callable, Iterator

import pytest
from playwright.async_api import expect

from callcenter.alerts.types import AlertKind
from callcenter.rehearsal.run import Rehearsal
from tests.e2e.conftest import Panel
from tests.e2e.looking import faults, seen_of, settled
from tests.support.receivers import Hook, http_server
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenPanel = Callable[..., Awaitable[Panel]]


@pytest.fixture
def hook(hook_port: int) -> Iterator[Hook]:
    with http_server(hook_port) as server:
        server.answer = b'{"code": 0}'
        yield server


async def looked_at(panel: Panel, name: str) -> None:
    """Looks at what is shown in both languages: axe finds nothing, no word of the other one shows."""
    for language, code in (("en", "en"), ("zh", "zh-CN")):
        await panel.page.evaluate("code => document.querySelector(`[data-testid=language-${code}]`).click()", language)
        await expect(panel.page.locator("html")).to_have_attribute("lang", code)
        await settled(panel.page)
        await panel.picture(f"{name}-{language}")
        assert faults(await seen_of(panel.page), language) == []


async def test_an_alert_reaches_a_group_chat(
    open_panel: OpenPanel, rehearsal: Rehearsal, hook: Hook, hook_port: int
) -> None:
    admin = await open_panel("admin")
    await admin.page.goto(f"{rehearsal.deployment.url}/admin/messages")
    await admin.press("route-add")
    await admin.see("route-name").fill("值班群")
    await admin.choose("route-channel", "飞书群")
    await admin.see("route-target").fill("https://elsewhere.example/hook")
    await admin.see("route-reason").fill("值班")
    await admin.press("route-role-administrator")
    await looked_at(admin, "route")
    await admin.press("route-save")
    await expect(admin.page.get_by_role("dialog")).to_contain_text("不允许发送到 https://elsewhere.example")
    await admin.see("route-target").fill(f"http://127.0.0.1:{hook_port}/open-apis/bot/v2/hook/secret")
    await admin.press("route-save")
    route = admin.page.locator("li[data-testid^=route-]")
    await expect(route).to_contain_text(f"http://127.0.0.1:{hook_port}")
    await expect(route).not_to_contain_text("secret")

    await route.locator("[data-testid$=-test]").click()
    sent = admin.page.locator("tr[data-testid^=message-][data-state=sent]")
    await expect(sent.filter(has_text="测试")).to_have_count(1)  # beside alerts that were open already
    await looked_at(admin, "messages")

    async with rehearsal.system.works.begin() as work:
        await rehearsal.system.alerts.raise_(
            work,
            AlertKind.COMMAND_FAILED,
            "e2e/dial",
            {"command": "dial", "queue": "e2e", "error": "Timeout", "at": work.now.isoformat()},
        )

    async def has_come() -> bool:
        return any("指令未执行" in body.decode() for _, _, body in hook.requests)

    try:
        await eventually(has_come, deadline=60)
    finally:
        async with rehearsal.system.works.begin() as work:
            await rehearsal.system.alerts.clear(work, AlertKind.COMMAND_FAILED, "e2e/dial")
    said = [json.loads(body)["content"]["text"] for _, _, body in hook.requests]
    [alert] = [text for text in said if "指令未执行" in text]
    assert "演练系统" in alert
    assert "“外呼客户”" in alert

    await route.locator("[data-testid$=-remove]").click()
    await admin.see("reason").fill("测试结束")
    await admin.press("reason-submit")
    await expect(route).to_have_count(0)
