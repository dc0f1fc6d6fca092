"""Two real Asterisks and three real engines: one engine is killed and its standby goes on, one switch is killed and its
agents move to the other; the certificate holds."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callcenter.bootstrap import Part, System, build, running
from callcenter.calendar.rules import WorkingCalendar
from callcenter.health.types import PartCard
from callcenter.kit.clock import business_date
from callcenter.kit.errors import Refusal
from callcenter.rehearsal.cast import CALLER_ID
from callcenter.rehearsal.day import choose_day
from callcenter.rehearsal.seed import Scale, seed
from callcenter.storage.memory import MemoryStore
from callcenter.supervision.command import Command
from callcenter.telephony.simulated import SimulatedSwitch
from tests.scenarios.acts import snapshot
from tests.scenarios.conftest import PASSWORD, Stage
from tests.scenarios.test_faults import broken, certificate_of, everybody_works
from tests.support.settings import FIELD_KEYS, INDEX_KEY, core_settings
from tests.support.waiting import eventually
from tests.telephony.lab import AMI_SECRET, Lab, running_lab

pytestmark = [pytest.mark.e2e, pytest.mark.db, pytest.mark.timeout(900)]

N1, N2 = "n1", "n2"
PATIENT = 180.0
"""Seconds for what comes soon on a machine without other work."""


def settings_of(lab: Lab, database_url: str, offset: float) -> Mapping[str, str]:
    """Returns the settings of the processes of a node, without their common prefix."""
    return {
        "DATABASE_URL": database_url,
        "FIELD_KEYS": FIELD_KEYS,
        "INDEX_KEY": INDEX_KEY,
        "NODE": lab.name,
        "REHEARSAL": "true",
        "CLOCK_OFFSET_SECONDS": str(offset),
        "SWITCH_AMI_PORT": str(lab.ami_port),
        "SWITCH_AMI_SECRET": AMI_SECRET,
        "SWITCH_PHONE_SECRET": "only for tests",
        "SWITCH_SPOOL_DIR": str(lab.spool),
        "SWITCH_WEBSOCKET_URL": lab.settings.websocket_url,
        "RECORDINGS_SPOOL_DIR": str(lab.spool),
        "RECORDINGS_SETTLE": "PT3S",
        "RECORDINGS_GIVE_UP": "PT30S",
        "RECORDINGS_MIN_FREE_BYTES": "1000000",
        "CAMPAIGNS_CALLER_IDS": CALLER_ID,
        "COMPLAINTS_FIRST_CALL_AFTER": "PT0S",
        "CALLBACKS_COMPLAINT_STAFF_FIRST": "PT0S",
        "HEALTH_GONE_AFTER": "PT20S",
        "S3_ENDPOINT": "127.0.0.1:1",
        "S3_ACCESS_KEY": "not used here",
        "S3_SECRET_KEY": "not used here",
    }


@dataclass
class Site:
    """Both switches, their engines as processes; web, office and recorders in this one."""

    stage: Stage
    labs: Mapping[str, Lab]
    environments: Mapping[str, Mapping[str, str]]
    folder: Path
    engines: dict[str, list["subprocess.Popen[bytes]"]]

    def start_engine(self, node: str) -> None:
        """Starts one more process that leads the engine of a node, or waits to."""
        with (self.folder / f"engine-{node}.log").open("ab") as log:
            argv = (sys.executable, "-m", "callcenter", "serve", "--role", Part.ENGINE.value)
            process = Command(argv=argv, folder=self.folder, environment=self.environments[node]).start(log)
        self.engines.setdefault(node, []).append(process)

    async def part(self, subject: str) -> PartCard | None:
        """Returns how a part is seen; None for one of a node whose engine has not registered it yet."""
        cards = await self.stage.ask(self.stage.system.health.parts)
        return next((card for card in cards if card.subject == subject), None)

    async def leads(self, node: str, *, standbys: int) -> PartCard:
        """Waits until one engine of a node leads and so many wait."""

        async def led() -> PartCard | None:
            card = await self.part(f"engine:{node}")
            return card if card and card.running and card.standbys == standbys else None

        card = await eventually(led, PATIENT)
        assert card
        return card

    async def leader(self, node: str) -> tuple[datetime, int]:
        """Returns since when the engine of a node is led, and by which process."""
        reading = await self.stage.ask(self.stage.system.health.current)
        leading = [(one.leads[Part.ENGINE], one.pid) for one in reading.reports if one.node == node if one.engine]
        return max(leading)

    async def takes_over(self, node: str, killed: int) -> datetime | None:
        """Returns since when another process than the killed one leads."""
        since, pid = await self.leader(node)
        return since if pid != killed else None

    async def asked_to_move(self, agent: int) -> bool:
        shown = await snapshot(self.stage, agent)
        return shown.engine is not None and shown.engine.move

    async def logs_off(self, agent: int) -> bool:
        """Logs an agent off, who then logs on again at once; False while a call or its disposition keeps the agent."""
        with contextlib.suppress(Refusal):
            await self.stage.ask(lambda work: self.stage.system.desk.log_off(work, agent))
            return True
        return False

    async def dialled(self, node: str) -> int:
        """Returns how many calls a node has been given."""

        async with self.stage.system.works.begin() as work:
            connection = await work.session.connection()
            answer = await connection.exec_driver_sql(
                "SELECT count(*) FROM call WHERE node = $1 AND dialled_at IS NOT NULL", (node,)
            )
            return int(answer.scalar_one())

    async def goes_on(self, node: str, more: int) -> None:
        """Waits for so many more calls of a node."""
        before = await self.dialled(node)

        async def grown() -> bool:
            return await self.dialled(node) >= before + more

        await eventually(grown, PATIENT)


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Lab]]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(running_lab(tmp_path_factory.mktemp(name), name)) for name in (N1, N2)}


@asynccontextmanager
async def recording(system: System) -> AsyncIterator[None]:
    async with running(system, {Part.RECORDER}):
        yield


@pytest.fixture
async def site(
    labs: Mapping[str, Lab], database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    """Starts everything; two engine processes for the first node, one of which waits."""
    offset = choose_day(WorkingCalendar(), datetime.now(UTC)).offset.total_seconds()
    values = {name: settings_of(lab, database_url, offset) for name, lab in labs.items()}
    systems: dict[str, System] = {}
    for name in (N2, N1):
        for key, value in values[name].items():
            monkeypatch.setenv(f"CALLCENTER_{key}", value)
        settings = core_settings(database_url, rehearsal=True, node=name, clock_offset_seconds=offset)
        store = systems[N2].store if systems else MemoryStore(settings.clock())
        systems[name] = build(settings, switch=labs[name].settings, store=store)
    system = systems[N1]
    assert isinstance(system.store, MemoryStore)
    await seed(system, Scale(robots=4, customers=200, chance_seed=3), password=PASSWORD)
    async with system.works.begin() as work:
        today = business_date(work.now)
        agents = [card.id for card in await system.people.eligible_agents(work, today) if card.robot_number]
    unused = SimulatedSwitch(tmp_path, system.clock, None)  # type: ignore[arg-type]
    stage = Stage(system, unused, system.store, tmp_path, system.clock, lambda: system, agents)  # type: ignore[arg-type]
    environments = {
        name: {**os.environ, **{f"CALLCENTER_{key}": value for key, value in values[name].items()}} for name in labs
    }
    site = Site(stage, labs, environments, tmp_path, {})
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(running(system, {Part.WEB, Part.OFFICE, Part.RECORDER}))
        await stack.enter_async_context(running(systems[N2], {Part.RECORDER}))
        try:
            for name in (N1, N1, N2):
                site.start_engine(name)
            await site.leads(N1, standbys=1)
            await site.leads(N2, standbys=0)
            yield site
        finally:
            for process in [process for processes in site.engines.values() for process in processes]:
                process.terminate()
                process.wait(30)


async def test_a_killed_engine_and_a_killed_switch_leave_the_day_and_the_laws_whole(site: Site) -> None:
    stage = site.stage
    async with everybody_works(stage):
        await asyncio.gather(*(site.goes_on(node, 3) for node in (N1, N2)))
        seats = await stage.ask(stage.system.agents.seats)
        assert sorted(seat.node for seat in seats) == [N1, N1, N2, N2]

        _, killed = await site.leader(N1)
        os.kill(killed, signal.SIGKILL)
        killed_at = stage.clock.now()
        led_since = await eventually(lambda: site.takes_over(N1, killed), PATIENT)
        assert led_since
        assert led_since - killed_at < timedelta(seconds=10)
        await site.goes_on(N1, 2)
        site.start_engine(N1)
        await site.leads(N1, standbys=1)

        site.labs[N2].node.kill()
        for seat in seats:
            if seat.node == N2:
                await eventually(lambda agent=seat.agent_id: site.asked_to_move(agent), PATIENT)  # type: ignore[misc]
                await eventually(lambda agent=seat.agent_id: site.logs_off(agent), PATIENT)  # type: ignore[misc]
        open_at_n2 = await stage.ask(lambda work: stage.system.calls.open_calls(work, N2))
        assert open_at_n2 == [], "the calls of the dead switch have ended"

        async def all_at_n1() -> bool:
            return [seat.node for seat in await stage.ask(stage.system.agents.seats)] == [N1] * 4

        await eventually(all_at_n1, PATIENT)
        await site.goes_on(N1, 8)
    site.labs[N2].node.start()
    assert broken(await certificate_of(stage)) == {}
