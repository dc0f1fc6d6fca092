"""The marks of an engine on floor and desk: each state is in words, axe finds nothing, and no other part moves."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import FloatRect, Route, expect

from callcenter.health.types import Keeping
from tests.e2e.conftest import Panel
from tests.e2e.looking import AXE, settled
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenPanel = Callable[..., Awaitable[Panel]]
SINCE = "2026-11-23T02:30:00Z"
VIOLATIONS = "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map((one) => one.id)"


async def answer_with(panel: Panel, path: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Lets the server's answer be changed on its way to the page, and keeps the stream away, which would undo it."""

    async def changed(route: Route) -> None:
        answer = await route.fetch()
        body = await answer.json()
        change(body)
        await route.fulfill(response=answer, body=json.dumps(body))

    await panel.page.unroute_all(behavior="ignoreErrors")
    await panel.page.route(f"**/api/v1{path}/stream", lambda _: None)  # stays open and mute
    await panel.page.route_web_socket(f"**/api/v1{path}/stream", lambda _: None)
    await panel.page.route(f"**/api/v1{path}", changed)


async def places(panel: Panel, selectors: tuple[str, ...]) -> list[FloatRect | None]:
    return [await panel.page.locator(selector).first.bounding_box() for selector in selectors]


@pytest.mark.parametrize(
    ("login", "path", "testid", "others"),
    [
        ("leader", "/floor", "engine", ("dl.totals", ".states", "h1", "[data-testid=window]")),
        ("agent2", "/desk", "engine-state", ("dl.figures", "[data-testid=call-state]", "[data-testid=phone-state]")),
    ],
)
async def test_a_mark_moves_nothing(
    login: str, path: str, testid: str, others: tuple[str, ...], open_panel: OpenPanel
) -> None:
    panel = await open_panel(login)
    page = "/agent" if path == "/desk" else path
    seen = []
    for keeping in Keeping:
        engine = {"node": "n1", "keeping": keeping.value, "since": SINCE, "lag_seconds": 7.5}
        shown = {"engine": engine} if path == "/desk" else {"engines": [engine]}
        await answer_with(panel, path, lambda body, shown=shown: body.update(shown))  # type: ignore[misc]
        await panel.page.goto(f"{panel.rehearsal.deployment.url}{page}")
        await settled(panel.page)
        await expect(panel.see(testid)).to_have_attribute("data-keeping", keeping.value)
        await panel.page.evaluate(AXE.read_text())
        assert await panel.page.evaluate(VIOLATIONS) == []
        seen.append(await places(panel, others))
        await panel.picture(f"engine-{path.strip('/')}-{keeping.value}")
    assert seen == [seen[0]] * len(Keeping)
    await panel.page.unroute_all(behavior="ignoreErrors")


async def test_an_agent_whose_switch_is_lost_gets_another_by_one_click(open_panel: OpenPanel) -> None:
    panel = await open_panel("agent2")
    await panel.page.goto(f"{panel.rehearsal.deployment.url}/agent")
    await panel.press("verb-log-on")
    await panel.state("seat-state", "paused")
    lost = {"node": "n1", "keeping": "no_switch", "since": SINCE, "move": True}
    await answer_with(panel, "/desk", lambda body: body.update({"engine": lost}))
    await panel.page.reload()
    await settled(panel.page)
    await expect(panel.see("move")).to_contain_text("n1")
    await panel.page.evaluate(AXE.read_text())
    assert await panel.page.evaluate(VIOLATIONS.replace("document", "'[data-testid=move]'")) == []
    await panel.picture("agent-move")
    requested: list[str] = []
    panel.page.on("request", lambda request: requested.append(request.url.rpartition("/")[2]))
    await panel.press("move-now")
    await expect(panel.see("move")).to_have_count(0)
    await panel.state("seat-state", "paused")

    def went_on() -> bool:
        return [name for name in requested if name in ("log-off", "log-on", "phone")] == ["log-off", "log-on", "phone"]

    await eventually(went_on)  # the new switch's account is asked for behind the log-on
    await panel.page.unroute_all(behavior="ignoreErrors")
