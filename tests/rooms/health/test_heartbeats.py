"""Each process writes what it knows and reads what the others wrote, in one statement; late and silent engines show."""

from dataclasses import replace
from datetime import timedelta

import pytest

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.health.duties import Duties
from callcenter.health.figures import Figures
from callcenter.health.heart import Heart
from callcenter.health.lag import LagMeter
from callcenter.health.service import HealthService
from callcenter.health.settings import HealthSettings
from callcenter.health.types import KEEPING_TOPIC, EngineReport, Keeping, Report
from callcenter.kit.clock import FrozenClock
from callcenter.kit.db import Database
from callcenter.kit.wake import Waker
from callcenter.kit.work import Works
from tests.support.rows import VAULT
from tests.support.running import running
from tests.support.settings import core_settings
from tests.support.statements import counted
from tests.support.waiting import eventually

SECOND = timedelta(seconds=1)
IN_TIME, LATE, BEHIND, SILENT = Keeping.IN_TIME, Keeping.LATE, Keeping.BEHIND, Keeping.SILENT
ALERTS = (AlertKind.ENGINE_LATE, AlertKind.ENGINE_SILENT)


def health_of(works: Works, settings: HealthSettings) -> HealthService:
    return HealthService(
        AlertService(VAULT), core_settings("postgresql://not.used/here", node="n1"), settings, works.clock
    )


class Process:
    """One process of the installation: its memory, and what it reports."""

    def __init__(self, works: Works, name: str, part: str, node: str = "n1") -> None:
        self.works = works
        self.health = health_of(works, HealthSettings())
        now = works.clock.now()
        self.report = Report(
            process=name, node=node, parts=(part,), leads={part: now}, pid=7, started_at=now, beat_at=now
        )

    async def beat(self, keeping: Keeping | None = None, lag: timedelta = SECOND) -> bool:
        """Writes a heartbeat; returns whether this process has noticed that an engine changed."""
        now = self.works.clock.now()
        self.report = replace(
            self.report,
            beat_at=now,
            engine=EngineReport(keeping, now, lag) if keeping else None,
            figures={"signals": 3},
        )
        async with self.works.begin() as work:
            beaten = await self.health.beat(work, self.report)
        return self.health.take(beaten)

    def sees(self) -> Keeping | None:
        engine = self.health.engine("n1")
        return engine.keeping if engine else None


@pytest.fixture
def engine(works: Works) -> Process:
    return Process(works, "engine", "engine")


@pytest.fixture
def web(works: Works) -> Process:
    return Process(works, "web", "web")


async def open_alerts(works: Works) -> list[tuple[AlertKind, float | None]]:
    async with works.begin() as work:
        cards = await AlertService(VAULT).list_of_kinds(work, ALERTS)
    return [(card.kind, card.facts.get("seconds")) for card in cards]


async def kinds_open(works: Works, kind: AlertKind) -> list[str]:
    """Returns what the open alerts of a kind are about."""
    async with works.begin() as work:
        return sorted(card.subject for card in await AlertService(VAULT).list_of_kinds(work, [kind]))


async def test_a_process_knows_of_the_engine_after_its_own_heartbeat(engine: Process, web: Process) -> None:
    await engine.beat(LATE)
    assert web.sees() is None, "it has read nothing"
    assert await web.beat()
    assert web.sees() is LATE
    assert {(report.process, report.pid, report.figures["signals"]) for report in web.health.reports} == {
        ("engine", 7, 3),
        ("web", 7, 3),
    }
    assert not await web.beat(), "no engine has changed its state"
    await engine.beat(IN_TIME)
    assert await web.beat()


async def test_a_heartbeat_is_one_statement(engine: Process, web: Process, database: Database) -> None:
    await engine.beat(IN_TIME)
    await web.beat()
    with counted(database) as statements:
        await engine.beat(IN_TIME)
        await web.beat()
    assert statements.count == 2, statements.per_life(2)


async def test_the_alert_of_a_late_engine_is_raised_and_cleared_by_the_engine(engine: Process, works: Works) -> None:
    await engine.beat(IN_TIME)
    assert await open_alerts(works) == []
    await engine.beat(LATE, 2 * SECOND)
    assert await open_alerts(works) == [(AlertKind.ENGINE_LATE, 2.0)]
    await engine.beat(BEHIND, 6 * SECOND)
    assert await open_alerts(works) == [(AlertKind.ENGINE_LATE, 6.0)]
    await engine.beat(IN_TIME)
    assert await open_alerts(works) == []


