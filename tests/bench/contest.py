"""A contest of many clients for the rows of one pool: the bare reference, and what is measured of each."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable

import asyncpg

from callcenter.kit.work import Works

CLIENTS = 200


async def bare_pool(url: str, each: int) -> tuple[list[int], list[float], float]:
    """Claims rows of a bare pool; returns the claims, the seconds of each, the seconds in all."""
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
        return await contest(claim)
    finally:
        await pool.close()


async def open_all(works: Works) -> None:
    """Opens every connection of the pool before the time is taken; the reference has its own open too."""
    everybody = asyncio.Barrier(CLIENTS)

    async def connect() -> None:
        async with works.begin() as work:
            await work.session.connection()
            await everybody.wait()

    await asyncio.gather(*(connect() for _ in range(CLIENTS)))


async def contest(claim: Callable[[int], Awaitable[tuple[int | None, float]]]) -> tuple[list[int], list[float], float]:
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


def row_of(name: str, claims: list[int], times: list[float], seconds: float) -> tuple[str, ...]:
    doubles = sum(count - 1 for count in Counter(claims).values())
    return (
        name,
        f"{len(claims):,}",
        str(doubles),
        f"{len(claims) / seconds:,.0f}",
        f"{percentile(times, 0.5) * 1000:.1f}",
        f"{percentile(times, 0.99) * 1000:.1f}",
    )


def percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]
