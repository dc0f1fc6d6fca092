"""Applies the revisions to a database; two at once wait for each other. Afterwards the tables must be the models'."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from callcenter.kit.crypto import Vault
from callcenter.migrations import schema
from callcenter.migrations.mending import mend
from callcenter.migrations.starting import (
    note_all_bound,
    note_keys,
    note_tables,
    present_revision,
    require_current,
    require_known_revision,
)
from callcenter.supervision.command import StartError

_SHOWN = 8
"""Differences that a sentence names."""


def configuration(connection: Connection, vault: Vault | None = None) -> Config:
    """Returns Alembic's settings, which have no file of their own.

    Revisions that meet clear text seal it: ``seal`` for no place, as earlier releases do, ``seal_at`` for a place.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["seal"] = vault.seal_unbound if vault else None
    config.attributes["seal_at"] = vault.seal if vault else None
    return config


def _upgrade(connection: Connection, present: str | None, vault: Vault | None) -> None:
    connection.execute(text("SELECT pg_advisory_lock(hashtextextended('migrations', 0))"))
    connection.commit()
    try:
        config = configuration(connection, vault)
        mend(connection, present, config)
        command.upgrade(config, "head")
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(hashtextextended('migrations', 0))"))
        connection.commit()


async def migrate(database_url: str, vault: Vault | None = None) -> None:
    """Brings ``postgresql://…`` to the newest revision and notes its keys and the form of its tables. Safe to repeat.

    Raises StartError when the database is newer than this release, was written with other keys, or when its tables are
    not those of the models afterwards. The vault is needed by a database of an earlier revision in which people have
    written reasons; without one the keys are noted by the first part that starts.
    """
    engine = _engine(database_url)
    try:
        async with AsyncSession(engine) as session, session.begin():
            present = await present_revision(session)
            require_known_revision(present)
            if vault:
                await note_keys(session, vault)  # foreign keys must not seal what a revision meets in clear
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade, present, vault)
        await _require_the_models_tables(engine)
        async with AsyncSession(engine) as session, session.begin():
            await note_tables(session)
            if present is None:
                await note_all_bound(session)
            if vault:
                await note_keys(session, vault)
    finally:
        await engine.dispose()


async def differences(database_url: str) -> list[str]:
    """Returns what the tables of a migrated database lack or have otherwise than the models of this release.

    Raises StartError at another revision.
    """
    engine = _engine(database_url)
    try:
        async with AsyncSession(engine) as session:
            await require_current(session)
        return await _differences(engine)
    finally:
        await engine.dispose()


async def _differences(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        actual = await connection.run_sync(schema.read)
        return schema.difference(await connection.run_sync(schema.of_models), actual)


async def _require_the_models_tables(engine: AsyncEngine) -> None:
    if found := await _differences(engine):
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise StartError(
            f"the tables are not those of this release ({', '.join(found[:_SHOWN])}{more}): restore what was changed "
            "outside of the revisions, then run callcenter migrate again"
        )


def _engine(database_url: str) -> AsyncEngine:
    return create_async_engine(database_url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=NullPool)
