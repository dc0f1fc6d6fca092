"""``python -m tests.bench seats [--full] [--seats 10 20 …] [--talk 30] [--wrap-up 10]``: how many seats the system
carries on real Asterisk, beside a bare loop of calls with the same switch, carrier, legs and recorder on this machine.

A load is *carried* when, of the calls that ended within the measured time: none was lost, both voices were in one
bridge within 200 ms of the answer (p99), the signals were taken within 500 ms (p99), and the recording of each answered
call is as long as the conversation. The seats grow in steps until a load is not carried.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import asyncpg
import psutil

from callcenter.embedded.asterisk import AsteriskBox, fetch
from callcenter.embedded.process import cache_dir
from callcenter.rehearsal import parts
from callcenter.rehearsal.run import Options, Rehearsal, rehearsal_running
from callcenter.supervision.supervisor import Part, Supervisor
from callcenter.telephony.settings import SwitchSettings
from tests.bench import watched_robots
from tests.bench.ami import Ami, Voices, add_user
from tests.bench.bare_seats import BareSeats
from tests.bench.contest import percentile
from tests.bench.table import Table
from tests.support.waiting import eventually

_VOICES, _LAG = 0.2, 0.5
"""Seconds at p99 within which both voices and each signal must be there."""
_TOLERANCE = 0.2
"""Seconds by which a recording may be shorter than its conversation: the recorder's last buffer is among them."""
_CARRIER_TALKS, _ROBOT_WRAPS_UP = 7.5, 0.9
"""Seconds on average at pace 1."""
_USED = 0.8
"""Share of the processors that is planned with."""
_STEPS = (10, 20, 40, 60, 80, 100, 120, 140)
_ROOT = Path(__file__).resolve().parents[2]
_SERVICE = ("engine", "web", "office")
"""The parts of the system that have no audio to do with."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    steps: Sequence[int]
    talk: float
    wrap_up: float
    seconds: float
    warm_up: float

    @property
    def pace(self) -> float:
        return self.talk / _CARRIER_TALKS


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was measured of one load; durations are seconds."""

    seats: int
    seconds: float
    calls: int
    answered: int
    lost: int
    whole: int
    """Answered calls whose recording is as long as the conversation."""
    voices: list[float]
    lags: list[float]
    screens: list[float]
    locked: list[float]
    cpu: Mapping[str, float]

    @property
    def faults(self) -> list[str]:
        """Returns why the load is not carried."""
        checks = {
            "no call": self.calls == 0,
            f"{self.lost} lost": self.lost > 0,
            "voices late": _at(self.voices, 0.99) > _VOICES,
            "signals late": _at(self.lags, 0.99) > _LAG,
            f"{self.answered - self.whole} not recorded whole": self.whole < self.answered,
        }
        return [fault for fault, found in checks.items() if found]

    def row(self, name: str) -> tuple[str, ...]:
        return (
            f"{name}, {self.seats} seats",
            str(self.calls),
            f"{self.whole}/{self.answered}",
            _ms(self.voices, 0.99),
            _ms(self.lags, 0.99),
            f"{_ms(self.screens, 0.5)}/{_ms(self.screens, 0.99)}",
            f"{_ms(self.locked, 0.5)}/{_ms(self.locked, 0.99)}",
            "; ".join(self.faults) or "yes",
        )


def run(plan: Plan) -> int:
    print(f"\n{asyncio.run(_run(plan))}\n", flush=True)
    return 0


def plan(*, full: bool, steps: Sequence[int], talk: float, wrap_up: float) -> Plan:
    """Returns the whole measurement, or a small one that shows within three minutes that it works."""
    if full:
        return Plan(steps=steps or _STEPS, talk=talk, wrap_up=wrap_up, seconds=180, warm_up=talk + wrap_up)
    return Plan(steps=steps or (4,), talk=talk, wrap_up=wrap_up, seconds=50, warm_up=10)


async def _run(plan: Plan) -> Table:
    box = fetch(cache_dir(), _say)
    bare = [measured async for measured in _grow(plan, box, bare=True)]
    whole = [measured async for measured in _grow(plan, box, bare=False)]
    table = Table(
        f"seats on real Asterisk with its carrier, talk {plan.talk:.0f} s, wrap-up {plan.wrap_up:.0f} s, "
        f"{plan.seconds:.0f} s each, {os.cpu_count()} cores",
        ("", "calls", "whole", "voices p99 ms", "lag p99 ms", "screen p50/p99 ms", "locked p50/p99 ms", "carried"),
        [*(one.row("bare loop") for one in bare), *(one.row("system") for one in whole)],
    )
    carried_bare = max((one.seats for one in bare if not one.faults), default=0)
    carried = max((one.seats for one in whole if not one.faults), default=0)
    ratio = f"{carried / carried_bare:.2f}" if carried_bare else "unknown"
    ends = "" if (bare[-1].faults and whole[-1].faults) else "; one of them carried every step: the ratio is no limit"
    table.notes.append(f"seats carried: {carried} by the system, {carried_bare} by the bare loop, ratio {ratio}{ends}")
    best = max((one for one in whole if not one.faults), key=lambda one: one.seats, default=whole[0])
    table.notes += _cpu_notes(best)
    return table


