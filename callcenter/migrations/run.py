"""Applies the revisions to a database; two at once wait for each other."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from callcenter.supervision.command import StartError

Seal = Callable[[str], str]
"""Encrypts a text as the vault does, for steps that meet clear text."""


def configuration(connection: Connection, seal: Seal | None = None) -> Config:
    """Returns Alembic's settings, which have no file of their own."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["seal"] = seal
    return config


def _upgrade(connection: Connection, seal: Seal | None) -> None:
    connection.execute(text("SELECT pg_advisory_lock(hashtextextended('migrations', 0))"))
    connection.commit()
    try:
        command.upgrade(configuration(connection, seal), "head")
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(hashtextextended('migrations', 0))"))
        connection.commit()


async def migrate(database_url: str, seal: Seal | None = None) -> None:
    """Brings ``postgresql://…`` to the newest revision. Safe to repeat.

    ``seal`` is needed by a database of revision 0002 in which people have written why leads were returned.
    """
    engine = create_async_engine(database_url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade, seal)
    finally:
        await engine.dispose()


def newest() -> str:
    """Returns the newest revision of this release, by the names of its files."""
    return max(path.name[:4] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py"))


async def require_current(session: AsyncSession) -> None:
    """Raises StartError unless the database has at least this release's revision."""
    known = await session.scalar(text("SELECT to_regclass('alembic_version')"))
    present = await session.scalar(text("SELECT max(version_num) FROM alembic_version")) if known else None
    if present is None or present < newest():
        raise StartError(
            f"the database is at revision {present or 'none'} and this release needs {newest()}: run callcenter migrate"
        )
