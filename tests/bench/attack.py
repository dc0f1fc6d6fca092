"""``python -m tests.bench attack [--full] [--robots 40]``: attacks a running rehearsal while robots work beside it.

Everything is real and on 127.0.0.1: switch, carrier, database, store, the parts of the system. Each attack of
``attackers`` runs for itself; the table shows what it got. Beside it stands how late the engine took the switch's
signals, how late they were on the robots' screens, and how long another agent's desk took to answer, under attack and
without, in the same run. The attackers share the processors with the system, so a part of what is lost is theirs.
"""

import asyncio
import re
import tempfile
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil

from callcenter.rehearsal import parts
from callcenter.rehearsal.run import Options, Rehearsal, rehearsal_running
from callcenter.supervision.supervisor import Supervisor
from tests.bench import attackers
from tests.bench.attackers import Attack, Got, Target
from tests.bench.contest import percentile
from tests.bench.seats import CALLS, LAGS, screens_of, watched
from tests.bench.table import Table
from tests.support.waiting import eventually

_MOST = 2.0
"""How many times as late signals may be under attack (p99)."""
_PACE = 2.0
"""Stretches the robots' calls, so that their customers last to the end."""
_PROBE_SECONDS = 0.25
_BUSY = "503 reading_busy"
"""Uploads are read a few at a time; one more is asked to come again."""
_LOST_TO_THE_ATTACKER = ("agent1", "leader", "data", "auditor")


@dataclass(frozen=True)
class Planned:
    """An attack, and what it did before it was refused."""

    attacks: Sequence[tuple[str, Attack]]
    """Those that run at the same time."""
    before: str


_PLAN = (
    Planned(
        (
            ("slow heads", attackers.slow_heads),
            ("slow bodies", attackers.slow_bodies),
            ("clients that never read", attackers.slow_readers),
        ),
        "100 of them stayed for ever",
    ),
    Planned((("150 desk streams of one agent", attackers.desk_streams),), "the others' were 30 times slower"),
    Planned((("150 floor streams, unread", attackers.deaf_streams),), "stayed for ever"),
    Planned((("60 MB bodies", attackers.big_bodies),), "froze the service for 18 s, 560 MB on disk"),
    Planned((("workbook bombs", attackers.workbook_bombs),), "29 to 43 s each, 1.5 GB"),
    Planned((("WebSockets to the switch", attackers.switch_sockets),), "100 of them kept the phones out"),
    Planned((("INVITEs to the trunk's port", attackers.invites),), "300 took every port for sound"),
    Planned((("odd searches", attackers.odd_searches),), "5xx; 12 guesses a second, no trace"),
    Planned((("log-ins from one address", attackers.log_ins),), "40 accounts in 3 s, without end"),
)
"""The log-ins come last: they lock the address of the robots for devices that are not known."""


@dataclass
class Span:
    """What was seen of the bystanders in one stretch of time; durations are seconds."""

    began: datetime
    ended: datetime
    desk: list[float]
    """Answers of another agent's desk."""
    failed: list[str] = field(default_factory=list)
    """Those that did not come."""
    lags: list[float] = field(default_factory=list)
    screens: list[float] = field(default_factory=list)
    fds: int = 0
    """Open files of the web at its worst moment."""


@dataclass
class Attacked:
    planned: Planned
    got: dict[str, Got]
    span: Span


def run(*, full: bool, robots: int | None) -> int:
    """Returns the exit code: 1 when an attack got what it must not get."""
    count = robots or (40 if full else 8)
    with tempfile.TemporaryDirectory(prefix="cc-attack-") as folder:
        table, faults = asyncio.run(_run(Path(folder), count, quiet=120.0 if full else 40.0))
    print(f"\n{table}\n", flush=True)
    for fault in faults:
        print(f"NOT HELD: {fault}", flush=True)
    return 1 if faults else 0