def _cpu_notes(best: Measured) -> list[str]:
    calls = max(1, best.calls)
    shares = ", ".join(f"{part} {1000 * used / calls:.0f}" for part, used in best.cpu.items())
    service = sum(best.cpu[part] for part in best.cpu if part.rstrip("0123456789-") in _SERVICE)
    elsewhere = sum(used for part, used in best.cpu.items() if part not in ("carrier", "robots"))
    agents = 2 * _USED * best.seconds * best.seats / elsewhere if elsewhere else 0
    return [
        f"CPU ms per call at {best.seats} seats, what the parts use without calls included: {shares}",
        f"the service per call, audio and database apart: {1000 * service / calls:.1f} ms",
        f"agents that two cores serve at {_USED:.0%} of them, carrier and browsers elsewhere: {agents:.0f}",
    ]


async def _grow(plan: Plan, box: AsteriskBox, *, bare: bool) -> AsyncIterator[Measured]:
    for seats in plan.steps:
        with tempfile.TemporaryDirectory(prefix="cc-seats-") as folder:
            measured = await (_bare(plan, seats, box, Path(folder)) if bare else _whole(plan, seats, Path(folder)))
        _say(f"{'bare loop' if bare else 'system'}: " + " | ".join(measured.row("")))
        yield measured
        if measured.faults:
            return


# --- the reference ---------------------------------------------------------------------------------------------------


async def _bare(plan: Plan, seats: int, box: AsteriskBox, folder: Path) -> Measured:
    choices = parts.Choices(http_port=None, clock_offset=timedelta(0), robots=seats, seed=1, pace=plan.pace)
    # No database and no store run: both are named, so none is prepared.
    given = {"CALLCENTER_DATABASE_URL": "postgresql://none", "CALLCENTER_S3_ENDPOINT": "none"}
    deployment = parts.configure(folder, box, choices, given)
    add_user(deployment.node.folder)
    async with Supervisor(parts.servers(deployment)) as servers:
        loop = BareSeats(_ami_port(deployment), SwitchSettings.model_fields["trunk"].default, plan.wrap_up, Random(1))
        working = asyncio.create_task(loop.work(seats))
        try:
            await asyncio.sleep(plan.warm_up)
            loop.voices.forget()
            loop.lags.clear()
            began, before = time.time(), _cpu(servers)
            await asyncio.wait({working}, timeout=plan.seconds)
            if working.done():
                working.result()
            ended, after = time.time(), _cpu(servers)
            await asyncio.sleep(1)  # the recorder's last buffer
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
        spool = Path(deployment.environment["CALLCENTER_SWITCH_SPOOL_DIR"])
        within = {call_id: call for call_id, call in loop.calls.items() if began <= call.ended_at <= ended}
        answered = {call_id: call for call_id, call in within.items() if call.answered_at is not None}
        return Measured(
            seats=seats,
            seconds=ended - began,
            calls=len(within),
            answered=len(answered),
            lost=sum(call.lost for call in within.values()),
            whole=sum(call.is_whole(spool / f"{call_id}.raw", _TOLERANCE) for call_id, call in answered.items()),
            voices=loop.voices.seconds,
            lags=loop.lags,
            screens=[],
            locked=[],
            cpu={part: after[part] - before[part] for part in after},
        )


# --- the system ------------------------------------------------------------------------------------------------------


async def _whole(plan: Plan, seats: int, folder: Path) -> Measured:
    screens, voices = folder / "screens", Voices()
    options = Options(folder=folder / "r", robots=seats, customers=40 * seats + 200, pace=plan.pace)
    with _observed():
        async with rehearsal_running(options, _say) as rehearsal:
            observer = await Ami.open(_ami_port(rehearsal.deployment), voices.take)
            try:
                robots = watched(rehearsal, screens, pace=plan.wrap_up / _ROBOT_WRAPS_UP)
                async with Supervisor([robots]) as working:
                    return await _measure(plan, seats, rehearsal, working, voices, screens)
            finally:
                await observer.close()


async def _measure(
    plan: Plan, seats: int, rehearsal: Rehearsal, robots: Supervisor, voices: Voices, screens: Path
) -> Measured:
    supervisors = (rehearsal.servers, rehearsal.service, robots)
    connection = await asyncpg.connect(rehearsal.deployment.environment["CALLCENTER_DATABASE_URL"])

    async def all_work() -> bool:
        used: int = await connection.fetchval("SELECT count(DISTINCT agent_id) FROM call WHERE dialled_at IS NOT NULL")
        return used >= seats

    try:
        await eventually(all_work, deadline=120)
        await asyncio.sleep(plan.warm_up)
        voices.forget()
        began, before = rehearsal.system.clock.now(), _cpu(*supervisors)
        await asyncio.sleep(plan.seconds)
        ended, after = rehearsal.system.clock.now(), _cpu(*supervisors)
        bridged = list(voices.seconds)
        await _stored(connection, began, ended)
        calls = await connection.fetch(CALLS, began, ended)
        lags = await connection.fetch(LAGS, began, ended)
    finally:
        await connection.close()
    offset = float(rehearsal.deployment.environment["CALLCENTER_CLOCK_OFFSET_SECONDS"])
    answered = [call for call in calls if call["answered_at"] is not None]
    return Measured(
        seats=seats,
        seconds=(ended - began).total_seconds(),
        calls=len(calls),
        answered=len(answered),
        lost=sum(call["lost"] for call in calls),
        whole=sum(_is_whole(call) for call in answered),
        voices=bridged,
        lags=[row["lag"] for row in lags],
        screens=screens_of(answered, screens, offset),
        locked=[(call["stored_at"] - call["hung_up_at"]).total_seconds() for call in answered if call["stored_at"]],
        cpu={part: after[part] - before[part] for part in after if part in before},
    )


