"""Two hundred agents claim the next customer at once: none is assigned twice, and how long a claim takes (law 2).

The reference claims rows of a bare pool by ``UPDATE … WHERE id = (SELECT … FOR UPDATE SKIP LOCKED)``, with as many
clients, on as many connections, in the same run.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable

import asyncpg

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
from tests.bench.population import NOW, TOMORROW, populate
from tests.bench.server import database, sqlalchemy_url
from tests.bench.table import Table
from tests.support.allocation import allocation_services
from tests.support.rows import VAULT, make_campaign

CLIENTS = 200
QUOTA = 30


def run(made: EmbeddedPostgres, *, full: bool) -> Table:
    return asyncio.run(_run(made, each=QUOTA if full else 10))


async def _run(made: EmbeddedPostgres, *, each: int) -> Table:
    url = await database(made, "claimers")
    bare_claims, bare_times, bare_seconds = await _bare(url, each)
    claims, times, seconds, alone = await _system(url, each)
    table = Table(
        f"{CLIENTS} parallel claimers, {CLIENTS * each:,} claims, each with its transaction",
        ("", "claims", "doubles", "claims/s", "p50 ms", "p99 ms"),
        [
            _row("bare pool, UPDATE … SKIP LOCKED", bare_claims, bare_times, bare_seconds),
            _row("claim_next of the system", claims, times, seconds),
            _row("the same, one agent alone", list(range(each)), alone, sum(alone)),
        ],
    )
    ratio = _percentile(times, 0.99) / _percentile(bare_times, 0.99)
    table.notes.append(
        f"p99 against the bare claim: {ratio:.1f} times. A claim of the system: lock of the agent, look at"
    )
    table.notes.append("the screen, claim, all through the ORM; finishing it, which closes the lead, is not timed.")
    table.notes.append(
        "Every client asks again at once, so what grows with their number is the queue for the processor."
    )
    assert len(set(claims)) == len(claims) == CLIENTS * each, "a customer was claimed twice, or not at all"
    return table


async def _bare(url: str, each: int) -> tuple[list[int], list[float], float]:
    pool = await asyncpg.create_pool(url, min_size=CLIENTS, max_size=CLIENTS)
    await pool.execute("CREATE TABLE pool (id bigint PRIMARY KEY, state text NOT NULL)")
    await pool.execute("CREATE INDEX ON pool (id) WHERE state = 'open'")
    await pool.execute("INSERT INTO pool SELECT n, 'open' FROM generate_series(1, $1::bigint) n", CLIENTS * each)

    async def claim(_client: int) -> tuple[int | None, float]:
        began = time.perf_counter()
        async with pool.acquire() as connection, connection.transaction():
            found: int | None = await connection.fetchval(
                "UPDATE pool SET state = 'active' WHERE id = (SELECT id FROM pool WHERE state = 'open' ORDER BY id"
                " LIMIT 1 FOR UPDATE SKIP LOCKED) AND state = 'open' RETURNING id"
            )
        return found, time.perf_counter() - began

    try:
        return await _contest(claim)
    finally:
        await pool.close()


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

    await _open_all(works)

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
        return (*await _contest(claim), alone)
    finally:
        await base.close()


async def _open_all(works: Works) -> None:
    """Opens every connection of the pool before the time is taken; the reference has its own open too."""
    everybody = asyncio.Barrier(CLIENTS)

    async def connect() -> None:
        async with works.begin() as work:
            await work.session.connection()
            await everybody.wait()

    await asyncio.gather(*(connect() for _ in range(CLIENTS)))


async def _contest(claim: Callable[[int], Awaitable[tuple[int | None, float]]]) -> tuple[list[int], list[float], float]:
    """Lets all clients claim until nothing is left; returns the claims, the seconds of each, the seconds in all."""
    claims: list[int] = []
    times: list[float] = []

    async def client(number: int) -> None:
        while True:
            lead_id, took = await claim(number)
            if lead_id is None:
                return
            claims.append(lead_id)
            times.append(took)

    began = time.perf_counter()
    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return claims, times, time.perf_counter() - began


def _row(name: str, claims: list[int], times: list[float], seconds: float) -> tuple[str, ...]:
    doubles = sum(count - 1 for count in Counter(claims).values())
    return (
        name,
        f"{len(claims):,}",
        str(doubles),
        f"{len(claims) / seconds:,.0f}",
        f"{_percentile(times, 0.5) * 1000:.1f}",
        f"{_percentile(times, 0.99) * 1000:.1f}",
    )


def _percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]
