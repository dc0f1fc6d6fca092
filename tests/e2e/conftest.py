"""A whole rehearsal for a test: real switch, carrier, database, store, system; browsers with a voice.

The rehearsal and the browser are started once and shared: a test must not count on being the first, and looks for what
it has done itself. A test that breaks parts starts a rehearsal of its own.
"""

import asyncio
import contextlib
import json
import os
import shutil
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from callcenter.embedded.process import free_ports
from callcenter.rehearsal.run import Options, Rehearsal, rehearsal_running

AGENT_TONE_HZ = 600
"""What the agent's microphone hears."""

expect.set_options(timeout=60_000)
"""As patient as ``Panel.state``: the machine may have other work."""

_GRANTS_ITSELF = "--use-fake-ui-for-media-stream"
"""The agent is not asked for the microphone and cannot refuse it."""

_CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
]


@contextlib.asynccontextmanager
async def a_rehearsal(
    folder: Path, *, robots: int, customers: int, pace: float = 1.0, printed: list[str] | None = None
) -> AsyncIterator[Rehearsal]:
    """The system runs with its customers assigned; no robot works yet. ``printed`` gets what the rehearsal says."""
    printed = [] if printed is None else printed
    options = Options(folder=folder, seed=5, robots=robots, customers=customers, pace=pace)
    outside = dict(os.environ)
    try:
        async with rehearsal_running(options, printed.append) as running:
            os.environ.clear()  # the system has read its settings: other tests are not to find them
            os.environ.update(outside)
            yield running
    finally:
        print("\n".join(printed))


@pytest.fixture(scope="session")
def hook_port() -> int:
    """A port to which the shared rehearsal may send webhooks."""
    return free_ports(1)[0]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory, hook_port: int) -> AsyncIterator[Rehearsal]:
    """The one that is shared. It has customers enough for every agent's day and for another plan."""
    os.environ["CALLCENTER_MESSAGES_WEBHOOK_ORIGINS"] = json.dumps([f"http://127.0.0.1:{hook_port}"])
    async with a_rehearsal(tmp_path_factory.mktemp("e2e") / "r", robots=1, customers=180) as running:
        del os.environ["CALLCENTER_MESSAGES_WEBHOOK_ORIGINS"]
        yield running


def _tone(path: Path) -> Path:
    """Two seconds of the agent's tone; the browser plays them over and over without a seam (600 Hz fits)."""
    rate = 48000
    samples = 0.4 * np.sin(2 * np.pi * AGENT_TONE_HZ * np.arange(2 * rate) / rate)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


@contextlib.asynccontextmanager
async def a_browser(folder: Path, *flags: str) -> AsyncIterator[Browser]:
    """Chromium, whose microphone is a tone."""
    program = os.environ.get("CALLCENTER_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("there is no Chromium: install Debian's package chromium, or name one with CALLCENTER_CHROMIUM")
    voice = await asyncio.to_thread(_tone, folder / "voice.wav")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=program, args=[*_CHROMIUM_FLAGS, *flags, f"--use-file-for-fake-audio-capture={voice}"]
        )
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """The one that is shared; it grants the microphone."""
    async with a_browser(tmp_path_factory.mktemp("voice"), _GRANTS_ITSELF) as chromium:
        yield chromium


class Window:
    """A browser window, and how a person acts in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def see(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    async def press(self, testid: str) -> None:
        await self.see(testid).click()

    async def choose(self, testid: str, label: str, *, exact: bool = True) -> None:
        """Opens a select, picks the choice with this label (or that has it in its text), waits until the list is gone.

        The list of the next select may have the same labels.
        """
        shown = self.page.get_by_role("option").and_(self.page.locator(":visible"))
        await self.press(testid)
        await shown.and_(self.page.get_by_role("option", name=label, exact=exact)).click()
        await expect(shown).to_have_count(0)

    async def enter(self, url: str, login: str, password: str) -> None:
        """Logs in at the panels of this address."""
        await self.page.goto(f"{url}/login")
        await self.see("login-name").fill(login)
        await self.see("login-password").fill(password)
        await self.press("login-submit")
        await self.see("me").wait_for(state="attached")  # a narrow screen hides the name


class Panel(Window):
    """One person at a rehearsal, in one browser window."""

    def __init__(self, rehearsal: Rehearsal, context: BrowserContext, page: Page) -> None:
        super().__init__(page)
        self.rehearsal = rehearsal
        self.context = context

    async def log_in(self, login: str) -> None:
        deployment = self.rehearsal.deployment
        await self.enter(deployment.url, login, deployment.secrets.demo_password)

    async def leave(self) -> None:
        """Logs an agent off, so that the next test finds the seat free. Others are refused, which does no harm."""
        await self.context.request.post(
            f"{self.rehearsal.deployment.url}/api/v1/desk/log-off", headers={"X-Requested-With": "callcenter"}
        )
        await self.context.close()

    async def state(self, testid: str, *values: str, seconds: float = 60) -> str:
        """Waits until the element's ``data-state`` is one of these, and returns it."""
        wanted = ", ".join(f'[data-testid="{testid}"][data-state="{value}"]' for value in values)
        element = self.page.locator(wanted).first
        await element.wait_for(timeout=seconds * 1000)
        state = await element.get_attribute("data-state")
        assert state
        return state

    async def picture(self, name: str) -> None:
        """A screenshot for people, kept when CALLCENTER_PICTURES names a folder."""
        if folder := os.environ.get("CALLCENTER_PICTURES"):
            await self.page.screenshot(path=Path(folder) / f"{name}.png")


@pytest_asyncio.fixture(loop_scope="session")
async def open_panel(rehearsal: Rehearsal, browser: Browser) -> AsyncIterator[Callable[..., Awaitable[Panel]]]:
    """Opens windows, each with its own session; at the end none of them may have thrown an error."""
    opened: list[Panel] = []

    async def open_one(login: str, *, width: int = 1440, height: int = 900) -> Panel:
        context = await browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        await context.grant_permissions(["microphone"], origin=rehearsal.deployment.url)
        await context.add_init_script("localStorage.setItem('callcenter.rawAudio', '1')")
        panel = Panel(rehearsal, context, await context.new_page())
        opened.append(panel)
        await panel.log_in(login)
        return panel

    yield open_one
    for panel in opened:
        await panel.leave()
    assert [error for panel in opened for error in panel.errors] == []
