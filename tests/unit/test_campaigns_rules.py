"""When a campaign may call, and when it tries again."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.calendar.rules import WorkingCalendar
from callcenter.calendar.types import Override
from callcenter.campaigns.rules import window_at, window_problem
from callcenter.campaigns.types import CampaignState, Shift, WindowRule
from callcenter.kit.clock import BUSINESS_ZONE
from tests.support.rules import LEGAL_HOURS, SHIFTS, campaign_rules

MONDAY = date(2026, 11, 23)


def at(on: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=BUSINESS_ZONE)


@pytest.mark.parametrize(
    ("moment", "is_open", "rule"),
    [
        (at(MONDAY, 7, 59, 59), False, WindowRule.LEGAL_CALLING_HOURS),
        (at(MONDAY, 8), False, WindowRule.SHIFT),
        (at(MONDAY, 9, 59, 59), False, WindowRule.SHIFT),
        (at(MONDAY, 10), True, WindowRule.OPEN),
        (at(MONDAY, 11, 59, 59), True, WindowRule.OPEN),
        (at(MONDAY, 12), False, WindowRule.SHIFT),
        (at(MONDAY, 13, 30), True, WindowRule.OPEN),
        (at(MONDAY, 17, 59, 59), True, WindowRule.OPEN),
        (at(MONDAY, 18), False, WindowRule.SHIFT),
        (at(MONDAY, 21), False, WindowRule.LEGAL_CALLING_HOURS),
        (at(date(2026, 11, 22), 10), False, WindowRule.WORKING_DAY),
        (at(date(2026, 10, 1), 10), False, WindowRule.WORKING_DAY),
    ],
)
def test_the_window_opens_and_closes_to_the_second(moment: datetime, is_open: bool, rule: WindowRule) -> None:
    verdict = window_at(WorkingCalendar(), campaign_rules(), moment)
    assert (verdict.open, verdict.rule) == (is_open, rule)


def test_the_verdict_says_until_when_or_from_when() -> None:
    calendar = WorkingCalendar()
    assert window_at(calendar, campaign_rules(), at(MONDAY, 10, 30)).until == at(MONDAY, 12)
    assert window_at(calendar, campaign_rules(), at(MONDAY, 9)).opens_at == at(MONDAY, 10)
    assert window_at(calendar, campaign_rules(), at(MONDAY, 12)).opens_at == at(MONDAY, 13, 30)
    assert window_at(calendar, campaign_rules(), at(MONDAY, 18)).opens_at == at(MONDAY + timedelta(days=1), 10)
    assert window_at(calendar, campaign_rules(), at(date(2026, 11, 27), 20)).opens_at == at(date(2026, 11, 30), 10)


def test_a_make_up_working_day_is_open_and_an_override_decides() -> None:
    saturday = date(2026, 10, 10)
    assert window_at(WorkingCalendar(), campaign_rules(), at(saturday, 10)).open, "worked for the October holidays"
    closed = WorkingCalendar({MONDAY: Override(False, "typhoon")})
    verdict = window_at(closed, campaign_rules(), at(MONDAY, 10))
    assert (verdict.open, verdict.rule) == (False, WindowRule.WORKING_DAY)
    assert "typhoon" in verdict.reason


@pytest.mark.parametrize(
    "changes",
    [
        {"shifts": ()},
        {"shifts": (Shift(time(12), time(10)),)},
        {"shifts": (Shift(time(20), time(22)),)},
        {"shifts": (Shift(time(10), time(12)), Shift(time(11), time(13)))},
        {"legal_hours": Shift(time(21), time(8))},
        {"legal_hours": None},
    ],
)
def test_a_window_that_cannot_be_evaluated_is_closed(changes: dict[str, Any]) -> None:
    verdict = window_at(WorkingCalendar(), campaign_rules(**changes), at(MONDAY, 10, 30))
    assert (verdict.open, verdict.rule) == (False, WindowRule.NOT_EVALUABLE)


def test_a_broken_calendar_or_an_instant_without_a_zone_closes_the_window() -> None:
    class Broken(WorkingCalendar):
        def is_working(self, on: date) -> bool:
            raise NotImplementedError

    assert not window_at(Broken(), campaign_rules(), at(MONDAY, 10, 30)).open
    assert not window_at(WorkingCalendar(), campaign_rules(), datetime(2026, 11, 23, 10, 30)).open  # noqa: DTZ001


@pytest.mark.parametrize("state", [CampaignState.PREPARING, CampaignState.CLOSED])
def test_a_campaign_that_is_not_running_does_not_call(state: CampaignState) -> None:
    assert (
        window_at(WorkingCalendar(), campaign_rules(state=state), at(MONDAY, 10, 30)).rule is WindowRule.CAMPAIGN_STATE
    )


@settings(deadline=None)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda d: d.replace(tzinfo=BUSINESS_ZONE)))  # noqa: DTZ001
def test_the_window_is_open_within_working_day_legal_hours_and_shift(moment: datetime) -> None:
    calendar = WorkingCalendar()
    verdict = window_at(calendar, campaign_rules(), moment)
    inside = any(shift.opens <= moment.time() < shift.closes for shift in SHIFTS)
    assert verdict.open == (calendar.is_working(moment.date()) and inside)
    if verdict.open:
        assert verdict.until is not None
        assert verdict.until > moment
        assert not window_at(calendar, campaign_rules(), verdict.until).open
    elif verdict.opens_at:
        assert verdict.opens_at > moment
        assert window_at(calendar, campaign_rules(), verdict.opens_at).open


def test_the_default_window_has_no_problem() -> None:
    assert window_problem(LEGAL_HOURS, SHIFTS) is None
