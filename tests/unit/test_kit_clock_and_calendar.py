"""Time as an argument, and which days are worked."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from callcenter.calendar.rules import WorkingCalendar
from callcenter.calendar.types import DaySource, Override
from callcenter.kit.clock import (
    FrozenClock,
    ShiftedClock,
    SystemClock,
    at_business_time,
    business_date,
)
from callcenter.kit.config import SettingsError
from tests.support.settings import core_settings

CALENDAR = WorkingCalendar()


def test_the_business_date_turns_at_midnight_in_shanghai() -> None:
    assert business_date(datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert business_date(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)
    assert at_business_time(date(2026, 11, 23), 9, 30) == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def test_a_frozen_clock_moves_only_when_it_is_set() -> None:
    clock = FrozenClock(datetime(2026, 11, 23, 10, 30, tzinfo=timezone(timedelta(hours=8))))
    assert clock.now() == clock.now() == datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    assert clock.advance(timedelta(hours=1)) == clock.now() == datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="aware"):
        FrozenClock(datetime(2026, 11, 23))  # noqa: DTZ001


def test_a_shifted_clock_runs_parallel_to_the_systems() -> None:
    shifted = ShiftedClock(timedelta(days=-3))
    before = SystemClock().now()
    assert before - timedelta(days=3) <= shifted.now() <= SystemClock().now() - timedelta(days=3)


def test_the_clock_is_shifted_in_rehearsals_only() -> None:
    url = "postgresql://host/name"
    with pytest.raises(SettingsError, match="rehearsals only"):
        core_settings(url, clock_offset_seconds=60)
    assert isinstance(core_settings(url, clock_offset_seconds=60, rehearsal=True).clock(), ShiftedClock)


@pytest.mark.parametrize(
    ("on", "working"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 1, 4), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 17), False),
        (date(2026, 2, 28), True),
        (date(2026, 5, 9), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 23), True),
    ],
)
def test_the_announced_year_2026_with_its_make_up_days(on: date, working: bool) -> None:
    day = CALENDAR.day(on)
    assert (day.working, day.source, day.provisional) == (working, DaySource.ANNOUNCED, False)
    if working and on.weekday() >= 5:
        assert day.reason == "make-up working day"


def test_a_year_that_is_not_announced_is_provisional() -> None:
    weekday, weekend, holiday = (CALENDAR.day(date(2035, month, day)) for month, day in ((6, 6), (6, 9), (10, 1)))
    assert (weekday.working, weekend.working, holiday.working) == (True, False, False)
    assert {day.source for day in (weekday, weekend, holiday)} == {DaySource.FORECAST}
    assert weekday.provisional


def test_the_administrator_overrides_announcement_and_forecast() -> None:
    calendar = WorkingCalendar(
        {
            date(2026, 11, 23): Override(working=False, reason="typhoon"),
            date(2035, 10, 1): Override(working=True, reason="announced late"),
        }
    )
    day = calendar.day(date(2026, 11, 23))
    assert (day.working, day.source, day.reason, day.provisional) == (False, DaySource.OVERRIDE, "typhoon", False)
    assert calendar.is_working(date(2035, 10, 1))
    assert CALENDAR.is_working(date(2026, 11, 23))


def test_the_next_working_day_skips_weekends_and_holidays_and_stops_at_make_up_days() -> None:
    assert CALENDAR.next_working_day(date(2026, 11, 20)) == date(2026, 11, 23)
    assert CALENDAR.next_working_day(date(2026, 9, 30)) == date(2026, 10, 8)
    assert CALENDAR.next_working_day(date(2026, 10, 9)) == date(2026, 10, 10)
    assert CALENDAR.working_days(date(2026, 10, 9), 3) == [date(2026, 10, 9), date(2026, 10, 10), date(2026, 10, 12)]


def test_overrides_that_leave_no_working_day_are_named() -> None:
    closed = {date(2026, 1, 1) + timedelta(days=n): Override(working=False, reason="closed") for n in range(100)}
    with pytest.raises(ValueError, match="overrides"):
        WorkingCalendar(closed).next_working_day(date(2026, 1, 1))
