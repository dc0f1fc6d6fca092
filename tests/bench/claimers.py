"""Two hundred agents claim the next customer at once: none is assigned twice, and how long a claim takes (law 2).

The reference claims rows of a bare pool by ``UPDATE … WHERE id = (SELECT … FOR UPDATE SKIP LOCKED)``, with as many
clients, on as many connections, in the same run.
"""

import asyncio
import time

from callcenter.allocation.runs import RunService
from callcenter.allocation.service import AllocationService
from callcenter.allocation.types import AssignmentEnd, End
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from tests.bench.contest import CLIENTS, bare_pool, contest, open_all, percentile, row_of
from tests.bench.population import NOW, TOMORROW, populate
from tests.bench.server import database, sqlalchemy_url
from tests.bench.table import Table
from tests.support.allocation import allocation_services
from tests.support.rows import VAULT, make_campaign

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
    ratio = percentile(times, 0.99) / percentile(bare_times, 0.99)
    table.notes.append(
        f"p99 against the bare claim: {ratio:.1f} times. A claim of the system: lock of the agent, look at"
    )
    table.notes.append("the screen, claim, all through the ORM; finishing it, which closes the lead, is not timed.")
    table.notes.append(
        "Every client asks again at once, so what grows with their number is the queue for the processor."
    )
    assert len(set(claims)) == len(claims) == CLIENTS * each, "a customer was claimed twice, or not at all"
    return table


async def _system(url: str, each: int) -> tuple[list[int], list[float], float, list[float]]:
    base = Database(sqlalchemy_url(url), pool_size=CLIENTS)
    clock = FrozenClock(NOW)
    works = Works(base, clock, Bus())
    async with works.begin() as work:
        campaign = await make_campaign(work, quota=each)
    await populate(works, url, campaign.id, agents=CLIENTS + 1, leads=CLIENTS * each * 2)
    people = PeopleService(PeopleSettings())
    services = allocation_services(VAULT)
    allocation = services.get(AllocationService)
    async with works.begin() as work:
        await services.get(RunService).allocate(work, campaign.id, TOMORROW)
        agents = [rostered.card.id for rostered in await people.rostered(work, TOMORROW)]
    clock.set(at_business_time(TOMORROW, 10, 30))

    await open_all(works)

    async def claim(client: int) -> tuple[int | None, float]:
        began = time.perf_counter()
        async with works.begin() as work:
            claimed = await allocation.claim_next(work, agents[client], TOMORROW)
        took = time.perf_counter() - began
        if claimed is None:
            return None, took
        async with works.begin() as work:
            await allocation.finish(work, claimed.id, End(AssignmentEnd.DISPOSITION, "refused"))
        return claimed.lead_id, took

    try:
        alone = [(await claim(CLIENTS))[1] for _ in range(each)]
        return (*await contest(claim), alone)
    finally:
        await base.close()
