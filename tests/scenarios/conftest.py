"""A whole house on the simulated switch and the store in memory, with a town that is filled."""

import base64
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from callcenter.bootstrap import House, build, perform_errand, running
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.config import CoreSettings
from callcenter.kit.work import Work
from callcenter.rehearsal.cast import CALLER_ID
from callcenter.rehearsal.seed import seed
from callcenter.storage.memory import MemoryStore
from callcenter.telephony.settings import SwitchSettings
from callcenter.telephony.simulated import Faults, SimulatedSwitch

T = TypeVar("T")
MONDAY = date(2026, 11, 23)
PASSWORD = "only for this test"


class RacingClock:
    """Starts at an instant and runs ``speed`` times as fast as the machine's: the town and the house keep step."""

    def __init__(self, start: datetime, speed: float) -> None:
        self._start = start
        self._speed = speed
        self._begun = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._begun) * self._speed)


@dataclass
class Stage:
    """The house, its switch, and the handle to stop and start the engine."""

    house: House
    switch: SimulatedSwitch
    store: MemoryStore
    spool: Path
    build_house: Callable[[], House]
    agents: list[int] = field(default_factory=list)
    _engine: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def house_day(self) -> date:
        """The business date the house is in."""
        return business_date(self.house.clock.now())

    async def _perform(self, errand_id: int) -> int:
        await perform_errand(self.house, errand_id)
        return 0

    async def start(self) -> None:
        """The engine and everything that runs behind the house."""
        await self._engine.enter_async_context(running(self.house, gateway=self.switch, launch=self._perform))

    async def crash_engine(self) -> None:
        """The process dies: all its tasks are gone, what is in the database stays. A new one takes over."""
        await self._engine.aclose()
        self._engine = AsyncExitStack()
        self.house = self.build_house()
        await self.start()

    async def stop(self) -> None:
        await self._engine.aclose()
        await self.switch.close()
        await self.house.close()

    async def ask(self, question: Callable[[Work], Awaitable[T]]) -> T:
        """One look, in a transaction of its own."""
        async with self.house.works.begin() as work:
            return await question(work)


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the settings of a small, hasty house are."""
    spool = tmp_path / "spool"
    spool.mkdir()
    for name, value in {
        "SWITCH_SPOOL_DIR": str(spool),
        "SWITCH_AMI_SECRET": "not used here",
        "SWITCH_PHONE_SECRET": "not used here",
        "RECORDINGS_SPOOL_DIR": str(spool),
        "RECORDINGS_SETTLE": "PT2S",
        "RECORDINGS_GIVE_UP": "PT15S",
        "RECORDINGS_MIN_FREE_BYTES": "1000000",
        "CAMPAIGNS_CALLER_IDS": CALLER_ID,
        "PEOPLE_ARGON2_MEMORY_KIB": "8",
        "PEOPLE_ARGON2_PASSES": "1",
        "PEOPLE_ARGON2_LANES": "1",
        "DIALER_TICK_SECONDS": "0.1",
        "DIALER_SWEEP_SECONDS": "0.5",
        "DIALER_SWEEP_GRACE_SECONDS": "8",
        "COMPLAINTS_FIRST_CALL_AFTER": "PT0S",
        "CALLBACKS_COMPLAINT_RETRY": "PT1S",
        "CALLBACKS_BUSY_RETRY": "PT1S",
    }.items():
        monkeypatch.setenv(f"CALLCENTER_{name}", value)
    return spool


@pytest.fixture
async def stage(environment: Path, database_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Robot agents and customers are there, the engine is not started yet. Mark ``town(robots=…, customers=…)``."""
    wishes = {"robots": 1, "customers": 60, "speed": 6.0}
    if (mark := request.node.get_closest_marker("town")) is not None:
        wishes |= mark.kwargs
    clock = RacingClock(at_business_time(MONDAY, 13, 40), wishes["speed"])
    key = base64.b64encode(bytes(range(32))).decode()
    settings = CoreSettings(database_url=database_url, field_keys=f"t1:{key}", index_key=key, rehearsal=True, node="n1")
    store = MemoryStore(clock)
    switch = SimulatedSwitch(environment, clock, Random(7), speed=wishes["speed"], pace=0.3, faults=Faults())

    def build_house() -> House:
        return build(settings, switch=SwitchSettings(), store=store, clock=clock)

    house = build_house()
    await seed(
        house,
        password=PASSWORD,
        robots=int(wishes["robots"]),
        customers=int(wishes["customers"]),
        chance_seed=3,
        first_number=wishes.get("first_number"),  # type: ignore[arg-type]
    )
    async with house.works.begin() as work:
        agents = [card.id for card in await house.people.eligible_agents(work, MONDAY) if card.robot_number]
    made = Stage(house, switch, store, environment, build_house, agents)
    yield made
    await made.stop()
