"""The floor says in both languages why nothing is dialled, for reasons that are caused for real, and takes it back."""

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import text, update
from sqlmodel import col, select

from callcenter.campaigns.models import Campaign
from callcenter.rehearsal.run import Rehearsal
from tests.e2e.conftest import Panel, a_rehearsal
from tests.support.waiting import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900), pytest.mark.asyncio(loop_scope="session")]

PATIENCE = 150_000
"""Milliseconds: the store is asked every ten seconds, the caller IDs every minute."""

STRIPS = {
    "standstill-spool_blocked": (r"自 .+ 起，交换机 n1 无法录音", r"Since .+ switch n1 cannot record"),
    "standstill-store_down": (r"自 .+ 起，对象存储没有响应", r"Since .+ the object store does not answer"),
    "standstill-caller_id_refused": (
        r"自 .+ 起，活动 #1 的主叫号码不在",
        r"Since .+ the caller ID of campaign #1 is not",
    ),
}
"""Strip → what it says, in Chinese and in English."""


@contextlib.asynccontextmanager
async def window(rehearsal: Rehearsal, browser: Browser, language: str) -> AsyncIterator[Panel]:
    """Opens the floor in a language."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    await context.add_init_script(f"localStorage.setItem('callcenter.language', '{language}')")
    panel = Panel(rehearsal, context, await context.new_page())
    await panel.log_in("leader")
    await panel.page.goto(f"{rehearsal.deployment.url}/floor")
    yield panel
    await context.close()


@contextlib.asynccontextmanager
async def kept_down(pid: Callable[[], int | None]) -> AsyncIterator[None]:
    """Kills a part as often as its supervisor starts it, until the block ends."""

    async def kill() -> None:
        while True:
            if (process := pid()) is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            await asyncio.sleep(0.2)

    killing = asyncio.create_task(kill())
    try:
        yield
    finally:
        killing.cancel()
        await asyncio.gather(killing, return_exceptions=True)


@contextlib.contextmanager
def away(folder: Path) -> Iterator[None]:
    """Takes a folder away until the block ends."""
    elsewhere = folder.with_name("elsewhere")
    folder.rename(elsewhere)
    try:
        yield
    finally:
        elsewhere.rename(folder)


async def show_caller_id(rehearsal: Rehearsal, caller_id: str) -> str:
    """Lets the campaign show another number; returns the one before.

    The pages refuse a number that is not on the list, and the database a change without a version: what is left is an
    operator who takes a number from the list. Here the campaign is changed instead of the office's settings.
    """
    async with rehearsal.system.works.begin() as work:
        await work.session.execute(text("SET LOCAL session_replication_role = replica"))
        before: str | None = await work.session.scalar(select(Campaign.caller_id).where(col(Campaign.id) == 1))
        await work.session.execute(update(Campaign).where(col(Campaign.id) == 1).values(caller_id=caller_id))
    assert before
    return before


async def test_the_floor_says_why_nothing_is_dialled_and_takes_it_back(tmp_path: Path, browser: Browser) -> None:
    async with (
        a_rehearsal(tmp_path / "r", robots=1, customers=60) as rehearsal,
        window(rehearsal, browser, "zh") as chinese,
        window(rehearsal, browser, "en") as english,
    ):
        panels = (chinese, english)
        marks = [panel.page.locator('[data-testid=engine][data-keeping="no_switch"]') for panel in panels]
        for panel, mark in zip(panels, marks, strict=True):
            await panel.see("engine").wait_for()
            await expect(mark).to_have_count(0)
            for strip in STRIPS:
                await expect(panel.see(strip)).to_have_count(0)

        spool = Path(rehearsal.deployment.environment["CALLCENTER_SWITCH_SPOOL_DIR"])
        approved = await show_caller_id(rehearsal, "0771000000")
        with away(spool):
            async with (
                kept_down(lambda: rehearsal.servers.pid("store")),
                kept_down(lambda: rehearsal.servers.pid("switch")),
            ):
                for place, panel in enumerate(panels):
                    for strip, said in STRIPS.items():
                        await expect(panel.see(strip)).to_contain_text(re.compile(said[place]), timeout=PATIENCE)
                    await expect(marks[place]).to_have_count(1, timeout=PATIENCE)
                    await panel.picture(f"standstill-{place}")
                monitored = await readiness(rehearsal)
                assert len(monitored["standstill"]) == len(STRIPS)
                assert any("cannot reach its switch" in one for one in monitored["missing"])

        await show_caller_id(rehearsal, approved)
        for place, panel in enumerate(panels):
            for strip in STRIPS:
                await expect(panel.see(strip)).to_have_count(0, timeout=PATIENCE)
            await expect(marks[place]).to_have_count(0, timeout=PATIENCE)
            assert panel.errors == []

        async def nothing_lacks() -> bool:
            said = await readiness(rehearsal)
            return said["standstill"] == [] and said["missing"] == []

        await eventually(nothing_lacks, 120)


async def readiness(rehearsal: Rehearsal) -> dict[str, list[str]]:
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        answer: dict[str, list[str]] = (await client.get(f"{rehearsal.deployment.url}/readyz")).json()
    return answer
