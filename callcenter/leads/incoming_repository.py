"""SQL of leads on their way in: the table their numbers are staged in, what is asked of it as a set, and the copy.

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


async def make_incoming(session: AsyncSession) -> None:
    """Makes the table anew."""
    await session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{_NAME}"))
    columns = "line integer, phone_index varchar(64), phone_sealed varchar, list_keys varchar[]"
    await session.execute(text(f"CREATE TEMPORARY TABLE {_NAME} ({columns}) ON COMMIT DROP"))


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


async def copy_leads(session: AsyncSession, columns: Sequence[str], lines: bytes) -> None:
    """Writes rows that are in the text format of COPY already: the server keeps their order in the ids."""
    await copy_text(session, str(Lead.__tablename__), columns, lines)


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
