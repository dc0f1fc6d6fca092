"""Every page of every role, in both languages: it has a title and a first heading, axe finds nothing, no word of the
other language shows, and nothing stands beyond the window's edge (S1; pages at 1440×900, the field's at 390×844)."""

import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.e2e.conftest import Panel

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenPanel = Callable[..., Awaitable[Panel]]

AXE = Path(__file__).parents[2] / "callcenter/panels/node_modules/axe-core/axe.min.js"
WIDE, PHONE = (1440, 900), (390, 844)
PEOPLE = {
    **dict.fromkeys(("agent1", "qa", "leader", "data", "branch", "headoffice", "dispatcher", "complaint"), WIDE),
    **dict.fromkeys(("auditor", "admin", "leader1"), WIDE),
    "field1a": PHONE,
}
"""Login → size of the window; every role once."""

ENGLISH = re.compile(r"[A-Za-z]{3,}")
NOT_WORDS = re.compile(
    r"English|Rehearsal|callcenter|Enter|Alt|Shift|Ctrl|Esc|CSV|XLSX|UTF|GB18030|Excel|SHA|\.[a-z]{3,4}\b|[\w.-]+\.(csv|xlsx)|https?://\S+"
)
"""What stands in Chinese text as it is: names of formats and files, and the button that leads to English."""

MARKED = {
    *("/agent", "/quality", "/field", "/field/dispatch", "/complaints", "/callbacks", "/leads/customers", "/leads/dnc"),
}
"""Pages with data of customers: the reader's name and the time are written over them (requirement S2)."""

LOOK = """async () => {
    const found = await axe.run(document, { resultTypes: ['violations'] })
    const words = []
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
        const around = walk.currentNode.parentElement
        const hidden = around.closest('script, style, [data-own-words]')
        if (!hidden && around.checkVisibility()) words.push(walk.currentNode.textContent)
    }
    const labels = [...document.querySelectorAll('[aria-label], [placeholder], [title]')]
        .flatMap((element) => ['aria-label', 'placeholder', 'title'].map((name) => element.getAttribute(name)))
    return {
        violations: found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).slice(0, 3)}`),
        words: words.concat(labels.filter(Boolean)).map((word) => word.trim()).filter(Boolean),
        title: document.title,
        mark: document.querySelector('[data-testid=page-mark]')?.dataset.mark ?? '',
        headings: document.querySelectorAll('h1').length,
        wider: document.documentElement.scrollWidth - window.innerWidth
    }
}"""


async def settled(page: Page) -> None:
    """Waits until the page has what it asked for."""
    await page.locator("[aria-busy=true], .waiting").first.wait_for(state="detached")


GROUPS = ("/leads", "/audit", "/admin")
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


def leaks(words: list[str]) -> list[str]:
    """English words among Chinese ones. (Names and addresses are Chinese in both languages.)"""
    return [word for word in words if ENGLISH.search(NOT_WORDS.sub("", word))]


async def look(panel: Panel, path: str, language: str) -> list[str]:
    """Opens a page and returns what is wrong with it."""
    await panel.page.goto(f"{panel.rehearsal.deployment.url}{path}")
    await panel.page.wait_for_selector("h1")
    await settled(panel.page)
    if path in MARKED:
        await panel.page.wait_for_selector("[data-testid=page-mark]", state="attached")
    await panel.page.evaluate(AXE.read_text())  # the page's own policy would refuse a script tag
    seen: dict[str, Any] = await panel.page.evaluate(LOOK)
    wrong = [f"axe {one}" for one in seen["violations"]]
    if language == "zh":
        wrong += [f"English: {word}" for word in leaks(seen["words"])]
    if seen["headings"] != 1:
        wrong.append(f"{seen['headings']} first headings")
    if seen["wider"] > 0:
        wrong.append(f"{seen['wider']} px wider than the window")
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
