"""The audit trail in the database: written with the act, never altered, and every tampering is found."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from callcenter.audit.handlers import subscribe
from callcenter.audit.service import AuditService
from callcenter.audit.types import Anchor, ChainReport, Fault, TrailFilter
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from tests.rooms.audit.trail import tamper

FACTS = {
    "reason": "回访",
    "count": 3,
    "share": 0.1,
    "whole": 2.0,
    "huge": 1e22,
    "tiny": 1e-9,
    "none": None,
    "list": [1, 2.5],
}


async def note(works: Works, count: int = 1) -> None:
    for number in range(count):
        async with works.begin(Actor(7, "somebody", "agent")) as work:
            await work.announce(Noted("leads.number_revealed", f"lead:{number}", FACTS))


async def verify(works: Works, audit: AuditService, anchors: Sequence[Anchor] = ()) -> ChainReport:
    async with works.begin() as work:
        return await audit.verify_chain(work, anchors)


async def test_acts_of_one_and_of_many_transactions_are_chained(works: Works, audit: AuditService) -> None:
    await note(works, 2)
    async with works.begin() as work:
        await work.announce(Noted("a.done", "x:1"))
        await work.announce(Noted("a.done", "x:2"))
    report = await verify(works, audit)
    assert report.whole
    assert report.entries == 4
    async with works.begin() as work:
        entries = (await audit.search(work))[::-1]
        assert [entry.id for entry in entries] == [1, 2, 3, 4]
        assert [entry.actor for entry in entries] == ["staff:7", "staff:7", "system:callcenter", "system:callcenter"]
        assert entries[0].facts["reason"] == "回访"
        assert [entry.id for entry in await audit.search(work, TrailFilter(subject="x:2"))] == [4]


async def test_an_act_that_is_undone_leaves_no_entry(works: Works, audit: AuditService) -> None:
    await note(works)

    async def roll_back() -> None:
        async with works.begin() as work:
            await work.announce(Noted("a.done", "x:1"))
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError):
        await roll_back()
    await note(works)
    report = await verify(works, audit)
    assert (report.whole, report.entries) == (True, 2)


async def test_many_transactions_at_once_make_one_chain_without_deadlock(works: Works, audit: AuditService) -> None:
    async def act(first: str, second: str) -> None:
        async with works.begin() as work:
            await work.announce(Noted("a.done", first))
            await work.lock(first)
            await asyncio.sleep(0)
            await work.announce(Noted("a.done", second))

    await asyncio.gather(*(act(f"x:{n % 3}", f"x:{n}") for n in range(30)))
    report = await verify(works, audit)
    assert (report.whole, report.entries) == (True, 60)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET actor = 'staff:8'", "DELETE FROM audit_entry WHERE id = 1", "TRUNCATE audit_entry"],
)
async def test_the_database_refuses_to_alter_the_trail(works: Works, audit: AuditService, statement: str) -> None:
    await note(works, 2)

    async def alter() -> None:
        async with works.begin() as work:
            await work.session.execute(text(statement))

    with pytest.raises(DBAPIError, match="append-only"):
        await alter()
    assert (await verify(works, audit)).entries == 2


COPY = (
    "INSERT INTO audit_entry SELECT {id}, at, actor, act, subject, facts, previous_hash, hash "
    "FROM audit_entry WHERE id = 2"
)


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["UPDATE audit_entry SET actor = 'staff:8' WHERE id = 3"], [(3, Fault.CHANGED)]),
        (["UPDATE audit_entry SET act = 'x' WHERE id = 3"], [(3, Fault.CHANGED)]),
        (["UPDATE audit_entry SET subject = 'lead:0' WHERE id = 3"], [(3, Fault.CHANGED)]),
        (["UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE id = 3"], [(3, Fault.CHANGED)]),
        (["""UPDATE audit_entry SET facts = facts || '{"count": 4}' WHERE id = 3"""], [(3, Fault.CHANGED)]),
        (["DELETE FROM audit_entry WHERE id = 3"], [(4, Fault.REMOVED)]),
        (["DELETE FROM audit_entry WHERE id = 1"], [(2, Fault.REMOVED)]),
        (["DELETE FROM audit_entry WHERE id = 5"], [(5, Fault.REMOVED)]),
        (["DELETE FROM audit_entry"], [(5, Fault.REMOVED)]),
        ([COPY.format(id=6)], [(6, Fault.UNCHAINED), (6, Fault.CHANGED), (6, Fault.UNCHAINED)]),
        (
            ["DELETE FROM audit_entry WHERE id = 4", COPY.format(id=4)],
            [(4, Fault.UNCHAINED), (4, Fault.CHANGED), (5, Fault.UNCHAINED)],
        ),
        (["DELETE FROM audit_head"], [(5, Fault.UNCHAINED)]),
    ],
)
async def test_every_tampering_is_found(
    works: Works, audit: AuditService, statements: list[str], broken: list[tuple[int, Fault]]
) -> None:
    await note(works, 5)
    assert (await verify(works, audit)).whole
    await tamper(works, *statements)
    report = await verify(works, audit)
    assert [(fault.entry_id, fault.fault) for fault in report.broken] == broken
    await note(works)
    assert not (await verify(works, audit)).whole, "later entries must not hide it"


async def test_a_kept_head_reveals_a_trail_that_was_cut_and_continued(works: Works, audit: AuditService) -> None:
    await note(works, 5)
    head = (await verify(works, audit)).head
    assert head is not None
    await tamper(
        works,
        "DELETE FROM audit_entry WHERE id > 3",
        "UPDATE audit_head SET entry_id = 3, hash = (SELECT hash FROM audit_entry WHERE id = 3)",
    )
    assert (await verify(works, audit)).whole
    assert not (await verify(works, audit, [head])).whole
    await note(works, 3)
    assert [fault.entry_id for fault in (await verify(works, audit, [head])).broken] == [5]


async def test_a_long_trail_is_read_in_pages(works: Works, audit: AuditService) -> None:
    async with works.begin() as work:
        for number in range(2500):
            await work.announce(Noted("a.done", f"x:{number}"))
    report = await verify(works, audit)
    assert (report.whole, report.entries) == (True, 2500)


async def test_the_lock_of_the_chain_is_taken_last(works: Works, audit: AuditService) -> None:
    """An act that is recorded early must not keep others from committing meanwhile."""
    noted, finished = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with works.begin() as work:
            await work.announce(Noted("a.done", "slow:1"))
            noted.set()
            await finished.wait()

    async def begin_and(act: Callable[[Work], Awaitable[None]]) -> None:
        async with works.begin() as work:
            await act(work)

    waiting = asyncio.create_task(slow())
    await noted.wait()
    await asyncio.wait_for(begin_and(lambda work: work.announce(Noted("a.done", "quick:1"))), 5)
    finished.set()
    await waiting
    async with works.begin() as work:
        assert [entry.subject for entry in await audit.search(work)] == ["slow:1", "quick:1"]


async def test_what_a_person_typed_is_sealed_for_its_entry_alone(works: Works, audit: AuditService) -> None:
    async with works.begin() as work:
        for number in (1, 2):
            facts = {"why": f"王女士来电 {number}", "count": number}
            await work.announce(Noted("leads.particulars_revealed", f"lead:{number}", facts))
    async with works.begin() as work:
        stored = (await work.session.scalars(text("SELECT facts FROM audit_entry ORDER BY id"))).all()
        assert "王" not in json.dumps(stored, ensure_ascii=False)
        assert [sorted(facts) for facts in stored] == [["count", "why_sealed"]] * 2
        shown = [entry.facts for entry in await audit.search(work)]
        assert shown == [{"count": 2, "why": "王女士来电 2"}, {"count": 1, "why": "王女士来电 1"}]
    assert (await verify(works, audit)).whole
    assert (await verify(works, AuditService())).whole, "an auditor without the keys checks the chain"
    copy = "UPDATE audit_entry SET facts = (SELECT facts FROM audit_entry WHERE id = 1) WHERE id = 2"
    await tamper(works, copy)
    async with works.begin() as work:
        [copied, _] = await audit.search(work)
    assert copied.facts == stored[0], "a text of another entry is not opened"
    assert [broken.fault for broken in (await verify(works, audit)).broken] == [Fault.CHANGED]


async def test_a_typed_text_is_not_written_without_the_keys(works: Works, bus: Bus) -> None:
    subscribe(bus, AuditService())
    with pytest.raises(ValueError, match="with the keys only"):
        async with works.begin() as work:
            await work.announce(Noted("leads.particulars_revealed", "lead:1", {"why": "来电"}))
