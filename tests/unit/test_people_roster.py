"""What somebody does on a day: the day's entry before the week's pattern, and neither on a day nobody works."""

from datetime import date, timedelta

from callcenter.people.rules import day_of, pattern_on
from callcenter.people.types import DayEntry, Pattern, RosterDay, RosterReason, RosterSource

MONDAY = date(2026, 11, 23)
HALF_WEEK = Pattern(MONDAY, (50, 50, 0, 0, 0, 100, 0))


def test_without_a_word_everybody_works_the_whole_of_a_working_day() -> None:
    assert day_of(MONDAY, worked=True, entry=None, pattern=None) == RosterDay(MONDAY, 100, RosterSource.CALENDAR)


def test_nobody_works_when_the_calendar_does_not_whatever_the_roster_says() -> None:
    day = day_of(MONDAY, worked=False, entry=DayEntry(100), pattern=HALF_WEEK)
    assert (day.working, day.source) == (False, RosterSource.CALENDAR)


def test_a_week_has_a_part_for_each_weekday() -> None:
    found = [
        day_of(MONDAY + timedelta(days=ahead), worked=True, entry=None, pattern=HALF_WEEK).part for ahead in range(7)
    ]
    assert found == [50, 50, 0, 0, 0, 100, 0]


def test_the_days_own_entry_comes_before_the_pattern() -> None:
    sick = day_of(MONDAY, worked=True, entry=DayEntry(0, RosterReason.SICK), pattern=HALF_WEEK)
    assert (sick.working, sick.source, sick.reason) == (False, RosterSource.ROW, RosterReason.SICK)
    extra = day_of(MONDAY + timedelta(days=2), worked=True, entry=DayEntry(100), pattern=HALF_WEEK)
    assert (extra.part, extra.source) == (100, RosterSource.ROW)


def test_of_the_patterns_begun_the_latest_holds() -> None:
    early, late = Pattern(MONDAY, (100,) * 7), Pattern(MONDAY + timedelta(days=7), (50,) * 7)
    assert pattern_on([late, early], MONDAY - timedelta(days=1)) is None
    assert pattern_on([late, early], MONDAY) == early
    assert pattern_on([late, early], MONDAY + timedelta(days=7)) == late
