"""A database that an earlier form of a revision has made gets all that the revision does today, and keeps its rows."""

import os
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from callcenter.migrations import schema
from callcenter.migrations.run import differences, migrate
from tests.architecture.earlier_revisions import EARLIER, Earlier
from tests.architecture.test_assignment_ends import ASSIGNMENT, CAMPAIGN, ILL, LEAD
from tests.architecture.test_migrations import upgrade
from tests.support.databases import TestDatabases, sqlalchemy_url
from tests.support.settings import VAULT

pytestmark = pytest.mark.db


@pytest.fixture
async def url(databases: TestDatabases) -> AsyncIterator[str]:
    name = f"earlier_{os.getpid()}"
    await databases.server.ensure_database(name)
    yield databases.server.url(name)
    await databases.drop(databases.server.url(name))


@pytest.fixture
async def database(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url, statement_cache_size=0)
    yield connection
    await connection.close()


async def digest_of(url: str) -> str:
    engine = create_async_engine(sqlalchemy_url(url), poolclass=NullPool)
    async with engine.connect() as connection:
        digest = schema.digest(await connection.run_sync(schema.read))
    await engine.dispose()
    return digest


async def go_back(url: str, database: asyncpg.Connection, earlier: Earlier) -> None:
    """Brings a database of today's form of the revision to the earlier one."""
    for statement in earlier.statements:
        await database.execute(statement)
    assert (await digest_of(url))[:16] == earlier.digest, "these statements do not lead to what that commit had made"


@pytest.mark.parametrize("earlier", EARLIER, ids=[f"{one.revision} of {one.commit}" for one in EARLIER])
async def test_an_earlier_form_becomes_todays(url: str, database: asyncpg.Connection, earlier: Earlier) -> None:
    await upgrade(url, earlier.revision)
    await go_back(url, database, earlier)
    await migrate(url, VAULT)
    assert await differences(url) == []
    whole = await digest_of(url)
    await migrate(url, VAULT)  # safe to repeat
    assert await digest_of(url) == whole


async def test_what_had_no_class_comes_last(url: str, database: asyncpg.Connection) -> None:
    await upgrade(url, "0001")
    await database.execute(CAMPAIGN)
    await upgrade(url, "0002")
    await database.execute(LEAD, 1)
    await go_back(url, database, next(one for one in EARLIER if one.commit == "ee119ec"))
    await database.execute("UPDATE lead SET class_rank = 0")
    await _give_a_number(database)
    await migrate(url, VAULT)
    assert await database.fetchval("SELECT class_rank FROM lead") == 1000


async def test_ends_of_assignments_that_the_first_0003_left_as_text(url: str, database: asyncpg.Connection) -> None:
    await upgrade(url, "0001")
    await database.execute(CAMPAIGN)
    await upgrade(url, "0003")
    await go_back(url, database, next(one for one in EARLIER if one.commit == "ab29642"))
    for number in (1, 2, 3):
        await database.execute(LEAD, number)
    texts = {1: ("returned", "returned_leads"), 2: ("returned", ILL), 3: ("done", "success")}
    for number, (state, text) in texts.items():
        await database.execute(ASSIGNMENT, number, state, text, None)
    await _give_a_number(database)
    await migrate(url, VAULT)
    rows = await database.fetch("SELECT ended_as, end_detail, end_note_sealed AS note FROM assignment ORDER BY id")
    ends = [(row["ended_as"], row["end_detail"], row["note"] and VAULT.open(row["note"], "unbound")) for row in rows]
    assert ends == [("returned_leads", None, None), ("returned_leads", None, ILL), ("disposition", "success", None)]


async def _give_a_number(database: asyncpg.Connection) -> None:
    """Seals the number of the newest lead, by which the keys are known."""
    await database.execute(
        "UPDATE lead SET phone_sealed = $1, phone_index = $2 WHERE id = (SELECT max(id) FROM lead)",
        VAULT.seal_unbound("13800000001"),
        VAULT.index("13800000001"),
    )
