"""A whole system on the simulated switch and the store in memory, with robot agents and invented customers."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from callcenter.bootstrap import ALL_PARTS, Part, System, build, run_job, running
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.work import Work
from callcenter.rehearsal.cast import CALLER_ID
from callcenter.rehearsal.seed import Scale, seed
from callcenter.storage.memory import MemoryStore
from callcenter.telephony.settings import SwitchSettings
from callcenter.telephony.simulated import SimulatedSwitch
from callcenter.telephony.simulation import Faults, Tempo
from tests.support.settings import core_settings, set_environment

T = TypeVar("T")
MONDAY = date(2026, 11, 23)
SLOWLY = 2.0
"""The clock's speed where one certain call must come about: a plan is given up after 20 s of it, and a loaded machine
may need some seconds."""
PASSWORD = "only for this test"


class RacingClock:
    """Starts at an instant and runs ``speed`` times as fast as the machine's, for carrier and system alike."""

    def __init__(self, start: datetime, speed: float) -> None:
        self._start = start
        self._speed = speed
        self._begun = time.monotonic()

    def leap(self, to: datetime) -> None:
        """Goes on at a later instant, as if the time between had passed."""
        self._start += to - self.now()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._begun) * self._speed)


@dataclass
class Stage:
    """The system, its switch, and the handle to stop and start the engine."""

    system: System
    switch: SimulatedSwitch
    store: MemoryStore
    spool: Path
    clock: RacingClock
    build_system: Callable[[], System]
    agents: list[int] = field(default_factory=list)
    _engine: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def system_day(self) -> date:
        """Returns the business date of the system's clock."""
        return business_date(self.system.clock.now())

    async def _perform(self, job_id: int) -> int:
        await run_job(self.system, job_id)
        return 0

    async def start(self, parts: Collection[Part] = ALL_PARTS) -> None:
        """Starts the engine and everything that runs behind the system, or some parts of it."""
        await self._engine.enter_async_context(running(self.system, parts, gateway=self.switch, launch=self._perform))

    async def crash_engine(self) -> None:
        """Ends the engine's tasks as a crash would, and starts a new engine on the same database."""
        await self._engine.aclose()
        self._engine = AsyncExitStack()
        self.system = self.build_system()
        await self.start()

    async def stop(self) -> None:
        await self._engine.aclose()
        await self.switch.close()
        await self.system.close()

    async def ask(self, question: Callable[[Work], Awaitable[T]]) -> T:
        """Awaits a question in a transaction of its own."""
        async with self.system.works.begin() as work:
            return await question(work)


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sets up a small system with short waits; returns its spool."""
    spool = tmp_path / "spool"
    spool.mkdir()
    set_environment(
        monkeypatch,
        spool,
        RECORDINGS_SETTLE="PT2S",
        RECORDINGS_GIVE_UP="PT15S",
        RECORDINGS_MIN_FREE_BYTES="1000000",
        CAMPAIGNS_CALLER_IDS=CALLER_ID,
        DIALER_TICK_SECONDS="0.1",
        DIALER_SWEEP_SECONDS="0.5",
        DIALER_SWEEP_GRACE_SECONDS="8",
        # The clock races: a pause of a loaded machine would be seconds of lag.
        HEALTH_LAG_LATE="PT60S",
        HEALTH_LAG_BEHIND="PT600S",
        HEALTH_SILENT_AFTER="PT600S",
        COMPLAINTS_FIRST_CALL_AFTER="PT0S",
        ELIGIBILITY_COMPLAINT_GAP="PT0S",
        CALLBACKS_COMPLAINT_STAFF_FIRST="PT0S",
        CALLBACKS_COMPLAINT_RETRY="PT1S",
        CALLBACKS_BUSY_RETRY="PT1S",
    )
    return spool


@pytest.fixture
async def stage(environment: Path, database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Seats robot agents, imports customers, starts no engine. Mark ``simulation(robots=…, customers=…)``."""
    options = {"robots": 1, "customers": 60, "speed": 6.0}
    if (mark := request.node.get_closest_marker("simulation")) is not None:
        options |= mark.kwargs
    clock = RacingClock(at_business_time(MONDAY, 13, 40), options["speed"])
    settings = core_settings(database_url, rehearsal=True, node="n1")
    store = MemoryStore(clock)
    switch = SimulatedSwitch(environment, clock, Random(7), tempo=Tempo(options["speed"], pace=0.3), faults=Faults())

    def build_system() -> System:
        return build(settings, switch=SwitchSettings(), store=store, clock=clock)

    system = build_system()
    scale = Scale(
        robots=int(options["robots"]),
        customers=int(options["customers"]),
        chance_seed=3,
        first_number=options.get("first_number"),  # type: ignore[arg-type]
    )
    await seed(system, scale, password=PASSWORD)
    async with system.works.begin() as work:
        agents = [card.id for card in await system.people.eligible_agents(work, MONDAY) if card.robot_number]
    stage = Stage(system, switch, store, environment, clock, build_system, agents)
    yield stage
    await stage.stop()
