"""A group leader listens to a conversation, whispers to the agent and joins it, on a real switch: all voices are tones.

The agent's microphone is a tone of 600 Hz, the leader's one of 900 Hz, and each customer has a tone of their own.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from callcenter.people.types import Role
from callcenter.rehearsal.run import Rehearsal
from callcenter.telephony import carrier
from tests.e2e.conftest import _GRANTS_ITSELF, AGENT_TONE_HZ, Panel, a_browser, a_rehearsal
from tests.e2e.test_desk_reattached import in_conversation
from tests.e2e.test_one_lead import sound_of, staff_id, strongest
from tests.support.rows import Lead

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(900),
    pytest.mark.asyncio(loop_scope="session"),
]

LEADER_TONE_HZ = 900
UNHURRIED = 12.0
"""Customers talk for half a minute and more."""
PATIENCE = 120
HEARD_DB = -60
"""Of the browser's own spectrum: a tone is far above it, silence and other tones far below."""

LEVELS = """
async (wanted) => {
  const stream = document.querySelector('[data-testid="remote-audio"]').srcObject
  const context = new AudioContext()
  await context.resume()
  const analyser = context.createAnalyser()
  analyser.fftSize = 8192
  analyser.smoothingTimeConstant = 0
  context.createMediaStreamSource(stream).connect(analyser)
  await new Promise((done) => setTimeout(done, 1200))
  const levels = new Float32Array(analyser.frequencyBinCount)
  analyser.getFloatFrequencyData(levels)
  await context.close()
  const bin = context.sampleRate / analyser.fftSize
  return wanted.map((hz) => Math.max(...levels.slice(Math.round(hz / bin) - 1, Math.round(hz / bin) + 2)))
}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rehearsal]:
    folder = tmp_path_factory.mktemp("supervised") / "r"
    async with a_rehearsal(folder, robots=0, customers=60, pace=UNHURRIED) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def leaders_browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with a_browser(tmp_path, _GRANTS_ITSELF, hz=LEADER_TONE_HZ) as chromium:
        yield chromium


async def window(rehearsal: Rehearsal, browser: Browser, login: str) -> Panel:
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    await context.grant_permissions(["microphone"], origin=rehearsal.deployment.url)
    await context.add_init_script("localStorage.setItem('callcenter.rawAudio', '1')")
    panel = Panel(rehearsal, context, await context.new_page())
    await panel.log_in(login)
    return panel


async def take_part(leader: Panel, verb: str) -> None:
    await leader.press(f"act-{verb}")
    await leader.see("reason").fill("新人辅导")
    await leader.press("reason-submit")
    joined = leader.page.locator(f'[data-testid="joined"][data-kind="{verb}"][data-state="up"]')
    await joined.wait_for(timeout=PATIENCE * 1000)


async def hears(panel: Panel, *tones: int) -> list[bool]:
    """Returns which tones a person hears now."""
    return [level > HEARD_DB for level in await panel.page.evaluate(LEVELS, list(tones))]


async def test_a_leader_listens_whispers_and_joins_and_the_customer_never_hears_what_is_not_recorded(
    rehearsal: Rehearsal, browser: Browser, leaders_browser: Browser
) -> None:
    desk = await window(rehearsal, browser, "agent1")
    leader = await window(rehearsal, leaders_browser, "leader")
    call = await in_conversation(rehearsal, desk)
    agent_id = await staff_id(rehearsal, Role.AGENT, "演示坐席一")
    async with rehearsal.system.works.begin() as work:
        lead = await work.session.get_one(Lead, call.lead_id)
    customer = carrier.of_ending(int(lead.phone_last4[-2:])).tone_hz

    await leader.page.goto(f"{rehearsal.deployment.url}/floor")
    await leader.press(f"acts-{agent_id}")
    await take_part(leader, "listen")
    assert await hears(leader, customer, AGENT_TONE_HZ) == [True, True]
    assert await hears(desk, customer, LEADER_TONE_HZ) == [True, False]

    await take_part(leader, "whisper")
    await asyncio.sleep(1)
    assert await hears(desk, customer, LEADER_TONE_HZ) == [True, True]

    await take_part(leader, "barge")
    await asyncio.sleep(2)
    assert await hears(leader, customer, AGENT_TONE_HZ) == [True, True]
    assert await hears(desk, customer, LEADER_TONE_HZ) == [True, True]
    await asyncio.sleep(2)
    await desk.press("verb-hang-up")
    await desk.state("seat-state", "wrap_up", seconds=PATIENCE)
    await desk.press("disposition-thinking")
    await desk.press("dispose-submit")
    await expect(desk.see("phone-state")).to_have_attribute("data-state", "up")

    samples, rate = await sound_of(rehearsal, call.id)
    agents_side = samples[:, 1]
    loud = [strongest(agents_side[at : at + rate], rate) for at in range(0, len(agents_side) - rate, rate)]
    spectrum = np.abs(np.fft.rfft(agents_side[-2 * rate :]))
    at = {hz: spectrum[2 * hz - 4 : 2 * hz + 5].max() for hz in (AGENT_TONE_HZ, LEADER_TONE_HZ, 1700)}
    assert at[LEADER_TONE_HZ] > 10 * at[1700]
    assert at[AGENT_TONE_HZ] > 10 * at[1700]
    assert LEADER_TONE_HZ not in [round(hz) for hz in loud[:3]]
    for panel in (desk, leader):
        assert panel.errors == []
        await panel.leave()
