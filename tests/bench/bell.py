"""The bell at noon: all conversations of a shift end within one second.

A simulated switch, a real PostgreSQL and a real object store; engine, agents (who dispose at once) and recorder are
processes of their own. Measured from the end of each conversation, as the switch reports it: until the agent's screen
shows that it is over, until it shows the next customer, whose call is placed, and until the recording is locked.

The reference does the same with bare SQL and bare requests to the store: the rows of one life for each seat at the same
instants, and its file put and read back.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import asyncpg

from callcenter.bootstrap import Part, build, running
from callcenter.dialer.seats import SeatServer
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.kit.clock import Clock, ShiftedClock
from callcenter.storage.memory import MemoryStore
from callcenter.storage.s3 import S3Store
from callcenter.storage.settings import StorageSettings
from callcenter.telephony.carrier import STEADY_NUMBER
from callcenter.telephony.settings import SwitchSettings
from callcenter.telephony.simulated import SimulatedSwitch
from callcenter.telephony.simulation import Tempo
from tests.bench.contest import percentile
from tests.bench.engine import BARE_TABLES, bare_life, environment, fill
from tests.bench.server import database
from tests.bench.table import Table
from tests.contracts.seaweed import Seaweed
from tests.support.settings import core_settings
from tests.support.waiting import eventually

_WITHIN = 1.0
"""Seconds in which all conversations end."""
_FLAC_BYTES_PER_SECOND = 16_000
"""About half of two channels of 8,000 samples of 16 bits."""


def run(made: EmbeddedPostgres, *, full: bool) -> Table:
    seats, talk = (140, 30.0) if full else (40, 5.0)
    with tempfile.TemporaryDirectory(prefix="callcenter-bench-bell-") as folder:
        store = Seaweed.under(Path(folder))
        store.start()
        try:
            return asyncio.run(_run(made, store, seats, talk))
        finally:
            store.stop()


async def _run(made: EmbeddedPostgres, store: Seaweed, seats: int, talk: float) -> Table:
    bare = await _bare(await database(made, "bare_bell"), store, seats, talk)
    ours = await _ring(await database(made, "bell"), store, seats, talk)
    table = Table(
        f"{seats} conversations of {talk:.0f} s end within {_WITHIN:.0f} s, {os.cpu_count()} cores",
        ("seconds from the end of the conversation", "count", "p50", "p99", "latest"),
        [_row(*each) for each in (*bare, *ours)],
    )
    table.notes.append("wanted: next customer p99 <= 1 s, locked p99 <= 10 s, at 140 seats on two cores")
    return table


def _row(name: str, seconds: Sequence[float]) -> tuple[str, ...]:
    times = list(seconds) or [0.0]
    return (name, f"{len(seconds)}", *(f"{percentile(times, part):.2f}" for part in (0.5, 0.99, 1.0)))


# --- the system ------------------------------------------------------------------------------------------------------


async def _ring(url: str, store: Seaweed, seats: int, talk: float) -> list[tuple[str, list[float]]]:
    shift = await fill(url, seats, STEADY_NUMBER)
    settings = store.settings()
    await S3Store(settings).prepare()
    with tempfile.TemporaryDirectory(prefix="callcenter-bench-spool-") as folder:
        environment(Path(folder))
        os.environ |= _store_environment(settings)
        clock = ShiftedClock(shift)
        switch = SimulatedSwitch(Path(folder), clock, Random(7), tempo=Tempo(1.0))
        system = build(core_settings(url, node="n1"), switch=SwitchSettings(), store=MemoryStore(clock), clock=clock)
        offers: dict[int, float] = {}
        restore = _timed_offers(clock, offers)
        begin = str(shift.total_seconds())
        connection = await asyncpg.connect(url)
        helpers = [
            await asyncio.create_subprocess_exec(sys.executable, "-m", *command)
            for command in (("tests.bench.desks", url, str(seats), begin), ("tests.bench.recorder", url, begin))
        ]
        try:
            async with running(system, {Part.ENGINE}, gateway=switch):
                calls = await _all_talk(connection, seats)
                await asyncio.sleep(talk)
                offers.clear()
                await _end(switch, list(calls))
                return await _measured(connection, calls, offers)
        finally:
            restore()
            for helper in helpers:
                if helper.returncode is None:
                    helper.kill()
                    await helper.wait()
            await connection.close()
            await switch.close()


def _timed_offers(clock: Clock, offers: dict[int, float]) -> Callable[[], None]:
    """Notes for each agent when the next customer was on the screen: at the commit of the offer."""
    offer = SeatServer._offer

    async def timed(self: SeatServer, agent_ids: Sequence[int]) -> Any:
        requests = await offer(self, agent_ids)
        now = clock.now().timestamp()
        offers.update({agent: now for _, agent in requests if agent not in offers})
        return requests

    SeatServer._offer = timed  # type: ignore[method-assign]

    def restore() -> None:
        SeatServer._offer = offer  # type: ignore[method-assign]

    return restore


async def _all_talk(connection: "asyncpg.Connection[asyncpg.Record]", seats: int) -> dict[UUID, int]:
    """Waits until every agent is in a conversation; returns the calls with their agents."""
    found: list[asyncpg.Record] = []

    async def all_talk() -> bool:
        found[:] = await connection.fetch("SELECT id, agent_id FROM call WHERE state = 'answered'")
        return len(found) == seats

    await eventually(all_talk, deadline=180)
    return {row["id"]: row["agent_id"] for row in found}


async def _end(switch: SimulatedSwitch, calls: list[UUID]) -> None:
    began = time.monotonic()
    for place, call_id in enumerate(calls):
        await asyncio.sleep(max(0.0, began + place * _WITHIN / len(calls) - time.monotonic()))
        switch.customer_hangs_up(call_id)


_ENDS = """
    SELECT call.agent_id, extract(epoch FROM call.hung_up_at)::float8 AS ended,
           extract(epoch FROM signal.received_at)::float8 AS shown,
           extract(epoch FROM recording.stored_at)::float8 AS locked
    FROM call
    JOIN recording ON recording.call_id = call.id
    JOIN call_signal signal ON signal.call_id = call.id AND signal.kind = 'CustomerHungUp'
    WHERE call.id = ANY($1)
