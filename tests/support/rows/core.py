"""Adds one row: numbers it, checks its columns by type, and writes it within the caller's transaction."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from sqlalchemy import inspect
from sqlmodel import SQLModel, col, func, select

from callcenter.kit.work import Work, Works

Row = TypeVar("Row", bound=SQLModel)


class HasId(Protocol):
    id: int


async def next_number(work: Work, table: type[SQLModel]) -> int:
    """Returns 1, 2, 3 … per table: no row of the table has been built with that number before.

    The transaction counts on from the rows that the table holds, so no state survives a test.
    """
    numbers: dict[type[SQLModel], int] = work.session.info.setdefault("row numbers", {})
    if table not in numbers:
        numbers[table] = (await work.session.scalars(select(func.count()).select_from(table))).one()
    numbers[table] += 1
    return numbers[table]


async def put(work: Work, table: type[Row], overrides: dict[str, Any], **defaults: Any) -> Row:
    """Writes one row and returns it with its id."""
    row = build(table, overrides, **defaults)
    work.session.add(row)
    await work.session.flush()
    return row


def build(table: type[Row], overrides: dict[str, Any], **defaults: Any) -> Row:
    """Returns a row of the defaults, apart from the overrides; raises TypeError for a column that the table lacks.

    A value of another type than its column's is refused by pydantic's ValidationError: SQLModel checks nothing when
    a table class is called, and a test would go on with a row that the system could never have written.
    """
    if unknown := overrides.keys() - table.model_fields.keys():
        raise TypeError(f"{table.__name__} has no column {', '.join(sorted(unknown))}")
    return table.model_validate({**defaults, **overrides}, strict=True)


async def first_or_new(work: Work, table: type[SQLModel], make: Callable[[Work], Awaitable[HasId]]) -> int:
    """Returns the id of the table's first row, made when there is none.

    For what a test has one of as a rule: a campaign, a lead list, a region.
    """
    [key] = inspect(table).primary_key
    known: int | None = (await work.session.scalars(select(key).order_by(col(key)).limit(1))).first()
    return known if known is not None else (await make(work)).id


async def count_rows(works: Works, table: type[SQLModel]) -> int:
    """Returns how many rows of a table are committed."""
    async with works.begin() as work:
        return (await work.session.scalars(select(func.count()).select_from(table))).one()