async def test_a_new_engine_clears_what_the_one_before_left(engine: Process, works: Works) -> None:
    await engine.beat(BEHIND, 6 * SECOND)
    await Process(works, "next", "engine").beat(IN_TIME)
    assert await open_alerts(works) == []


async def test_a_change_that_was_not_committed_is_written_by_the_next_heartbeat(engine: Process, works: Works) -> None:
    await engine.beat(IN_TIME)
    late = replace(engine.report, engine=EngineReport(LATE, works.clock.now(), 2 * SECOND))

    async def lose_the_database() -> None:
        async with works.begin() as work:
            await engine.health.beat(work, late)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await lose_the_database()
    assert await open_alerts(works) == []
    await engine.beat(LATE, 2 * SECOND)
    assert await open_alerts(works) == [(AlertKind.ENGINE_LATE, 2.0)]


async def test_an_engine_that_died_is_silent_until_another_reports(
    engine: Process, web: Process, works: Works, clock: FrozenClock
) -> None:
    await engine.beat(IN_TIME)
    await web.beat()
    clock.advance(11 * SECOND)
    assert web.sees() is SILENT
    await web.beat()
    assert await open_alerts(works) == [(AlertKind.ENGINE_SILENT, None)]
    assert [report.process for report in web.health.reports] == ["web"]
    await Process(works, "next", "engine").beat(IN_TIME)
    await web.beat()
    assert web.sees() is IN_TIME
    assert await open_alerts(works) == []


async def test_an_engine_that_ended_in_order_is_silent_without_an_alert(
    engine: Process, web: Process, works: Works, clock: FrozenClock
) -> None:
    await engine.beat(IN_TIME)
    await web.beat()
    async with works.begin() as work:
        await engine.health.end(work, "engine")
    await web.beat()
    clock.advance(11 * SECOND)
    await web.beat()
    assert web.sees() is SILENT
    assert await open_alerts(works) == []


async def test_an_engine_without_its_switch_has_an_alert_of_its_own(engine: Process, works: Works) -> None:
    await engine.beat(LATE)
    await engine.beat(Keeping.NO_SWITCH, timedelta(0))
    assert await open_alerts(works) == []
    assert await kinds_open(works, AlertKind.SWITCH_GONE) == ["engine:n1"]
    await engine.beat(IN_TIME)
    assert await kinds_open(works, AlertKind.SWITCH_GONE) == []


async def test_reports_of_processes_that_died_long_ago_are_removed(
    engine: Process, web: Process, works: Works, clock: FrozenClock
) -> None:
    await engine.beat(IN_TIME)
    clock.advance(timedelta(minutes=61))
    async with works.begin() as work:
        await web.health.begin(work)
        beaten = await web.health.beat(work, web.report)
    assert [report.process for report in beaten.reading.reports] == ["web"]


async def test_a_change_of_the_engine_is_written_at_once_and_rings_the_screens_of_other_processes(
    works: Works, database: Database, database_url: str, clock: FrozenClock
) -> None:
    """The heartbeats are an hour apart: what arrives, arrives by announcement."""
    rare = HealthSettings(beat_seconds=60, look_seconds=0.02)
    wakers, hearts, health = [Waker(database_url), Waker(database_url)], [], []
    figures = Figures(database)
    meter = LagMeter(clock, rare, figures)
    for waker, lag in zip(wakers, (meter, LagMeter(clock, rare, figures)), strict=True):
        health.append(health_of(works, rare))
        hearts.append(
            Heart(
                works=works,
                waker=waker,
                health=health[-1],
                meter=lag,
                duties=Duties(clock),
                settings=rare,
            )
        )

    def state() -> Keeping | None:
        engine = health[1].engine("n1")
        return engine.keeping if engine else None

    listening = [waker.run() for waker in wakers]
    async with running(*listening):
        await eventually(lambda: all(waker.connected for waker in wakers))
        with meter.leading(linked=lambda: True):
            async with running(hearts[0].run("n1", ["engine"]), hearts[1].run("n1", ["web"])):
                await eventually(lambda: state() is IN_TIME)
                with wakers[1].listen(KEEPING_TOPIC) as wake, meter.taking(clock.now()):
                    clock.advance(2 * SECOND)
                    await eventually(lambda: state() is LATE)
                    assert await wake.wait(timeout=10)
    async with works.begin() as work:
        beaten = await health[0].beat(work, Process(works, "later", "web").report)
    assert [report.process for report in beaten.reading.reports] == ["later"], (
        "a process that ends in order removes its report"
    )
