"""SQL over the sealed columns of all tables.

Its texts are put together from names of our own models, never from a value: hence each ``noqa: S608``.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.audit.seals.columns import SealedTable
from callcenter.kit.installation import ALL_BOUND, BOUND_NOTE, InstallationNote


def _any(table: SealedTable, condition: str) -> str:
    return " OR ".join(f"({column.value} IS NOT NULL AND {condition.format(column.value)})" for column in table.columns)


def _older(table: SealedTable) -> str:
    return _any(table, "NOT starts_with({}, :mark)")


async def count_older(session: AsyncSession, table: SealedTable, mark: str) -> int:
    """Counts rows with a sealed value that does not begin with ``mark``."""
    query = f"SELECT count(*) FROM {table.name} t WHERE {_older(table)}"  # noqa: S608
    return int(await session.scalar(text(query), {"mark": mark}) or 0)


async def count_unbound(session: AsyncSession, table: SealedTable) -> int:
    """Counts rows with a value that is sealed for no place."""
    unbound = _any(table, "strpos({}, ':') = 0").replace(":", r"\:")
    return int(await session.scalar(text(f"SELECT count(*) FROM {table.name} t WHERE {unbound}")) or 0)  # noqa: S608


async def count_by_key(session: AsyncSession, table: SealedTable) -> dict[str, int]:
    """Returns how many values each key has sealed: key id → values."""
    values = " UNION ALL ".join(
        f"SELECT {column.value} AS value FROM {table.name} t"  # noqa: S608
        for column in table.columns
    )
    query = f"SELECT substring(value FROM '^[A-Za-z0-9_-]+'), count(*) FROM ({values}) AS v WHERE value IS NOT NULL GROUP BY 1"  # noqa: S608, E501
    return {str(key): int(count) for key, count in await session.execute(text(query))}


async def list_older(
    session: AsyncSession, table: SealedTable, mark: str, after: Sequence[Any] | None, limit: int
) -> Sequence[Row[Any]]:
    """Returns the next rows behind a key with a sealed value that does not begin with ``mark``, by key."""
    key = ", ".join(f"t.{name}" for name in table.keys)
    position = {f"after_{number}": value for number, value in enumerate(after or ())}
    behind = f"({key}) > ({', '.join(f':{name}' for name in position)}) AND " if position else ""
    query = (
        f"SELECT {table.select} FROM {table.name} t WHERE {behind}({_older(table)})"  # noqa: S608
        f" ORDER BY {key} LIMIT :limit"
    )
    values = {"mark": mark, "limit": limit, **position}
    return (await session.execute(text(query), values)).all()


async def write(
    session: AsyncSession, table: SealedTable, keys: Sequence[Sequence[Any]], old: Sequence[Any], new: Sequence[Any]
) -> int:
    """Writes new sealed values where the old ones are still there; returns how many rows were written.

    ``old``, ``new``: the values of each row, in the order of the table's columns. What running work has written
    meanwhile is newer, and stays.
    """
    numbers = range(len(table.columns))
    names = ", ".join((*(f"key_{n}" for n in range(len(table.keys))), *(f"old_{n}, new_{n}" for n in numbers)))
    arrays = [f"CAST(:key_{n} AS {key_type}[])" for n, key_type in enumerate(table.keys.values())]
    values: dict[str, Any] = {f"key_{n}": [key[n] for key in keys] for n in range(len(table.keys))}
    for n in numbers:
        arrays += [f"CAST(:old_{n} AS varchar[])", f"CAST(:new_{n} AS varchar[])"]
        values |= {f"old_{n}": [row[n] for row in old], f"new_{n}": [row[n] for row in new]}
    same = " AND ".join(f"{column.value} IS NOT DISTINCT FROM v.old_{n}" for n, column in enumerate(table.columns))
    is_row = " AND ".join(f"t.{name} = v.key_{n}" for n, name in enumerate(table.keys))
    query = (
        f"UPDATE {table.name} t SET {_assignments(table)} FROM unnest({', '.join(arrays)}) AS v ({names})"  # noqa: S608
        f" WHERE {is_row} AND {same}"
    )
    result = await session.execute(text(query), values)
    assert isinstance(result, CursorResult)
    return int(result.rowcount)


def _assignments(table: SealedTable) -> str:
    """Returns what is written to each column; one of documents gets all its sealed values at once."""
    written: dict[str, str] = {}
    for n, column in enumerate(table.columns):
        before = written.get(column.column, f"t.{column.column}")
        if column.inside:
            changed = f"jsonb_set({before}, '{{{column.inside}}}', to_jsonb(v.new_{n}))"
            written[column.column] = f"CASE WHEN v.new_{n} IS NULL THEN {before} ELSE {changed} END"
        else:
            written[column.column] = f"COALESCE(v.new_{n}, {before})"
    return ", ".join(f"{name} = {value}" for name, value in written.items())


async def stream(session: AsyncSession, table: SealedTable, width: int) -> AsyncIterator[Sequence[Row[Any]]]:
    """Yields every row with a sealed value, some at a time, by a cursor of the server."""
    held = " OR ".join(f"{column.value} IS NOT NULL" for column in table.columns)
    query = text(f"SELECT {table.select} FROM {table.name} t WHERE {held}")  # noqa: S608
    rows = await session.stream(query, execution_options={"yield_per": width})
    async for page in rows.partitions(width):
        yield page


async def all_bound(session: AsyncSession, act: str) -> bool:
    """Returns whether every value was bound once: as the database notes it, or the trail, if that note was removed."""
    query = text(
        "SELECT EXISTS (SELECT FROM installation_note WHERE name = :name) OR EXISTS"
        " (SELECT FROM audit_entry WHERE act = :act AND facts ->> 'bound' = 'true')"
    )
    return bool(await session.scalar(query, {"name": BOUND_NOTE, "act": act}))


async def is_open(session: AsyncSession, kind: str) -> bool:
    """Returns whether the job that binds every value waits or runs."""
    query = text("SELECT EXISTS (SELECT FROM job WHERE kind = :kind AND state IN ('queued', 'running'))")
    return bool(await session.scalar(query, {"kind": kind}))


async def note_all_bound(session: AsyncSession, now: datetime) -> None:
    """Notes that no value is sealed for no place any more."""
    row: Mapping[str, object] = {"name": BOUND_NOTE, "value": ALL_BOUND, "noted_at": now}
    await session.execute(insert(InstallationNote).values(row).on_conflict_do_nothing())
