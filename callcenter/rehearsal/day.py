"""Chooses the working day that a rehearsal plays, and how far its clock is shifted. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from callcenter.calendar.rules import WorkingCalendar
from callcenter.kit.clock import BUSINESS_ZONE, business_date


@dataclass(frozen=True, slots=True)
class RehearsalDay:
    """The working day to play."""

    on: date
    offset: timedelta
    """Added to the machine's clock. Never negative, or the end of a lock could lie in the past for the store."""


_STARTS = time(13, 32)
"""The long shift of the afternoon has just begun: four and a half hours to play."""


def choose_day(calendar: WorkingCalendar, now: datetime) -> RehearsalDay:
    """Returns the next 13:32 of a working day in Shanghai."""
    on = business_date(now)
    while True:
        start = datetime.combine(on, _STARTS, tzinfo=BUSINESS_ZONE)
        if calendar.is_working(on) and start >= now:
            return RehearsalDay(on, start - now)
        on += timedelta(days=1)
