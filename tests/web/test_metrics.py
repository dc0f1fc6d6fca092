"""``/metrics`` shows what every process reports and what waits in the database, to the networks that may ask."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from callcenter.health.service import HealthService
from callcenter.health.settings import HealthSettings
from callcenter.health.types import EngineReport, Keeping, Report
from callcenter.kit.clock import FrozenClock
from callcenter.kit.db import Database
from callcenter.kit.effects import Delivery, Effect
from callcenter.kit.wake import Waker
from callcenter.kit.work import Works
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.recordings.types import RecordingState
from callcenter.web.app import create_app
from callcenter.web.context import WebContext
from callcenter.web.settings import WebSettings
from tests.rooms.health.test_heartbeats import health_of
from tests.support.rows import make_call, make_recording
from tests.support.settings import core_settings
from tests.support.statements import counted

SECOND = timedelta(seconds=1)


@pytest.fixture
def health(works: Works) -> HealthService:
    return health_of(works, HealthSettings())


@pytest.fixture
def app(works: Works, database_url: str, health: HealthService) -> FastAPI:
    settings = core_settings(database_url)
    services = {PeopleService: PeopleService(PeopleSettings()), HealthService: health}
    return create_app(
        WebContext(works=works, waker=Waker(database_url), services=services, settings=settings, routers=[])
    )


def asking(app: FastAPI, address: str = "127.0.0.1") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 40000)), base_url="http://monitor")


@pytest.fixture
async def monitor(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with asking(app) as client:
        yield client


def report(works: Works, process: str, part: str, engine: EngineReport | None = None, **figures: float) -> Report:
    now = works.clock.now()
    return Report(
        process=process, node="n1", parts=(part,), pid=7, started_at=now, beat_at=now, engine=engine, figures=figures
    )


async def beat(works: Works, health: HealthService, own: Report) -> None:
    async with works.begin() as work:
        health.take(await health.beat(work, own))


async def test_metrics_show_what_each_process_reports(
    works: Works, health: HealthService, monitor: httpx.AsyncClient
) -> None:
    late = EngineReport(Keeping.LATE, works.clock.now(), 2 * SECOND)
    figures = {"signals": 4, "signal_lag_seconds_sum": 3.5, "signal_lag_seconds_le_0.5": 1, "cpu_seconds": 12.5}
    of_engine = report(works, "engine-1", "engine", late, **figures, statements=300, calls_ended=4)
    other = health_of(works, HealthSettings())
    await beat(works, other, of_engine)
    await beat(works, health, report(works, "web-1", "web", cpu_seconds=3, statements=40))
    lines = (await monitor.get("/metrics")).text.splitlines()
    engine = 'node="n1",parts="engine",process="engine-1"'
    assert {line for line in lines if line.startswith("callcenter_") and "web-1" not in line} >= {
        "callcenter_database_up 1.0",
        'callcenter_signal_lag_seconds{node="n1"} 2.0',
        'callcenter_engine_state{node="n1",state="late"} 1.0',
        'callcenter_engine_state{node="n1",state="in_time"} 0.0',
        f"callcenter_process_cpu_seconds_total{{{engine}}} 12.5",
        f"callcenter_statements_total{{{engine}}} 300.0",
        f"callcenter_calls_ended_total{{{engine}}} 4.0",
        f"callcenter_statements_per_call{{{engine}}} 75.0",
        f"callcenter_signal_delay_seconds_count{{{engine}}} 4.0",
        f"callcenter_signal_delay_seconds_sum{{{engine}}} 3.5",
        'callcenter_signal_delay_seconds_bucket{le="0.5",' + engine + "} 1.0",
    }
    assert 'callcenter_process_cpu_seconds_total{node="n1",parts="web",process="web-1"} 3.0' in lines


async def test_metrics_count_what_waits(
    works: Works, monitor: httpx.AsyncClient, clock: FrozenClock, database: Database
) -> None:
    async with works.begin() as work:
        await work.enqueue(Effect("engine:n1", "calls.dial", {}, Delivery.AT_LEAST_ONCE))
        call = await make_call(work, None)
        await make_recording(work, call, state=RecordingState.ARMED)
    clock.advance(30 * SECOND)
    with counted(database) as statements:
        text = (await monitor.get("/metrics")).text
    assert statements.count == 7, statements.per_life(1)
    assert 'callcenter_outbox_due{queue="engine:n1"} 1.0' in text
    assert 'callcenter_outbox_age_seconds{queue="engine:n1"} 30.0' in text
    assert f'callcenter_open_calls{{node="{call.node}",state="ringing"}} 1.0' in text
    assert 'callcenter_recorder_queue{node="n1",state="armed"} 1.0' in text
    assert 'callcenter_recorder_queue_age_seconds{node="n1",state="armed"} 30.0' in text


async def test_metrics_are_answered_without_the_database(
    works: Works, health: HealthService, monitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await beat(works, health, report(works, "web-1", "web", cpu_seconds=3))

    def unreachable(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(works, "begin", unreachable)
    text = (await monitor.get("/metrics")).text
    assert "callcenter_database_up 0.0" in text
    assert 'process="web-1"' in text


@pytest.mark.parametrize(
    ("networks", "address", "status"),
    [
        (None, "127.0.0.1", 200),
        (None, "::1", 200),
        (None, "10.20.0.7", 403),
        ('["10.20.9.0/24"]', "10.20.9.4", 200),
        ('["10.20.9.0/24"]', "10.20.8.4", 403),
        ('["10.20.9.0/24"]', "127.0.0.1", 403),
    ],
)
async def test_metrics_are_for_the_monitors_networks(
    works: Works, database_url: str, monkeypatch: pytest.MonkeyPatch, networks: str | None, address: str, status: int
) -> None:
    if networks:
        monkeypatch.setenv("CALLCENTER_WEB_METRICS_NETWORKS", networks)
    settings = core_settings(database_url)
    services = {PeopleService: PeopleService(PeopleSettings())}
    context = WebContext(
        works=works, waker=Waker(database_url), services=services, settings=settings, routers=[], web=WebSettings()
    )
    async with asking(create_app(context), address) as client:
        answer = await client.get("/metrics")
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "network_not_allowed"
        assert "callcenter_" not in answer.text
