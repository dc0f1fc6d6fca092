"""Implements ``callcenter rehearse``: servers, invented customers, a working day, the certificate."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
from rich.console import Console

from callcenter.audit.certificate.report import render
from callcenter.audit.certificate.types import Certificate
from callcenter.bootstrap import System, build
from callcenter.calendar.rules import WorkingCalendar
from callcenter.embedded.asterisk import fetch
from callcenter.embedded.process import EmbeddedError, cache_dir
from callcenter.embedded.supervisor import PartEvent, Supervisor, state_dir, stop_signals
from callcenter.kit.clock import BUSINESS_ZONE
from callcenter.migrations.run import migrate
from callcenter.rehearsal import cast, parts
from callcenter.rehearsal.day import choose_day
from callcenter.rehearsal.seed import seed

_DRAIN_SECONDS = 60
_PROGRESS_SECONDS = 5.0

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was asked for on the command line."""

    folder: Path
    minutes: float | None = None
    robots: int = 12
    customers: int = 700
    port: int | None = None
    """Of the panels; None: any free one."""
    seed: int = 1


@dataclass(kw_only=True)
class Rehearsal:
    """A simulated carrier that runs: its servers, the system, and a second system in this process to look through."""

    layout: parts.Layout
    system: System
    servers: Supervisor
    server: Supervisor
    began_at: datetime

    @property
    def restarts(self) -> dict[str, int]:
        """How often each part had to be started again."""
        return {name: count for each in (self.servers, self.server) for name, count in each.restarts.items()}

    async def drain(self) -> None:
        """Waits until no call is open and every recording is stored; gives up after a minute."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _DRAIN_SECONDS
        while loop.time() < deadline:
            async with self.system.works.begin() as work:
                open_calls = await self.system.calls.open_calls(work, self.system.settings.node)
                waiting = await self.system.recordings.arming.count_waiting(work)
            if not open_calls and not waiting:
                break
            await asyncio.sleep(0.5)
        # Complaints may have changed what is wanted since the scheduled task last ran.
        await self.system.recordings.retention.keep_locked(self.system.works)
        async with self.system.works.begin() as work:
            await self.system.recordings.reconciling.reconcile(work)

    async def certify(self) -> Certificate:
        """Certifies everything since the start of the rehearsal; asks the store about each recording."""
        async with self.system.works.begin() as work:
            return await self.system.certificates.certify(
                work,
                self.began_at - timedelta(minutes=1),
                work.now + timedelta(seconds=1),
                with_store=True,
                restarts=sum(self.restarts.values()),
            )


@contextlib.asynccontextmanager
async def rehearsal_running(options: Options, say: Say) -> AsyncIterator[Rehearsal]:
    """Servers, an inhabited simulated carrier and the system, from an empty folder; all gone when the block ends."""
    box = fetch(cache_dir(), say)
    with state_dir(options.folder) as folder:
        _clear(folder)
        day = choose_day(WorkingCalendar(), datetime.now(UTC))
        layout = parts.lay_out(
            folder,
            box,
            http_port=options.port,
            clock_offset=day.offset,
            robots=options.robots,
            seed=options.seed,
            given=os.environ,
        )
        with _environment(layout.environment):
            async with Supervisor(parts.servers(layout), _teller(say)) as servers:
                if layout.database is None:
                    await _refuse_a_used_database(layout.environment["CALLCENTER_DATABASE_URL"])
                await migrate(layout.environment["CALLCENTER_DATABASE_URL"])
                system = build()
                try:
                    await seed(
                        system,
                        password=layout.secrets.demo_password,
                        robots=options.robots,
                        customers=options.customers,
                        chance_seed=options.seed,
                        say=say,
                    )
                    began_at = system.clock.now()
                    async with Supervisor([parts.server(layout)], _teller(say)) as server:
                        yield Rehearsal(
                            layout=layout,
                            system=system,
                            servers=servers,
                            server=server,
                            began_at=began_at,
                        )
                finally:
                    await system.close()


def robots_working(rehearsal: Rehearsal, say: Say) -> Supervisor:
    """The robot agents, as long as it is entered; on leaving they finish their calls and go home."""
    return Supervisor([parts.robots(rehearsal.layout)], _teller(say))


async def rehearse(options: Options, console: Console) -> int:
    """The command. Returns the exit code: 0 when the certificate holds."""

    def say(text: str) -> None:
        console.print(f"[dim]·[/dim] {text}", highlight=False)

    async with stop_signals() as asked, rehearsal_running(options, say) as rehearsal:
        _welcome(console, rehearsal.layout)
        async with robots_working(rehearsal, say):
            await _play(rehearsal, options, asked, console)
            say("the robots finish their calls and go home")
        say("waiting for the last recordings")
        await rehearsal.drain()
        certificate = await rehearsal.certify()
    render(certificate, console)
    if restarted := {name: count for name, count in rehearsal.restarts.items() if count}:
        say("restarted on the way: " + ", ".join(f"{name} ×{count}" for name, count in restarted.items()))
    return 0 if certificate.ok else 1


async def _play(rehearsal: Rehearsal, options: Options, asked: asyncio.Event, console: Console) -> None:
    """Shows progress until the time is over or somebody asks for the end."""
    loop = asyncio.get_running_loop()
    end = loop.time() + options.minutes * 60 if options.minutes is not None else None
    while not asked.is_set() and (end is None or loop.time() < end):
        left = _PROGRESS_SECONDS if end is None else max(0.0, min(_PROGRESS_SECONDS, end - loop.time()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(left):
                await asked.wait()
        console.print(await _progress_line(rehearsal), highlight=False, soft_wrap=True)


async def _progress_line(rehearsal: Rehearsal) -> str:
    try:
        async with rehearsal.system.works.begin() as work:
            floor = await rehearsal.system.floor.snapshot(work)
    except Exception as error:  # the database may be restarting: the line says so, the rehearsal goes on
        return f"  …  the database does not answer ({type(error).__name__})"
    totals, restarts = floor.totals, sum(rehearsal.restarts.values())
    return (
        f"  {floor.now.astimezone(BUSINESS_ZONE):%a %H:%M:%S}  seats {len(floor.seats)}  placed {totals.placed}  "
        f"answered {totals.answered}  talking {totals.live}  successes {totals.successes}  "
        f"recorded {totals.recordings_stored}  incidents {totals.incidents_open}  "
        f"complaints called back {totals.complaints_done}/{totals.complaints_due}"
        + (f"  restarts {restarts}" if restarts else "")
    )


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """This process's settings are the simulated carrier's, as long as the block lasts."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


