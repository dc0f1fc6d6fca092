"""Leave of staff, and who is there: the one predicate that every room asks (law 12)."""

from datetime import date, timedelta

import pytest

from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.errors import NotAllowed
from callcenter.kit.work import Works
from callcenter.people.availability import AvailabilityService
from callcenter.people.errors import LeaveNotFound, LeaveOverlaps, LeaveSpan, NotAvailable, OwnLeaving, StaffNotFound
from callcenter.people.leaves import LeaveService
from callcenter.people.rostering import RosterService
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import Duty, LeaveKind, Role, RosterReason, RosterSource, StaffAway, Unavailable
from tests.support.events import listen
from tests.support.http import actor_of
from tests.support.leads import availability_service, calendar_service
from tests.support.rows import make_leave, make_roster, make_staff

MONDAY = date(2026, 11, 23)
TUESDAY, WEDNESDAY, SATURDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2), MONDAY + timedelta(days=5)
LEAVES = LeaveService()


@pytest.fixture
def availability() -> AvailabilityService:
    return availability_service()


@pytest.fixture
def people() -> PeopleService:
    return PeopleService(PeopleSettings())


async def enter(works: Works, staff_id: int, first: date, last: date, kind: LeaveKind = LeaveKind.ANNUAL) -> int:
    async with works.begin() as work:
        return (await LEAVES.enter(work, staff_id, first, last, kind)).id


# --- who is there ---------------------------------------------------------------------------------------------------


async def test_leave_keeps_everybody_away_on_all_its_days(works: Works, availability: AvailabilityService) -> None:
    async with works.begin() as work:
        staff = {
            Duty.CALLS: (await make_staff(work)).id,
            Duty.VISITS: (await make_staff(work, Role.FIELD_AGENT)).id,
            Duty.REVIEWS: (await make_staff(work, Role.QA)).id,
        }
    for staff_id in staff.values():
        await enter(works, staff_id, TUESDAY, WEDNESDAY)
    async with works.begin() as work:
        for duty, staff_id in staff.items():
            for on in (MONDAY, TUESDAY, WEDNESDAY, WEDNESDAY + timedelta(days=1)):
                away = await availability.unavailable(work, [staff_id], on, duty)
                on_leave = {staff_id: Unavailable("on_leave", WEDNESDAY)}
                assert away == (on_leave if on in (TUESDAY, WEDNESDAY) else {})


async def test_the_roster_and_the_licence_count_for_calls(works: Works, availability: AvailabilityService) -> None:
    async with works.begin() as work:
        off = (await make_roster(work, working=False, reason=RosterReason.SICK)).staff_id
        expired = (await make_staff(work, licence_valid_until=date(2026, 11, 22))).id
        there, stranger = (await make_staff(work)).id, 4711
        away = await availability.unavailable(work, [off, expired, there, stranger], MONDAY, Duty.CALLS)
    assert {staff_id: why.why for staff_id, why in away.items()} == {
        off: "off_roster",
        expired: "licence",
        stranger: "active",
    }


async def test_a_licence_counts_for_visits_where_it_is_recorded_and_never_for_reviews(
    works: Works, availability: AvailabilityService
) -> None:
    async with works.begin() as work:
        unknown = (await make_staff(work, Role.FIELD_AGENT)).id
        expired = (await make_staff(work, Role.FIELD_AGENT, licence_valid_until=date(2026, 11, 22))).id
        assert set(await availability.unavailable(work, [unknown, expired], MONDAY, Duty.VISITS)) == {expired}
        assert await availability.unavailable(work, [unknown, expired], MONDAY, Duty.REVIEWS) == {}


async def test_on_a_day_nobody_works_only_leave_keeps_people_away(
    works: Works, availability: AvailabilityService
) -> None:
    """The roster plans working days: whoever comes in on a Saturday for complaining customers may."""
    async with works.begin() as work:
        part_time = (await make_roster(work, on=SATURDAY, working=False)).staff_id
        on_leave = (await make_leave(work, first_on=SATURDAY, last_on=SATURDAY)).staff_id
        away = await availability.unavailable(work, [part_time, on_leave], SATURDAY, Duty.CALLS)
    assert set(away) == {on_leave}


async def test_who_is_gone_is_not_there(works: Works, people: PeopleService, availability: AvailabilityService) -> None:
    async with works.begin() as work:
        checker = (await make_staff(work, Role.QA)).id
        await availability.require(work, checker, Duty.REVIEWS)
        await people.leave(work, checker, "has left")
        with pytest.raises(NotAvailable, match="active"):
            await availability.require(work, checker, Duty.REVIEWS)


# --- leave ----------------------------------------------------------------------------------------------------------


