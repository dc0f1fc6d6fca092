"""An engine on a simulated switch and a real PostgreSQL: lives of calls per second, and how late its signals are.

Every customer answers, talks for a moment and hangs up; the agents, in a process of their own, dispose at once. A life
goes from the offer to the disposition. The reference writes the rows of the same lives with bare SQL: one claim, one
call, six signals, one session, one disposition, in ten commits, on eight connections of one process.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

import asyncpg
import psutil

from callcenter.allocation.runs import RunService
from callcenter.bootstrap import Part, build, running
from callcenter.campaigns.types import CampaignState, DialMode
from callcenter.dialer.following import CallFollower
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, ShiftedClock, at_business_time
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from callcenter.storage.memory import MemoryStore
from callcenter.telephony import events as tel
from callcenter.telephony.settings import SwitchSettings
from callcenter.telephony.simulated import SimulatedSwitch
from callcenter.telephony.simulation import Tempo
from tests.bench.contest import percentile
from tests.bench.population import NOW, TOMORROW, populate
from tests.bench.server import database, server_cpu, sqlalchemy_url
from tests.bench.table import Table
from tests.support.allocation import allocation_services
from tests.support.rows import VAULT, make_campaign
from tests.support.settings import core_settings
from tests.support.waiting import eventually

_ANSWERS = "13800000002"
"""Rings for a moment and talks; the carrier's table says for how long."""
_PACE = 0.1
_WARM_UP = 5.0
_FIRST = asyncio.FIRST_COMPLETED
_CPU = ("CPU ms/life: engine", "agents", "PostgreSQL", "in all")
CALLER_ID = "07715550000"


@dataclass(frozen=True)
class Figures:
    """What was measured of one load."""

    seats: int
    lives: int
    seconds: float
    lags: Sequence[float]
    """From the instant of each signal to the commit of its transaction."""
    cpu: Sequence[float]
    """Processor seconds of the engine's process (the simulated switch within it), the agents' and the server's."""

    def row(self) -> tuple[str, ...]:
        rate = self.lives / self.seconds
        return (
            f"{self.seats:,} seats",
            f"{self.lives:,}",
            f"{rate:.1f}",
            f"{percentile(list(self.lags), 0.5) * 1000:.0f}",
            f"{percentile(list(self.lags), 0.99) * 1000:.0f}",
            *(f"{used / max(1, self.lives) * 1000:.1f}" for used in (*self.cpu, sum(self.cpu))),
        )


def run(made: EmbeddedPostgres, *, full: bool) -> Table:
    return asyncio.run(_run(made, seconds=60 if full else 15, loads=(10, 100, 500, 2000) if full else (10, 100)))


async def _run(made: EmbeddedPostgres, *, seconds: float, loads: Sequence[int]) -> Table:
    bare = await _bare(await database(made, "bare_lives"), seconds=min(seconds, 15))
    measured = [await _load(made, seats, seconds) for seats in loads]
    table = Table(
        f"full lives of calls, {seconds:.0f} s each, engine and agents in two processes, {os.cpu_count()} cores",
        ("", "lives", "lives/s", "signal p50 ms", "signal p99 ms", *_CPU),
        [
            ("bare SQL of the same lives", f"{bare[0]:,}", f"{bare[0] / bare[1]:.1f}", *[""] * (2 + len(_CPU))),
            *(m.row() for m in measured),
        ],
    )
    best = max(figures.lives / figures.seconds for figures in measured)
    table.notes.append(f"best against the bare SQL: {best / (bare[0] / bare[1]):.2f} of its lives per second")
    return table


# --- the system ------------------------------------------------------------------------------------------------------


async def _load(made: EmbeddedPostgres, seats: int, seconds: float) -> Figures:
    url = await database(made, f"engine_{seats}")
    shift = await fill(url, seats)
    with tempfile.TemporaryDirectory(prefix="callcenter-bench-spool-") as folder:
        environment(Path(folder))
        clock = ShiftedClock(shift)
        lags: list[float] = []
        restore = timed_signals(clock, lags)
        switch = SimulatedSwitch(Path(folder), clock, Random(7), tempo=Tempo(1.0, pace=_PACE))
        system = build(core_settings(url, node="n1"), switch=SwitchSettings(), store=MemoryStore(clock), clock=clock)
        try:
            async with running(system, {Part.ENGINE}, gateway=switch):
                desks = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "tests.bench.desks", url, str(seats), str(shift.total_seconds())
                )
                try:
                    measuring = asyncio.create_task(
                        _measure(url, seats, seconds, lags, cpu=lambda: _cpu(made, desks.pid))
                    )
                    await asyncio.wait({measuring, ended := asyncio.create_task(desks.wait())}, return_when=_FIRST)
                    if ended.done():
                        raise RuntimeError("the process of the desks has ended: its message stands above")
                    return measuring.result()
                finally:
                    desks.kill()
                    await desks.wait()
                    await switch.close()
        finally:
            restore()


async def _measure(
    url: str, seats: int, seconds: float, lags: list[float], *, cpu: Callable[[], Sequence[float]]
) -> Figures:
    connection = await asyncpg.connect(url)

    async def lives() -> int:
        count: int = await connection.fetchval("SELECT count(*) FROM call WHERE disposed_at IS NOT NULL")
        return count

    async def has_begun() -> bool:
        return await lives() >= min(seats, 20)

    try:
        await eventually(has_begun, deadline=120)
        await asyncio.sleep(_WARM_UP)
        lags.clear()
        before, began, used = await lives(), time.monotonic(), cpu()
        await asyncio.sleep(seconds)
        return Figures(
            seats=seats,
            lives=await lives() - before,
            seconds=time.monotonic() - began,
            lags=list(lags) or [0.0],
            cpu=[after - before for before, after in zip(used, cpu(), strict=True)],
        )
    finally:
        await connection.close()