"""


async def _measured(
    connection: "asyncpg.Connection[asyncpg.Record]", calls: dict[UUID, int], offers: dict[int, float]
) -> list[tuple[str, list[float]]]:
    rows: list[asyncpg.Record] = []

    async def all_locked() -> bool:
        rows[:] = await connection.fetch(_ENDS, list(calls))
        return len(rows) == len(calls) and all(row["locked"] for row in rows) and len(offers) == len(calls)

    await eventually(all_locked, deadline=180)
    return [
        ("until the end is taken", [row["shown"] - row["ended"] for row in rows]),
        ("until the next customer is on the screen", [offers[row["agent_id"]] - row["ended"] for row in rows]),
        ("until the recording is locked", [row["locked"] - row["ended"] for row in rows]),
    ]


def _store_environment(settings: StorageSettings) -> dict[str, str]:
    return {
        "CALLCENTER_S3_ENDPOINT": settings.endpoint,
        "CALLCENTER_S3_SECURE": "false",
        "CALLCENTER_S3_BUCKET": settings.bucket,
        "CALLCENTER_S3_ACCESS_KEY": settings.access_key,
        "CALLCENTER_S3_SECRET_KEY": settings.secret_key.get_secret_value(),
    }


# --- the reference ---------------------------------------------------------------------------------------------------


async def _bare(url: str, store: Seaweed, seats: int, talk: float) -> list[tuple[str, list[float]]]:
    pool = await asyncpg.create_pool(url, min_size=8, max_size=8)
    await pool.execute(BARE_TABLES)
    settings, client, body = store.settings(), store.client(), os.urandom(int(talk * _FLAC_BYTES_PER_SECOND))
    await S3Store(settings).prepare()
    screens: list[float] = []
    locks: list[float] = []
    room = asyncio.Semaphore(4)

    def put(key: str) -> None:
        client.put_object(settings.bucket, key, BytesIO(body), len(body))
        client.get_object(settings.bucket, key).read()

    async def seat(place: int) -> None:
        await asyncio.sleep(place * _WITHIN / seats)
        began = time.monotonic()
        async with pool.acquire() as connection:
            await bare_life(connection, 1 + place % 64)
        screens.append(time.monotonic() - began)
        async with room:
            await asyncio.to_thread(put, f"bell/{place}")
        locks.append(time.monotonic() - began)

    await asyncio.gather(*(seat(place) for place in range(seats)))
    await pool.close()
    return [("bare SQL of a whole life", screens), ("bare put and read of such a file, after its life", locks)]
