"""``callcenter rehearse``: starts the servers, fills the town, lets a working day run, ends with the certificate."""

import asyncio
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from callcenter.audit.certificate.report import render
from callcenter.audit.certificate.types import Certificate
from callcenter.bootstrap import House, build
from callcenter.embedded.asterisk import fetch
from callcenter.embedded.process import cache_dir
from callcenter.embedded.supervisor import PartEvent, Supervisor, state_dir, stop_signals
from callcenter.kit.calendar import WorkingCalendar
from callcenter.kit.clock import BUSINESS_ZONE
from callcenter.migrations.run import migrate
from callcenter.rehearsal import cast, parts
from callcenter.rehearsal.day import choose_day
from callcenter.rehearsal.seed import seed

_DRAIN_SECONDS = 60
_PROGRESS_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What was asked for on the command line."""

    folder: Path
    minutes: float | None = None
    robots: int = 12
    customers: int = 700
    port: int | None = 8000
    seed: int = 1
    first_number: str | None = None


async def rehearse(wishes: Wishes, console: Console) -> int:
    """Returns the exit code: 0 when the certificate holds, or when no end was set and a person ended it."""
    say = _sayer(console)
    box = fetch(cache_dir(), say)
    with state_dir(wishes.folder) as folder:
        _clear(folder)
        day = choose_day(WorkingCalendar(), datetime.now(UTC))
        town = parts.lay_out(
            folder,
            box,
            http_port=wishes.port,
            clock_offset=day.offset,
            robots=wishes.robots,
            seed=wishes.seed,
        )
        os.environ.update(town.environment)
        async with stop_signals() as asked:
            servers = Supervisor(parts.servers(town), _teller(say))
            async with servers:
                await migrate(town.environment["CALLCENTER_DATABASE_URL"])
                house = build()
                try:
                    await seed(
                        house,
                        password=town.secrets.demo_password,
                        robots=wishes.robots,
                        customers=wishes.customers,
                        chance_seed=wishes.seed,
                        first_number=wishes.first_number,
                        say=say,
                    )
                    began_at = house.clock.now()
                    async with Supervisor([parts.house(town)], _teller(say)) as household:
                        _welcome(console, town)
                        async with Supervisor([parts.robots(town)], _teller(say)):
                            await _play(house, wishes, asked, console, [servers, household])
                        say("robots have gone home, waiting for the last recordings")
                        await _drain(house)
                    certificate = await _certify(house, began_at)
                finally:
                    await house.close()
    render(certificate, console)
    restarts = {name: count for each in (servers, household) for name, count in each.restarts.items() if count}
    if restarts:
        say("restarted on the way: " + ", ".join(f"{name} ×{count}" for name, count in restarts.items()))
    return 0 if certificate.ok else 1


async def _play(
    house: House, wishes: Wishes, asked: asyncio.Event, console: Console, supervisors: list[Supervisor]
) -> None:
    """Shows progress until the time is over or somebody asks for the end."""
    loop = asyncio.get_running_loop()
    end = loop.time() + wishes.minutes * 60 if wishes.minutes is not None else None
    while not asked.is_set() and (end is None or loop.time() < end):
        left = _PROGRESS_SECONDS if end is None else max(0.0, min(_PROGRESS_SECONDS, end - loop.time()))
        try:
            async with asyncio.timeout(left):
                await asked.wait()
        except TimeoutError:
            pass
        restarts = sum(sum(each.restarts.values()) for each in supervisors)
        console.print(await _progress_line(house, restarts), highlight=False)


async def _progress_line(house: House, restarts: int) -> str:
    try:
        async with house.works.begin() as work:
            floor = await house.floor.snapshot(work)
    except Exception as error:  # the database may be restarting: the line says so, the rehearsal goes on
        return f"  …  the database does not answer ({type(error).__name__})"
    totals = floor.totals
    at = floor.now.astimezone(BUSINESS_ZONE)
    return (
        f"  {at:%a %H:%M:%S}  seats {len(floor.seats)}  placed {totals.placed}  answered {totals.answered}  "
        f"talking {totals.live}  successes {totals.successes}  recorded {totals.recordings_stored}  "
        f"incidents {totals.incidents_open}  complaints called back {totals.complaints_done}/{totals.complaints_due}"
        + (f"  restarts {restarts}" if restarts else "")
    )


async def _drain(house: House) -> None:
    """Waits until no call is open and every recording is stored, as long as that may take."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _DRAIN_SECONDS
    while loop.time() < deadline:
        async with house.works.begin() as work:
            open_calls = await house.calls.open_calls(work, house.settings.node)
            waiting = await house.recordings.count_waiting(work)
        if not open_calls and not waiting:
            break
        await asyncio.sleep(0.5)
    async with house.works.begin() as work:
        await house.recordings.reconcile(work)


async def _certify(house: House, began_at: datetime) -> Certificate:
    async with house.works.begin() as work:
        return await house.certificates.certify(
            work, began_at - timedelta(minutes=1), work.now + timedelta(seconds=1), with_store=True
        )


def _clear(folder: Path) -> None:
    """A rehearsal begins with an empty town; the secrets stay, and the locked objects of an invented day go."""
    for entry in folder.iterdir():
        if entry.name in ("lock", "secrets.json"):
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _welcome(console: Console, town: parts.Town) -> None:
    """Where to look, and who one can be."""
    console.print()
    console.print(f"[bold]演练环境 / rehearsal[/bold]   {town.url}")
    console.print(f"密码 / password for every account: [bold]{town.secrets.demo_password}[/bold]")
    for player in cast.persons():
        console.print(f"  {player.login:<12} {player.role.value:<18} {player.name}", highlight=False)
    console.print(f"日志 / logs: {town.folder / 'log'}      Ctrl-C ends it")
    console.print()


def _sayer(console: Console) -> Callable[[str], None]:
    return lambda text: console.print(f"[dim]·[/dim] {text}", highlight=False)


def _teller(say: Callable[[str], None]) -> Callable[[str, PartEvent, str], None]:
    def tell(part: str, what: PartEvent, detail: str) -> None:
        if what is not PartEvent.STARTING:
            say(f"{part}: {what.value}" + (f" ({detail})" if detail else ""))

    return tell
