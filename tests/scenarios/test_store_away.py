"""The object store is away over the time of a scheduled task: nothing is lost, the task is done when it is back, and
after an hour an alert says so."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from callcenter.alerts.types import AlertCard, AlertKind
from callcenter.bootstrap.scheduled import scheduled_tasks
from callcenter.calls.types import CallState
from callcenter.embedded.process import free_ports
from callcenter.kit.clock import at_business_time
from callcenter.kit.leader import lead
from callcenter.people.types import Role
from callcenter.recordings.types import IncidentKind
from callcenter.schedule.runner import ScheduleRunner
from callcenter.telephony.carrier import STEADY_NUMBER
from tests.scenarios.acts import conversation, person, wait_for_call, wait_for_recording
from tests.scenarios.conftest import MONDAY, SLOWLY, Stage
from tests.support.running import running
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.simulation(first_number=STEADY_NUMBER, customers=60, speed=SLOWLY),
]
NIGHT = MONDAY + timedelta(days=1)
INSPECTION = "recordings.inspect_objects"


@pytest.fixture
async def runner(stage: Stage, database_url: str) -> AsyncIterator[ScheduleRunner]:
    """Ticks when the test says so; it leads, so the schedule of the running system waits."""
    leading = asyncio.Event()

    async def hold() -> None:
        leading.set()
        await asyncio.Event().wait()

    async with running(lead(database_url, "schedule", hold)):
        await leading.wait()
        yield ScheduleRunner(stage.system.works, database_url, scheduled_tasks(stage.system), stage.system.duties)


async def done_for(stage: Stage, task: str) -> datetime | None:
    """Returns the latest due time for which a task has succeeded."""
    query = text("SELECT done_due_at FROM scheduled_task WHERE name = :name")
    at: datetime | None = await stage.ask(lambda work: work.session.scalar(query, {"name": task}))
    return at


async def alerts_of_administrator(stage: Stage) -> list[AlertCard]:
    async with stage.system.works.begin(await person(stage, Role.ADMINISTRATOR)) as work:
        return [one for one in await stage.system.alerts.list_open(work) if one.kind is AlertKind.TASK_OVERDUE]


async def ever_alerted(stage: Stage) -> list[str]:
    query = text("SELECT subject FROM alert WHERE kind = 'task_overdue'")
    return list(await stage.ask(lambda work: work.session.scalars(query)))


async def play(stage: Stage, runner: ScheduleRunner, until: datetime, step: timedelta) -> None:
    """Lets the time pass in steps, with a look at the schedule at each."""
    while stage.clock.now() < until:
        await runner.tick()
        stage.clock.leap(stage.clock.now() + step)


async def test_a_store_that_is_away_for_three_minutes_costs_neither_a_recording_nor_the_nightly_task(
    stage: Stage, runner: ScheduleRunner
) -> None:
    [agent] = stage.agents
    call, _, _ = await conversation(stage, agent)
    await runner.tick()
    assert await done_for(stage, INSPECTION) == at_business_time(MONDAY, 2)
    stage.store.down = True
    stage.switch.customer_hangs_up(call.id)
    await wait_for_call(stage, call.id, CallState.ENDED)

    stage.clock.leap(at_business_time(NIGHT, 2))
    await play(stage, runner, at_business_time(NIGHT, 2, 3), timedelta(seconds=5))
    assert await done_for(stage, INSPECTION) == at_business_time(MONDAY, 2)
    stage.store.down = False
    await play(stage, runner, at_business_time(NIGHT, 2, 9), timedelta(seconds=20))

    assert await done_for(stage, INSPECTION) == at_business_time(NIGHT, 2)
    assert f"task:{INSPECTION}" not in await ever_alerted(stage)
    await wait_for_recording(stage, call.id)
    await stage.ask(stage.system.recordings.reconciling.reconcile)
    assert await open_incidents(stage) == []


async def open_incidents(stage: Stage) -> list[IncidentKind]:
    query = text("SELECT kind FROM recording_incident WHERE closed_at IS NULL")
    return [IncidentKind(kind) for kind in await stage.ask(lambda work: work.session.scalars(query))]


async def test_a_store_that_is_away_for_an_hour_is_an_alert_until_the_tasks_are_done(
    stage: Stage, runner: ScheduleRunner
) -> None:
    await stage.start()
    stage.clock.leap(at_business_time(NIGHT, 1, 30))
    await runner.tick()  # what is due each hour has been done for the last one
    stage.store.down = True
    stage.clock.leap(at_business_time(NIGHT, 2))
    await play(stage, runner, at_business_time(NIGHT, 2, 50), timedelta(minutes=5))
    assert await alerts_of_administrator(stage) == [], "within the hour it may still be done"
    await play(stage, runner, at_business_time(NIGHT, 3, 40), timedelta(minutes=5))
    alerts = {alert.subject: alert.facts for alert in await alerts_of_administrator(stage)}
    assert alerts.keys() == {f"task:{INSPECTION}", "task:audit.check_trail", "task:audit.note_head"}
    inspection = alerts[f"task:{INSPECTION}"]
    assert (inspection["at"], inspection["error"]) == (at_business_time(NIGHT, 2).isoformat(), "StoreUnavailable")

    stage.store.down = False

    async def over() -> bool:
        await play(stage, runner, stage.clock.now() + timedelta(minutes=5), timedelta(minutes=1))
        return await alerts_of_administrator(stage) == []

    await eventually(over, 90)
    assert await done_for(stage, INSPECTION) == at_business_time(NIGHT, 2)
    assert await done_for(stage, "audit.check_trail") == at_business_time(NIGHT, 2, 30)


async def said_by_engine(port: int) -> tuple[int, dict[str, Any]]:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"http://127.0.0.1:{port}/readyz")
    return answer.status_code, answer.json()


async def store_alerts(stage: Stage) -> list[str]:
    query = text("SELECT subject FROM alert WHERE kind = 'store_down' AND cleared_at IS NULL")
    return list(await stage.ask(lambda work: work.session.scalars(query)))


async def test_an_engine_that_begins_while_the_store_is_away_waits_says_so_and_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen before: it left, and the floor stood still without a word."""
    port = free_ports(1)[0]
    monkeypatch.setenv("CALLCENTER_HEALTH_PORT", str(port))
    [agent] = stage.agents
    call, _, _ = await conversation(stage, agent)
    assert await ready(port)
    stage.store.down = True
    await stage.crash_engine()
    code, said = await said_by_engine(port)
    assert (code, said["ready"], said["leading"]) == (503, False, False)
    assert said["problems"] == ["waits for its database, or for the object store of a recorder beside it"]
    await eventually(lambda: store_alerts(stage))
    assert await store_alerts(stage) == ["switch:n1"]
    stage.switch.customer_hangs_up(call.id)
    assert (await said_by_engine(port))[0] == 503, "it is still there"

    stage.store.down = False
    await eventually(lambda: ready(port))
    await wait_for_call(stage, call.id, CallState.ENDED)
    await wait_for_recording(stage, call.id)

    async def cleared() -> bool:
        return await store_alerts(stage) == []

    await eventually(cleared)


async def ready(port: int) -> bool:
    code, said = await said_by_engine(port)
    return code == 200 and bool(said["leading"])
