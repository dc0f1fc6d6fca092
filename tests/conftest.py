"""Fixtures for every test: one PostgreSQL per test process, an empty database per test, a frozen clock."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.crypto import Vault
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from tests.support.compiling import compile_once
from tests.support.databases import TestDatabases, databases_running, sqlalchemy_url
from tests.support.rows import VAULT

os.environ |= {
    # Hashing a password is slow on purpose; the tests' passwords protect nothing.
    "CALLCENTER_PEOPLE_ARGON2_MEMORY_KIB": "8",
    "CALLCENTER_PEOPLE_ARGON2_PASSES": "1",
    "CALLCENTER_PEOPLE_ARGON2_LANES": "1",
}
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a process that compiles all of its modules starts three times slower

compile_once()

# How long it takes to invent an example says something about the machine's other work, not about the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


OWN_SERVERS = ("desk_reattached", "fault_rounds", "killed_parts", "standstill", "supervising", "trials", "underwriting")
"""Files of ``tests/e2e`` that start servers of their own."""
OF_PAGES = ("dialogs", "every_page", "operation", "scripts", "second_factor", "staff", "supply_chain")
"""Those that share a rehearsal and a browser for pages; all others share one for desks."""
PAGES, DESKS = "rehearsal of pages", "rehearsal of desks"
LONGEST = (
    PAGES,
    DESKS,
    "tests/setup/test_installation.py",
    "tests/e2e/test_killed_parts.py",
    "tests/e2e/test_trials.py",
    "tests/e2e/test_standstill.py",
    "tests/e2e/test_fault_rounds.py",
    "tests/scenarios/test_two_switches.py",
    "tests/packaging/test_wheel.py",
    "tests/setup/test_named_servers.py",
)
"""What takes more than half a minute, the longest first: what begins last must not be long."""


def _servers_of(nodeid: str) -> str:
    """Returns the name of the servers that a test shares with others: its file, or a rehearsal."""
    file = nodeid.partition("::")[0]
    name = file.removeprefix("tests/e2e/test_").removesuffix(".py")
    if not file.startswith("tests/e2e/") or name in OWN_SERVERS:
        return file
    return PAGES if name in OF_PAGES else DESKS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts the tests: unit tests first, because they fail fast; then the scenarios, because they are long and would
    otherwise run alone at the end. End-to-end tests last, of these the longest first."""

    def rank(item: pytest.Item) -> tuple[int, int]:
        if item.get_closest_marker("e2e"):
            servers = _servers_of(item.nodeid)
            return 3, LONGEST.index(servers) if servers in LONGEST else len(LONGEST)
        return 0 if "unit" in item.path.parts else 1 if "scenarios" in item.path.parts else 2, 0

    items.sort(key=rank)


class ByServers(LoadFileScheduling):  # type: ignore[misc]
    """Keeps the tests of the same servers in one process, which starts them once; gives out the longest first."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return _servers_of(nodeid)

    def _reschedule(self, node: WorkerController) -> None:
        """Gives a process its next tests when it begins the last of those it has: it has to know what comes next."""
        if not self.workqueue or self._pending_of(self.assigned_work[node]) <= 1:
            super()._reschedule(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByServers | None:
    # Not by the mark xdist_group: pytest 9.2 does not see what xdist 3.8 makes of it.
    return ByServers(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestDatabases]:
    """The test process's PostgreSQL server, started when the first test asks for it."""
    with databases_running(tmp_path_factory.mktemp("postgres")) as running:
        yield running


@pytest.fixture
async def database_url(databases: TestDatabases) -> AsyncIterator[str]:
    """An empty database with all tables, as ``postgresql://…``."""
    url = await databases.create()
    yield url
    await databases.release(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The system's engine on a fresh database with all tables."""
    database = Database(sqlalchemy_url(database_url))
    yield database
    await database.close()


@pytest.fixture
def clock() -> FrozenClock:
    """Monday, 23 November 2026, 10:30 in Shanghai: a working day, inside the calling window."""
    return FrozenClock(at_business_time(date(2026, 11, 23), 10, 30))


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture
def works(database: Database, clock: FrozenClock, bus: Bus) -> Works:
    return Works(database, clock, bus)


@pytest.fixture
def vault() -> Vault:
    """Keys that protect nothing: the tests' own."""
    return VAULT
