"""Within a transaction a row is read once, and locked once."""

from datetime import UTC, datetime

from sqlmodel import col, update

from callcenter.kit import rows
from callcenter.kit.effects import Delivery, Effect, OutboxEntry
from callcenter.kit.work import Works
from tests.support.statements import counted


async def entry(works: Works) -> int:
    async with works.begin() as work:
        row = OutboxEntry.of(Effect("q", "act", {}, Delivery.AT_MOST_ONCE), datetime(2026, 11, 23, tzinfo=UTC))
        work.session.add(row)
        await work.session.flush()
        return row.id


async def rename(works: Works, entry_id: int, kind: str) -> None:
    async with works.begin() as work:
        await work.session.execute(update(OutboxEntry).where(col(OutboxEntry.id) == entry_id).values(kind=kind))


async def test_a_row_is_read_once_though_no_code_holds_it(works: Works) -> None:
    entry_id = await entry(works)
    with counted(works.database) as statements:
        async with works.begin() as work:
            for _ in range(3):
                assert await rows.read(work.session, OutboxEntry, entry_id) is not None
    assert statements.count == 1, statements.texts


async def test_a_lock_reads_the_row_anew_and_is_taken_once(works: Works) -> None:
    entry_id = await entry(works)
    with counted(works.database) as statements:
        async with works.begin() as work:
            before = await rows.read(work.session, OutboxEntry, entry_id)
            assert before
            await rename(works, entry_id, "changed meanwhile")
            for _ in range(3):
                locked = await rows.lock(work.session, OutboxEntry, entry_id)
                assert locked
                assert locked.kind == "changed meanwhile"
    assert statements.count == 3, "read, changed by another transaction, locked"


async def test_what_does_not_exist_is_none(works: Works) -> None:
    async with works.begin() as work:
        assert await rows.read(work.session, OutboxEntry, 4711) is None
        assert await rows.lock(work.session, OutboxEntry, 4711) is None


async def test_topics_are_notified_once_and_in_one_statement(works: Works) -> None:
    with counted(works.database) as statements:
        async with works.begin() as work:
            for topic in ("desk:1", "floor", "desk:1", "seats:n1"):
                await work.notify(topic)
    assert statements.count == 1
