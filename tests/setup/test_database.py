"""What an installation tests at a PostgreSQL server that runs already."""

import asyncio
import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from callcenter.embedded.process import free_ports
from callcenter.setup.errors import AnswerRefused
from callcenter.setup.probes import database
from callcenter.setup.probes.database import require_database
from tests.setup.test_machine import refused
from tests.support.databases import TestDatabases

pytestmark = pytest.mark.db
ROLE = f"bank_{os.getpid()}"
NAME = f"bank_{os.getpid()}"


def execute(databases: TestDatabases, *statements: str, name: str = "postgres") -> None:
    async def run() -> None:
        connection = await asyncpg.connect(databases.server.url(name))
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(run())


@pytest.fixture
def server(databases: TestDatabases) -> Iterator[TestDatabases]:
    """With a role that may log in and nothing else."""
    execute(databases, f"CREATE ROLE {ROLE} LOGIN PASSWORD 'pw'")
    yield databases
    execute(databases, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    execute(databases, f"DROP OWNED BY {ROLE}", f"DROP ROLE {ROLE}")


def url_of(databases: TestDatabases, *, password: str = "pw", port: int | None = None, name: str = NAME) -> str:
    place = urlsplit(databases.server.url(name))
    return f"postgresql://{ROLE}:{password}@127.0.0.1:{port or place.port}/{name}"


def test_a_database_that_may_be_made_is_made_and_left_empty(server: TestDatabases) -> None:
    execute(server, f"ALTER ROLE {ROLE} CREATEDB")
    require_database(url_of(server))
    require_database(url_of(server))

    async def tables() -> int:
        connection = await asyncpg.connect(server.server.url(NAME))
        count: int = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        await connection.close()
        return count

    assert asyncio.run(tables()) == 0


def test_a_database_that_is_lacking_names_the_statement(server: TestDatabases) -> None:
    with pytest.raises(AnswerRefused, match=f"run CREATE DATABASE {NAME} OWNER {ROLE}"):
        require_database(url_of(server))


def test_a_user_without_rights_is_refused(server: TestDatabases) -> None:
    execute(server, f"CREATE DATABASE {NAME}")
    with refused("database_rights"):
        require_database(url_of(server))
    execute(server, f"ALTER DATABASE {NAME} OWNER TO {ROLE}")
    require_database(url_of(server))


def test_a_database_of_another_system_is_refused(server: TestDatabases) -> None:
    execute(server, f"CREATE DATABASE {NAME} OWNER {ROLE}")
    execute(server, "CREATE TABLE theirs (id int)", name=NAME)
    with refused("database_used"):
        require_database(url_of(server))


def test_another_encoding_is_refused(server: TestDatabases) -> None:
    execute(server, f"CREATE DATABASE {NAME} OWNER {ROLE} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with refused("database_encoding"):
        require_database(url_of(server))


def test_what_cannot_be_reached_is_said(server: TestDatabases, monkeypatch: pytest.MonkeyPatch) -> None:
    with refused("database_password"):
        require_database(url_of(server, password="wrong"))
    with refused("database_unreachable"):
        require_database(url_of(server, port=free_ports(1)[0]))
    execute(server, f"CREATE DATABASE {NAME} OWNER {ROLE}")
    monkeypatch.setattr(database, "LEAST_VERSION", 99)
    with refused("database_version"):
        require_database(url_of(server))
