"""Which visit times are unusual, and have to be confirmed by the customer (requirement F3)."""

from datetime import date, datetime, time

import pytest

from callcenter.calendar.rules import WorkingCalendar
from callcenter.calendar.types import Override
from callcenter.calls.settings import VisitSettings
from callcenter.calls.types import Successes
from callcenter.calls.visit_rules import VisitConcern, visit_concerns
from callcenter.kit.clock import BUSINESS_ZONE
from callcenter.kit.config import SettingsError

HOURS = VisitSettings().hours()
CALENDAR = WorkingCalendar({date(2026, 11, 25): Override(False, "move of the branch")})
NIGHT, HOLIDAY, WEEKEND, OUTSIDE = VisitConcern


@pytest.mark.parametrize(
    ("on", "at", "concerns"),
    [
        ("2026-11-24", "14:00", ()),
        ("2026-11-24", "09:00", ()),
        ("2026-11-24", "08:59", (OUTSIDE,)),
        ("2026-11-24", "18:00", (OUTSIDE,)),
        ("2026-11-24", "20:59", (OUTSIDE,)),
        ("2026-11-24", "21:00", (NIGHT,)),
        ("2026-11-24", "03:00", (NIGHT,)),
        ("2026-11-28", "10:00", (WEEKEND,)),
        ("2026-10-01", "10:00", (HOLIDAY,)),
        ("2026-10-01", "03:00", (NIGHT, HOLIDAY)),
        ("2026-10-10", "10:00", ()),  # a Saturday that is worked
        ("2026-11-25", "10:00", (HOLIDAY,)),  # declared off by the administrator
    ],
)
def test_a_visit_time_is_unusual_at_night_on_a_day_off_and_outside_hours(
    on: str, at: str, concerns: tuple[VisitConcern, ...]
) -> None:
    visit_at = datetime.combine(date.fromisoformat(on), time.fromisoformat(at), BUSINESS_ZONE)
    assert visit_concerns(visit_at, CALENDAR, HOURS) == concerns


def test_working_hours_lie_within_the_day() -> None:
    with pytest.raises(SettingsError, match="working hours"):
        VisitSettings(opens=time(7))


def test_a_success_that_quality_has_refused_counts_as_none() -> None:
    assert Successes(passed=2, open=3, failed=4).counted == 5