CALLS = """
    SELECT call.id::text, call.answered_at, call.hung_up_at, call.outcome = 'unknown' OR call.end_estimated AS lost,
           recording.stored_at, recording.duration_ms
    FROM call LEFT JOIN recording ON recording.call_id = call.id
    WHERE call.dialled_at IS NOT NULL AND call.ended_at BETWEEN $1 AND $2
"""
LAGS = """
    SELECT extract(epoch FROM received_at - at)::float8 AS lag FROM call_signal WHERE received_at BETWEEN $1 AND $2
"""
_UNSTORED = f"SELECT count(*) FROM ({CALLS}) c WHERE answered_at IS NOT NULL AND stored_at IS NULL"


async def _stored(connection: asyncpg.Connection, began: datetime, ended: datetime) -> None:
    """Waits until the recordings of the measured calls are stored; one that is never stored is counted as a fault."""

    async def all_stored() -> bool:
        unstored: int = await connection.fetchval(_UNSTORED, began, ended)
        return unstored == 0

    with suppress(AssertionError, TimeoutError):
        await eventually(all_stored, deadline=60, every=0.5)


def _is_whole(call: asyncpg.Record) -> bool:
    if call["stored_at"] is None or call["hung_up_at"] is None:
        return False
    talked: timedelta = call["hung_up_at"] - call["answered_at"]
    seconds: float = call["duration_ms"] / 1000
    return seconds >= talked.total_seconds() - _TOLERANCE


def screens_of(answered: Sequence[asyncpg.Record], file: Path, offset: float) -> list[float]:
    """Returns how long after the switch's instant an answer and a hang-up were first seen on a screen."""
    first: dict[tuple[str, str], float] = {}
    for line in file.read_text().splitlines():
        shown = json.loads(line)
        first.setdefault((shown["call"], shown["state"]), shown["at"])
    seen = []
    for call in answered:
        for state, column in (("answered", "answered_at"), ("ended", "hung_up_at")):
            at = first.get((call["id"], state), first.get((call["id"], "ended")))
            if at is not None and call[column] is not None:
                seen.append(at - (call[column].timestamp() - offset))
    return seen


def watched(rehearsal: Rehearsal, screens: Path, *, pace: float) -> Part:
    """Returns the robots, who note what they see; they are ended without the end of their calls."""
    part = parts.robots(rehearsal.deployment)
    environment = {
        **part.command.environment,
        "CALLCENTER_ROBOTS_PACE": str(pace),
        "PYTHONPATH": str(_ROOT),
        watched_robots.VARIABLE: str(screens),
    }
    argv = (sys.executable, "-m", "tests.bench.watched_robots")
    return replace(part, command=replace(part.command, argv=argv, environment=environment), stop_seconds=2)


@contextmanager
def _observed() -> Iterator[None]:
    """Lets a rehearsal's switch know the user of the benches, until the block ends."""
    configure = parts.configure

    def with_user(folder: Path, box: AsteriskBox, choices: parts.Choices, given: Mapping[str, str]) -> parts.Deployment:
        deployment = configure(folder, box, choices, given)
        add_user(deployment.node.folder)
        return deployment

    parts.configure = with_user
    try:
        yield
    finally:
        parts.configure = configure


# --- both ------------------------------------------------------------------------------------------------------------


def _cpu(*supervisors: Supervisor) -> dict[str, float]:
    """Returns the processor seconds that each part has used, its children included."""
    used = {}
    for supervisor in supervisors:
        for part in supervisor.restarts:
            if (pid := supervisor.pid(part)) is not None:
                root = psutil.Process(pid)
                used[part] = sum(_seconds(process) for process in (root, *root.children(recursive=True)))
    return used


def _seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _ami_port(deployment: parts.Deployment) -> int:
    return int(deployment.environment["CALLCENTER_SWITCH_AMI_PORT"])


def _at(seconds: list[float], part: float) -> float:
    return percentile(seconds, part) if seconds else 0.0


def _ms(seconds: list[float], part: float) -> str:
    return f"{percentile(seconds, part) * 1000:.0f}" if seconds else "-"


def _say(said: str) -> None:
    print(f"· {said}", flush=True)
