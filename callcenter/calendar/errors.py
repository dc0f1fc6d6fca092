"""Refusals of the calendar room."""

from callcenter.kit.errors import Invalid


class CalendarDayPast(Invalid):
    """Deadlines and windows of the past have been judged by what the day was then."""

    code = "calendar_day_past"
    rule = "D1"


class CalendarSpan(Invalid):
    """Refuses dates that run backwards, or are too far apart."""

    code = "calendar_span"
