"""A part counts as running while a process holds its lock; those that wait for the lock are counted beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from callcenter.agents.service import AgentService
from callcenter.kit.leader import Candidate, find_candidates, lead
from callcenter.kit.work import Works
from callcenter.parts.rules import judge, lock_of, nodes_of
from callcenter.parts.service import PartService
from callcenter.parts.types import Part
from tests.support.running import running
from tests.support.settings import core_settings
from tests.support.waiting import eventually

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)


def test_every_switch_needs_engine_and_recorder_and_the_system_one_office() -> None:
    candidates = [Candidate("engine:n1", True, AT), Candidate("engine:n1", False, AT), Candidate("schedule", True, AT)]
    cards = judge(candidates, {"n2", "n1"})
    assert [(card.part, card.node, card.running, card.since, card.standbys) for card in cards] == [
        (Part.ENGINE, "n1", True, AT, 1),
        (Part.RECORDER, "n1", False, None, 0),
        (Part.ENGINE, "n2", False, None, 0),
        (Part.RECORDER, "n2", False, None, 0),
        (Part.OFFICE, None, True, AT, 0),
    ]


def test_a_switch_is_known_by_whoever_leads_or_waits_for_it() -> None:
    names = ["engine:n1", "recorder:n3", "schedule", "other:n4", "engine:"]
    assert nodes_of([Candidate(name, False, AT) for name in names]) == {"n1", "n3"}


@asynccontextmanager
async def leading(url: str, part: Part, node: str | None = None, *, wait: bool = True) -> AsyncIterator[None]:
    """Leads a part, or waits to, until the block ends."""
    leads = asyncio.Event()

    async def hold() -> None:
        leads.set()
        await asyncio.Event().wait()

    async with running(lead(url, lock_of(part, node), hold)):
        if wait:
            await leads.wait()
        yield


async def test_leaders_and_standbys_are_seen_in_the_database(works: Works, database_url: str) -> None:
    parts = PartService(core_settings(database_url, node="n1"), AgentService())

    async def shown() -> dict[tuple[str, str | None], tuple[bool, int]]:
        async with works.begin() as work:
            return {(card.part.value, card.node): (card.running, card.standbys) for card in await parts.list(work)}

    nothing = {("engine", "n1"): (False, 0), ("recorder", "n1"): (False, 0), ("office", None): (False, 0)}
    assert await shown() == nothing
    async with leading(database_url, Part.ENGINE, "n1"), leading(database_url, Part.OFFICE):
        async with leading(database_url, Part.ENGINE, "n1", wait=False):

            async def waits() -> bool:
                return (await shown())[("engine", "n1")] == (True, 1)

            await eventually(waits)
        assert await shown() == nothing | {("engine", "n1"): (True, 0), ("office", None): (True, 0)}
        async with works.begin() as work:
            assert all(candidate.since for candidate in await find_candidates(work.session))

    async def over() -> bool:  # the database notices the end of a connection a moment later
        return await shown() == nothing

    await eventually(over)
