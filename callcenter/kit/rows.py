"""Reads a row by its key once per transaction, and locks it once.

A session of SQLAlchemy forgets a row as soon as no code holds it, and reads it again for the next that asks; on the
path of a call each row would be read five times. What is read here is kept until the transaction ends.
"""

from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper

RowT = TypeVar("RowT")

_KEPT = "callcenter.kept"
_LOCKED = "callcenter.locked"


async def read(session: AsyncSession, table: type[RowT], key: Any) -> RowT | None:
    """Returns the row of a key, as this transaction has read it first; None where there is none."""
    row = await session.get(table, key)
    if row is not None:
        keep(session, row)
    return row


async def lock(session: AsyncSession, table: type[RowT], key: Any) -> RowT | None:
    """Returns the row of a key as the database has it now, locked until the transaction ends; None without one.

    A row that this transaction has locked already is returned as it is: no other can have changed it since.
    """
    locked: dict[tuple[type, Any], Any] = session.info.setdefault(_LOCKED, {})
    row: RowT | None = locked.get((table, key))
    if row is None:
        row = (await session.scalars(_locking(inspect(table)), {"key": key})).one_or_none()
        if row is not None:
            locked[table, key] = row
    return row


@cache
def _locking(mapper: Mapper[Any]) -> Select[Any]:
    """Makes the statement that reads and locks a row.

    Not ``session.get``: of a table with versions it refuses a row that this transaction has read before and that
    another one has changed since, which is the very reason to read it anew.
    """
    [column] = mapper.primary_key
    query = select(mapper).where(column == bindparam("key", type_=column.type))
    return query.with_for_update().execution_options(populate_existing=True)


def keep(session: AsyncSession, row: object) -> None:
    """Keeps a row with the session, so that it is not read again."""
    session.info.setdefault(_KEPT, []).append(row)
