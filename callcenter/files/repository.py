"""SQL over a room's table of sealed pieces."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Column, Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

PieceTable = Table
"""Columns: the reference to the upload (the first), ``number`` (from 0), ``body_sealed`` (bytes)."""


async def add_piece(session: AsyncSession, table: PieceTable, upload_id: int, number: int, sealed: bytes) -> None:
    """Writes one piece; nothing of it stays in the session."""
    values = {_upload(table).name: upload_id, "number": number, "body_sealed": sealed}
    await session.execute(insert(table).values(values))


async def pieces(
    session: AsyncSession, table: PieceTable, upload_id: int, most: int | None = None
) -> AsyncIterator[tuple[int, bytes]]:
    """Yields number and content of the pieces in their order, one in memory at a time."""
    number = 0
    while number != most:
        query = select(table.c.body_sealed).where(_upload(table) == upload_id, table.c.number == number)
        body: bytes | None = await session.scalar(query)
        if body is None:
            return
        yield number, body
        number += 1


async def drop_pieces(session: AsyncSession, table: PieceTable, upload_id: int) -> None:
    """Deletes every piece of an upload."""
    await session.execute(delete(table).where(_upload(table) == upload_id))


def _upload(table: PieceTable) -> Column[Any]:
    return table.columns.values()[0]
