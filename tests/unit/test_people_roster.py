"""Who works on a day: the entry of the day overrides the week pattern, and both count on working days only."""

from datetime import date, timedelta

from callcenter.people.rules import day_of, pattern_on
from callcenter.people.types import DayEntry, Pattern, RosterDay, RosterReason, RosterSource

MONDAY = date(2026, 11, 23)
HALF_WEEK = Pattern(MONDAY, (50, 50, 0, 0, 0, 100, 0))


def test_without_an_entry_everybody_works_the_whole_working_day() -> None:
    assert day_of(MONDAY, worked=True, entry=None, pattern=None) == RosterDay(MONDAY, 100, RosterSource.CALENDAR)


def test_the_roster_counts_on_working_days_only() -> None:
    day = day_of(MONDAY, worked=False, entry=DayEntry(100), pattern=HALF_WEEK)
    assert (day.working, day.source) == (False, RosterSource.CALENDAR)


def test_a_week_has_a_part_for_each_weekday() -> None:
    parts = [
        day_of(MONDAY + timedelta(days=ahead), worked=True, entry=None, pattern=HALF_WEEK).part for ahead in range(7)
    ]
    assert parts == [50, 50, 0, 0, 0, 100, 0]


def test_the_entry_of_a_day_overrides_the_week_pattern() -> None:
    sick = day_of(MONDAY, worked=True, entry=DayEntry(0, RosterReason.SICK), pattern=HALF_WEEK)
    assert (sick.working, sick.source, sick.reason) == (False, RosterSource.ROW, RosterReason.SICK)
    extra = day_of(MONDAY + timedelta(days=2), worked=True, entry=DayEntry(100), pattern=HALF_WEEK)
    assert (extra.part, extra.source) == (100, RosterSource.ROW)


def test_the_latest_week_pattern_that_has_begun_applies() -> None:
    early, late = Pattern(MONDAY, (100,) * 7), Pattern(MONDAY + timedelta(days=7), (50,) * 7)
    assert pattern_on([late, early], MONDAY - timedelta(days=1)) is None
    assert pattern_on([late, early], MONDAY) == early
    assert pattern_on([late, early], MONDAY + timedelta(days=7)) == late
