"""Many agents claim from one pool of due callbacks: none is claimed twice, none is left, and a claim costs as many
statements in a large pool as in a small one (``scripts/bench callbacks`` measures how long it takes)."""

import asyncio
from datetime import timedelta

import pytest

from callcenter.callbacks.service import CallbackService
from callcenter.callbacks.types import CallbackKind
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.db import Database
from callcenter.kit.work import Work, Works
from tests.support.databases import sqlalchemy_url
from tests.support.joining import joined
from tests.support.rows import make_callback, make_staff
from tests.support.statements import Statements, counted

pytestmark = pytest.mark.db

AGENTS = 16
EARLIER = timedelta(hours=5)
"""Longer ago than complaints are left to the complaint staff."""


@pytest.fixture
def callbacks(vault: Vault) -> CallbackService:
    return joined(vault).get(CallbackService)


async def fill(work: Work, agents: list[int], count: int, *, first: int = 0) -> set[int]:
    """Makes callbacks that are due: in turn a promise of one agent alone, a complaint, a promise open to the team."""
    due_at = work.now - EARLIER
    made = set()
    for number in range(first, first + count):
        owner = agents[number % len(agents)]
        if number % 3 == 0:
            alone = work.now + EARLIER
            row = await make_callback(work, agent_id=owner, due_at=due_at, opens_to_team_at=alone)
        elif number % 3 == 1:
            row = await make_callback(work, CallbackKind.COMPLAINT, case_id=number + 1, due_at=due_at)
        else:
            row = await make_callback(work, agent_id=owner, due_at=due_at)
        made.add(row.id)
    return made


async def test_no_callback_of_a_contested_pool_is_claimed_twice_and_none_is_left(
    database_url: str, clock: FrozenClock, works: Works, callbacks: CallbackService
) -> None:
    async with works.begin() as work:
        agents = [(await make_staff(work)).id for _ in range(AGENTS)]
        pool = await fill(work, agents, 6 * AGENTS)
    crowd = Database(sqlalchemy_url(database_url), pool_size=AGENTS)
    contested = Works(crowd, clock, works.bus)
    claims: list[int] = []

    async def agent_works(agent: int) -> None:
        while True:
            async with contested.begin() as work:
                card = await callbacks.claim_next(work, agent)
            if card is None:
                return
            claims.append(card.id)
            async with contested.begin() as work:
                await callbacks.release(work, card.id, due_at=work.now + timedelta(days=1))

    try:
        await asyncio.gather(*(agent_works(agent) for agent in agents))
    finally:
        await crowd.close()
    assert len(claims) == len(set(claims)), "claimed by two agents"
    assert set(claims) == pool


async def test_a_claim_costs_as_many_statements_in_a_large_pool_as_in_a_small_one(
    database: Database, works: Works, callbacks: CallbackService
) -> None:
    async with works.begin() as work:
        agents = [(await make_staff(work)).id for _ in range(3)]
        await fill(work, agents, 3)

    async def cost_of_a_claim(agent: int) -> Statements:
        async with works.begin() as work:
            with counted(database) as sent:
                assert await callbacks.claim_next(work, agent) is not None
        return sent

    small = await cost_of_a_claim(agents[0])
    async with works.begin() as work:
        await fill(work, agents, 60, first=3)
    large = await cost_of_a_claim(agents[1])
    assert large.count == small.count == 1, large.texts
    assert (await cost_of_a_claim(agents[1])).count == 1, "what an agent holds already is found by the same statement"


async def test_an_agent_for_whom_nothing_is_due_costs_one_statement(
    database: Database, works: Works, callbacks: CallbackService
) -> None:
    """An agent looks for work every second."""
    async with works.begin() as work:
        agent = (await make_staff(work)).id
        with counted(database) as sent:
            assert await callbacks.claim_next(work, agent) is None
    assert sent.count == 1
