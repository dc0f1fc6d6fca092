"""A part that no process leads any more is named, raises an alert after a while, and clears it when it is back."""

from datetime import timedelta

import pytest

from callcenter.alerts.types import AlertKind
from callcenter.health.types import Keeping
from callcenter.kit.clock import FrozenClock
from callcenter.kit.work import Works
from tests.rooms.health.test_heartbeats import Process, kinds_open
from tests.support.statements import counted

SECOND = timedelta(seconds=1)
MISSING = AlertKind.PART_MISSING


@pytest.fixture
def web(works: Works) -> Process:
    return Process(works, "web", "web")


@pytest.fixture
def office(works: Works) -> Process:
    return Process(works, "office", "office")


@pytest.fixture
def recorder(works: Works) -> Process:
    return Process(works, "recorder", "recorder")


@pytest.fixture
def engine(works: Works) -> Process:
    return Process(works, "engine", "engine")


async def pass_by(clock: FrozenClock, seconds: int, *alive: Process) -> None:
    """Lets time pass, in which these processes go on beating."""
    for _ in range(seconds):
        clock.advance(SECOND)
        for process in alive:
            await process.beat()


async def running(works: Works, process: Process) -> set[str]:
    async with works.begin() as work:
        return {card.subject for card in await process.health.parts(work) if card.running}


async def test_each_part_is_seen_by_its_heartbeat(
    works: Works, web: Process, office: Process, engine: Process, clock: FrozenClock
) -> None:
    for process in (web, office):
        await process.beat()
    await engine.beat(Keeping.IN_TIME)
    assert await running(works, web) == {"web", "office", "engine:n1"}
    await pass_by(clock, 11, web)
    assert await running(works, web) == {"web"}


async def test_a_part_that_died_raises_an_alert_which_ends_when_it_is_back(
    works: Works, web: Process, office: Process, recorder: Process, clock: FrozenClock
) -> None:
    for process in (office, recorder, web):
        await process.beat()
    await pass_by(clock, 31, recorder, web)
    assert await kinds_open(works, MISSING) == ["office"]
    with counted(works.database) as statements:
        await web.beat()
    assert statements.count == 1, "what is known already is not raised again"
    await Process(works, "next office", "office").beat()
    await web.beat()
    assert await kinds_open(works, MISSING) == []


async def test_a_part_that_was_stopped_in_order_and_not_started_again_raises_an_alert_too(
    works: Works, web: Process, office: Process, recorder: Process, clock: FrozenClock
) -> None:
    for process in (office, recorder, web):
        await process.beat()
    async with works.begin() as work:
        await office.health.end(work, "office")
    await web.beat()
    await pass_by(clock, 30, recorder, web)
    assert await kinds_open(works, MISSING) == []
    await pass_by(clock, 1, recorder, web)
    assert await kinds_open(works, MISSING) == ["office"]


async def test_a_missing_engine_is_the_leaders_alert(
    works: Works, web: Process, office: Process, recorder: Process, engine: Process, clock: FrozenClock
) -> None:
    for process in (office, recorder, web):
        await process.beat()
    await engine.beat(Keeping.IN_TIME)
    await web.beat()
    async with works.begin() as work:
        await engine.health.end(work, "engine")
    await web.beat()
    await pass_by(clock, 31, office, recorder, web)
    assert await kinds_open(works, AlertKind.ENGINE_SILENT) == ["engine:n1"]
    assert await kinds_open(works, MISSING) == []


async def test_a_process_that_begins_ends_what_others_have_raised(
    works: Works, web: Process, office: Process, recorder: Process, clock: FrozenClock
) -> None:
    for process in (office, recorder, web):
        await process.beat()
    await pass_by(clock, 31, recorder, web)
    assert await kinds_open(works, MISSING) == ["office"]
    await Process(works, "next office", "office").beat()
    assert await kinds_open(works, MISSING) == [], "the office that begins finds its own alert"


async def test_an_alert_that_was_not_committed_is_raised_by_the_next_heartbeat(
    works: Works, web: Process, office: Process, recorder: Process, clock: FrozenClock
) -> None:
    for process in (office, recorder, web):
        await process.beat()
    await pass_by(clock, 30, recorder, web)
    clock.advance(SECOND)

    async def lose_the_database() -> None:
        async with works.begin() as work:
            await web.health.beat(work, web.report)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await lose_the_database()
    assert await kinds_open(works, MISSING) == []
    await web.beat()
    assert await kinds_open(works, MISSING) == ["office"]
