"""Every list that was once read wrongly comes in by the page, by the interface and by the command: each time the same
rows are taken, and the same lines are rejected for the same reasons (L2)."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.e2e.conftest import Window
from tests.e2e.office import LOGIN, Office, an_office
from tests.support.databases import TestDatabases
from tests.support.leads import create_campaign
from tests.support.people import PASSWORD
from tests.support.trials import TRIALS, Trial

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="session"),
]
WAYS = ("page", "interface", "command")
SHOWN = 20
"""Rows that a preview shows."""
PAGE = 100
"""Rejects that a page shows at first."""
NO_MOBILES = {"landline", "short_code", "service_number"}


@dataclass(frozen=True, slots=True)
class Became:
    """What became of a file."""

    good: int
    reasons: Mapping[str, int]
    lines: Mapping[int, str]
    """Line → reason, of the first rejects."""


class Way(Protocol):
    """One way by which lists come into the system."""

    async def customers(self, trial: Trial, campaign: str, campaign_id: int) -> Became: ...

    async def do_not_call(self, trial: Trial, name: str) -> tuple[Became, int]:
        """Delivers a list of this name; returns what became of the file, and how many numbers the delivery ended."""
        ...


async def of_customers(office: Office, report: Mapping[str, Any]) -> Became:
    """Adds the lines to the report of an import."""
    path, params = f"/lead-lists/{report['list_id']}/rejects", {"limit": PAGE}
    rejects = (await office.ask("GET", path, params=params))["items"]
    return Became(report["good"], report["reasons"], {one["line"]: one["reason"] for one in rejects})


async def of_numbers(office: Office, report: Mapping[str, Any]) -> tuple[Became, int]:
    rejects = await office.ask("GET", f"/dnc/deliveries/{report['delivery_id']}/rejects")
    lines = {one["line"]: one["reason"] for one in rejects}
    return Became(report["keys"], Counter(lines.values()), lines), report["ended"]


def as_its_author_counts(reasons: Mapping[str, int]) -> Mapping[str, int]:
    """Adds up what the author of the real lists counts as one."""
    return {
        **{reason: count for reason, count in reasons.items() if reason not in NO_MOBILES},
        "landline_or_short": sum(reasons.get(reason, 0) for reason in NO_MOBILES),
    }


# --- by the page -------------------------------------------------------------------------------------------------


class Page(Window):
    """A data officer at the panels."""

    url = ""

    async def customers(self, trial: Trial, campaign: str, campaign_id: int) -> Became:
        if await (another := self.see("import-another")).count():
            await another.click()  # without loading the page anew
        else:
            await self.page.goto(f"{self.url}/leads/new")
        await self.see("list-file").set_input_files(trial.path)
        await self.press("list-submit")
        await self._look_at_the_preview(trial)
        await self.press("step-next")
        await self.choose("list-campaign", campaign)
        await self.press("step-next")
        await self.press("import-start")
        await self.see("import-done").wait_for()
        bars = self.see("import-report").locator("tr[data-testid^=reason-]")
        written = await bars.evaluate_all("bars => bars.map(bar => [bar.dataset.testid, bar.lastChild.textContent])")
        reasons = {testid.removeprefix("reason-").replace("-", "_"): int(count) for testid, count in written}
        good, rejected = await self._figures()
        return Became(good, reasons, await self._rejects(rejected) if rejected else {})

    async def _rejects(self, rejected: int) -> Mapping[int, str]:
        """Returns the lines on the page of the list that was imported."""
        await self.press("to-list")
        rows = self.see("rejects").locator("tbody tr")
        await expect(rows).to_have_count(min(PAGE, rejected))
        assert (await self._figures())[1] == rejected
        shown = await rows.evaluate_all("rows => rows.map(row => [row.dataset.testid, row.dataset.reason])")
        return {int(testid.removeprefix("reject-")): reason for testid, reason in shown}

    async def _look_at_the_preview(self, trial: Trial) -> None:
        rows = self.see("preview").locator("tbody tr")
        await expect(rows).to_have_count(min(SHOWN, trial.good + trial.rejected))
        if trial.lines is not None:
            await expect(self.see("preview").locator("tr.rejected")).to_have_count(min(SHOWN, trial.rejected))
        await expect(self.see("hidden-rows")).to_have_count(int(trial.hidden_rows > 0))

    async def _figures(self) -> tuple[int, int]:
        report = self.see("import-report")
        return int(await report.get_attribute("data-good") or -1), int(
            await report.get_attribute("data-rejected") or -1
        )

    async def do_not_call(self, trial: Trial, name: str) -> tuple[Became, int]:
        await self.page.goto(f"{self.url}/leads/dnc")
        await self.press("dnc-tab-lists")
        known = self.page.locator("tr[data-testid^=dnc-list-]").filter(has_text=name)
        await self.see("dnc-list-new").wait_for()
        await self.page.locator("tr[data-testid^=dnc-list-], [data-testid=dnc-lists-none]").first.wait_for()
        if is_known := await known.count() > 0:
            await known.get_by_test_id("dnc-list-deliver").click()
        else:
            await self.press("dnc-list-new")
        await self.see("dnc-file").set_input_files(trial.path)
        await self.see("dnc-preview").wait_for()
        if not is_known:
            await self.see("dnc-list-name").fill(name)
        await self.press("dnc-take-in")
        result = self.see("dnc-result")
        await result.wait_for()
        keys, ended = [int(await result.get_attribute(f"data-{figure}") or -1) for figure in ("keys", "ended")]
        rejects = (
            await self.see("dnc-rejects")
            .locator("[data-line]")
            .evaluate_all("rows => Object.fromEntries(rows.map(row => [row.dataset.line, row.dataset.reason]))")
        )
        lines = {int(line): reason for line, reason in rejects.items()}
        return Became(keys, Counter(lines.values()), lines), ended


# --- by the interface ----------------------------------------------------------------------------------------------


@dataclass
class Interface:
    """A program that talks HTTP."""

    office: Office

    async def customers(self, trial: Trial, campaign: str, campaign_id: int) -> Became:
        upload = await self._upload("/lead-imports", trial)
        path, body = f"/lead-imports/{upload['id']}", {"campaign_id": campaign_id, "name": trial.path.name}
        preview = await self.office.ask("POST", f"{path}/preview")
        assert (preview["missing"], preview["hidden_rows"]) == ([], trial.hidden_rows)
        if trial.lines is not None:
            rejected = {row["line"]: row["reason"] for row in preview["rows"] if row["reason"]}
            assert rejected == dict(list(trial.lines.items())[:SHOWN])
        tried = await self.office.ask("POST", f"{path}/dry-run", json=body)
        report = await self.office.result(tried["id"])
        requested = await self.office.ask("POST", f"{path}/import", json=body)
        done = await self.office.result(requested["id"])
        assert {**report, "list_id": done["list_id"]} == done
        return await of_customers(self.office, done)

    async def do_not_call(self, trial: Trial, name: str) -> tuple[Became, int]:
        lists = {one["name"]: one["id"] for one in await self.office.ask("GET", "/dnc/lists")}
        answer = await self._upload("/dnc/deliveries", trial)
        body = {"list_id": lists[name]} if name in lists else {"name": name}
        requested = await self.office.ask("POST", f"/dnc/deliveries/{answer['delivery']['id']}/import", json=body)
        return await of_numbers(self.office, await self.office.result(requested["id"]))

    async def _upload(self, path: str, trial: Trial) -> Any:
        return await self.office.ask("POST", path, files={"file": (trial.path.name, trial.path.read_bytes())})


# --- by the command ------------------------------------------------------------------------------------------------


@dataclass
class Command:
    """An operator at the command line."""

    office: Office

    async def customers(self, trial: Trial, campaign: str, campaign_id: int) -> Became:
        words = ("import", trial.path, f"--campaign={campaign_id}", f"--list={trial.path.name}")
        return await of_customers(self.office, await self.office.command(*words))

    async def do_not_call(self, trial: Trial, name: str) -> tuple[Became, int]:
        return await of_numbers(self.office, await self.office.command("import-dnc", trial.path, f"--list={name}"))


# -------------------------------------------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(databases: TestDatabases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    async with an_office(databases, tmp_path_factory.mktemp("office")) as office:
        yield office


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def officer(office: Office, browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = Page(await context.new_page())
    page.url = office.url
    await page.enter(office.url, LOGIN, PASSWORD)
    yield page
    await context.close()
    assert page.errors == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def campaigns(office: Office) -> Mapping[str, int]:
    """Returns a campaign for each file and way by its name: all are there before a page has read them."""
    names = [f"{way} {file}" for way in WAYS for file in TRIALS]
    async with office.system.works.begin() as work:
        return {name: (await create_campaign(work, name=name)).campaign_id for name in names}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, office: Office) -> Way:
    if request.param == "page":
        page: Page = request.getfixturevalue("officer")
        return page
    return Interface(office) if request.param == "interface" else Command(office)


@pytest.mark.parametrize("trial", TRIALS.values(), ids=list(TRIALS))
async def test_a_list_is_read_the_same_way_whichever_way_it_comes(
    request: pytest.FixtureRequest, way: Way, trial: Trial, campaigns: Mapping[str, int]
) -> None:
    name = f"{request.node.callspec.params['way']} {trial.path.name}"
    if trial.for_dnc:
        became, ended = await way.do_not_call(trial, name)
        assert ended == 0
    else:
        became = await way.customers(trial, name, campaigns[name])
    if trial.lines is None:
        assert (became.good, as_its_author_counts(became.reasons)) == (trial.good, trial.reasons)
        assert len(became.lines) == min(PAGE, trial.rejected)
        assert set(became.lines.values()) <= became.reasons.keys()
    else:
        assert became == Became(trial.good, trial.reasons, trial.lines)


async def test_a_delivery_with_a_stray_quote_ends_no_number_of_the_one_before(
    request: pytest.FixtureRequest, way: Way
) -> None:
    for file in ("dnc_clean.csv", "dnc_stray_quote.csv"):
        became, ended = await way.do_not_call(TRIALS[file], f"twice {request.node.callspec.params['way']}")
        assert (became.good, became.reasons, ended) == (1000, {}, 0)
