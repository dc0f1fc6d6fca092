"""Says which days are worked in China, and how sure that is.

Three sources, the later overriding the earlier: the ``holidays`` package (a forecast, so the day is *provisional*),
``chinesecalendar`` (the State Council's announcement, with make-up working days), the administrator's own table.
Source: requirement D1, architecture §3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import chinese_calendar
import holidays


class DaySource(StrEnum):
    ANNOUNCED = "announced"
    """The State Council has announced the year's holidays."""
    FORECAST = "forecast"
    """Not announced yet: computed, and therefore provisional."""
    OVERRIDE = "override"
    """The administrator has decided."""


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    working: bool
    source: DaySource
    reason: str

    @property
    def provisional(self) -> bool:
        return self.source is DaySource.FORECAST


@dataclass(frozen=True, slots=True)
class Override:
    working: bool
    reason: str


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


class WorkingCalendar:
    """Answers what kind of day a date is, by the overrides it is made with and the national calendar."""

    def __init__(self, overrides: Mapping[date, Override] | None = None) -> None:
        self._overrides = dict(overrides or {})

    def day(self, on: date) -> Day:
        if override := self._overrides.get(on):
            return Day(on, override.working, DaySource.OVERRIDE, override.reason)
        return _national_day(on)

    def is_working(self, on: date) -> bool:
        return self.day(on).working

    def next_working_day(self, after: date) -> date:
        """Returns the first working day later than ``after``. Raises ValueError when none follows within 60 days."""
        on = after + timedelta(days=1)
        for _ in range(60):
            if self.is_working(on):
                return on
            on += timedelta(days=1)
        raise ValueError(f"no working day within 60 days after {after}: check the administrator's overrides")

    def working_days(self, first: date, count: int) -> list[date]:
        """Returns the first ``count`` working days on or after ``first``."""
        days: list[date] = []
        on = first - timedelta(days=1)
        while len(days) < count:
            on = self.next_working_day(on)
            days.append(on)
        return days