async def _run(folder: Path, robots: int, *, quiet: float) -> tuple[Table, list[str]]:
    options = Options(folder=folder / "r", robots=robots, customers=40 * robots + 200, pace=_PACE)
    screens = folder / "screens"
    async with rehearsal_running(options, _say) as rehearsal:
        async with Supervisor([watched(rehearsal, screens, pace=_PACE)]):
            bystander = await Bystander.open(rehearsal)
            try:
                await eventually(lambda: bystander.all_work(robots), deadline=180)
                await asyncio.sleep(5)
                target = await _target(rehearsal)
                still = [await bystander.watch(asyncio.sleep(quiet))]
                attacked = [await _attack(bystander, target, planned) for planned in _PLAN]
                still.append(await bystander.watch(asyncio.sleep(quiet)))
                for span in (*still, *(one.span for one in attacked)):
                    await bystander.fill(span, screens)
                lost = await bystander.lost(still[0].began, still[-1].ended)
            finally:
                await bystander.close()
        restarts = {part: count for part, count in rehearsal.restarts.items() if count}
    return _table(robots, still, attacked, lost), _faults(still, attacked, lost, restarts)


async def _attack(bystander: "Bystander", target: Target, planned: Planned) -> Attacked:
    got: dict[str, Got] = {}

    async def one(name: str, attack: Attack) -> None:
        _say(f"attack: {name}")
        began = time.monotonic()
        got[name] = await attack(target)
        got[name].slowest = got[name].slowest or time.monotonic() - began
        _say(f"attack: {name}: {dict(got[name].answers)}")

    async def all_of_them() -> None:
        await asyncio.gather(*(one(*each) for each in planned.attacks))

    span = await bystander.watch(all_of_them())
    return Attacked(planned, got, span)


async def _target(rehearsal: Rehearsal) -> Target:
    deployment, web = rehearsal.deployment, rehearsal.service.pid("web")
    switch, settings = rehearsal.servers.pid("switch"), rehearsal.system.switch
    assert web is not None
    assert switch is not None
    sip = re.search(r"bind = 127\.0\.0\.1:(\d+)", (deployment.node.folder / "etc" / "pjsip.conf").read_text())
    assert sip is not None
    cookies = {login: await _log_in(rehearsal, login) for login in _LOST_TO_THE_ATTACKER}
    return Target(
        port=deployment.http_port,
        cookies=cookies,
        web=web,
        switch=switch,
        sip_port=int(sip[1]),
        phone=settings.phone_account(parts.NODE, "1003", websocket_url=settings.websocket_url, realm=settings.realm),
    )


async def _log_in(rehearsal: Rehearsal, login: str) -> str:
    body = {"login": login, "password": rehearsal.deployment.secrets.demo_password}
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        url = f"http://127.0.0.1:{rehearsal.deployment.http_port}/api/v1/session"
        answer = await client.post(url, json=body, headers={"X-Requested-With": "callcenter"})
        answer.raise_for_status()
    return f"callcenter_session={answer.cookies['callcenter_session']}"


class Bystander:
    """Sees what the others notice: another agent's desk, the robots' signals and screens, the files of the web."""

    def __init__(self, rehearsal: Rehearsal, database: asyncpg.Connection, cookie: str) -> None:
        self._rehearsal = rehearsal
        self._database = database
        url = f"http://127.0.0.1:{rehearsal.deployment.http_port}/api/v1"
        self._desk = httpx.AsyncClient(base_url=url, headers={"Cookie": cookie}, timeout=120, trust_env=False)

    @classmethod
    async def open(cls, rehearsal: Rehearsal) -> "Bystander":
        database = await asyncpg.connect(rehearsal.deployment.environment["CALLCENTER_DATABASE_URL"])
        return cls(rehearsal, database, await _log_in(rehearsal, "agent2"))

    async def close(self) -> None:
        await self._desk.aclose()
        await self._database.close()

    async def all_work(self, robots: int) -> bool:
        query = "SELECT count(DISTINCT agent_id) FROM call WHERE dialled_at IS NOT NULL"
        used: int = await self._database.fetchval(query)
        return used >= robots

    async def watch(self, meanwhile: Coroutine[Any, Any, None]) -> Span:
        """Looks at the desk until what happens meanwhile is over."""
        clock, happening = self._rehearsal.system.clock, asyncio.create_task(meanwhile)
        span = Span(clock.now(), clock.now(), [])
        web = self._rehearsal.service.pid("web")
        while not happening.done():
            began = time.monotonic()
            try:
                (await self._desk.get("/desk")).raise_for_status()
            except httpx.HTTPError as error:
                span.failed.append(type(error).__name__)
            span.desk.append(time.monotonic() - began)
            span.fds = max(span.fds, psutil.Process(web).num_fds())
            await asyncio.wait({happening}, timeout=_PROBE_SECONDS)
        await happening
        span.ended = clock.now()
        return span

    async def fill(self, span: Span, screens: Path) -> None:
        """Adds what the database knows of the robots' calls in this time."""
        span.lags = [row["lag"] for row in await self._database.fetch(LAGS, span.began, span.ended)]
        answered = [
            call
            for call in await self._database.fetch(CALLS, span.began, span.ended)
            if call["answered_at"] is not None
        ]
        offset = float(self._rehearsal.deployment.environment["CALLCENTER_CLOCK_OFFSET_SECONDS"])
        span.screens = screens_of(answered, screens, offset)

    async def lost(self, began: datetime, ended: datetime) -> int:
        return sum(bool(call["lost"]) for call in await self._database.fetch(CALLS, began, ended))


