"""Fixtures for every test: one PostgreSQL per test process, an empty database per test, a clock that stands still."""

from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest

from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.crypto import Vault
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from tests.support.databases import TestDatabases, databases_running, sqlalchemy_url


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Unit tests first, end-to-end tests last: what fails fast is seen first."""

    def rank(item: pytest.Item) -> int:
        return 2 if item.get_closest_marker("e2e") else 0 if "unit" in item.path.parts else 1

    items.sort(key=rank)


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
    await databases.return_leads(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The system's engine on a fresh database with all tables."""
    made = Database(sqlalchemy_url(database_url))
    yield made
    await made.close()


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
    return Vault(keys={"t1": bytes(range(32))}, active="t1", index_key=bytes(range(32, 64)))