async def test_an_agent_on_leave_is_not_rostered_and_the_roster_shows_why(works: Works, people: PeopleService) -> None:
    async with works.begin() as work:
        agent, other = (await make_staff(work)).id, (await make_staff(work)).id
    await enter(works, agent, TUESDAY, TUESDAY, LeaveKind.SICK)
    async with works.begin() as work:
        assert [one.card.id for one in await people.rostered(work, MONDAY)] == [agent, other]
        assert [one.card.id for one in await people.rostered(work, TUESDAY)] == [other]
        assert not await people.works_on(work, agent, TUESDAY)
        grid = await RosterService(calendar_service()).grid(work, MONDAY, TUESDAY)
    [_, cell] = grid.lines[0].cells
    assert (cell.day.part, cell.day.source, cell.day.reason) == (0, RosterSource.LEAVE, RosterReason.SICK)
    assert [total.agents for total in grid.totals] == [2, 1]


async def test_others_hear_of_a_leave_and_of_days_that_are_added(works: Works) -> None:
    heard = listen(works, StaffAway)
    async with works.begin() as work:
        agent = (await make_staff(work)).id
    leave = await enter(works, agent, TUESDAY, WEDNESDAY)
    async with works.begin() as work:
        await LEAVES.change_end(work, leave, SATURDAY)
        await LEAVES.change_end(work, leave, TUESDAY)
    assert heard == [
        StaffAway(agent, TUESDAY, WEDNESDAY),
        StaffAway(agent, WEDNESDAY + timedelta(days=1), SATURDAY),
    ]


async def test_a_leave_ends_earlier_or_is_withdrawn(
    works: Works, clock: FrozenClock, availability: AvailabilityService
) -> None:
    async with works.begin() as work:
        agent = (await make_staff(work)).id
    leave = await enter(works, agent, MONDAY, SATURDAY)
    clock.set(at_business_time(WEDNESDAY, 8))
    async with works.begin() as work:
        assert agent in await availability.unavailable(work, [agent], WEDNESDAY, Duty.CALLS)
        await LEAVES.change_end(work, leave, TUESDAY)
        assert await availability.unavailable(work, [agent], WEDNESDAY, Duty.CALLS) == {}
        await LEAVES.withdraw(work, leave)
        assert await LEAVES.list(work, MONDAY) != [], "it stays as history"
        with pytest.raises(LeaveNotFound):
            await LEAVES.withdraw(work, leave)


async def test_what_is_refused_of_a_leave(works: Works) -> None:
    async with works.begin() as work:
        agent = (await make_staff(work)).id
    await enter(works, agent, TUESDAY, WEDNESDAY)
    async with works.begin() as work:
        for first, last in ((WEDNESDAY, WEDNESDAY), (MONDAY, SATURDAY)):
            with pytest.raises(LeaveOverlaps):
                await LEAVES.enter(work, agent, first, last, LeaveKind.OTHER)
        for first, last in ((SATURDAY, MONDAY), (date(2026, 11, 1), date(2026, 11, 5)), (SATURDAY, date(2028, 1, 1))):
            with pytest.raises(LeaveSpan):
                await LEAVES.enter(work, agent, first, last, LeaveKind.OTHER)


async def test_a_leader_enters_the_leave_of_the_own_agents_alone(works: Works) -> None:
    async with works.begin() as work:
        leader = actor_of(await make_staff(work, Role.AGENT_LEADER))
        administrator = actor_of(await make_staff(work, Role.ADMINISTRATOR))
        own, foreign = (await make_staff(work)).id, (await make_staff(work, branch="far")).id
        checker = (await make_staff(work, Role.QA)).id
    async with works.begin(leader) as work:
        await LEAVES.enter(work, own, MONDAY, MONDAY, LeaveKind.ANNUAL)
        with pytest.raises(StaffNotFound):
            await LEAVES.enter(work, foreign, MONDAY, MONDAY, LeaveKind.ANNUAL)
        with pytest.raises(NotAllowed):
            await LEAVES.enter(work, checker, MONDAY, MONDAY, LeaveKind.ANNUAL)
    async with works.begin(administrator) as work:
        await LEAVES.enter(work, foreign, MONDAY, MONDAY, LeaveKind.ANNUAL)
        await LEAVES.enter(work, checker, MONDAY, MONDAY, LeaveKind.ANNUAL)
        assert len(await LEAVES.list(work)) == 3
    async with works.begin(leader) as work:
        assert {leave.staff_id for leave in await LEAVES.list(work)} == {own, checker}


async def test_nobody_takes_the_own_access_away(works: Works, people: PeopleService) -> None:
    async with works.begin() as work:
        administrator = actor_of(await make_staff(work, Role.ADMINISTRATOR))
    async with works.begin(administrator) as work:
        with pytest.raises(OwnLeaving):
            await people.leave(work, administrator.id, "has left")
