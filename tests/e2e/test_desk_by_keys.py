"""An agent's call on a small screen, as it is seen: each step as it happens, the result by keys out of an open picker,
and no conversation that ends with the page without a question."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect
from sqlmodel import col, select

from callcenter.calls.types import Disposition
from callcenter.people.types import Role
from callcenter.rehearsal.run import Rehearsal
from tests.e2e.conftest import Panel
from tests.e2e.looking import faults, seen_of
from tests.e2e.test_one_lead import call_on_screen, staff_id
from tests.support.rows import Call

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(600),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenPanel = Callable[..., Awaitable[Panel]]
PATIENCE = 120
WATCH = """() => {
    window.seenStates = []
    const note = () => {
        const call = document.querySelector('[data-testid=call-state]')
        if (call) window.seenStates.push(call.dataset.state)
    }
    const states = { attributes: true, subtree: true, attributeFilter: ['data-state'] }
    new MutationObserver(note).observe(document.body, states)
}"""


async def talk_and_watch(desk: Panel) -> list[str]:
    """Dials until a customer answers; returns the states that the screen has shown of that call."""
    while True:
        await desk.state("seat-state", "preview", seconds=PATIENCE)
        await desk.page.evaluate("window.seenStates = []")
        await desk.press("verb-call")
        await desk.state("seat-state", "on_call", "ready", "wrap_up", seconds=PATIENCE)
        state = await desk.state("call-state", "answered", "ended", "none", seconds=PATIENCE)
        if state == "answered":
            states: list[str] = await desk.page.evaluate("window.seenStates")
            return states
        if await desk.state("seat-state", "ready", "preview", "wrap_up", seconds=PATIENCE) == "wrap_up":
            await desk.press("disposition-thinking")
            await desk.press("dispose-submit")


async def test_a_call_is_seen_as_it_happens_and_its_result_is_given_by_keys_on_a_small_screen(
    rehearsal: Rehearsal, open_panel: OpenPanel
) -> None:
    agent_id = await staff_id(rehearsal, Role.AGENT, "演示坐席一")
    desk = await open_panel("agent1", width=1366, height=768)
    await desk.press("verb-log-on")
    await desk.state("phone-state", "up", seconds=PATIENCE)
    await desk.press("verb-ready")
    await desk.page.evaluate(WATCH)
    states = await talk_and_watch(desk)
    assert "ringing" in states, states
    call = await call_on_screen(rehearsal, agent_id)

    # -- a log-out would end the conversation: it asks first, and goes on when the agent stays
    if await desk.see("verb-hang-up").is_visible():
        await desk.press("log-out")
        await expect(desk.see("ask-submit")).to_be_visible()
        assert faults(await seen_of(desk.page), "zh") == []
        await desk.picture("agent-leave")
        await desk.page.keyboard.press("Escape")
        await expect(desk.see("ask-submit")).to_have_count(0)
        await expect(desk.see("me")).to_be_attached()
    if await desk.see("verb-hang-up").is_visible():
        await desk.page.keyboard.press("F8")
    await desk.state("seat-state", "wrap_up", seconds=PATIENCE)

    # -- the longest form: the button that submits is in reach, and Ctrl+Enter works out of an open picker
    await desk.press("disposition-callback")
    await expect(desk.see("callback-at-quick-0")).to_contain_text("小时后")
    await desk.press("callback-at-quick-3")
    await desk.see("callback-time").wait_for()
    await desk.see("note").fill("客户请我们改天再打")
    box = await desk.see("dispose-submit").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 768, "below the fold"
    await desk.page.locator('[data-testid="callback-at"] input').click()
    await desk.page.locator(".el-picker-panel:visible").wait_for()
    await desk.picture("agent-picker")
    await desk.page.keyboard.press("Control+Enter")
    await desk.state("seat-state", "ready", "preview", "on_call", "paused", seconds=PATIENCE)
    async with rehearsal.system.works.begin() as work:
        row = (await work.session.scalars(select(Call).where(col(Call.id) == call.id))).one()
    assert row.disposition is Disposition.CALLBACK

    # -- the call before is still named
    await expect(desk.see("last-call")).to_have_attribute("data-outcome", "answered")
    await desk.picture("agent-last-call")


async def test_the_floor_names_why_a_ready_agent_waits_and_finds_agents_by_name(
    rehearsal: Rehearsal, open_panel: OpenPanel
) -> None:
    agent_id = await staff_id(rehearsal, Role.AGENT, "演示坐席一")
    leader = await open_panel("leader")
    await expect(leader.see(f"absent-{agent_id}")).to_be_visible()
    desk = await open_panel("agent1")
    await desk.press("verb-log-on")
    await desk.state("phone-state", "up", seconds=PATIENCE)
    await expect(leader.see(f"absent-{agent_id}")).to_have_count(0)
    await leader.see("floor-search").fill("坐席一")
    await expect(leader.page.locator('[data-testid^="seat-"]')).to_have_count(1)
    await expect(leader.see(f"seat-{agent_id}")).to_be_visible()
    assert faults(await seen_of(leader.page), "zh") == []
    await leader.picture("floor-found")
    await leader.see("floor-search").fill("没有这个人")
    await expect(leader.page.get_by_text("没有符合条件的坐席")).to_be_visible()
