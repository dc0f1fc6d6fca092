"""Two hundred agents claim the next customer at once: none is assigned twice, and how long a claim takes (law 2).

The reference claims rows of a bare pool by ``UPDATE … WHERE id = (SELECT … FOR UPDATE SKIP LOCKED)``, with as many
clients, on as many connections, in the same run. Each claim is that of another agent, who holds nothing yet: so that
the claims alone are counted, and no lead has to be finished between two of them.
"""

import asyncio
import time

import asyncpg

from callcenter.allocation.service import AllocationService
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from tests.bench.contest import CLIENTS, bare_pool, contest, open_all, row_of
from tests.bench.population import NOW, TOMORROW, populate
from tests.bench.server import database, sqlalchemy_url
from tests.bench.table import Table
from tests.support.allocation import allocation_services
from tests.support.rows import VAULT, make_campaign, make_run

QUOTA = 30


def run(made: EmbeddedPostgres, *, full: bool) -> Table:
    return asyncio.run(_run(made, each=QUOTA if full else 10))


async def _run(made: EmbeddedPostgres, *, each: int) -> Table:
    url = await database(made, "claimers")
    bare_claims, bare_times, bare_seconds = await bare_pool(url, each)
    claims, times, seconds, alone = await _system(url, each)
    table = Table(
        f"{CLIENTS} parallel claimers, {CLIENTS * each:,} claims, each with its transaction",
        ("", "claims", "doubles", "claims/s", "p50 ms", "p99 ms"),
        [
            row_of("bare pool, UPDATE … SKIP LOCKED", bare_claims, bare_times, bare_seconds),
            row_of("claim_next of the system", claims, times, seconds),
            row_of("the same, one agent alone", list(range(each)), alone, sum(alone)),
        ],
    )
    ratio = bare_seconds / seconds
    table.notes.append(f"{ratio:.2f} of the bare claims a second. Every client asks again at once, so what grows with")
    table.notes.append("their number is the queue for the processor, which clients and database share.")
    assert len(set(claims)) == len(claims) == CLIENTS * each, "a customer was claimed twice, or not at all"
    return table


_ASSIGNMENTS = """
    INSERT INTO assignment (run_id, campaign_id, lead_id, agent_id, work_on, position, state, due_at, attempts,
                            last_note, reason, reason_facts, assigned_at)
    SELECT $1, campaign_id, id, ($2::bigint[])[1 + n / $3], $4, n % $3, 'open', $5, 0, '', 'carried_over', '{}', $5
    FROM (SELECT id, campaign_id, row_number() OVER (ORDER BY id)::int - 1 AS n FROM lead) l
"""
_LEADS_OF_AN_AGENT = 5


async def _system(url: str, each: int) -> tuple[list[int], list[float], float, list[float]]:
    base = Database(sqlalchemy_url(url), pool_size=CLIENTS)
    clock = FrozenClock(NOW)
    works = Works(base, clock, Bus())
    agents_in_all = CLIENTS * each + each
    async with works.begin() as work:
        campaign = await make_campaign(work)
        run = await make_run(work, campaign_id=campaign.id, work_on=TOMORROW)
    await populate(works, url, campaign.id, agents=agents_in_all, leads=agents_in_all * _LEADS_OF_AN_AGENT)
    async with works.begin() as work:
        agents = [rostered.card.id for rostered in await PeopleService(PeopleSettings()).rostered(work, TOMORROW)]
    connection = await asyncpg.connect(url)
    await connection.execute(_ASSIGNMENTS, run.id, agents, _LEADS_OF_AN_AGENT, TOMORROW, NOW)
    await connection.execute("VACUUM ANALYZE assignment")
    await connection.close()
    allocation = allocation_services(VAULT).get(AllocationService)
    clock.set(at_business_time(TOMORROW, 10, 30))
    waiting = iter(agents)

    await open_all(works)

    async def claim(_client: int) -> tuple[int | None, float]:
        agent = next(waiting, None) if len(claimed) < CLIENTS * each else None
        if agent is None:
            return None, 0
        claimed.append(agent)
        began = time.perf_counter()
        async with works.begin() as work:
            card = await allocation.claim_next(work, agent, TOMORROW)
        assert card is not None
        return card.lead_id, time.perf_counter() - began

    claimed: list[int] = []
    try:
        contested = await contest(claim)
        claimed.clear()
        alone = [(await claim(0))[1] for _ in range(each)]
        return (*contested, alone)
    finally:
        await base.close()
