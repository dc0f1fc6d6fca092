"""SQL of leads on their way in: the table they are staged in, and what is asked of it as a set.

A staged table has no statistics, and a campaign may have a million leads: each lookup is written as a subquery for one
row, so that the planner cannot read the whole table of leads for each part of a file.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Integer, Select, String, bindparam, column, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from callcenter.kit.copying import copy_text
from callcenter.leads.models import Lead
from callcenter.leads.port import DoNotCall

_NAME = "lead_incoming"
_INCOMING = table(
    _NAME,
    column("line", Integer),
    column("phone_index", String),
    column("phone_sealed", String),
    column("list_keys", ARRAY(String)),
)


async def make_incoming(session: AsyncSession, columns: Sequence[str], list_keys: str) -> None:
    """Makes the table anew, with the types that the columns have in the table of leads."""
    await session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{_NAME}"))
    selected = f"SELECT {', '.join(columns)} FROM lead"  # noqa: S608 - constants
    await session.execute(text(f"CREATE TEMPORARY TABLE {_NAME} ON COMMIT DROP AS {selected} WITH NO DATA"))
    await session.execute(text(f"ALTER TABLE {_NAME} ADD COLUMN {list_keys} varchar[]"))


async def stage(session: AsyncSession, columns: Sequence[str], lines: bytes) -> None:
    await session.execute(text(f"TRUNCATE {_NAME}"))
    await copy_text(session, _NAME, columns, lines)


def staged_numbers() -> Select[Any]:
    """Selects number, sealed number and list keys of what is staged."""
    return select(_INCOMING.c.phone_index, _INCOMING.c.phone_sealed, _INCOMING.c.list_keys)


async def find_blocked(session: AsyncSession, do_not_call: DoNotCall, now: datetime) -> set[int]:
    """Returns the lines of staged numbers that may not be called."""
    query = select(_INCOMING.c.line).where(do_not_call.blocks(_INCOMING.c.phone_index, now))
    return set((await session.scalars(query)).all())


async def find_known(session: AsyncSession, campaign_id: int) -> Sequence[tuple[int, int, int]]:
    """Returns (line, list, line in that list) of staged numbers that the campaign has."""
    known = (
        select(col(Lead.list_id), col(Lead.line).label("first_line"))
        .where(col(Lead.campaign_id) == campaign_id, col(Lead.phone_index) == _INCOMING.c.phone_index)
        .limit(1)
        .lateral("known")
    )
    rows = await session.execute(
        select(_INCOMING.c.line, known.c.list_id, known.c.first_line).select_from(_INCOMING, known)
    )
    return [(line, list_id, first_line) for line, list_id, first_line in rows]


async def write(
    session: AsyncSession, columns: Sequence[str], of_the_list: Mapping[str, Any], without: Collection[int]
) -> None:
    """Writes staged rows into the table of leads, in the file's order."""
    names = ", ".join((*of_the_list, *columns))
    values = ", ".join((*(f":{name}" for name in of_the_list), *columns))
    statement = f"INSERT INTO lead ({names}) SELECT {values} FROM {_NAME} WHERE line <> ALL(:without) ORDER BY line"  # noqa: S608 - constants
    kinds = [bindparam(name, type_=Lead.__table__.c[name].type) for name in of_the_list]  # type: ignore[attr-defined]
    prepared = text(statement).bindparams(*kinds, bindparam("without", type_=ARRAY(Integer)))
    await session.execute(prepared, {**of_the_list, "without": list(without)})


async def make_seen(session: AsyncSession) -> None:
    await session.execute(
        text("CREATE TEMPORARY TABLE lead_seen (phone_index varchar(64) PRIMARY KEY, line integer) ON COMMIT DROP")
    )


async def find_seen(session: AsyncSession) -> Mapping[int, int]:
    """Returns staged line → line where its number was seen before."""
    query = text(
        f"SELECT i.line, s.line AS first_line FROM {_NAME} i"  # noqa: S608 - constants
        " CROSS JOIN LATERAL (SELECT line FROM lead_seen WHERE phone_index = i.phone_index LIMIT 1) s"
    )
    return {row.line: row.first_line for row in await session.execute(query)}


async def see(session: AsyncSession, without: Collection[int]) -> None:
    statement = text(
        f"INSERT INTO lead_seen SELECT phone_index, line FROM {_NAME} WHERE line <> ALL(:without)"  # noqa: S608
    ).bindparams(bindparam("without", type_=ARRAY(Integer)))
    await session.execute(statement, {"without": list(without)})
