"""Notifications, and the transaction that sends them."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text

from callcenter.kit.actor import Actor
from callcenter.kit.wake import LISTENER, Waker
from callcenter.kit.work import Works
from tests.support.listeners import listeners_of
from tests.support.running import running
from tests.support.waiting import eventually


async def test_a_notification_arrives_after_the_commit_for_its_topics_only(works: Works, waker: Waker) -> None:
    with waker.listen("desk", "floor") as wake, waker.listen("other") as other:
        async with works.begin() as work:
            await work.notify("floor")
            assert not await wake.wait(timeout=0.2), "before the commit nothing has happened"
        assert await wake.wait(timeout=5)
        async with works.begin() as work:
            await work.notify("desk")
        assert await wake.wait(timeout=5)
        assert not await other.wait(timeout=0)
    assert not waker._wakes


async def test_a_transaction_that_is_undone_notifies_nobody(works: Works, waker: Waker) -> None:
    async def roll_back() -> None:
        async with works.begin() as work:
            await work.notify("desk")
            raise RuntimeError("undone")

    with waker.listen("desk") as wake, waker.listen("after") as after:
        with pytest.raises(RuntimeError):
            await roll_back()
        async with works.begin() as work:
            await work.notify("after")
        assert await after.wait(timeout=5)
        assert not await wake.wait(timeout=0)


async def test_a_killed_connection_comes_back_and_wakes_for_what_was_missed(
    works: Works, waker: Waker, database_url: str
) -> None:
    with waker.listen("desk") as wake:
        connection = await asyncpg.connect(database_url)
        try:
            killed = await connection.fetchval(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND application_name = $1",
                LISTENER,
            )
        finally:
            await connection.close()
        assert killed == 1
        await eventually(lambda: not waker.connected)
        async with works.begin() as work:
            await work.notify("desk")
        assert await wake.wait(timeout=10), "woken when the connection is back"
        await eventually(lambda: waker.connected)
        async with works.begin() as work:
            await work.notify("desk")
        assert await wake.wait(timeout=5)


class DeafWaker(Waker):
    """Behind a pooler, one server process may answer while the notifications go to another."""

    deaf = True

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        if not self.deaf:
            super()._heard(_connection, _pid, _channel, payload)


async def test_a_connection_that_answers_and_brings_no_notification_is_opened_anew(
    works: Works, database_url: str
) -> None:
    waker = DeafWaker(database_url, beat=0.2)
    async with running(waker.run()):
        await eventually(lambda: waker.connected)
        deaf = await listeners_of(database_url)
        await eventually(lambda: not waker.connected)
        waker.deaf = False

        async def another() -> bool:
            return waker.connected and await listeners_of(database_url) != deaf

        await eventually(another)
        with waker.listen("desk") as wake:
            async with works.begin() as work:
                await work.notify("desk")
            assert await wake.wait(timeout=5)


async def test_a_work_commits_at_its_end_and_knows_who_and_when(works: Works) -> None:
    actor = Actor(7, "somebody", "agent")
    async with works.begin(actor) as work:
        assert work.actor.label == "staff:7"
        assert work.now == works.clock.now()
        await work.session.execute(text("CREATE TABLE seen (n int)"))
    async with works.begin() as work:
        assert work.actor.label == "system:callcenter"
        await work.session.execute(text("SELECT n FROM seen"))


async def test_acts_planned_for_the_end_run_in_order_inside_the_transaction(works: Works) -> None:
    order: list[str] = []

    async with works.begin() as work:
        await work.session.execute(text("CREATE TABLE seen (n int)"))

        async def last() -> None:
            order.append("last")
            await work.session.execute(text("INSERT INTO seen VALUES (1)"))
            work.at_end(very_last)

        async def very_last() -> None:
            order.append("very last")

        work.at_end(last)
        order.append("body")
    assert order == ["body", "last", "very last"]
    async with works.begin() as work:
        assert await work.session.scalar(text("SELECT count(*) FROM seen")) == 1


async def test_an_act_at_the_end_that_fails_undoes_everything(works: Works) -> None:
    async def fail() -> None:
        raise RuntimeError("no")

    async def roll_back() -> None:
        async with works.begin() as work:
            await work.session.execute(text("CREATE TABLE seen (n int)"))
            work.at_end(fail)

    with pytest.raises(RuntimeError):
        await roll_back()
    async with works.begin() as work:
        assert await work.session.scalar(text("SELECT to_regclass('seen')")) is None


async def test_a_named_lock_is_held_until_the_end(works: Works) -> None:
    order: list[str] = []
    held = asyncio.Event()

    async def first() -> None:
        async with works.begin() as work:
            await work.lock("one")
            held.set()
            async with works.begin() as other:
                await other.lock("another")  # does not wait
            order.append("first")

    async def second() -> None:
        await held.wait()
        async with works.begin() as work:
            await work.lock("one")
            order.append("second")

    await asyncio.wait_for(asyncio.gather(second(), first()), 10)
    assert order == ["first", "second"]


async def test_an_error_of_the_database_shows_no_parameters(works: Works) -> None:
    async def roll_back() -> None:
        async with works.begin() as work:
            await work.session.execute(text("SELECT 1 FROM nowhere WHERE phone = :phone"), {"phone": "13800001234"})

    with pytest.raises(Exception, match="nowhere") as raised:
        await roll_back()
    assert "13800001234" not in str(raised.value)
