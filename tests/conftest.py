"""Fixtures for every test: one PostgreSQL per test process, a fresh database per test, a clock that stands still."""

import asyncio
import itertools
import os
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from callcenter import tables
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.embedded.process import free_ports
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.crypto import Vault
from callcenter.kit.db import Database
from callcenter.kit.work import Works

TEMPLATE = f"template_callcenter_{os.getpid()}"
"""Of this process: parallel runs may share a server that was named to them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Unit tests first, end-to-end tests last: what fails fast is seen first."""

    def rank(item: pytest.Item) -> int:
        return 2 if item.get_closest_marker("e2e") else 0 if "unit" in item.path.parts else 1

    items.sort(key=rank)


@dataclass
class TestDatabases:
    """A running server whose template database holds every table."""

    __test__ = False

    server: EmbeddedPostgres
    _numbers: Iterator[int]

    async def create(self, *, template: str = TEMPLATE) -> str:
        """A new database, as a postgresql:// URL."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        await self._administer(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.server.url(name)

    async def drop(self, url: str) -> None:
        await self._administer(f"DROP DATABASE IF EXISTS {url.rsplit('/', 1)[1]} WITH (FORCE)")

    async def make_template(self) -> None:
        await self.drop(self.server.url(TEMPLATE))
        await self.server.ensure_database(TEMPLATE)
        engine = create_async_engine(sqlalchemy_url(self.server.url(TEMPLATE)), poolclass=NullPool)
        async with engine.begin() as connection:
            await connection.run_sync(tables.metadata.create_all)
        await engine.dispose()

    async def _administer(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server.url("postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def sqlalchemy_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


class NamedPostgres(EmbeddedPostgres):
    """The server that CALLCENTER_DATABASE_URL names, instead of one of our own; its user may create databases."""

    def url(self, database: str) -> str:
        return os.environ["CALLCENTER_DATABASE_URL"].rsplit("/", 1)[0] + f"/{database}"


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestDatabases]:
    """The test process's PostgreSQL server, started when the first test asks for it."""
    if os.environ.get("CALLCENTER_DATABASE_URL"):
        named = TestDatabases(NamedPostgres(tmp_path_factory.mktemp("postgres"), 0, ""), itertools.count(1))
        asyncio.run(named.make_template())
        yield named
        asyncio.run(named.drop(named.server.url(TEMPLATE)))
        return
    folder = tmp_path_factory.mktemp("postgres")
    server = EmbeddedPostgres(folder, free_ports(1)[0], password="only for this test run", durable=False)
    server.prepare()
    log_path = folder / "postgres.log"
    with log_path.open("wb") as log:
        process = server.command().start(log)
    try:
        deadline = time.monotonic() + 30
        while not asyncio.run(server.ready()):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log_path.read_text()[-2000:]}")
            time.sleep(0.05)
        found = TestDatabases(server, itertools.count(1))
        asyncio.run(found.make_template())
        yield found
    finally:
        process.send_signal(server.command().stop_signal)
        process.wait(timeout=20)


@pytest.fixture
async def database_url(databases: TestDatabases) -> AsyncIterator[str]:
    """A fresh database with all tables, as ``postgresql://…``."""
    url = await databases.create()
    yield url
    await databases.drop(url)


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
