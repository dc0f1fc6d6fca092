"""Three customers sign in front of a field agent; the insurer's liaison enters that one policy is issued, one refused,
one cancelled, and takes one entry back (F9)."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from callcenter.field.types import ApplicationState, FollowQuery
from callcenter.people.types import Role
from tests.e2e.conftest import Window
from tests.e2e.office import Office, an_office
from tests.support.databases import TestDatabases
from tests.support.people import PASSWORD, hire
from tests.support.rows import make_hand_over, make_region, make_visit

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(180),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenWindow = Callable[..., Awaitable[Window]]
POLICY = "P2026-0001"


@pytest_asyncio.fixture(loop_scope="session")
async def office(databases: TestDatabases, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    async with an_office(databases, folder, liaison=Role.INSURER_LIAISON) as office:
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def open_window(office: Office, browser: Browser) -> AsyncIterator[OpenWindow]:
    opened: list[Window] = []

    async def open_one(login: str, *, width: int = 1440, height: int = 900) -> Window:
        context = await browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        opened.append(Window(await context.new_page()))
        await opened[-1].enter(office.url, login, PASSWORD)
        return opened[-1]

    yield open_one
    for window in opened:
        await window.page.context.close()
    assert [error for window in opened for error in window.errors] == []


async def to_be_visited(office: Office, count: int) -> list[tuple[int, int]]:
    """Hands customers over to the field agent for today; returns hand-over and visit of each."""
    async with office.system.works.begin() as work:
        region_id = (await make_region(work)).id
    visitor = await hire(office.system.works, office.system.people, "visitor", Role.FIELD_AGENT, region_id=region_id)
    async with office.system.works.begin() as work:
        handed = []
        for _ in range(count):
            hand_over = await make_hand_over(
                work, region_id=region_id, field_agent_id=visitor.id, requested_visit_at=work.now
            )
            handed.append((hand_over.id, (await make_visit(work, hand_over)).id))
    return handed


async def sign(field: Window, visit_id: int) -> None:
    await field.press(f"visit-{visit_id}-report")
    await field.press("result-signed")
    await field.press(f"visit-{visit_id}-submit")
    await expect(field.see(f"visit-{visit_id}")).to_have_attribute("data-result", "signed")
    await expect(field.see(f"visit-{visit_id}-unsent")).to_have_count(0)


async def end(liaison: Window, hand_over_id: int, act: str, reason: str) -> None:
    """Enters a refusal, a cancellation or what takes an entry back; each asks for a reason."""
    await liaison.press(f"followed-{hand_over_id}-{act}")
    await expect(liaison.see("underwriting-submit")).to_be_disabled()
    await liaison.see("underwriting-reason").fill(reason)
    await liaison.press("underwriting-submit")
    await expect(liaison.see("underwriting-submit")).to_have_count(0)


async def test_an_application_is_followed_until_it_is_issued_refused_or_cancelled(
    office: Office, open_window: OpenWindow
) -> None:
    handed = await to_be_visited(office, 3)
    field = await open_window("visitor", width=390, height=844)
    for _, visit_id in handed:
        await sign(field, visit_id)

    issued, refused, cancelled = [hand_over_id for hand_over_id, _ in handed]
    liaison = await open_window("liaison")

    async def are(*states: str) -> None:
        for hand_over_id, state in zip((issued, refused, cancelled), states, strict=True):
            await expect(liaison.see(f"followed-{hand_over_id}")).to_have_attribute("data-state", state)

    await are("signed", "signed", "signed")
    await liaison.press(f"followed-{issued}-issue")
    await liaison.see("policy-number").fill("P 1")
    await expect(liaison.see("underwriting-submit")).to_be_disabled()
    await liaison.see("policy-number").fill(POLICY)
    await liaison.press("underwriting-submit")
    await end(liaison, refused, "refuse", "健康告知不符")
    await end(liaison, cancelled, "cancel", "客户改变主意")
    await are("issued", "declined", "declined")
    await expect(liaison.see(f"followed-{issued}")).to_contain_text(POLICY)

    await end(liaison, refused, "reopen", "录入有误")
    await end(liaison, issued, "cancel", "犹豫期内退保")
    await liaison.page.reload()
    await are("declined", "signed", "declined")
    await liaison.press("insurer-declined")
    await expect(liaison.page.locator("tr[data-testid^=followed-]")).to_have_count(2)
    await liaison.press("language-en")
    await expect(liaison.see(f"followed-{cancelled}")).to_contain_text("Not issued")

    async with office.system.works.begin() as work:
        cards = await office.system.field.following.followed(work, FollowQuery())
    states = {card.id: card.application.state for card in cards if card.application}
    assert states == {
        issued: ApplicationState.CANCELLED,
        refused: ApplicationState.APPLIED,
        cancelled: ApplicationState.CANCELLED,
    }
