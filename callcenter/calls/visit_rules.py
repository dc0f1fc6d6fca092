"""Decides whether a visit may be planned for a time, and what the customer has to confirm. Pure.

Source: requirement F3 and the trial of a visit in the past, at night and on a public holiday.
"""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from callcenter.calendar.rules import WorkingCalendar, kind_of
from callcenter.calendar.types import DayKind
from callcenter.kit.clock import BUSINESS_ZONE


class VisitConcern(StrEnum):
    """Why a visit time is unusual: it is planned only after the customer has confirmed it."""

    NIGHT = "night"
    HOLIDAY = "holiday"
    WEEKEND = "weekend"
    OUTSIDE_HOURS = "outside_hours"
    """On a working day, outside working hours, and not at night."""


@dataclass(frozen=True, slots=True)
class VisitHours:
    """The hours of a day by which visit times are judged, Shanghai time."""

    opens: time
    closes: time
    """Working hours of the field."""
    night_until: time
    night_from: time
    """From ``night_from`` until ``night_until`` of the next morning it is night."""


def visit_concerns(visit_at: datetime, calendar: WorkingCalendar, hours: VisitHours) -> tuple[VisitConcern, ...]:
    """Returns what is unusual about a visit time; nothing within the working hours of a working day.

    A day that the administrator has declared off is a holiday here, whatever the national calendar says of it.
    """
    local = visit_at.astimezone(BUSINESS_ZONE)
    day, at = calendar.day(local.date()), local.time()
    concerns: list[VisitConcern] = []
    if not hours.night_until <= at < hours.night_from:
        concerns.append(VisitConcern.NIGHT)
    if not day.working:
        weekend = kind_of(day)[0] is DayKind.WEEKEND
        concerns.append(VisitConcern.WEEKEND if weekend else VisitConcern.HOLIDAY)
    if not concerns and not hours.opens <= at < hours.closes:
        concerns.append(VisitConcern.OUTSIDE_HOURS)
    return tuple(concerns)
