"""What a page shows, and what is wrong with it: axe, words of the other language, what stands beyond the window."""

import re
from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "callcenter/panels/node_modules/axe-core/axe.min.js"

ENGLISH = re.compile(r"[A-Za-z]{3,}")
NOT_WORDS = re.compile(
    r"English|Rehearsal|callcenter|Enter|Alt|Shift|Ctrl|Esc|CSV|XLSX|UTF|GB18030|GBK|Excel|SHA|\.[a-z]{3,4}\b|[\w.-]+\.(csv|xlsx)|https?://\S+"
)
"""What stands in Chinese text as it is: names of formats and files, and the button that leads to English."""

LOOK = """async () => {
    // A colour on its way from one to the other is neither.
    const changing = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime < Infinity)
    await Promise.all(changing.map((one) => one.finished.catch(() => null)))
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


def leaks(words: list[str]) -> list[str]:
    """English words among Chinese ones. (Names and addresses are Chinese in both languages.)"""
    return [word for word in words if ENGLISH.search(NOT_WORDS.sub("", word))]


async def seen_of(page: Page) -> dict[str, Any]:
    """Returns what the page shows now; an open dialog is a part of it."""
    await page.evaluate(AXE.read_text())  # the page's own policy would refuse a script tag
    seen: dict[str, Any] = await page.evaluate(LOOK)
    return seen


def faults(seen: dict[str, Any], language: str) -> list[str]:
    """Returns what is wrong with any page, dialog or not."""
    wrong = [f"axe {one}" for one in seen["violations"]]
    if language == "zh":
        wrong += [f"English: {word}" for word in leaks(seen["words"])]
    if seen["wider"] > 0:
        wrong.append(f"{seen['wider']} px wider than the window")
    return wrong
