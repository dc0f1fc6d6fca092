"""Decides when a campaign may call. Pure; when it tries a lead again stands in ``retries.py``.

The effective window is working day ∩ legal calling hours ∩ shift; of complaint and service callbacks it is the service
hours alone, whatever the campaign. A window that cannot be evaluated is closed.
Source: requirements C1, C3.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from callcenter.calendar.rules import WorkingCalendar
from callcenter.campaigns.types import (
    CampaignRules,
    CampaignState,
    RetryEffects,
    ServiceDays,
    ServiceHours,
    Shift,
    WindowRule,
    WindowVerdict,
)
from callcenter.kit.clock import BUSINESS_ZONE, business_date

_DAYS_AHEAD = 60


def window_at(calendar: WorkingCalendar, rules: CampaignRules, at: datetime) -> WindowVerdict:
    """Returns whether ``rules`` permit calls at ``at``, and until when, or from when again."""
    try:
        return _window_at(calendar, rules, at)
    except Exception as error:
        return WindowVerdict(
            False, WindowRule.NOT_EVALUABLE, f"the window cannot be evaluated ({type(error).__name__}): closed"
        )


def _window_at(calendar: WorkingCalendar, rules: CampaignRules, at: datetime) -> WindowVerdict:
    if at.tzinfo is None:
        raise ValueError("instants are aware")
    if problem := window_problem(rules.legal_hours, rules.shifts):
        return WindowVerdict(False, WindowRule.NOT_EVALUABLE, f"{problem}: closed")
    if rules.state is not CampaignState.RUNNING:
        return WindowVerdict(False, WindowRule.CAMPAIGN_STATE, f"the campaign is {rules.state.value}")
    on = business_date(at)
    opens_at = _next_opening(calendar, rules, at)
    if not rules.has_begun(on):
        reason = f"the campaign begins on {rules.first_on}"
        return WindowVerdict(False, WindowRule.FIRST_DAY, reason, opens_at=opens_at)
    day = calendar.day(on)
    if not day.working:
        return WindowVerdict(False, WindowRule.WORKING_DAY, f"{on} is not worked: {day.reason}", opens_at=opens_at)
    if not _contains(rules.legal_hours, on, at):
        return WindowVerdict(
            False,
            WindowRule.LEGAL_CALLING_HOURS,
            f"outside the legal calling hours {_spoken(rules.legal_hours)}",
            opens_at=opens_at,
        )
    for shift in rules.shifts:
        if _contains(shift, on, at):
            return WindowVerdict(
                True, WindowRule.OPEN, f"inside the shift {_spoken(shift)}", until=_at(on, shift.closes)
            )
    spoken = ", ".join(_spoken(shift) for shift in rules.shifts)
    return WindowVerdict(False, WindowRule.SHIFT, f"outside the campaign's shifts {spoken}", opens_at=opens_at)


def service_window_at(calendar: WorkingCalendar, hours: ServiceHours, at: datetime) -> WindowVerdict:
    """Returns whether complaint and service callbacks may be placed at ``at``, and until when, or from when again."""
    try:
        return _service_window_at(calendar, hours, at)
    except Exception as error:
        return WindowVerdict(
            False, WindowRule.NOT_EVALUABLE, f"the service hours cannot be evaluated ({type(error).__name__}): closed"
        )


def _service_window_at(calendar: WorkingCalendar, hours: ServiceHours, at: datetime) -> WindowVerdict:
    if at.tzinfo is None:
        raise ValueError("instants are aware")
    if hours.opens >= hours.closes:
        return WindowVerdict(False, WindowRule.NOT_EVALUABLE, "the service hours end before they begin: closed")
    on, span = business_date(at), Shift(hours.opens, hours.closes)
    days = [day for ahead in range(_DAYS_AHEAD) if _is_served(calendar, hours, day := on + timedelta(days=ahead))]
    opens_at = next((opening for day in days if (opening := _at(day, hours.opens)) > at), None)
    if on not in days:
        reason = f"{on} is not worked: no service calls ({calendar.day(on).reason})"
        return WindowVerdict(False, WindowRule.WORKING_DAY, reason, opens_at=opens_at)
    if not _contains(span, on, at):
        reason = f"outside the service hours {_spoken(span)}"
        return WindowVerdict(False, WindowRule.SERVICE_HOURS, reason, opens_at=opens_at)
    return WindowVerdict(
        True, WindowRule.OPEN, f"inside the service hours {_spoken(span)}", until=_at(on, hours.closes)
    )


def served_for(calendar: WorkingCalendar, hours: ServiceHours, since: datetime, least: timedelta) -> datetime | None:
    """Returns when the service hours have been open for ``least`` in all since an instant; None when they never are."""
    at: datetime | None = since
    left = least
    while at is not None:
        window = service_window_at(calendar, hours, at)
        if window.open and window.until is not None:
            if window.until - at >= left:
                return at + left
            left -= window.until - at
            at = window.until
        else:
            at = window.opens_at
    return None


def _is_served(calendar: WorkingCalendar, hours: ServiceHours, on: date) -> bool:
    return hours.days is ServiceDays.EVERY_DAY or calendar.is_working(on)


def window_problem(legal_hours: Shift, shifts: Sequence[Shift]) -> str | None:
    """Returns what is wrong with legal calling hours and shifts; None when a window can be computed from them."""
    if legal_hours.opens >= legal_hours.closes:
        return f"the legal calling hours {_spoken(legal_hours)} end before they begin"
    if not shifts:
        return "there is no shift"
    last = time.min
    for shift in sorted(shifts, key=lambda shift: shift.opens):
        if shift.opens >= shift.closes:
            return f"the shift {_spoken(shift)} ends before it begins"
        if shift.opens < legal_hours.opens or shift.closes > legal_hours.closes:
            return f"the shift {_spoken(shift)} passes the legal calling hours {_spoken(legal_hours)}"
        if shift.opens < last:
            return f"the shift {_spoken(shift)} overlaps another"
        last = shift.closes
    return None


def most_attempts(rules: CampaignRules, effects: RetryEffects) -> int:
    """Returns the most calls for one lead: the class's number, or the campaign's."""
    return rules.max_attempts if effects.most_attempts is None else effects.most_attempts


def _next_opening(calendar: WorkingCalendar, rules: CampaignRules, at: datetime) -> datetime | None:
    on = business_date(at)
    openings = sorted(shift.opens for shift in rules.shifts)
    for ahead in range(_DAYS_AHEAD):
        day = on + timedelta(days=ahead)
        if not calendar.is_working(day) or not rules.has_begun(day):
            continue
        for opens in openings:
            if (opening := _at(day, opens)) > at:
                return opening
    return None


def _at(on: date, clock_time: time) -> datetime:
    return datetime.combine(on, clock_time, tzinfo=BUSINESS_ZONE)


def _contains(shift: Shift, on: date, at: datetime) -> bool:
    return _at(on, shift.opens) <= at < _at(on, shift.closes)


def _spoken(shift: Shift) -> str:
    return f"{shift.opens:%H:%M}–{shift.closes:%H:%M}"
