"""Fixtures for every test: one PostgreSQL per test process, an empty database per test, a frozen clock."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.crypto import Vault
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from tests.support.databases import TestDatabases, databases_running, sqlalchemy_url
from tests.support.rows import VAULT

os.environ |= {
    # Hashing a password is slow on purpose; the tests' passwords protect nothing.
    "CALLCENTER_PEOPLE_ARGON2_MEMORY_KIB": "8",
    "CALLCENTER_PEOPLE_ARGON2_PASSES": "1",
    "CALLCENTER_PEOPLE_ARGON2_LANES": "1",
}
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a process that compiles all of its modules starts three times slower

# How long it takes to invent an example says something about the machine's other work, not about the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sorts the tests: unit tests first, because they fail fast; then the scenarios, because they are long and would
    otherwise run alone at the end. End-to-end tests last."""

    def rank(item: pytest.Item) -> int:
        if item.get_closest_marker("e2e"):
            return 3
        return 0 if "unit" in item.path.parts else 1 if "scenarios" in item.path.parts else 2

    items.sort(key=rank)


HAVE_THEIR_OWN = ("tests/e2e/test_killed_parts.py", "tests/e2e/test_trials.py")
"""Browser tests with servers of their own, which may run beside those that share a rehearsal."""


class ByServers(LoadFileScheduling):  # type: ignore[misc]
    """Keeps a file's tests in one process, which starts their servers once; tests/e2e shares one rehearsal."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return "tests/e2e" if file.startswith("tests/e2e/") and file not in HAVE_THEIR_OWN else file


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
