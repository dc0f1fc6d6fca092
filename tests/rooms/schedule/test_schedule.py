"""Scheduled tasks: run once per due time, by however many runners; late, failed and abandoned runs are made up for."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

import pytest

from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.work import Works
from callcenter.schedule.runner import ScheduleRunner
from callcenter.schedule.tasks import Daily, Every, ScheduledTask

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
    return ScheduleRunner(works, database_url, [ScheduledTask("evening", Daily(20), diary.act)])


def test_the_latest_due_time_is_not_after_now() -> None:
    evening = Daily(20)
    assert evening.last_due(at_business_time(MONDAY, 20)) == at_business_time(MONDAY, 20)
    assert evening.last_due(at_business_time(MONDAY, 19, 59)) == at_business_time(MONDAY - timedelta(days=1), 20)
    half_hour = Every(timedelta(minutes=30))
    assert half_hour.last_due(at_business_time(MONDAY, 10, 59)) == at_business_time(MONDAY, 10, 30)


async def test_a_task_runs_once_per_due_time_by_however_many_runners(
    runner: ScheduleRunner, works: Works, database_url: str, diary: Diary, clock: FrozenClock
) -> None:
    other = ScheduleRunner(works, database_url, [ScheduledTask("evening", Daily(20), diary.act)])
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


async def test_a_failed_run_is_tried_again_and_its_error_is_kept_meanwhile(
    runner: ScheduleRunner, diary: Diary, clock: FrozenClock
) -> None:
    clock.set(at_business_time(MONDAY, 20))
    diary.fails = True
    await runner.tick()
    await runner.tick()
    diary.fails = False
    await runner.tick()
    await runner.tick()
    assert diary.done == [at_business_time(MONDAY, 20)]


async def test_a_run_whose_process_died_is_repeated(
    works: Works, database_url: str, diary: Diary, clock: FrozenClock
) -> None:
    async def dies(_: datetime) -> None:
        raise KeyboardInterrupt

    clock.set(at_business_time(MONDAY, 20))
    with pytest.raises(KeyboardInterrupt):
        await ScheduleRunner(works, database_url, [ScheduledTask("evening", Daily(20), dies)]).tick()
    runner = ScheduleRunner(works, database_url, [ScheduledTask("evening", Daily(20), diary.act)])
    await runner.tick()
    assert diary.done == []  # it may still be running
    clock.advance(timedelta(minutes=16))
    await runner.tick()
    assert diary.done == [at_business_time(MONDAY, 20)]