def _table(robots: int, still: Sequence[Span], attacked: Sequence[Attacked], lost: int) -> Table:
    rows: list[Sequence[str]] = [("without", "", "", "", "", *_seen(still))]
    for one in attacked:
        for place, (name, got) in enumerate(one.got.items()):
            held = f"{got.held} → {got.kept}" if got.held else ""
            of_span = _seen([one.span]) if not place else ("", "", "", "")
            rows.append((name, str(got.sent), _size(got.taken), f"{got.slowest:.1f}", held, *of_span))
    under = [one.span for one in attacked]
    rows.append(("all attacks", "", "", "", "", *_seen(under)))
    table = Table(
        f"attacks beside {robots} robots; seconds until the last answer; connections held at most → at the end",
        ("attack", "sent", "taken", "s", "held", "lag p99 ms", "screen p99", "desk p99", "web's files"),
        rows,
    )
    table.notes.append(
        f"signal lag p99 under attack ÷ without: {_ratio(still, under):.2f} "
        f"({sum(len(one.lags) for one in under)} and {sum(len(one.lags) for one in still)} signals); {lost} calls lost"
    )
    for one in attacked:
        for name, got in one.got.items():
            answers = ", ".join(f"{answer} ×{count}" for answer, count in sorted(got.answers.items()))
            table.notes.append(f"{name}: {'; '.join(filter(None, (answers, got.note)))}")
        table.notes.append(f"    before: {one.planned.before}")
    return table


def _faults(still: Sequence[Span], attacked: Sequence[Attacked], lost: int, restarts: dict[str, int]) -> list[str]:
    ratio = _ratio(still, [one.span for one in attacked])
    faults = [f"signals are {ratio:.2f} times as late under attack"] if ratio > _MOST else []
    faults += [f"{lost} calls were lost"] if lost else []
    failed = [error for one in attacked for error in one.span.failed]
    faults += [f"the other agent's desk did not answer: {failed}"] if failed else []
    faults += [f"parts died: {restarts}"] if restarts else []
    for one in attacked:
        for name, got in one.got.items():
            broken = {answer for answer in got.answers if answer.startswith("5")} - {_BUSY}
            faults += [f"{name}: {answer} ×{got.answers[answer]}" for answer in sorted(broken)]
            faults += [f"{name}: {got.kept} connections are kept"] if got.kept > 6 else []
    return faults


def _ratio(still: Sequence[Span], under: Sequence[Span]) -> float:
    ours, theirs = (_p99([lag for span in spans for lag in span.lags]) for spans in (still, under))
    return theirs / ours if ours else 0.0


def _seen(spans: Sequence[Span]) -> tuple[str, str, str, str]:
    figures = ([one for span in spans for one in getattr(span, name)] for name in ("lags", "screens", "desk"))
    lag, screen, desk = (f"{_p99(each) * 1000:.0f}" if each else "-" for each in figures)
    return lag, screen, desk, str(max(span.fds for span in spans))


def _p99(seconds: Sequence[float]) -> float:
    return percentile(list(seconds), 0.99) if seconds else 0.0


def _size(taken: int) -> str:
    return f"{taken / 1e6:.1f} MB" if taken >= 100_000 else f"{taken / 1000:.1f} kB"


def _say(said: str) -> None:
    print(f"· {said}", flush=True)
