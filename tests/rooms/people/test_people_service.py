"""Log-in, sessions, fitness for work, eligibility and leaving, on a real database."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.scope import Scope
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.people.errors import (
    BadCredentials,
    LoginTaken,
    NotFit,
    StaffNotFound,
    TooManyAttempts,
    WeakPassword,
)
from callcenter.people.rostering import RosterService
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import Role, RosterReason, StaffCard, StaffLeft
from tests.support import people as staff
from tests.support.events import listen
from tests.support.leads import calendar_service
from tests.support.people import PASSWORD
from tests.support.rows import LoginAttempt, LoginSession, Staff

QUICK = PeopleSettings(login_failures=3)
FRIDAY = date(2026, 11, 27)


@pytest.fixture
def people() -> PeopleService:
    return PeopleService(QUICK)


async def hire(works: Works, people: PeopleService, login: str = "agent01", **particulars: Any) -> StaffCard:
    """Hires a phone agent whose licence ends on Friday, unless the particulars say otherwise."""
    return await staff.hire(works, people, login, **{"licence_valid_until": FRIDAY, **particulars})


async def test_an_agent_logs_in_works_and_logs_out(works: Works, people: PeopleService) -> None:
    card = await hire(works, people, extension="1001")
    logged_in = await people.log_in(works, " Agent01 ", PASSWORD)
    assert logged_in.actor.staff_id == card.id
    assert "use_desk" in logged_in.actor.rights
    async with works.begin() as work:
        assert await people.actor_for(work, logged_in.token) == logged_in.actor
        assert await people.actor_for(work, "another token") is None
        assert await people.by_extension(work, "1001") == card
        await people.log_out(work, logged_in.token)
        assert await people.actor_for(work, logged_in.token) is None
        await people.log_out(work, logged_in.token)


async def test_the_session_token_is_not_in_the_database(works: Works, people: PeopleService) -> None:
    await hire(works, people)
    token = (await people.log_in(works, "agent01", PASSWORD)).token
    async with works.begin() as work:
        session = await work.session.get_one(LoginSession, 1)
        assert token.encode() not in session.token_sha256


async def test_a_wrong_password_and_an_unknown_login_are_refused_alike(works: Works, people: PeopleService) -> None:
    await hire(works, people)
    with pytest.raises(BadCredentials) as wrong:
        await people.log_in(works, "agent01", "not the password")
    with pytest.raises(BadCredentials) as unknown:
        await people.log_in(works, "nobody", "not the password")
    assert wrong.value.problem() == unknown.value.problem()


async def test_failures_lock_the_login_and_time_unlocks_it(
    works: Works, people: PeopleService, clock: FrozenClock
) -> None:
    await hire(works, people)
    for _ in range(QUICK.login_failures):
        with pytest.raises(BadCredentials):
            await people.log_in(works, "agent01", "not the password")
    with pytest.raises(TooManyAttempts):
        await people.log_in(works, "agent01", PASSWORD)
    clock.advance(timedelta(minutes=QUICK.login_lock_minutes))
    await people.log_in(works, "agent01", PASSWORD)
    async with works.begin() as work:
        assert await work.session.scalar(LoginAttempt.__table__.select()) is None  # type: ignore[attr-defined]


async def test_many_attempts_at_once_do_not_pass_the_limit(works: Works, people: PeopleService) -> None:
    await hire(works, people)
    answers = await asyncio.gather(
        *(people.log_in(works, "agent01", f"guess number {n}") for n in range(8)), return_exceptions=True
    )
    kinds = [type(answer) for answer in answers]
    assert kinds.count(BadCredentials) == QUICK.login_failures
    assert kinds.count(TooManyAttempts) == 8 - QUICK.login_failures


async def test_an_unknown_login_is_throttled_too(works: Works, people: PeopleService) -> None:
    for _ in range(QUICK.login_failures):
        with pytest.raises(BadCredentials):
            await people.log_in(works, "nobody", "guess")
    with pytest.raises(TooManyAttempts):
        await people.log_in(works, "nobody", "guess")


async def test_an_agent_who_is_not_fit_for_the_phone_does_not_log_in(
    works: Works, people: PeopleService, clock: FrozenClock
) -> None:
    await hire(works, people, trained_at=None)
    with pytest.raises(NotFit) as refused:
        await people.log_in(works, "agent01", PASSWORD)
    assert refused.value.params == {"missing": ["training"]}
    await hire(works, people, "agent02")
    await people.log_in(works, "agent02", PASSWORD)
    clock.advance(timedelta(days=5))
    with pytest.raises(NotFit) as expired:
        await people.log_in(works, "agent02", PASSWORD)
    assert expired.value.params == {"missing": ["licence"]}


async def test_office_staff_need_no_licence(works: Works, people: PeopleService) -> None:
    await hire(works, people, "qa01", role=Role.QA, licence_valid_until=None, trained_at=None)
    assert (await people.log_in(works, "qa01", PASSWORD)).actor.scope == Scope.of_branch("north")


async def test_an_unused_session_ends_and_a_used_one_ends_at_its_age(
    works: Works, people: PeopleService, clock: FrozenClock
) -> None:
    await hire(works, people)
    token = (await people.log_in(works, "agent01", PASSWORD)).token

    async def alive() -> bool:
        async with works.begin() as work:
            return await people.actor_for(work, token) is not None

    for _ in range(23):
        clock.advance(timedelta(minutes=31))
        assert await alive()
    clock.advance(timedelta(minutes=7))
    assert not await alive()

    token = (await people.log_in(works, "agent01", PASSWORD)).token
    clock.advance(timedelta(minutes=60))
    assert not await alive()


async def test_leaving_ends_the_sessions_and_is_announced(works: Works, people: PeopleService, bus: Bus) -> None:
    card = await hire(works, people)
    token = (await people.log_in(works, "agent01", PASSWORD)).token
    announced = listen(bus, StaffLeft, Noted)
    async with works.begin() as work:
        await people.leave(work, card.id, "has left")
    async with works.begin() as work:
        await people.leave(work, card.id, "has left")
        assert await people.actor_for(work, token) is None
        assert (await people.fitness(work, card.id)).leaving
    assert announced == [
        StaffLeft(card.id),
        Noted("people.staff_left", f"staff:{card.id}", {"reason": "has left"}),
    ]
    with pytest.raises(BadCredentials):
        await people.log_in(works, "agent01", PASSWORD)
    async with works.begin() as work:
        assert (await work.session.get_one(LoginSession, 1)).ended_at == work.now


async def test_a_session_of_staff_who_are_not_active_does_not_count(works: Works, people: PeopleService) -> None:
    card = await hire(works, people)
    token = (await people.log_in(works, "agent01", PASSWORD)).token
    async with works.begin() as work:
        (await work.session.get_one(Staff, card.id)).active = False
    async with works.begin() as work:
        assert await people.actor_for(work, token) is None


async def test_agents_are_eligible_who_are_fit_and_on_the_roster_of_the_day(
    works: Works, people: PeopleService
) -> None:
    rosters = RosterService(calendar_service())
    fit = await hire(works, people, "fit")
    off = await hire(works, people, "off")
    await hire(works, people, "untrained", trained_at=None)
    await hire(works, people, "qa", role=Role.QA)
    gone = await hire(works, people, "gone")
    async with works.begin() as work:
        await people.leave(work, gone.id, "has left")
        await rosters.set_days(work, [off.id], [FRIDAY], 100)
        await rosters.set_days(work, [off.id], [FRIDAY], 0, RosterReason.LEAVE)
    async with works.begin() as work:
        assert await people.eligible_agents(work, FRIDAY) == [fit]
        assert await people.eligible_agents(work, FRIDAY - timedelta(days=1)) == [fit, off]
        assert await people.eligible_agents(work, FRIDAY + timedelta(days=1)) == []


async def test_staff_are_found_by_id_role_and_region(works: Works, people: PeopleService) -> None:
    agent = await hire(works, people)
    visitor = await hire(works, people, "field01", role=Role.FIELD_AGENT, region_id=4)
    leader = await hire(works, people, "lead01", role=Role.FIELD_LEADER, region_id=4)
    async with works.begin() as work:
        assert await people.card(work, agent.id) == agent
        assert await people.cards(work, [agent.id, visitor.id, 999]) == {agent.id: agent, visitor.id: visitor}
        assert await people.cards(work, []) == {}
        assert await people.by_role(work, Role.AGENT) == [agent]
        assert await people.field_agents(work, 4) == [visitor]
        assert await people.field_agents(work, 5) == []
        assert await people.field_leader(work, 4) == leader
        with pytest.raises(StaffNotFound):
            await people.card(work, 999)


async def test_a_login_and_an_extension_belong_to_one_person(works: Works, people: PeopleService) -> None:
    await hire(works, people, extension="1001")
    with pytest.raises(LoginTaken):
        await hire(works, people, "AGENT01")
    with pytest.raises(LoginTaken):
        await hire(works, people, "agent02", extension="1001")
    with pytest.raises(WeakPassword):
        await hire(works, people, "agent03", password="short")


async def test_sweeping_removes_only_attempts_and_sessions_that_no_longer_count(
    works: Works, people: PeopleService, clock: FrozenClock
) -> None:
    await hire(works, people, "agent01", licence_valid_until=date(2030, 1, 1))
    await people.log_in(works, "agent01", PASSWORD)
    with pytest.raises(BadCredentials):
        await people.log_in(works, "agent01", "not the password")

    async def remaining() -> tuple[int, int]:
        async with works.begin() as work:
            await people.sweep(work)
            attempts = (await work.session.execute(LoginAttempt.__table__.select())).all()  # type: ignore[attr-defined]
            sessions = (await work.session.execute(LoginSession.__table__.select())).all()  # type: ignore[attr-defined]
            return len(attempts), len(sessions)

    assert await remaining() == (1, 1)
    clock.advance(timedelta(minutes=16))
    assert await remaining() == (0, 1)
    clock.advance(timedelta(days=31))
    assert await remaining() == (0, 0)
