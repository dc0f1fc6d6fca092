"""Two hundred agents claim the next due callback at once: none is claimed twice, and how long a claim takes (law 2).

A third of the callbacks are promises of the agents themselves, a third complaints that any agent may have, a third
promises that are open to the team of a branch: one pool that all contest. The reference is the bare pool of
``claimers``, in the same run. Each claim is that of another agent, who holds nothing yet, so that the claims alone are
counted; there are twice as many callbacks as claims, so that none is short of one.
"""

import asyncio
import time

import asyncpg

from callcenter.callbacks.service import CallbackService
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
from tests.support.joining import joined
from tests.support.rows import VAULT, make_campaign

_CALLBACKS = """
    INSERT INTO callback (kind, state, lead_id, campaign_id, agent_id, case_id, promised_at, due_at, opens_to_team_at,
                          priority, attempts, attempts_demanded, sign_off_reason_sealed, end_reason, subject,
                          created_at)
    SELECT CASE n % 3 WHEN 1 THEN 'complaint' ELSE 'agent_promise' END, 'due', id, campaign_id,
           CASE n % 3 WHEN 1 THEN NULL ELSE ($1::bigint[])[1 + n / 3 % $2] END, CASE n % 3 WHEN 1 THEN n END,
           CASE n % 3 WHEN 1 THEN NULL ELSE due END, due, CASE n % 3 WHEN 0 THEN $3 + interval '1 day' ELSE due END,
           1 + n % 4, 0, 3, '', '', '', $4
    FROM (SELECT id, campaign_id, row_number() OVER (ORDER BY id)::int - 1 AS n,
                 $3::timestamptz - make_interval(secs => 14400 - row_number() OVER (ORDER BY id) % 3600) AS due
          FROM lead) l
"""


def run(made: EmbeddedPostgres, *, full: bool) -> Table:
    return asyncio.run(_run(made, each=30 if full else 10))


async def _run(made: EmbeddedPostgres, *, each: int) -> Table:
    url = await database(made, "callbacks")
    bare_claims, bare_times, bare_seconds = await bare_pool(url, each)
    claims, times, seconds = await _system(url, each)
    table = Table(
        f"{CLIENTS} parallel claimers, {CLIENTS * each:,} claims of {2 * CLIENTS * each:,} due callbacks",
        ("", "claims", "doubles", "claims/s", "p50 ms", "p99 ms"),
        [
            row_of("bare pool, UPDATE … SKIP LOCKED", bare_claims, bare_times, bare_seconds),
            row_of("claim_next of the callbacks", claims, times, seconds),
        ],
    )
    table.notes.append(
        f"{bare_seconds / seconds:.2f} of the bare claims a second. A claim: what the agent holds, an agent's own,"
    )
    table.notes.append("complaints, the team's, whether the number is in a call and the agent is there.")
    assert len(set(claims)) == len(claims) == CLIENTS * each, "a callback was claimed twice, or not at all"
    return table


async def _system(url: str, each: int) -> tuple[list[int], list[float], float]:
    base = Database(sqlalchemy_url(url), pool_size=CLIENTS)
    clock = FrozenClock(NOW)
    works = Works(base, clock, Bus())
    async with works.begin() as work:
        campaign = await make_campaign(work)
    await populate(works, url, campaign.id, agents=CLIENTS * each, leads=2 * CLIENTS * each)
    clock.set(at_business_time(TOMORROW, 10, 30))
    async with works.begin() as work:
        agents = [rostered.card.id for rostered in await PeopleService(PeopleSettings()).rostered(work, TOMORROW)]
    connection = await asyncpg.connect(url)
    await connection.execute(_CALLBACKS, agents, len(agents), clock.now(), NOW)
    await connection.execute("VACUUM ANALYZE callback")
    await connection.close()
    callbacks = joined(VAULT).get(CallbackService)
    await open_all(works)

    waiting = iter(agents)

    async def claim(_client: int) -> tuple[int | None, float]:
        if (agent := next(waiting, None)) is None:
            return None, 0
        began = time.perf_counter()
        async with works.begin() as work:
            card = await callbacks.claim_next(work, agent)
        assert card is not None
        return card.id, time.perf_counter() - began

    try:
        return await contest(claim)
    finally:
        await base.close()
