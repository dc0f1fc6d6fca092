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
from callcenter.bootstrap.listening import open_listener
from callcenter.calendar.rules import WorkingCalendar
from callcenter.embedded.asterisk import fetch
from callcenter.embedded.process import EmbeddedError, cache_dir
from callcenter.kit.clock import BUSINESS_ZONE
from callcenter.kit.config import CoreSettings
from callcenter.migrations.run import migrate
from callcenter.rehearsal import cast, parts
from callcenter.rehearsal.day import choose_day
from callcenter.rehearsal.seed import Say, Scale, seed
from callcenter.supervision.run import state_dir, stop_signals
from callcenter.supervision.supervisor import PartEvent, Supervisor

_STORE_SECONDS = 20
_PROGRESS_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """Options of the command line."""

    folder: Path
    minutes: float | None = None
    robots: int = 12
    customers: int = 700
    port: int | None = None
    """Port of the panels; None: any free one."""
    seed: int = 1
    pace: float = 1.0
    """Stretches ringing and talking of the customers and the wrap-up of the robots."""


@dataclass(kw_only=True)
class Rehearsal:
    """A running rehearsal: its servers, the parts of the system, and a second system here for reading."""

    deployment: parts.Deployment
    system: System
    servers: Supervisor
    service: Supervisor
    """Runs the parts of the system."""
    began_at: datetime

    @property
    def restarts(self) -> dict[str, int]:
        """Returns how often each part had to be started again."""
        return self.servers.restarts | self.service.restarts

    async def drain(self) -> None:
        """Waits until no call is open and every recording is stored; gives up when both should long be so."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.deployment.longest_call + _STORE_SECONDS
        while loop.time() < deadline:
            async with self.system.works.begin() as work:
                open_calls = await self.system.calls.open_calls(work, self.system.settings.node)
                waiting = await self.system.recordings.arming.count_waiting(work)
            if not open_calls and not waiting:
                break
            await asyncio.sleep(0.5)
        # Complaints may have lengthened retention since the scheduled task last ran.
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
    """Runs servers and system, seeded with staff and customers, in an empty folder; stops all when the block ends."""
    box = fetch(cache_dir(), say)
    with state_dir(options.folder) as folder:
        _clear(folder)
        day = choose_day(WorkingCalendar(), datetime.now(UTC))
        choices = parts.Choices(
            http_port=options.port,
            clock_offset=day.offset,
            robots=options.robots,
            seed=options.seed,
            pace=options.pace,
        )
        deployment = parts.configure(folder, box, choices, os.environ)
        with _environment(deployment.environment):
            async with Supervisor(parts.servers(deployment), _reporter(say)) as servers:
                if deployment.database is None:
                    await _refuse_a_used_database(deployment.environment["CALLCENTER_DATABASE_URL"])
                await migrate(deployment.environment["CALLCENTER_DATABASE_URL"], CoreSettings().vault)
                system = build()
                try:
                    scale = Scale(robots=options.robots, customers=options.customers, chance_seed=options.seed)
                    await seed(system, scale, password=deployment.secrets.demo_password, say=say)
                    began_at = system.clock.now()
                    with open_listener("127.0.0.1", deployment.http_port) as listener:
                        processes = parts.service(deployment, listener)
                        async with Supervisor(processes, _reporter(say), at_once=True) as service:
                            yield Rehearsal(
                                deployment=deployment,
                                system=system,
                                servers=servers,
                                service=service,
                                began_at=began_at,
                            )
                finally:
                    await system.close()


def robots_working(rehearsal: Rehearsal, say: Say) -> Supervisor:
    """Returns a supervisor that runs the robot agents; when it stops, they finish their calls and log off."""
    return Supervisor([parts.robots(rehearsal.deployment)], _reporter(say))


async def rehearse(options: Options, console: Console) -> int:
    """Runs the command. Returns the exit code: 0 when the certificate holds, 1 when it does not."""

    def say(text: str) -> None:
        console.print(f"[dim]·[/dim] {text}", highlight=False, soft_wrap=True)

    async with stop_signals() as stop, rehearsal_running(options, say) as rehearsal:
        _welcome(console, rehearsal.deployment)
        async with robots_working(rehearsal, say):
            await _play(rehearsal, options, stop, console)
            say("机器人坐席结束通话并签出 the robot agents finish their calls and log off")
        say("正在等待剩余录音入库 waiting for the last recordings to be stored")
        await rehearsal.drain()
        certificate = await rehearsal.certify()
    render(certificate, console)
    if restarted := {name: count for name, count in rehearsal.restarts.items() if count}:
        say("途中重启 restarted meanwhile: " + ", ".join(f"{name} ×{count}" for name, count in restarted.items()))
    return 0 if certificate.ok else 1


async def _play(rehearsal: Rehearsal, options: Options, stop: asyncio.Event, console: Console) -> None:
    """Shows progress until the time is over or ``stop`` is set."""
    loop = asyncio.get_running_loop()
    end = loop.time() + options.minutes * 60 if options.minutes is not None else None
    while not stop.is_set() and (end is None or loop.time() < end):
        left = _PROGRESS_SECONDS if end is None else max(0.0, min(_PROGRESS_SECONDS, end - loop.time()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(left):
                await stop.wait()
        console.print(await _progress_line(rehearsal), highlight=False, soft_wrap=True)


async def _progress_line(rehearsal: Rehearsal) -> str:
    """Returns one line of figures, from the supervisor's board."""
    try:
        async with rehearsal.system.works.begin() as work:
            floor = await rehearsal.system.floor.snapshot(work)
    except Exception as error:  # the database may be restarting: the line says so, the rehearsal goes on
        return f"  …  数据库无应答 the database does not answer ({type(error).__name__})"
    totals, restarts = floor.totals, sum(rehearsal.restarts.values())
    return (
        f"  {floor.now.astimezone(BUSINESS_ZONE):%m-%d %H:%M:%S}  "
        f"坐席 seats {len(floor.seats)}  拨打 placed {totals.placed}  "
        f"接通 answered {totals.answered}  通话中 live {totals.live}  成功 successes {totals.successes.counted}  "
        f"录音入库 stored {totals.recordings_stored}  录音异常 incidents {totals.incidents_open}  "
        f"投诉回访 complaints called back {totals.complaints_done}/{totals.complaints_due}"
        + (f" 逾期 overdue {totals.complaints_overdue}" if totals.complaints_overdue else "")
        + (f"  重启 restarts {restarts}" if restarts else "")
    )


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Sets the rehearsal's settings in this process's environment until the block ends."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


