"""Writes many rows by COPY, inside a session's own transaction."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession


async def copy_records(
    session: AsyncSession, table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]
) -> None:
    """Writes the records into these columns of a table; values go to the driver as they are.

    The session must have executed a statement before: only then has its transaction begun on the connection.
    """
    driver = await _driver(session)
    await driver.copy_records_to_table(table, records=records, columns=columns)


async def copy_text(session: AsyncSession, table: str, columns: Sequence[str], lines: bytes) -> None:
    """Writes rows that are in the server's text format already (``kit.copy_lines``)."""
    driver = await _driver(session)
    await driver.copy_to_table(table, source=io.BytesIO(lines), columns=columns, format="text")


async def _driver(session: AsyncSession) -> "asyncpg.Connection[Any]":
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, asyncpg.Connection)
    return driver
