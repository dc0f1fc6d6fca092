"""Every page of every role, in both languages: it has a title and a first heading, axe finds nothing, no word of the
other language shows, and nothing stands beyond the window's edge (S1; pages at 1440×900, the field's at 390×844)."""

import json
import re
from collections.abc import Awaitable, Callable

import pytest

from tests.e2e.conftest import Panel
from tests.e2e.looking import faults, seen_of, settled

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenPanel = Callable[..., Awaitable[Panel]]

WIDE, PHONE = (1440, 900), (390, 844)
PEOPLE = {
    **dict.fromkeys(("agent1", "qa", "leader", "data", "branch", "headoffice", "dispatcher", "complaint"), WIDE),
    **dict.fromkeys(("auditor", "admin", "leader1", "liaison"), WIDE),
    "field1a": PHONE,
}
"""Login → size of the window; every role once."""

MARKED = {
    *("/agent", "/quality", "/field", "/field/dispatch", "/complaints", "/callbacks", "/leads/customers", "/leads/dnc"),
    "/recordings",
}
"""Pages with data of customers: the reader's name and the time are written over them (requirement S2)."""

GROUPS = ("/leads", "/audit", "/admin", "/recordings")
"""Beginnings of the pages that are in groups: each group has a bar of its own, which shows on its pages."""


async def links(panel: Panel) -> list[str]:
    """The pages this person may open, as the header and the bars of its groups name them."""
    found = await named(panel)
    for room in [path for path in found if path.startswith(GROUPS)]:
        await panel.page.goto(f"{panel.rehearsal.deployment.url}{room}")
        await settled(panel.page)
        found += [path for path in await named(panel) if path not in found]
    return found


async def named(panel: Panel) -> list[str]:
    paths: list[str] = await panel.page.locator("nav a").evaluate_all(
        "all => all.map((one) => one.getAttribute('href'))"
    )
    return paths


async def look(panel: Panel, path: str, language: str) -> list[str]:
    """Opens a page and returns what is wrong with it."""
    await panel.page.goto(f"{panel.rehearsal.deployment.url}{path}")
    await panel.page.wait_for_selector("h1")
    await settled(panel.page)
    if path in MARKED:
        await panel.page.wait_for_selector("[data-testid=page-mark]", state="attached")
    seen = await seen_of(panel.page)
    wrong = faults(seen, language)
    if seen["headings"] != 1:
        wrong.append(f"{seen['headings']} first headings")
    if not re.fullmatch(r".+ · .+", seen["title"]):
        wrong.append(f"title {seen['title']!r}")
    if bool(seen["mark"]) != (path in MARKED):
        wrong.append(f"watermark {seen['mark']!r}")
    await panel.picture(f"{language}-{path.strip('/').replace('/', '-')}")
    return [f"{language} {path}: {one}" for one in wrong]


@pytest.mark.parametrize("login", PEOPLE)
async def test_pages_of(login: str, open_panel: OpenPanel) -> None:
    width, height = PEOPLE[login]
    panel = await open_panel(login, width=width, height=height)
    await settled(panel.page)
    paths = await links(panel) or ["/"]
    wrong: list[str] = []
    for language in ("zh", "en"):
        await panel.page.evaluate(f"localStorage.setItem('callcenter.language', {json.dumps(language)})")
        for path in paths:
            wrong += await look(panel, path, language)
    assert not wrong, "\n".join(wrong)
