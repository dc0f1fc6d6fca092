"""Holds the SQL of the notes: what a fact's digest covers, and one statement per table that takes it.

Everything is computed in the database by sets. Instants stand in digests as the database writes them, so each
transaction that computes one sets the time zone first (``in_utc``).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import DateTime, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.audit.facts.types import Fact, NoteCard, Tally
from callcenter.audit.models import AuditHead, FactNote

DAY = "({at} AT TIME ZONE 'Asia/Shanghai')::date"
TALLY = (
    "encode(sha256(convert_to(string_agg(row_id || ' ' || digest || COALESCE(' ' || extract(epoch FROM least), ''),"
    " E'\\n' ORDER BY row_id COLLATE \"C\"), 'UTF8')), 'hex')"
)
"""Digest over the rows of one fact, note and day."""


def digest_of(fact: Fact) -> str:
    """Returns the SQL of one row's digest."""
    return f"encode(sha256(convert_to(jsonb_build_array({', '.join(fact.columns)})::text, 'UTF8')), 'hex')"


def row_id_of(fact: Fact) -> str:
    return f"CAST({fact.key} AS text)"


def latest_of(fact: Fact) -> str:
    """Returns the SQL of the newest note about the row ``t``."""
    return (
        f"(SELECT x.* FROM fact_digest x WHERE x.fact = '{fact.name}' AND x.row_id = {row_id_of(fact)}"
        " ORDER BY x.note DESC LIMIT 1)"
    )


def _unnoted(fact: Fact) -> str:
    anew = [f"{fact.amended} AND d.digest <> {digest_of(fact)}"] if fact.amended else []
    anew += [f"{fact.least} > d.least AND d.digest = {digest_of(fact)}"] if fact.least else []
    again = "".join(f" OR ({condition})" for condition in anew)
    return (
        f"SELECT '{fact.name}' AS fact, {row_id_of(fact)} AS row_id, {fact.at} AS at, {digest_of(fact)} AS digest,"
        f" {fact.least or 'CAST(NULL AS timestamptz)'} AS least"
        f" FROM {fact.table} t LEFT JOIN LATERAL {latest_of(fact)} d ON true"
        f" WHERE ({fact.when}) AND {fact.at} >= :since AND (d.fact IS NULL{again})"
    )


def statements(facts: Sequence[Fact]) -> list[str]:
    """Returns one statement per table: it notes what is not noted yet and returns the tallies per fact and day."""
    by_table: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_table[fact.table].append(fact)
    return [
        "WITH settled AS ("
        + " UNION ALL ".join(_unnoted(fact) for fact in group)
        + "), noted AS (INSERT INTO fact_digest (fact, row_id, note, day_on, at, digest, least)"
        + f" SELECT fact, row_id, :note, {DAY.format(at='at')}, at, digest, least FROM settled"
        + " RETURNING fact, row_id, day_on, digest, least)"
        + f" SELECT fact, day_on, count(*), {TALLY} FROM noted GROUP BY fact, day_on ORDER BY fact, day_on"
        for group in by_table.values()
    ]


async def in_utc(session: AsyncSession) -> None:
    """Lets the database write instants in UTC until the transaction ends."""
    await session.execute(text("SET LOCAL TIME ZONE 'UTC'"))


async def last_note(session: AsyncSession) -> NoteCard | None:
    query = select(FactNote).order_by(col(FactNote.number).desc()).limit(1)
    row = (await session.scalars(query)).first()
    return None if row is None else NoteCard(row.number, row.noted_at, frozenset(row.covers))


async def last_entry(session: AsyncSession) -> int:
    """Returns the id of the trail's last entry, as the trail notes it; 0 for none."""
    return int(await session.scalar(select(col(AuditHead.entry_id))) or 0)


async def take(session: AsyncSession, statement: str, number: int, since: datetime) -> list[Tally]:
    """Notes the facts of one table that are not noted yet."""
    bound = text(statement).bindparams(bindparam("since", since, DateTime(timezone=True)), note=number)
    return [Tally(*row) for row in await session.execute(bound)]


async def add_note(session: AsyncSession, note: NoteCard, after_entry: int, covers: Sequence[str]) -> None:
    session.add(FactNote(number=note.number, noted_at=note.noted_at, after_entry=after_entry, covers=list(covers)))
    await session.flush()
