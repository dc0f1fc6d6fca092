"""Scheduled tasks: run once per due time, by however many runners; late, failed and abandoned runs are made up for."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.health.duties import Duties
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.work import Works
from callcenter.schedule.rules import retry_pause
from callcenter.schedule.runner import ScheduleRunner
from callcenter.schedule.service import ScheduleService
from callcenter.schedule.tasks import Daily, Every, ScheduledTask
from callcenter.schedule.types import Health, TaskCard
from callcenter.schedule.watch import ScheduleWatch
from tests.support.rows import VAULT

MONDAY = date(2026, 11, 23)


class Diary:
    """A task that keeps the due times it was run for, and fails on demand."""

    def __init__(self) -> None:
        self.done: list[datetime] = []
        self.fails = False

    async def act(self, due_at: datetime) -> None:
        if self.fails:
            raise RuntimeError("not today")
        self.done.append(due_at)


@pytest.fixture
def diary() -> Diary:
    return Diary()


Tick = Callable[[], Awaitable[None]]


@pytest.fixture
def runner(works: Works, database_url: str, diary: Diary) -> ScheduleRunner:
    return ScheduleRunner(works, database_url, [ScheduledTask("evening", Daily(20), diary.act)], Duties(works.clock))


def test_the_latest_due_time_is_not_after_now() -> None:
    evening = Daily(20)
    assert evening.last_due(at_business_time(MONDAY, 20)) == at_business_time(MONDAY, 20)
    assert evening.last_due(at_business_time(MONDAY, 19, 59)) == at_business_time(MONDAY - timedelta(days=1), 20)
    half_hour = Every(timedelta(minutes=30))
    assert half_hour.last_due(at_business_time(MONDAY, 10, 59)) == at_business_time(MONDAY, 10, 30)


async def test_a_task_runs_once_per_due_time_by_however_many_runners(
    runner: ScheduleRunner, works: Works, database_url: str, diary: Diary, clock: FrozenClock
) -> None:
    other = ScheduleRunner(works, database_url, [ScheduledTask("evening", Daily(20), diary.act)], Duties(works.clock))
    clock.set(at_business_time(MONDAY, 20, 1))
    for _ in range(3):
        await runner.tick()
        await other.tick()
    assert diary.done == [at_business_time(MONDAY, 20)]


async def test_a_run_after_midnight_still_serves_the_evening_before(
    runner: ScheduleRunner, diary: Diary, clock: FrozenClock
) -> None:
    clock.set(at_business_time(MONDAY + timedelta(days=1), 7))
    await runner.tick()
    assert diary.done == [at_business_time(MONDAY, 20)]


def test_a_failed_run_rests_longer_each_time_and_never_longer_than_five_minutes() -> None:
    pauses = [retry_pause(attempts) for attempts in (1, 2, 3, 6, 7, 8, 500)]
    assert [pause.total_seconds() for pause in pauses] == [5, 10, 20, 160, 300, 300, 300]


async def test_a_failed_run_is_tried_again_and_never_given_up(
    runner: ScheduleRunner, works: Works, diary: Diary, clock: FrozenClock
) -> None:
    clock.set(at_business_time(MONDAY, 20))
    diary.fails = True
    for _ in range(60):
        await runner.tick()
        await runner.tick()  # it rests
        clock.advance(timedelta(minutes=5))
    async with works.begin() as work:
        assert await work.session.scalar(text("SELECT attempts FROM scheduled_run")) == 60
    diary.fails = False
    await runner.tick()
    await runner.tick()
    assert diary.done == [at_business_time(MONDAY, 20)]


async def test_a_task_that_fails_for_an_hour_is_an_alert_until_it_has_succeeded(
    works: Works, database_url: str, diary: Diary, clock: FrozenClock
) -> None:
    tasks = [ScheduledTask("evening", Daily(20), diary.act), ScheduledTask("morning", Daily(9), Diary().act)]
    runner, alerts = ScheduleRunner(works, database_url, tasks, Duties(works.clock)), AlertService(VAULT)
    watch = ScheduleWatch(tasks, alerts)

    async def look() -> list[tuple[str, object]]:
        async with works.begin() as work:
            await watch.look(work)
            open_alerts = await alerts.list_of_kinds(work, [AlertKind.TASK_OVERDUE])
            return [(alert.subject, dict(alert.facts)) for alert in open_alerts]

    assert len(await look()) == 2, "neither has ever run"
    await runner.tick()
    assert await look() == []
    clock.set(at_business_time(MONDAY, 20))
    diary.fails = True
    await runner.tick()
    clock.set(at_business_time(MONDAY, 20, 59))
    await runner.tick()
    assert await look() == []
    clock.set(at_business_time(MONDAY, 21))
    facts = {"task": "evening", "at": at_business_time(MONDAY, 20).isoformat(), "failures": 2, "error": "RuntimeError"}
    assert await look() == [("task:evening", facts)]
    assert await look() == [("task:evening", facts)]
    diary.fails = False
    clock.advance(timedelta(minutes=5))
    await runner.tick()
    assert await look() == []


async def test_the_latest_run_of_every_task_is_shown_with_its_failures(
    works: Works, database_url: str, diary: Diary, clock: FrozenClock
) -> None:
    other = Diary()
    tasks = [
        ScheduledTask("evening", Daily(20), diary.act),
        ScheduledTask("sweep", Every(timedelta(minutes=1)), other.act, remembered=False),
    ]
    runner, schedule = ScheduleRunner(works, database_url, tasks, Duties(works.clock)), ScheduleService(tasks)

    async def shown() -> dict[str, TaskCard]:
        async with works.begin() as work:
            return {card.name: card for card in await schedule.list_tasks(work)}

    clock.set(at_business_time(MONDAY, 20))
    never = await shown()
    assert {name: (card.health, card.latest) for name, card in never.items()} == {
        "evening": (Health.LATE, None),
        "sweep": (Health.LATE, None),
    }
    diary.fails = True
    await runner.tick()
    clock.advance(timedelta(seconds=5))
    await runner.tick()
    failed = await shown()
    assert failed["sweep"].health is Health.FINE
    assert failed["evening"].health is Health.FAILING
    assert failed["evening"].latest is not None
    assert (failed["evening"].latest.failures, failed["evening"].latest.error) == (2, "RuntimeError: not today")
    diary.fails = False
    clock.advance(timedelta(seconds=10))
    await runner.tick()
    mended = (await shown())["evening"]
    assert mended.health is Health.FINE
    assert mended.latest is not None
    assert (mended.latest.failures, mended.latest.failed_at) == (0, clock.now() - timedelta(seconds=10)), (
        "the last failure stays in sight"
    )
    assert mended.next_due_at == at_business_time(MONDAY + timedelta(days=1), 20)
    clock.advance(timedelta(minutes=10))
    assert {name: card.health for name, card in (await shown()).items()} == {
        "evening": Health.FINE,
        "sweep": Health.LATE,
    }


async def test_a_run_whose_process_died_is_repeated(
    works: Works, database_url: str, diary: Diary, clock: FrozenClock
) -> None:
    async def dies(_: datetime) -> None:
        raise KeyboardInterrupt

    clock.set(at_business_time(MONDAY, 20))
    with pytest.raises(KeyboardInterrupt):
        await ScheduleRunner(
            works, database_url, [ScheduledTask("evening", Daily(20), dies)], Duties(works.clock)
        ).tick()
    runner = ScheduleRunner(works, database_url, [ScheduledTask("evening", Daily(20), diary.act)], Duties(works.clock))
    await runner.tick()
    assert diary.done == []  # it may still be running
    clock.advance(timedelta(minutes=16))
    await runner.tick()
    assert diary.done == [at_business_time(MONDAY, 20)]