async def _refuse_a_used_database(url: str) -> None:
    """A rehearsal fills its database with invented people: never one that holds anything."""
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, ValueError, TimeoutError, asyncpg.PostgresError) as error:
        raise EmbeddedError(
            f"the database that CALLCENTER_DATABASE_URL names cannot be reached ({type(error).__name__}): "
            "mend the address, or leave the variable away to use the embedded one"
        ) from None
    try:
        used = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
    finally:
        await connection.close(timeout=5)
    if used:
        raise EmbeddedError(
            "the database that CALLCENTER_DATABASE_URL names is not empty: a rehearsal needs an empty one"
        )


def _clear(folder: Path) -> None:
    """Empties the folder of the last rehearsal, locked objects included; only the secrets stay."""
    for entry in folder.iterdir():
        if entry.name in ("lock", "secrets.json"):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _welcome(console: Console, layout: parts.Layout) -> None:
    """Where to look, and who one can be."""
    console.print()
    console.print(f"[bold]演练环境 / rehearsal[/bold]   {layout.url}")
    console.print(f"密码 / password for every account: [bold]{layout.secrets.demo_password}[/bold]")
    for player in cast.persons():
        console.print(f"  {player.login:<12} {player.role.value:<18} {player.name}", highlight=False)
    console.print(f"日志 / logs: {layout.folder / 'log'}      Ctrl-C ends it", soft_wrap=True)
    console.print()


def _teller(say: Say) -> Callable[[str, PartEvent, str], None]:
    def tell(part: str, what: PartEvent, detail: str) -> None:
        if what is not PartEvent.STARTING:
            say(f"{part}: {what.value}" + (f" ({detail})" if detail else ""))

    return tell
