"""Checks beyond the import contracts: rooms do not use others' inner files; migrations create the models' tables."""

import ast
import os
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from callcenter import tables
from callcenter.migrations.run import migrate
from tests.support.databases import TEMPLATE, TestDatabases, sqlalchemy_url

ROOT = Path(__file__).parents[2] / "callcenter"
INSIDE = {"models", "repository", "schemas", "handlers", "api"}
"""Files of a room that no other room may import."""
MAY_LOOK_INSIDE = (
    *("bootstrap/", "tables.py", "audit/certificate/", "reporting/queries/", "web/"),
    *("desk/reading.py", "eligibility/reading.py"),
)
"""Packages that join the parts or read across rooms, and so may import them."""


def rooms() -> list[Path]:
    return [path.parent for path in ROOT.rglob("service.py") if "node_modules" not in path.parts]


def imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_there_are_rooms_to_look_at() -> None:
    assert {"calls", "leads", "recordings", "field"} <= {room.name for room in rooms()}


def test_a_rooms_tables_and_sql_are_its_own() -> None:
    strangers = []
    inside = {
        ".".join(["callcenter", *room.relative_to(ROOT).parts, name]): room for room in rooms() for name in INSIDE
    }
    for file in ROOT.rglob("*.py"):
        name = file.relative_to(ROOT).as_posix()
        if name.startswith(MAY_LOOK_INSIDE):
            continue
        strangers += [
            f"{name} imports {module}"
            for module in imports(file)
            if module in inside and inside[module] not in file.parents
        ]
    assert strangers == []


def test_no_file_of_logic_is_past_its_size() -> None:
    """A file past about 400 lines is split by use case."""
    long = [
        f"{file.relative_to(ROOT)}: {count}"
        for file in ROOT.rglob("*.py")
        if "versions" not in file.parts and "node_modules" not in file.parts
        for count in [len(file.read_text().splitlines())]
        if count > 430
    ]
    assert long == []


@pytest.fixture
def drawn(databases: TestDatabases) -> AsyncEngine:
    return create_async_engine(sqlalchemy_url(databases.server.url(f"by_migrations_{os.getpid()}")), poolclass=NullPool)


UNSEEN = (
    "SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype = 'c' AND connamespace = 'public'::regnamespace",
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
)
"""What Alembic does not compare: triggers, CHECK constraints, and the conditions of indexes."""


async def unseen(connection: AsyncConnection) -> set[str]:
    return {row for query in UNSEEN for row in (await connection.execute(text(query))).scalars()}


async def test_the_migrations_make_exactly_the_models_tables(databases: TestDatabases, drawn: AsyncEngine) -> None:
    await databases.server.ensure_database(f"by_migrations_{os.getpid()}")
    url = databases.server.url(f"by_migrations_{os.getpid()}")
    await migrate(url)
    await migrate(url)  # safe to repeat

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, tables.metadata))

    models = create_async_engine(sqlalchemy_url(databases.server.url(TEMPLATE)), poolclass=NullPool)
    async with drawn.connect() as by_migrations, models.connect() as by_models:
        assert await by_migrations.run_sync(differences) == []
        assert await unseen(by_migrations) == await unseen(by_models) != set()
    await drawn.dispose()
    await models.dispose()
    await databases.drop(url)
