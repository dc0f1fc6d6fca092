"""The page of an agent who talks to a customer is loaded anew, or its tab is gone: the conversation goes on."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from callcenter.calls.types import CallCard
from callcenter.people.types import Role
from callcenter.rehearsal.run import Rehearsal
from tests.e2e.conftest import AGENT_TONE_HZ, Panel, a_rehearsal
from tests.e2e.test_one_lead import call_on_screen, sound_of, staff_id, strongest
from tests.support.rows import Call
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(900),
    pytest.mark.asyncio(loop_scope="session"),
]

PATIENCE = 120
"""Seconds, on a machine that does other work too; each step usually takes one."""
UNHURRIED = 6.0
"""Customers talk for 18 seconds and more, so that the page can be loaded anew meanwhile."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rehearsal]:
    async with a_rehearsal(
        tmp_path_factory.mktemp("unhurried") / "r", robots=0, customers=60, pace=UNHURRIED
    ) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def desk(rehearsal: Rehearsal, browser: Browser) -> AsyncIterator[Panel]:
    """The window of an agent."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    await context.grant_permissions(["microphone"], origin=rehearsal.deployment.url)
    await context.add_init_script("localStorage.setItem('callcenter.rawAudio', '1')")
    panel = Panel(rehearsal, context, await context.new_page())
    await panel.log_in("agent1")
    yield panel
    assert panel.errors == []
    await panel.leave()


async def in_conversation(rehearsal: Rehearsal, desk: Panel) -> CallCard:
    """Calls one customer after the other until one has answered who talks for long."""
    agent_id = await staff_id(rehearsal, Role.AGENT, "演示坐席一")
    await desk.press("verb-log-on")
    await desk.state("phone-state", "up", seconds=PATIENCE)
    await desk.press("verb-ready")
    while True:
        state = await desk.state("seat-state", "preview", "wrap_up", seconds=PATIENCE)
        if state == "wrap_up":
            await desk.press("disposition-thinking")
            await desk.press("dispose-submit")
            await desk.state("seat-state", "ready", "preview", seconds=PATIENCE)
            continue
        await desk.press("verb-call")
        await desk.state("seat-state", "on_call", "ready", "wrap_up", seconds=PATIENCE)
        if await desk.state("call-state", "answered", "ended", "none", seconds=PATIENCE) == "answered":
            return await call_on_screen(rehearsal, agent_id)


async def leg_of(rehearsal: Rehearsal, call: CallCard) -> str:
    async with rehearsal.system.works.begin() as work:
        return (await work.session.get_one(Call, call.id)).leg_id


async def taken_up_again(rehearsal: Rehearsal, desk: Panel, call: CallCard, first_leg: str) -> float:
    """Waits until another leg has the call and the page shows its phone connected; returns the seconds since."""

    begun = time.monotonic()

    async def at_another_leg() -> bool:
        return await leg_of(rehearsal, call) != first_leg

    await eventually(at_another_leg, PATIENCE, every=0.05)
    took = time.monotonic() - begun
    await desk.state("phone-state", "up", seconds=PATIENCE)
    await expect(desk.see("customer-waits")).to_have_count(0, timeout=PATIENCE * 1000)
    await desk.state("call-state", "answered", seconds=PATIENCE)
    return took


async def finish(rehearsal: Rehearsal, desk: Panel, call: CallCard) -> None:
    """Talks on, ends the call, and looks at its recording: whole, and the agent is heard at its end."""
    await asyncio.sleep(3)
    await desk.press("verb-hang-up")
    await desk.state("seat-state", "wrap_up", seconds=PATIENCE)
    await desk.press("disposition-thinking")
    await desk.press("dispose-submit")
    samples, rate = await sound_of(rehearsal, call.id)
    async with rehearsal.system.works.begin() as work:
        ended = await rehearsal.system.calls.card(work, call.id)
    assert ended.answered_at
    assert ended.ended_at
    assert ended.dialled_at
    recorded = len(samples) / rate
    assert recorded > (ended.ended_at - ended.answered_at).total_seconds() - 1
    assert recorded < (ended.ended_at - ended.dialled_at).total_seconds() + 1
    assert strongest(samples[-rate:, 1], rate) == pytest.approx(AGENT_TONE_HZ, abs=5)


def accept_dialogs(page: Page) -> None:
    page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))


async def test_a_page_that_is_loaded_anew_in_a_call_has_the_customer_and_the_form_again(
    rehearsal: Rehearsal, desk: Panel
) -> None:
    accept_dialogs(desk.page)
    call = await in_conversation(rehearsal, desk)
    await asyncio.sleep(1)
    await desk.see("note").fill("客户问保障范围")
    await desk.press("disposition-thinking")

    first_leg = await leg_of(rehearsal, call)
    reloading = asyncio.create_task(desk.page.reload())

    took = await taken_up_again(rehearsal, desk, call, first_leg)
    await reloading
    print(f"re-attached {took:.1f} s after the reload began")
    await expect(desk.see("note")).to_have_value("客户问保障范围")
    await expect(desk.see("disposition-thinking")).to_have_attribute("aria-checked", "true")
    await finish(rehearsal, desk, call)
    assert took < 15, "usually three seconds"


async def test_a_tab_that_is_gone_in_a_call_is_opened_again_with_the_customer(
    rehearsal: Rehearsal, desk: Panel
) -> None:
    call = await in_conversation(rehearsal, desk)
    await desk.see("note").fill("客户问保费")
    await expect(desk.see("draft")).to_have_attribute("data-saved", "true")

    await desk.page.close(run_before_unload=False)
    await asyncio.sleep(2)
    first_leg = await leg_of(rehearsal, call)
    desk.page = await desk.context.new_page()
    accept_dialogs(desk.page)
    opening = asyncio.create_task(desk.page.goto(f"{rehearsal.deployment.url}/agent"))

    took = await taken_up_again(rehearsal, desk, call, first_leg)
    await opening
    print(f"re-attached {took:.1f} s after the page was opened")
    await expect(desk.see("note")).to_have_value("客户问保费")
    await finish(rehearsal, desk, call)
