"""Changing the record of a member of staff, and ending log-ins, on a real database."""

from dataclasses import replace
from datetime import date

import pytest

from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.scope import ALL
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.people.changing import ChangeService
from callcenter.people.errors import LoginTaken, OwnRole, SessionNotFound, StaffGone, StaffUnchanged
from callcenter.people.log_ins import LogInService
from callcenter.people.records import StaffFields
from callcenter.people.rules import may_telephone
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import LoggedOut, Role, StaffChanged, StaffMoved
from tests.support.events import listen
from tests.support.people import PASSWORD, hire
from tests.support.rows import VAULT, Staff, make_staff

FIRST, SECOND = "device-" + "1" * 40, "device-" + "2" * 40


@pytest.fixture
def people() -> PeopleService:
    return PeopleService(PeopleSettings())


@pytest.fixture
def changes() -> ChangeService:
    return ChangeService(VAULT)


@pytest.fixture
def log_ins() -> LogInService:
    return LogInService(PeopleSettings())


def fields_of(staff: Staff) -> StaffFields:
    return StaffFields(**{name: getattr(staff, name) for name in StaffFields.__dataclass_fields__})


async def test_a_change_is_kept_with_its_reason(works: Works, changes: ChangeService, bus: Bus) -> None:
    async with works.begin() as work:
        staff = await make_staff(work)
        wanted = replace(fields_of(staff), name="李敏", exam_valid_until=date(2026, 1, 31))
    heard = listen(bus, StaffChanged, StaffMoved, Noted)
    async with works.begin() as work:
        await changes.change(work, staff.id, wanted, " exam repeated each year ")
    async with works.begin() as work:
        (change,) = await changes.history(work, staff.id)
    assert change.changes == {"name": (staff.name, "李敏"), "exam_valid_until": (None, "2026-01-31")}
    assert (change.why, change.by) == ("exam repeated each year", None)
    assert heard == [
        StaffChanged(staff.id),
        Noted(
            "people.staff_changed",
            f"staff:{staff.id}",
            {"changed": ["name", "exam_valid_until"], "reason": "exam repeated each year"},
        ),
    ]


async def test_an_exam_that_has_expired_keeps_an_agent_from_telephoning(
    works: Works, people: PeopleService, changes: ChangeService
) -> None:
    last = date(2026, 11, 30)
    async with works.begin() as work:
        staff = await make_staff(work)
        await changes.change(work, staff.id, replace(fields_of(staff), exam_valid_until=last), "repeated each year")
    async with works.begin() as work:
        fitness = await people.fitness(work, staff.id)
    assert may_telephone(fitness, last)
    assert not may_telephone(fitness, date(2026, 12, 1))


async def test_who_gets_another_role_is_logged_out_and_their_work_goes_to_others(
    works: Works, people: PeopleService, changes: ChangeService, bus: Bus
) -> None:
    card = await hire(works, people, "agent01")
    token = (await people.log_in(works, "agent01", PASSWORD)).token
    heard = listen(bus, StaffMoved)
    async with works.begin() as work:
        staff = await work.session.get_one(Staff, card.id)
        await changes.change(work, card.id, replace(fields_of(staff), role=Role.QA), "moves to quality control")
    assert heard == [StaffMoved(card.id)]
    async with works.begin() as work:
        assert await people.actor_for(work, token) is None
        assert await people.inactive_among(work, [card.id]) == [card.id]


async def test_what_a_change_is_refused_for(works: Works, changes: ChangeService) -> None:
    async with works.begin() as work:
        staff, gone = await make_staff(work), await make_staff(work, active=False, leaving_at=work.now)
        other = await make_staff(work, extension="8001")
    same = fields_of(staff)
    admin = Actor(staff.id, "a", "administrator", scope=ALL)
    for staff_id, wanted, reason, actor, refusal in (
        (staff.id, replace(same, name="李敏"), " ", None, ReasonMissing),
        (staff.id, same, "why", None, StaffUnchanged),
        (gone.id, replace(same, name="李敏"), "why", None, StaffGone),
        (staff.id, replace(same, role=Role.QA), "why", admin, OwnRole),
        (staff.id, replace(same, extension=other.extension), "why", None, LoginTaken),
    ):
        with pytest.raises(refusal):
            async with works.begin(actor) if actor else works.begin() as work:
                await changes.change(work, staff_id, wanted, reason)


async def test_an_administrator_ends_one_log_in_and_then_all(
    works: Works, people: PeopleService, log_ins: LogInService, bus: Bus
) -> None:
    card = await hire(works, people, "officer", role=Role.QA)
    first = await people.log_in(works, "officer", PASSWORD, address="10.0.0.7", device=FIRST)
    second = await people.log_in(works, "officer", PASSWORD, address="10.0.0.8", device=SECOND)
    heard = listen(bus, LoggedOut, Noted)
    async with works.begin() as work:
        listed = {one.address: one for one in await log_ins.list(work, card.id, token=second.token)}
        assert listed["10.0.0.8"].current
        assert not listed["10.0.0.7"].current
        assert await log_ins.end(work, card.id, listed["10.0.0.7"].id, "lost telephone") == 1
    assert LoggedOut(card.id) not in heard
    async with works.begin() as work:
        assert await people.actor_for(work, first.token) is None
        assert await people.actor_for(work, second.token) is not None
        with pytest.raises(SessionNotFound):
            await log_ins.end(work, card.id, listed["10.0.0.7"].id, "again")
        assert await log_ins.end(work, card.id, None, "all of them") == 1
        assert await log_ins.list(work, card.id) == []
    assert LoggedOut(card.id) in heard
    assert Noted("people.sessions_ended", f"staff:{card.id}", {"count": 1, "reason": "all of them"}) in heard


async def test_a_person_ends_their_other_log_ins(works: Works, people: PeopleService, log_ins: LogInService) -> None:
    card = await hire(works, people, "officer", role=Role.QA)
    stranger = await hire(works, people, "stranger", role=Role.QA)
    first = await people.log_in(works, "officer", PASSWORD)
    second = await people.log_in(works, "officer", PASSWORD)
    async with works.begin() as work:
        (of_first,) = [one for one in await log_ins.list(work, card.id, token=first.token) if one.current]
        with pytest.raises(SessionNotFound):
            await log_ins.end_own(work, stranger.id, of_first.id, token="")
        assert await log_ins.end_own(work, card.id, None, token=second.token) == 1
    async with works.begin() as work:
        assert await people.actor_for(work, first.token) is None
        assert await people.actor_for(work, second.token) is not None
