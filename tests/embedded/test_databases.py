"""The fixtures themselves: every test has a database of its own."""

import asyncpg
import pytest
from sqlalchemy import text

from callcenter.kit.effects import Effect, OutboxEntry
from callcenter.kit.work import Works
from tests.support.waiting import eventually


@pytest.mark.parametrize("round_number", [1, 2])
async def test_a_test_gets_a_database_with_empty_tables(works: Works, round_number: int) -> None:
    async with works.begin() as work:
        rows = await work.session.scalar(text("SELECT count(*) FROM outbox"))
        assert rows == 0
        await work.enqueue(Effect("queue", f"kind {round_number}"))
    async with works.begin() as work:
        entry = await work.session.get_one(OutboxEntry, 1)
        assert entry.kind == f"kind {round_number}"
        assert entry.created_at == works.clock.now()


async def test_a_wrong_password_is_refused(database_url: str) -> None:
    before, _, after = database_url.partition("@")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"{before}x@{after}")


async def test_eventually_shows_what_was_last_seen() -> None:
    seen = iter([0, 0, 7])
    assert await eventually(lambda: next(seen)) == 7
    with pytest.raises(AssertionError, match="last seen: False"):
        await eventually(lambda: False, 0.05)