def timed_signals(clock: ShiftedClock, lags: list[float]) -> Callable[[], None]:
    """Notes for each signal how long after its instant it was committed; returns what undoes this."""
    take_all = CallFollower.take_all

    async def timed(self: CallFollower, signals: Sequence[tel.CallSignal]) -> None:
        await take_all(self, signals)
        now = clock.now()
        lags.extend((now - signal.at).total_seconds() for signal in signals)

    CallFollower.take_all = timed  # type: ignore[method-assign]

    def restore() -> None:
        CallFollower.take_all = take_all  # type: ignore[method-assign]

    return restore


def _cpu(made: EmbeddedPostgres, desks: int) -> Sequence[float]:
    return [*(sum(psutil.Process(pid).cpu_times()[:2]) for pid in (os.getpid(), desks)), server_cpu(made)]


def environment(folder: Path) -> None:
    os.environ |= {
        "CALLCENTER_SWITCH_SPOOL_DIR": str(folder),
        "CALLCENTER_SWITCH_AMI_SECRET": "not used here",
        "CALLCENTER_SWITCH_PHONE_SECRET": "not used here",
        "CALLCENTER_RECORDINGS_SPOOL_DIR": str(folder),
        "CALLCENTER_RECORDINGS_MIN_FREE_BYTES": "1000000",
        "CALLCENTER_CAMPAIGNS_CALLER_IDS": CALLER_ID,
        "CALLCENTER_STORAGE_SECRET_KEY": "not used here",
        "CALLCENTER_LOG_LEVEL": "ERROR",
    }


async def fill(url: str, seats: int, number: str = _ANSWERS) -> timedelta:
    """Makes agents with a day's leads each, all of one number; returns by how much the clock is shifted into that
    day."""
    clock = FrozenClock(NOW)
    base = Database(sqlalchemy_url(url))
    works = Works(base, clock, Bus())
    quota = 30 if seats > 100 else 300
    async with works.begin() as work:
        campaign = await make_campaign(
            work,
            quota=quota,
            state=CampaignState.RUNNING,
            mode=DialMode.PROGRESSIVE,
            caller_id=CALLER_ID,
            wrap_up_seconds=60,
        )
    await populate(works, url, campaign.id, agents=seats, leads=seats * quota)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("UPDATE lead SET phone_sealed = $1", VAULT.seal_unbound(number))
    finally:
        await connection.close()
    async with works.begin() as work:
        await allocation_services(VAULT).get(RunService).allocate(work, campaign.id, TOMORROW)
    await base.close()
    return at_business_time(TOMORROW, 10, 0) - datetime.now(UTC)


# --- the reference ---------------------------------------------------------------------------------------------------

BARE_TABLES = """
    CREATE TABLE b_lead (id bigint PRIMARY KEY, state text NOT NULL);
    CREATE INDEX ON b_lead (id) WHERE state = 'open';
    CREATE TABLE b_seat (id bigint PRIMARY KEY, state text NOT NULL, call uuid);
    CREATE TABLE b_call (id uuid PRIMARY KEY, lead bigint NOT NULL, state text NOT NULL, at timestamptz, facts jsonb);
    CREATE TABLE b_signal (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, call uuid NOT NULL, key text NOT NULL,
                           at timestamptz NOT NULL, UNIQUE (call, key));
    INSERT INTO b_lead SELECT n, 'open' FROM generate_series(1, 200000) n;
    INSERT INTO b_seat SELECT n, 'ready', NULL FROM generate_series(1, 64) n;
"""
_SIGNALS = ("started", "dialled", "ringing", "answered", "hung up", "finished")


async def _bare(url: str, *, seconds: float) -> tuple[int, float]:
    """Returns the lives that bare SQL writes, and in how many seconds."""
    pool = await asyncpg.create_pool(url, min_size=8, max_size=8)
    await pool.execute(BARE_TABLES)
    lives, until = 0, time.monotonic() + seconds

    async def client(seat: int) -> None:
        nonlocal lives
        while time.monotonic() < until:
            async with pool.acquire() as connection:
                await bare_life(connection, seat)
            lives += 1

    began = time.monotonic()
    await asyncio.gather(*(client(seat) for seat in range(1, 9)))
    await pool.close()
    return lives, time.monotonic() - began


async def bare_life(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", seat: int) -> None:
    call, now = uuid4(), datetime.now(UTC)
    async with connection.transaction():
        lead = await connection.fetchval(
            "UPDATE b_lead SET state = 'active' WHERE id = (SELECT id FROM b_lead WHERE state = 'open' ORDER BY id"
            " LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id"
        )
        await connection.execute("UPDATE b_seat SET state = 'on call', call = $2 WHERE id = $1", seat, call)
        await connection.execute("INSERT INTO b_call VALUES ($1, $2, 'planned', $3, '{}')", call, lead, now)
    await connection.execute("UPDATE b_call SET state = 'dialling' WHERE id = $1", call)
    for key in _SIGNALS:
        async with connection.transaction():
            await connection.execute("INSERT INTO b_signal (call, key, at) VALUES ($1, $2, $3)", call, key, now)
            await connection.execute("UPDATE b_call SET state = $2, at = $3 WHERE id = $1", call, key, now)
    await connection.execute("UPDATE b_seat SET state = 'wrap-up' WHERE id = $1", seat)
    async with connection.transaction():
        await connection.execute("UPDATE b_call SET state = 'disposed' WHERE id = $1", call)
        await connection.execute("UPDATE b_lead SET state = 'done' WHERE id = $1", lead)
        await connection.execute("UPDATE b_seat SET state = 'ready', call = NULL WHERE id = $1", seat)
