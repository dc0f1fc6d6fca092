"""Tests a PostgreSQL server that runs already: reachable, new enough, empty or ours, and the rights to build tables."""

import asyncio
from urllib.parse import quote, unquote, urlsplit

import asyncpg

from callcenter.setup.errors import AnswerRefused
from callcenter.setup.probes.machine import now, require_clock
from callcenter.setup.types import Question

LEAST_VERSION = 16
_TRIAL = """
CREATE TABLE callcenter_setup_trial (id bigint GENERATED ALWAYS AS IDENTITY);
CREATE FUNCTION callcenter_setup_trial() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER trial BEFORE INSERT ON callcenter_setup_trial FOR EACH ROW EXECUTE FUNCTION callcenter_setup_trial();
"""
_SECONDS = 10
_FOREIGN = """
SELECT to_regclass('alembic_version') IS NULL
AND EXISTS (SELECT FROM pg_tables WHERE schemaname = current_schema())
"""


def require_database(url: str, *, make: bool = True) -> None:
    """Makes the database where it is lacking and may be made, unless only a look is wanted. Raises AnswerRefused."""
    asyncio.run(_require(url, make=make))


async def _require(url: str, *, make: bool) -> None:
    connection = await _connect(url, make=make)
    try:
        await _examine(connection, unquote(urlsplit(url).path.strip("/")))
    except (OSError, TimeoutError, asyncpg.InterfaceError) as error:
        raise _refused("database_unreachable", why=type(error).__name__) from None
    finally:
        await connection.close(timeout=_SECONDS)


async def _connect(url: str, *, make: bool) -> asyncpg.Connection:
    name = unquote(urlsplit(url).path.strip("/"))
    try:
        return await _open(url)
    except asyncpg.InvalidCatalogNameError:
        if not make:
            raise _refused("database_lacking", name=name, user=urlsplit(url).username) from None
    maintenance = await _open(urlsplit(url)._replace(path="/postgres").geturl())
    try:
        await maintenance.execute(f"CREATE DATABASE \"{name.replace(chr(34), chr(34) * 2)}\" ENCODING 'UTF8'")
    except asyncpg.InsufficientPrivilegeError:
        user = urlsplit(url).username
        raise _refused("database_lacking", name=name, user=user) from None
    except asyncpg.DuplicateDatabaseError:
        pass  # another run was first
    finally:
        await maintenance.close(timeout=_SECONDS)
    return await _open(urlsplit(url)._replace(path=f"/{quote(name)}").geturl())


async def _open(url: str) -> asyncpg.Connection:
    try:
        return await asyncpg.connect(url, timeout=_SECONDS)
    except asyncpg.InvalidCatalogNameError:
        raise
    except asyncpg.InvalidAuthorizationSpecificationError:  # its password error is a kind of it
        raise _refused("database_password") from None
    except (OSError, TimeoutError, asyncpg.PostgresError, ValueError) as error:
        raise _refused("database_unreachable", why=type(error).__name__) from None


async def _examine(connection: asyncpg.Connection, name: str) -> None:
    version = connection.get_server_version().major
    if version < LEAST_VERSION:
        raise _refused("database_version", version=version, least=LEAST_VERSION)
    before = now()
    there = await connection.fetchval("SELECT clock_timestamp()")
    require_clock(there, before, now(), of="PostgreSQL")
    if await connection.fetchval("SHOW server_encoding") != "UTF8":
        raise _refused("database_encoding", name=name)
    if await connection.fetchval(_FOREIGN):
        raise _refused("database_used", name=name)
    trial = connection.transaction()
    await trial.start()
    try:
        await connection.execute(_TRIAL)
    except asyncpg.PostgresError as error:
        raise _refused("database_rights", name=name, why=type(error).__name__) from None
    finally:
        await trial.rollback()


def _refused(code: str, **params: object) -> AnswerRefused:
    return AnswerRefused(code, Question.DATABASE, **params)
