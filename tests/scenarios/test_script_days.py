"""A script approved for a later day is on the desks from that day on, by the schedule; one for today at once."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from callcenter.bootstrap import application
from callcenter.kit.clock import at_business_time
from callcenter.people.types import Role
from tests.scenarios.week import Bank, open_bank
from tests.support.browser import browser_of, log_in
from tests.support.people import hire
from tests.support.settings import set_environment

pytestmark = pytest.mark.timeout(600)

MONDAY, TUESDAY, WEDNESDAY = date(2026, 9, 28), date(2026, 9, 29), date(2026, 9, 30)
AGENT = "north 1"


@pytest.fixture
async def bank(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bank]:
    set_environment(
        monkeypatch,
        tmp_path,
        RECORDINGS_MIN_FREE_BYTES="1000000",
        CAMPAIGNS_CALLER_IDS="07715550000",
        DIALER_TICK_SECONDS="5",
        DIALER_SWEEP_SECONDS="20",
    )
    async with open_bank(tmp_path, database_url, at_business_time(MONDAY, 19)) as bank:
        await bank.share("life", [AGENT], 100, TUESDAY)
        yield bank


@pytest.fixture
async def writer(bank: Bank) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of the person whose scripts the administrator approves."""
    await hire(bank.system.works, bank.system.people, "writer", Role.DATA_OFFICER)
    async with browser_of(application(bank.system)) as browser:
        yield browser


async def submit(bank: Bank, writer: httpx.AsyncClient, greeting: str, before: int | None) -> int:
    """Has the writer submit a script with this greeting; returns its number."""
    await log_in(writer, "writer")
    said = {"key": "hello", "text": f"{greeting}，我是{{company}}的{{agent}}，证号{{licence}}。", "mandatory": True}
    body: dict[str, Any] = {"title": "邀约", "statements": [said], "based_on": before, "reason": "问候语"}
    made = await bank.request(writer, "POST", f"/campaigns/{bank.campaigns['life']}/scripts", **body)
    return int(made["versions"][0]["version"])


async def approve(bank: Bank, version: int, on: date) -> None:
    path = f"/campaigns/{bank.campaigns['life']}/scripts/{version}/approve"
    await bank.change("POST", path, from_on=on.isoformat())


async def on_the_desk(bank: Bank) -> tuple[str | None, int, str]:
    """Returns what the agent's screen shows: the key it names, the version and the first words of the script."""
    async with bank.system.works.begin() as work:
        key = (await bank.system.screen.of(work, bank.agents[AGENT])).script_key
        script = await bank.system.scripts.of_screen(work, bank.agents[AGENT])
    assert key == script.key
    return key, script.version, script.statements[0].text.split("，")[0]


async def begin_the_day(bank: Bank, on: date) -> None:
    """Lets the agent have a customer on the screen."""
    await bank.pass_to(at_business_time(on, 10))
    await bank.log_on(AGENT)
    await bank.be_served(at_business_time(on, 10, 1))


async def test_a_script_is_on_the_desk_from_its_day_on(bank: Bank, writer: httpx.AsyncClient) -> None:
    await approve(bank, await submit(bank, writer, "您好", None), MONDAY)
    await bank.evening(MONDAY)

    await begin_the_day(bank, TUESDAY)
    today = await on_the_desk(bank)
    assert today[1:] == (1, "您好")
    await approve(bank, await submit(bank, writer, "早上好", 1), WEDNESDAY)
    await bank.pass_to(at_business_time(TUESDAY, 10, 2))
    assert await on_the_desk(bank) == today, "the day of the new one has not come"
    await bank.go_home()
    await bank.evening(TUESDAY)

    await bank.pass_to(at_business_time(WEDNESDAY, 0, 1))  # as on any night, the schedule runs each minute
    await begin_the_day(bank, WEDNESDAY)
    assert (await on_the_desk(bank))[1:] == (2, "早上好")


async def test_a_script_for_today_is_on_a_desk_that_is_open(bank: Bank, writer: httpx.AsyncClient) -> None:
    await approve(bank, await submit(bank, writer, "您好", None), MONDAY)
    await bank.evening(MONDAY)
    await begin_the_day(bank, TUESDAY)
    before = await on_the_desk(bank)
    await approve(bank, await submit(bank, writer, "下午好", 1), TUESDAY)
    after = await on_the_desk(bank)
    assert after[1:] == (2, "下午好")
    assert after[0] != before[0], "the browser fetches the new one by its key"
