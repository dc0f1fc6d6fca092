"""Pooled connections: those that died are replaced before their use, and those just used are not asked."""

import asyncpg
import pytest
from sqlalchemy import text

from callcenter.kit import db
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from tests.support.waiting import eventually


@pytest.fixture
def pings(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Returns the answers the pool got from then on."""
    answers: list[bool] = []
    dialect = database.engine.sync_engine.dialect
    ping = dialect.do_ping

    def noted(connection: object) -> bool:
        answers.append(True)
        return ping(connection)  # type: ignore[arg-type]

    monkeypatch.setattr(dialect, "do_ping", noted)
    return answers


async def backend(works: Works) -> int:
    async with works.begin() as work:
        pid: int = (await work.session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    return pid


async def test_a_connection_just_used_is_not_asked_and_one_that_rested_is(
    works: Works, pings: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await backend(works)
    assert await backend(works) == first
    assert pings == []
    monkeypatch.setattr(db, "_TRUSTED_FOR", -1.0)
    assert await backend(works) == first
    assert pings == [True]


async def test_a_connection_that_does_not_answer_after_a_pause_is_replaced(
    works: Works, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await backend(works)
    dialect = database.engine.sync_engine.dialect

    def silent(_connection: object) -> bool:
        monkeypatch.setattr(db, "_TRUSTED_FOR", 60.0)  # the new one is trusted again
        raise dialect.loaded_dbapi.OperationalError("no answer")

    monkeypatch.setattr(dialect, "do_ping", silent)
    monkeypatch.setattr(db, "_TRUSTED_FOR", -1.0)
    assert await backend(works) != first


async def test_a_server_process_that_was_ended_costs_no_transaction(works: Works, database_url: str) -> None:
    """As after a restart of the server: who comes next gets a new connection, and no error."""
    first = await backend(works)
    other = await asyncpg.connect(database_url)
    try:
        await other.execute("SELECT pg_terminate_backend($1)", first)

        async def is_gone() -> bool:
            count: int = await other.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", first)
            return count == 0

        await eventually(is_gone)
    finally:
        await other.close()
    assert await backend(works) != first
