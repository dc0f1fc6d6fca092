"""Warnings before licence, training, exam and agreement expire, on a real database."""

from datetime import date, timedelta

import pytest

from callcenter.alerts.proofs import ProofWatch
from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.work import Works
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from tests.support.rows import VAULT, Staff, make_staff

LAST = date(2027, 3, 31)
PROOFS = (AlertKind.PROOF_EXPIRES, AlertKind.PROOF_EXPIRED)


async def open_alerts(works: Works, on: date, clock: FrozenClock) -> list[tuple[AlertKind, str, object]]:
    clock.set(at_business_time(on, 8))
    alerts = AlertService(VAULT)
    async with works.begin() as work:
        await ProofWatch(alerts, PeopleService(PeopleSettings())).look(work)
    async with works.begin() as work:
        return [(one.kind, one.subject, one.facts["days"]) for one in await alerts.list_of_kinds(work, PROOFS)]


@pytest.mark.db
async def test_a_licence_is_warned_of_three_times_and_once_it_has_expired(works: Works, clock: FrozenClock) -> None:
    async with works.begin() as work:
        staff = await make_staff(work, licence_valid_until=LAST)
        await make_staff(work, licence_valid_until=LAST, active=False, leaving_at=work.now)
    licence = f"staff:{staff.id}:licence"
    for days, expected in (
        (31, []),
        (30, [(AlertKind.PROOF_EXPIRES, f"{licence}:30", 30)]),
        (8, [(AlertKind.PROOF_EXPIRES, f"{licence}:30", 8)]),
        (7, [(AlertKind.PROOF_EXPIRES, f"{licence}:7", 7)]),
        (1, [(AlertKind.PROOF_EXPIRES, f"{licence}:1", 1)]),
        (0, [(AlertKind.PROOF_EXPIRES, f"{licence}:1", 0)]),
        (-1, [(AlertKind.PROOF_EXPIRED, f"{licence}:0", -1)]),
    ):
        assert await open_alerts(works, LAST - timedelta(days=days), clock) == expected
    async with works.begin() as work:
        (await work.session.get_one(Staff, staff.id)).licence_valid_until = date(2029, 3, 31)
    assert await open_alerts(works, LAST + timedelta(days=2), clock) == []
