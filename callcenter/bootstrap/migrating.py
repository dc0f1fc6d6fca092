"""Migrates the database, or compares it with this release, for the command line."""

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from callcenter.bootstrap.starting import explain
from callcenter.kit.config import CoreSettings
from callcenter.migrations import run
from callcenter.migrations.starting import newest as newest
from callcenter.migrations.starting import present_revision


async def present(settings: CoreSettings) -> str | None:
    """Returns the revision of the database; None where nothing was migrated yet."""
    engine = create_async_engine(settings.async_database_url, poolclass=NullPool)
    try:
        async with AsyncSession(engine) as session:
            return await present_revision(session)
    except Exception as error:
        explain(error, settings)
        raise
    finally:
        await engine.dispose()


async def bring_up_to_date(settings: CoreSettings) -> list[str]:
    """Applies the revisions; returns no differences, as it raises StartError where any are left."""
    try:
        await run.migrate(settings.database_url.get_secret_value(), settings.vault)
    except Exception as error:
        explain(error, settings)
        raise
    return []


async def compare(settings: CoreSettings) -> list[str]:
    """Returns what the tables lack or have otherwise than the models. Raises StartError at another revision."""
    try:
        return await run.differences(settings.database_url.get_secret_value())
    except Exception as error:
        explain(error, settings)
        raise
