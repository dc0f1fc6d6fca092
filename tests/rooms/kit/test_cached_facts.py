"""Facts in the memory of two processes: both see a change at once, and none what is undone or not yet committed."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update
from sqlmodel import col

from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignChanges
from callcenter.kit.bus import Bus
from callcenter.kit.cache import Cache
from callcenter.kit.clock import FrozenClock
from callcenter.kit.db import Database
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work, Works
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from tests.support.leads import campaign_service, create_campaign
from tests.support.listeners import listeners_of, stopped
from tests.support.rows import Staff, make_staff
from tests.support.running import running
from tests.support.statements import counted
from tests.support.waiting import eventually

LONGER = CampaignChanges(ring_seconds=59)


class Process:
    """A process with its cache and its connection for notifications."""

    def __init__(self, database: Database, clock: FrozenClock, url: str) -> None:
        cache = Cache()
        self.waker = Waker(url, cache=cache, beat=0.2)
        self.works = Works(database, clock, Bus(), cache)
        self.campaigns: CampaignService = campaign_service()

    async def ring_seconds(self, campaign_id: int) -> int:
        async with self.works.begin() as work:
            return (await self.campaigns.rules(work, campaign_id)).ring_seconds

    async def change(self, work: Work, campaign_id: int) -> None:
        await self.campaigns.change(work, campaign_id, LONGER, "the test needs it")


@pytest.fixture
async def processes(
    database: Database, clock: FrozenClock, database_url: str
) -> AsyncIterator[tuple[Process, Process]]:
    one, other = Process(database, clock, database_url), Process(database, clock, database_url)
    async with running(one.waker.run()), running(other.waker.run()):
        await eventually(lambda: one.waker.connected and other.waker.connected)
        yield one, other


@pytest.fixture
async def campaign_id(works: Works) -> int:
    async with works.begin() as work:
        return (await create_campaign(work, ring_seconds=30)).campaign_id


async def test_rules_are_read_once_until_they_change(
    processes: tuple[Process, Process], campaign_id: int, database: Database
) -> None:
    one, other = processes
    for process in processes:
        assert await process.ring_seconds(campaign_id) == 30

    async def costs_nothing() -> bool:  # as soon as the news that the campaign was made has come
        with counted(database) as statements:
            for process in processes:
                assert await process.ring_seconds(campaign_id) == 30
        return statements.count == 0

    await eventually(costs_nothing)
    async with one.works.begin() as work:
        await one.change(work, campaign_id)
    assert await one.ring_seconds(campaign_id) == 59, "the process that has changed them knows it when it has committed"

    async def is_known() -> bool:
        return await other.ring_seconds(campaign_id) == 59

    await eventually(is_known)


async def test_a_change_is_seen_inside_its_own_transaction_alone_and_not_when_it_is_undone(
    processes: tuple[Process, Process], campaign_id: int
) -> None:
    one, other = processes
    assert await one.ring_seconds(campaign_id) == 30

    async def change_and_fail() -> None:
        async with one.works.begin() as work:
            await one.change(work, campaign_id)
            assert (await one.campaigns.rules(work, campaign_id)).ring_seconds == 59
            assert await one.ring_seconds(campaign_id) == await other.ring_seconds(campaign_id) == 30
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError):
        await change_and_fail()
    assert await one.ring_seconds(campaign_id) == 30


async def fitness(process: Process, staff_id: int) -> bool:
    async with process.works.begin() as work:
        return (await PeopleService(PeopleSettings()).fitness(work, staff_id)).active


async def test_a_statement_that_changes_many_rows_is_seen_as_well(
    processes: tuple[Process, Process], works: Works
) -> None:
    one, _ = processes
    async with works.begin() as work:
        staff = await make_staff(work)
    assert await fitness(one, staff.id)
    async with one.works.begin() as work:
        await work.session.execute(update(Staff).where(col(Staff.id) == staff.id).values(active=False))
    assert not await fitness(one, staff.id)


async def test_who_waited_for_a_commit_sees_its_change_before_any_notification(
    database: Database, clock: FrozenClock, works: Works, database_url: str
) -> None:
    async with works.begin() as work:
        staff = await make_staff(work)
    deaf = Process(database, clock, database_url)
    deaf.works.cache.begin()
    assert await fitness(deaf, staff.id)
    async with deaf.works.begin() as work:
        (await work.session.get_one(Staff, staff.id)).active = False
    assert not await fitness(deaf, staff.id)


async def test_nothing_is_kept_while_no_notifications_arrive(
    processes: tuple[Process, Process], works: Works, database_url: str
) -> None:
    async with works.begin() as work:
        staff = await make_staff(work)
    assert [await fitness(process, staff.id) for process in processes] == [True, True]
    first, second = await listeners_of(database_url)
    with stopped(first), stopped(second):
        await eventually(lambda: not any(process.waker.connected for process in processes))
        async with works.begin() as work:
            await work.session.execute(update(Staff).where(col(Staff.id) == staff.id).values(active=False))
        assert [await fitness(process, staff.id) for process in processes] == [False, False]