async def _refuse_a_used_database(url: str) -> None:
    """Refuses a database that is not empty: a rehearsal fills it with invented people. Raises EmbeddedError."""
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, ValueError, TimeoutError, asyncpg.PostgresError) as error:
        raise EmbeddedError(
            f"the database that CALLCENTER_DATABASE_URL names cannot be reached ({type(error).__name__}): "
            "correct the address, or unset the variable to use the embedded database"
        ) from None
    try:
        used = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
    finally:
        await connection.close(timeout=5)
    if used:
        raise EmbeddedError(
            "the database that CALLCENTER_DATABASE_URL names is not empty: name an empty one, as a rehearsal fills it "
            "with invented people"
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


def _welcome(console: Console, deployment: parts.Deployment) -> None:
    """Prints the address of the panels and the accounts."""
    console.print()
    console.print(
        f"[bold]演练环境 rehearsal[/bold]: {deployment.url}   (人员、客户均为虚构 all invented)",
        soft_wrap=True,
    )
    console.print(
        f"所有账号的密码 password of every account: [bold]{deployment.secrets.demo_password}[/bold]", soft_wrap=True
    )
    for player in cast.persons():
        console.print(f"  {player.login:<12} {player.role.value:<18} {player.name}", highlight=False)
    console.print(f"日志 logs: {deployment.folder / 'log'}", soft_wrap=True)
    console.print(
        "按 Ctrl-C 结束并出具合规证书 press Ctrl-C to end the rehearsal and print its certificate", soft_wrap=True
    )
    console.print()


_EVENTS = {
    PartEvent.READY: "就绪 ready",
    PartEvent.DIED: "意外退出 died",
    PartEvent.DEAF: "无应答 does not answer",
    PartEvent.RESTARTED: "已重启 restarted",
    PartEvent.STOPPED: "已停止 stopped",
    PartEvent.KILLED: "强制结束 killed",
}


def _reporter(say: Say) -> Callable[[str, PartEvent, str], None]:
    """Returns the hook that the supervisor calls with each event of a part."""

    def report(part: str, event: PartEvent, detail: str) -> None:
        if event in _EVENTS:
            say(f"{part}: {_EVENTS[event]}" + (f" ({detail})" if detail else ""))

    return report
