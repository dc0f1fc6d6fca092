"""Customers come into the system through the browsers of four people: a branch proposes a target group, the data
officer approves it, head office supplies a file, the data officer maps its columns, tries it and imports it (L1-L3)."""

import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from callcenter.rehearsal import cast
from tests.e2e.conftest import Panel

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenPanel = Callable[..., Awaitable[Panel]]
CUSTOMERS = 300
UNKNOWN_TITLE = "客户同意的方式"
"""What this file calls the legal basis; the system cannot guess it."""


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    """Writes the file of head office; two rows are wrong on purpose."""
    text = cast.customer_list(CUSTOMERS, random.Random(77)).decode("gb18030")
    path = tmp_path / "delivery.csv"
    path.write_bytes(text.replace("授权依据", UNKNOWN_TITLE, 1).encode("gb18030"))
    return path


async def test_a_branch_proposes_a_target_group_and_its_customers_are_imported(
    open_panel: OpenPanel, delivery: Path, tmp_path: Path
) -> None:
    branch = await open_panel("branch")
    await branch.press("target-propose")
    await branch.see("target-name").fill("储蓄客户")
    await branch.see("target-criteria").fill("40 至 55 岁，存款 20 万元以上")
    await branch.press("target-submit")
    proposed = branch.page.locator('article[data-state="proposed"]')
    target = await proposed.get_attribute("data-testid")
    assert target

    officer = await open_panel("data")
    await officer.page.goto(f"{officer.rehearsal.deployment.url}/leads/targets")
    await officer.press(f"{target}-approve")
    await officer.see("reason").fill("符合本季活动")
    await officer.press("reason-submit")
    await officer.state(target, "approved")

    head_office = await open_panel("headoffice")
    await head_office.press(f"{target}-supply")
    await head_office.see("list-file").set_input_files(delivery)
    await head_office.see("list-source").fill("总行")
    await head_office.press("supply-submit")
    await head_office.see("preview").wait_for()
    assert "139****" in await head_office.see("preview").inner_text()
    await head_office.press("supply-finish")
    await head_office.state(target, "supplied")

    await officer.page.reload()
    await officer.press(f"{target}-import")
    await officer.see("preview").wait_for()
    assert await officer.see("required-basis-kind").get_attribute("data-title") == ""
    assert await officer.see("step-next").is_disabled()
    await officer.choose(f"use-{cast.HEADER.index('授权依据') + 1}", "授权依据", exact=False)
    await officer.page.locator(f'[data-testid="required-basis-kind"][data-title="{UNKNOWN_TITLE}"]').wait_for()
    await officer.picture("import-columns")
    await officer.press("step-next")
    await officer.press("dry-run")
    await officer.see("dry-run-done").wait_for(timeout=60_000)
    tried = await officer.see("import-report").get_attribute("data-good")
    await officer.page.reload()  # the page continues where it was left
    await officer.see("dry-run-done").wait_for()
    await officer.press("step-next")
    await officer.press("import-start")
    await officer.see("import-done").wait_for(timeout=60_000)
    report = officer.see("import-report")
    assert await report.get_attribute("data-good") == tried
    rejected = int(await report.get_attribute("data-rejected") or 0)
    assert rejected >= 2
    await officer.picture("import-done")

    await officer.press("to-list")
    await officer.see("rejects").wait_for()
    async with officer.page.expect_download() as download:
        await officer.press("rejects-file")
    await (await download.value).save_as(tmp_path / "rejects.xlsx")

    # -- the rejects are uploaded again; the columns of the source are known by now
    await officer.page.goto(f"{officer.rehearsal.deployment.url}/leads/new")
    await officer.see("list-file").set_input_files(tmp_path / "rejects.xlsx")
    await officer.see("list-source").fill("总行")
    await officer.press("list-submit")
    await officer.page.locator('[data-testid="mapping-from"][data-from="remembered"]').wait_for()
    assert await officer.see("required-basis-kind").get_attribute("data-title") == UNKNOWN_TITLE
    assert await officer.see("preview").locator("tbody tr").count() == min(20, rejected)
    await officer.press("discard")
    await officer.press("ask-submit")
    await officer.see("import-new").wait_for()

    await branch.page.reload()
    await branch.state(target, "imported")
    assert f"{int(tried or 0):,}" in await branch.see(target).inner_text()
    await branch.picture("target-groups")
    await branch.page.goto(f"{branch.rehearsal.deployment.url}/leads")
    await branch.see("no-right").wait_for()
