"""When complaint and service callbacks may be placed, and whether the agent reads before the call is dialled."""

from datetime import date, time, timedelta

import pytest

from callcenter.calendar.rules import WorkingCalendar
from callcenter.calls.types import CallKind
from callcenter.campaigns.rules import served_for, service_window_at
from callcenter.campaigns.types import DialMode, ServiceDays, ServiceHours, WindowRule
from callcenter.dialer.rules.mode import dial_mode
from callcenter.eligibility.rules import in_service_hours
from callcenter.kit.clock import at_business_time


def test_service_hours_are_open_every_day_and_their_end_is_outside() -> None:
    saturday, calendar = date(2026, 11, 28), WorkingCalendar()
    for hour, minute, is_open in ((7, 59, False), (8, 0, True), (20, 59, True), (21, 0, False)):
        verdict = service_window_at(calendar, ServiceHours(), at_business_time(saturday, hour, minute))
        assert verdict.open is is_open
    shut = service_window_at(calendar, ServiceHours(), at_business_time(saturday, 21))
    assert (shut.rule, shut.opens_at) == (WindowRule.SERVICE_HOURS, at_business_time(date(2026, 11, 29), 8))
    ahead = service_window_at(calendar, ServiceHours(), at_business_time(saturday, 20))
    assert ahead.until == at_business_time(saturday, 21)


def test_service_hours_on_working_days_keep_the_calendar() -> None:
    hours = ServiceHours(days=ServiceDays.WORKING_DAYS)
    saturday, make_up = date(2026, 11, 28), date(2026, 10, 10)
    shut = service_window_at(WorkingCalendar(), hours, at_business_time(saturday, 10))
    assert (shut.open, shut.rule) == (False, WindowRule.WORKING_DAY)
    assert shut.opens_at == at_business_time(date(2026, 11, 30), 8)
    assert service_window_at(WorkingCalendar(), hours, at_business_time(make_up, 10)).open


def test_service_hours_that_cannot_be_evaluated_are_closed() -> None:
    noon = at_business_time(date(2026, 11, 23), 12)
    backwards = ServiceHours(time(17), time(9))
    assert service_window_at(WorkingCalendar(), backwards, noon).rule is WindowRule.NOT_EVALUABLE
    assert not service_window_at(WorkingCalendar(), ServiceHours(), noon.replace(tzinfo=None)).open


def test_how_long_the_service_hours_were_open_is_counted_over_nights_and_weekends() -> None:
    hours = ServiceHours(time(9), time(17), ServiceDays.WORKING_DAYS)
    friday = at_business_time(date(2026, 11, 27), 15)
    assert served_for(WorkingCalendar(), hours, friday, timedelta(hours=2)) == friday + timedelta(hours=2)
    assert served_for(WorkingCalendar(), hours, friday, timedelta(hours=3)) == at_business_time(date(2026, 11, 30), 10)
    assert served_for(WorkingCalendar(), ServiceHours(time(17), time(9)), friday, timedelta(hours=1)) is None


@pytest.mark.parametrize("kind", CallKind)
def test_complaint_callbacks_alone_keep_the_service_hours_and_are_read_first(kind: CallKind) -> None:
    complaint = kind is CallKind.COMPLAINT
    assert in_service_hours(kind) is complaint
    assert dial_mode(kind, DialMode.PREVIEW) is DialMode.PREVIEW
    assert dial_mode(kind, DialMode.PROGRESSIVE) is (DialMode.PREVIEW if complaint else DialMode.PROGRESSIVE)
