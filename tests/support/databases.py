"""Empty databases for tests: one PostgreSQL per test process, and databases that are emptied instead of made anew.

A new database is some seven hundred files. Where many are made and dropped within seconds, ext4 spends most of the
time looking for inodes that were not freed just now: that alone was half of the suite's system time. Emptying a
database costs a tenth of it, and the files can be kept in memory.
"""

import asyncio
import contextlib
import fcntl
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from callcenter import tables
from callcenter.embedded.postgres import EmbeddedPostgres
from callcenter.embedded.process import free_ports
from callcenter.migrations.starting import newest, note_all_bound, note_tables

TEMPLATE = f"template_callcenter_{os.getpid()}"
"""Of this process: parallel runs may share a server that was named to them."""

_LARGE_PAGES = 400
"""A database whose tables have more pages than this is dropped: what was deleted would slow the next test down."""

_MEMORY = Path("/dev/shm")
_MEMORY_NEEDED = 1024**3
_PREFIX = "callcenter-tests-"
_STALE_AFTER_SECONDS = 60

_DISCONNECT = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
"""Ends what a test left open, and waits until it is gone."""

_SCHEMA = "SELECT " + " || '/' || ".join(
    f"(SELECT sum(xmin::text::bigint) + count(*) FROM {catalog})"
    for catalog in ("pg_class", "pg_trigger", "pg_constraint", "pg_proc", "pg_namespace")
)
"""Changes with every statement that alters the schema: each writes a row of one of these catalogs."""

_USED_TABLES = """
    SELECT relname, (own + coalesce(pg_relation_size(nullif(reltoastrelid, 0)), 0)) / 8192 AS pages
    FROM pg_class, pg_relation_size(pg_class.oid) AS own
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND own > 0
"""

_KEPT = {"alembic_version": " WHERE false", "installation_note": " WHERE name NOT IN ('tables', 'seals')"}
"""Table → which of its rows are deleted, where not all are: those of a migrated database stay."""

_RESTART_SEQUENCES = (
    "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
)


@dataclass
class TestDatabases:
    """A running server whose template database holds every table."""

    __test__ = False

    server: EmbeddedPostgres
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _empty: list[str] = field(default_factory=list)
    _schema: str = ""

    async def create(self) -> str:
        """Returns an empty database with all tables, as a postgresql:// URL."""
        if self._empty:
            return self._empty.pop()
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        await self._administer(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        return self.server.url(name)

    async def release(self, url: str) -> None:
        """Empties a database that ``create`` returned, for the next test; drops it where emptying is not enough."""
        if await self._emptied(url):
            self._empty.append(url)
        else:
            await self.drop(url)

    async def drop(self, url: str) -> None:
        await self._administer(f"DROP DATABASE IF EXISTS {url.rsplit('/', 1)[1]} WITH (FORCE)")

    async def make_template(self) -> None:
        await self.drop(self.server.url(TEMPLATE))
        await self.server.ensure_database(TEMPLATE)
        engine = create_async_engine(sqlalchemy_url(self.server.url(TEMPLATE)), poolclass=NullPool)
        async with engine.begin() as filling:
            await filling.run_sync(tables.metadata.create_all)
        async with AsyncSession(engine) as session, session.begin():
            # As one that was migrated when it was empty: revision, form of the tables and the bound seals are noted.
            await session.execute(text("CREATE TABLE alembic_version (version_num text)"))
            await session.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()})
            await note_tables(session)
            await note_all_bound(session)
        await engine.dispose()
        connection = await asyncpg.connect(self.server.url(TEMPLATE))
        try:
            self._schema = await connection.fetchval(_SCHEMA)
        finally:
            await connection.close()

    async def drop_all(self) -> None:
        """Drops the databases of this process on a server that keeps running."""
        for url in (*self._empty, self.server.url(TEMPLATE)):
            await self.drop(url)

    async def _emptied(self, url: str) -> bool:
        """Whether the database is as if it had just been made; False where its schema changed or it grew large."""
        connection = await asyncpg.connect(url)
        try:
            await connection.fetch(_DISCONNECT)
            if await connection.fetchval(_SCHEMA) != self._schema:
                return False
            used = await connection.fetch(_USED_TABLES)
            if sum(row["pages"] for row in used) > _LARGE_PAGES:
                return False
            # A replica fires no triggers: neither foreign keys nor the guards of what is append-only.
            deletes = [f'DELETE FROM "{row["relname"]}"' + _KEPT.get(row["relname"], "") for row in used]
            await connection.execute(
                "; ".join(["SET session_replication_role = replica", *deletes, _RESTART_SEQUENCES])
            )
            return True
        finally:
            await connection.close()

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


@contextlib.contextmanager
def databases_running(folder: Path) -> Iterator[TestDatabases]:
    """The databases of this process, on the server that CALLCENTER_DATABASE_URL names or on one of their own."""
    if os.environ.get("CALLCENTER_DATABASE_URL"):
        named = TestDatabases(NamedPostgres(folder, 0, ""))
        asyncio.run(named.make_template())
        yield named
        asyncio.run(named.drop_all())
        return
    with _fast_folder(folder) as place:
        server = EmbeddedPostgres(place, free_ports(1)[0], password="only for this test run", durable=False)
        server.prepare()
        log_path = place / "postgres.log"
        with log_path.open("wb") as log:
            process = server.command().start(log)
        try:
            deadline = time.monotonic() + 30
            while not asyncio.run(server.ready()):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"PostgreSQL did not start: {log_path.read_text()[-2000:]}")
                time.sleep(0.05)
            databases = TestDatabases(server)
            asyncio.run(databases.make_template())
            yield databases
        finally:
            process.send_signal(server.command().stop_signal)
            process.wait(timeout=20)


@contextlib.contextmanager
def _fast_folder(otherwise: Path) -> Iterator[Path]:
    """Yields a folder in memory, removed afterwards; ``otherwise`` when there is no memory file system with space."""
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _MEMORY_NEEDED:
        yield otherwise
        return
    _remove_stale_folders()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_MEMORY))
    held = os.open(folder, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_SH)  # for as long as the process lives
    try:
        yield folder / "postgres"
    finally:
        shutil.rmtree(folder)  # under its lock, or a run that begins now takes it for a killed one's
        os.close(held)


def _remove_stale_folders() -> None:
    """Removes the folders of killed runs: no process holds their lock any more."""
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            held = os.open(folder, os.O_RDONLY)
            try:
                # A run that has just made its folder may not have locked it yet.
                if time.time() - folder.stat().st_mtime > _STALE_AFTER_SECONDS:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder)
            finally:
                os.close(held)
