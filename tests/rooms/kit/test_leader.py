"""Exactly one process leads, and another takes over when it is gone."""

import asyncio
import contextlib
from typing import ClassVar

import asyncpg
import pytest

from callcenter.kit.leader import lead
from tests.support.waiting import eventually


class Follower:
    """A process that wants to lead; counts how many lead at the same moment."""

    leading: ClassVar[set[str]] = set()
    most = 0

    def __init__(self, url: str, name: str, lock: str = "engine:n1") -> None:
        self.name = name
        self.terms = 0
        self.task = asyncio.create_task(lead(url, lock, self.act))

    async def act(self) -> None:
        self.terms += 1
        Follower.leading.add(self.name)
        Follower.most = max(Follower.most, len(Follower.leading))
        try:
            await asyncio.Event().wait()
        finally:
            Follower.leading.discard(self.name)

    async def stop(self) -> None:
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task


@pytest.fixture(autouse=True)
def nobody_leads() -> None:
    Follower.leading = set()
    Follower.most = 0


async def kill_holder(url: str) -> None:
    """Ends the connection that holds the lock, from the server's side."""
    connection = await asyncpg.connect(url)
    try:
        killed = await connection.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
    finally:
        await connection.close()
    assert killed == 1


async def test_one_process_leads_and_the_standby_takes_over(database_url: str) -> None:
    first = Follower(database_url, "first")
    await eventually(lambda: Follower.leading == {"first"})
    second = Follower(database_url, "second")
    elsewhere = Follower(database_url, "elsewhere", "engine:n2")
    await eventually(lambda: Follower.leading == {"first", "elsewhere"})
    await elsewhere.stop()
    Follower.most = 0
    await first.stop()
    await eventually(lambda: Follower.leading == {"second"})
    await second.stop()
    assert not Follower.leading
    assert Follower.most == 1


async def test_a_leader_that_loses_the_lock_stops_and_leads_again_later(database_url: str) -> None:
    only = Follower(database_url, "only")
    await eventually(lambda: only.terms == 1)
    await kill_holder(database_url)
    await eventually(lambda: only.terms == 2)
    await only.stop()
    assert Follower.most == 1


async def test_an_error_of_the_leader_is_raised_and_frees_the_lock(database_url: str) -> None:
    async def fail() -> None:
        raise LookupError("broke")

    with pytest.raises(LookupError):
        await asyncio.wait_for(lead(database_url, "engine:n1", fail), 5)
    after = Follower(database_url, "after")
    await eventually(lambda: after.terms == 1)
    await after.stop()
