"""The desk's page is loaded anew, or opened a second time, and the microphone is refused and then allowed: the phone
registers at the first click, and what was entered is still there."""

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, CDPSession, expect
from sqlmodel import col, select

from callcenter.calls.types import Disposition
from callcenter.people.types import Role
from callcenter.rehearsal.run import Rehearsal
from callcenter.telephony.asterisk import provision
from tests.e2e.conftest import Panel, a_browser
from tests.e2e.test_one_lead import call_on_screen, staff_id, talk
from tests.support.rows import Call
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(900),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenPanel = Callable[..., Awaitable[Panel]]
ROUNDS = 20
PATIENCE = 120
"""Seconds, on a machine that does other work too; each step usually takes one."""


class Microphone:
    """What the browser's settings say about the microphone, for one window."""

    def __init__(self, session: CDPSession, origin: str) -> None:
        self._session = session
        self._origin = origin

    async def set(self, setting: str) -> None:
        target = (await self._session.send("Target.getTargetInfo"))["targetInfo"]
        await self._session.send(
            "Browser.setPermission",
            {
                "permission": {"name": "microphone"},
                "setting": setting,
                "origin": self._origin,
                "browserContextId": target["browserContextId"],
            },
        )


@pytest_asyncio.fixture(loop_scope="session")
async def asking_browser(tmp_path: Path) -> AsyncIterator[Browser]:
    """One that does as its settings say about the microphone."""
    async with a_browser(tmp_path) as chromium:
        yield chromium


def contacts(rehearsal: Rehearsal, extension: str) -> list[str]:
    """Returns where the switch reaches a phone: one line for each browser that is registered."""
    node = rehearsal.deployment.node
    answer = subprocess.run(
        provision.console(node.box.argv, node.folder, "pjsip show contacts"),
        env=node.command().whole_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return re.findall(rf"Contact:\s+{extension}/\S+", answer.stdout)


async def extension_of(desk: Panel) -> str:
    answer = await desk.context.request.get(f"{desk.rehearsal.deployment.url}/api/v1/desk/phone")
    return str((await answer.json())["extension"])


async def test_a_microphone_that_is_refused_and_then_allowed_works_at_the_first_click(
    rehearsal: Rehearsal, asking_browser: Browser
) -> None:
    context = await asking_browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = await context.new_page()
    desk = Panel(rehearsal, context, page)
    microphone = Microphone(await context.new_cdp_session(page), rehearsal.deployment.url)
    problem = desk.see("phone-problem")

    async def is_refused() -> None:
        await expect(problem).to_have_attribute("data-code", "microphone_denied", timeout=PATIENCE * 1000)

    try:
        await microphone.set("denied")
        await desk.log_in("agent2")
        await desk.press("verb-log-on")
        await is_refused()
        extension = await extension_of(desk)
        for round_ in range(ROUNDS):
            if round_ % 4 == 1:
                await desk.press("phone-again")  # still refused: the button stays
                await is_refused()
            await microphone.set("granted")
            await desk.press("phone-again")
            await desk.state("phone-state", "registered", "up", seconds=PATIENCE)
            await expect(problem).to_have_count(0)

            async def one_phone() -> bool:
                return len(await asyncio.to_thread(contacts, rehearsal, extension)) == 1

            await eventually(one_phone, PATIENCE, every=0.3)
            await microphone.set("denied")
            await page.reload()
            await is_refused()
        await microphone.set("granted")
        await desk.press("phone-again")
        await desk.state("phone-state", "up", seconds=PATIENCE)
        await desk.press("verb-ready")
        await desk.state("seat-state", "ready", "preview", "on_call", seconds=PATIENCE)
        assert desk.errors == []
    finally:
        await desk.leave()


async def test_a_page_that_is_loaded_anew_in_wrap_up_keeps_note_ticks_and_choice(
    rehearsal: Rehearsal, open_panel: OpenPanel
) -> None:
    note = "客户说下周三上午方便，想先看看保障责任和免责条款，请带上计划书，先打电话确认再上门。"
    assert len(note) >= 40
    agent_id = await staff_id(rehearsal, Role.AGENT, "演示坐席一")
    desk = await open_panel("agent1")
    await desk.press("verb-log-on")
    await desk.state("phone-state", "up", seconds=PATIENCE)
    await desk.press("verb-ready")
    await talk(desk, hold=1)
    call = await call_on_screen(rehearsal, agent_id)
    boxes = desk.page.locator('[data-testid^="statement-"]')
    for place in range(2):
        await boxes.nth(place).check()
    await desk.press("disposition-thinking")
    await desk.see("note").fill(note)

    await desk.page.reload()

    await desk.state("seat-state", "wrap_up", seconds=PATIENCE)
    await expect(desk.see("note")).to_have_value(note)
    await expect(desk.page.locator('[data-testid^="statement-"]:checked')).to_have_count(2)
    await expect(desk.see("disposition-thinking")).to_have_attribute("aria-checked", "true")
    await desk.press("dispose-submit")
    await desk.state("seat-state", "ready", "preview", "on_call", "paused", seconds=PATIENCE)
    async with rehearsal.system.works.begin() as work:
        row = (await work.session.scalars(select(Call).where(col(Call.id) == call.id))).one()
        assert (row.disposition, len(row.details["script_ticks"])) == (Disposition.THINKING, 2)
    assert await desk.page.evaluate("sessionStorage.length") == 0, "nothing about the customer stays in the browser"


async def test_a_second_window_says_so_and_takes_the_desk_over_with_what_was_entered(
    rehearsal: Rehearsal, open_panel: OpenPanel
) -> None:
    desk = await open_panel("agent1")
    await desk.press("verb-log-on")
    await desk.state("phone-state", "up", seconds=PATIENCE)
    await desk.press("verb-ready")
    await talk(desk, hold=1)
    await desk.press("disposition-thinking")
    await desk.see("note").fill("先发资料")
    await expect(desk.see("draft")).to_have_attribute("data-saved", "true")

    second = Panel(rehearsal, desk.context, await desk.context.new_page())
    await second.page.goto(f"{rehearsal.deployment.url}/agent")
    await expect(second.see("phone-problem")).to_have_attribute("data-code", "elsewhere", timeout=PATIENCE * 1000)
    await second.press("take-over")
    await second.state("phone-state", "up", seconds=PATIENCE)
    await expect(second.see("note")).to_have_value("先发资料")
    await expect(desk.see("phone-problem")).to_have_attribute("data-code", "elsewhere")
    await second.press("dispose-submit")
    await second.state("seat-state", "ready", "preview", "on_call", "paused", seconds=PATIENCE)
    await second.page.close()
    assert second.errors == []
