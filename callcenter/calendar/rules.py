"""Which days are worked in China, and how sure that is. Pure.

Three sources, the later overriding the earlier: the ``holidays`` package (a forecast, so the day is *provisional*),
``chinesecalendar`` (the State Council's announcement, with make-up working days), the administrator's own table.
Source: requirement D1.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version

import chinese_calendar
import holidays

from callcenter.calendar.types import CalendarState, Day, DayKind, DaySource, HolidayName, Override

EDITION = f"chinesecalendar {version('chinesecalendar')}, holidays {version('holidays')}"
"""Names what the national calendar is computed from: another release may know a year's holidays that this one
forecasts."""

_SEARCHED_DAYS = 60
"""The longest run of days off that is believed."""

_HOLIDAYS: tuple[tuple[str, HolidayName], ...] = (
    ("chinese new year", HolidayName.SPRING_FESTIVAL),
    ("spring festival", HolidayName.SPRING_FESTIVAL),
    ("new year", HolidayName.NEW_YEAR),
    ("tomb", HolidayName.TOMB_SWEEPING),
    ("labo", HolidayName.LABOUR_DAY),
    ("dragon boat", HolidayName.DRAGON_BOAT),
    ("autumn", HolidayName.MID_AUTUMN),
    ("national day", HolidayName.NATIONAL_DAY),
)
"""Words in the two packages' names of a holiday; the first that fits."""


def kind_of(day: Day) -> tuple[DayKind, HolidayName | None]:
    """Returns what a date is in the national calendar, and which holiday. ``day`` is without overrides."""
    if day.working:
        return (DayKind.MAKE_UP if day.on.weekday() >= 5 else DayKind.WEEKDAY), None
    if day.reason == "weekend":
        return DayKind.WEEKEND, None
    english = day.reason.lower()
    return DayKind.HOLIDAY, next((name for word, name in _HOLIDAYS if word in english), HolidayName.OTHER)


@lru_cache(maxsize=16)
def _forecast_holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year, language="en_US")


@lru_cache(maxsize=4096)
def _national_day(on: date) -> Day:
    try:
        working = chinese_calendar.is_workday(on)
        _, name = chinese_calendar.get_holiday_detail(on)
    except NotImplementedError:
        holiday = _forecast_holidays(on.year).get(on)
        working = holiday is None and on.weekday() < 5
        return Day(on, working, DaySource.FORECAST, holiday or ("weekday" if working else "weekend"))
    if working:
        reason = "make-up working day" if on.weekday() >= 5 else "weekday"
    else:
        reason = str(name) if name else "weekend"
    return Day(on, working, DaySource.ANNOUNCED, reason)


def exceptions_of(first: date, last: date) -> Mapping[date, bool]:
    """Returns the dates from ``first`` to ``last`` that the national calendar treats otherwise than their weekday."""
    span = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return {on: day.working for on in span if (day := _national_day(on)).working != (on.weekday() < 5)}


class WorkingCalendar:
    """Answers whether a date is worked, under the overrides it is given."""

    def __init__(self, overrides: Mapping[date, Override] | None = None, *, change: int = 0) -> None:
        """Takes the id of the administrator's newest decision, so that answers can name it."""
        self._overrides = dict(overrides or {})
        self.state = CalendarState(EDITION, change)

    def day(self, on: date) -> Day:
        """Returns whether a date is worked, and by which source."""
        if override := self._overrides.get(on):
            return Day(on, override.working, DaySource.OVERRIDE, override.reason)
        return _national_day(on)

    def is_working(self, on: date) -> bool:
        """Returns whether a date is worked."""
        return self.day(on).working

    def next_working_day(self, after: date) -> date:
        """Returns the first working day later than ``after``. Raises ValueError when overrides leave none."""
        on = after + timedelta(days=1)
        for _ in range(_SEARCHED_DAYS):
            if self.is_working(on):
                return on
            on += timedelta(days=1)
        raise ValueError(
            f"no working day within {_SEARCHED_DAYS} days after {after}: check the administrator's overrides"
        )

    def working_days(self, first: date, count: int) -> list[date]:
        """Returns the first ``count`` working days on or after ``first``."""
        days: list[date] = []
        on = first - timedelta(days=1)
        while len(days) < count:
            on = self.next_working_day(on)
            days.append(on)
        return days
