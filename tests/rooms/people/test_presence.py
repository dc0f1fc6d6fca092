"""Whether a phone agent is there, as a condition in SQL: it answers as the rule in Python does."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.work import Work, Works
from callcenter.people.availability import AvailabilityService
from callcenter.people.presence import fit_and_not_on_leave, rostered_part
from callcenter.people.types import Duty
from tests.support.joining import joined
from tests.support.rows import VAULT, make_leave, make_roster, make_staff, make_work_pattern

pytestmark = pytest.mark.db

FRIDAY, SATURDAY = date(2026, 11, 27), date(2026, 11, 28)
WEEK, NO_FRIDAYS = [100, 100, 100, 100, 50, 0, 0], [100, 100, 100, 100, 0, 0, 0]

STAFF: list[dict[str, Any]] = [
    {},
    {"active": False},
    {"licence_valid_until": FRIDAY - timedelta(days=1)},
    {"licence_valid_until": FRIDAY},
    {"licence_valid_until": None},
    {"trained_at": None},
    {"examined_at": None},
    {"agreement_signed_at": None},
    {"leaving_at": at_business_time(FRIDAY, 9)},
    {"training_valid_until": FRIDAY - timedelta(days=1)},
    {"exam_valid_until": FRIDAY - timedelta(days=1)},
    {"agreement_valid_until": FRIDAY - timedelta(days=1)},
    {"exam_valid_until": FRIDAY},
]


async def agree(work: Work, staff_id: int, on: date) -> bool:
    """Asks both; returns what they say."""
    availability = joined(VAULT).get(AvailabilityService)
    by_rule = not await availability.unavailable(work, [staff_id], on, Duty.CALLS)
    query = select(fit_and_not_on_leave(staff_id, on), rostered_part(staff_id, on))
    fit, part = (await work.session.execute(query)).one()
    by_sql = fit and not (part == 0 and await availability.is_worked(work, on))
    assert by_sql is by_rule
    return by_rule


@pytest.mark.parametrize("columns", STAFF, ids=str)
async def test_who_is_not_fit_is_not_there(works: Works, clock: FrozenClock, columns: dict[str, Any]) -> None:
    clock.set(at_business_time(FRIDAY, 10))
    async with works.begin() as work:
        staff = await make_staff(work, **columns)
        assert await agree(work, staff.id, FRIDAY) is (
            columns in ({}, {"licence_valid_until": FRIDAY}, {"exam_valid_until": FRIDAY})
        )


async def test_leave_roster_and_pattern_keep_an_agent_away(works: Works, clock: FrozenClock) -> None:
    clock.set(at_business_time(FRIDAY, 10))
    async with works.begin() as work:
        on_leave, withdrawn, off, half, by_pattern, later = [(await make_staff(work)).id for _ in range(6)]
        await make_leave(work, staff_id=on_leave, first_on=FRIDAY, last_on=FRIDAY)
        await make_leave(work, staff_id=withdrawn, first_on=FRIDAY, last_on=SATURDAY, withdrawn_at=work.now)
        await make_roster(work, staff_id=off, on=FRIDAY, working=False)
        await make_work_pattern(work, staff_id=off, from_on=date(2026, 1, 1), parts=WEEK)
        await make_roster(work, staff_id=half, on=FRIDAY)
        await make_work_pattern(work, staff_id=half, from_on=date(2026, 1, 1), parts=NO_FRIDAYS)
        await make_work_pattern(work, staff_id=by_pattern, from_on=date(2026, 1, 1), parts=WEEK)
        await make_work_pattern(work, staff_id=by_pattern, from_on=FRIDAY, parts=NO_FRIDAYS)
        await make_work_pattern(work, staff_id=later, from_on=SATURDAY, parts=NO_FRIDAYS)
        there = {staff_id: await agree(work, staff_id, FRIDAY) for staff_id in (on_leave, withdrawn, off, half)}
        assert there == {on_leave: False, withdrawn: True, off: False, half: True}
        assert not await agree(work, by_pattern, FRIDAY)
        assert await agree(work, later, FRIDAY)
        assert await agree(work, by_pattern, SATURDAY), "on a day that is not worked the roster keeps nobody away"
