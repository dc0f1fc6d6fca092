"""Holds what the questions share: how they are asked, and what belongs to a period."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, DateTime, Interval, RowMapping, Text, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from callcenter.audit.certificate.remarks import FindingCode, Remark
from callcenter.audit.certificate.types import Finding, Period
from callcenter.telephony import events as tel

PAGE = 2000

IN_PERIOD = "COALESCE(c.dialled_at, c.planned_at) >= :since AND COALESCE(c.dialled_at, c.planned_at) < :until"
ANSWERED = "(c.answered_at IS NOT NULL OR c.outcome = 'answered')"

CUSTOMER_REACHED = (
    tel.RecordingStarted,
    tel.CustomerDialled,
    tel.CustomerEarlyMedia,
    tel.CustomerRinging,
    tel.CustomerAnswered,
)
"""Signals that prove that the switch was dialling."""


def statement(sql: str, values: Mapping[str, Any]) -> TextClause:
    """Binds the values under their types, so that the database does not guess what ``:since - interval`` means."""
    types: dict[type, TypeEngine[Any]] = {datetime: DateTime(timezone=True), timedelta: Interval(), list: ARRAY(Text())}
    return text(sql).bindparams(*(bindparam(name, value, types[type(value)]) for name, value in values.items()))


def number(text_: str) -> str:
    """Returns the SQL of a text as a key, NULL where it is none: a forged one must not end the certificate."""
    return f"CASE WHEN {text_} ~ '^[0-9]{{1,18}}$' THEN CAST({text_} AS bigint) END"


def uuid(text_: str) -> str:
    """Returns the SQL of a text as the key of a call, NULL where it is none."""
    return f"CASE WHEN {text_} ~ '^[0-9a-f]{{8}}-([0-9a-f]{{4}}-){{3}}[0-9a-f]{{12}}$' THEN CAST({text_} AS uuid) END"


async def rows_of(session: AsyncSession, sql: str, **values: Any) -> Sequence[RowMapping]:
    return (await session.execute(statement(sql, values))).mappings().all()


async def stream_of(session: AsyncSession, sql: str, **values: Any) -> AsyncIterator[RowMapping]:
    rows = await session.stream(statement(sql, values))
    async for page in rows.mappings().partitions(PAGE):
        for row in page:
            yield row


async def findings_of(session: AsyncSession, sql: str, **values: Any) -> tuple[Finding, ...]:
    """Returns the findings of a statement that selects ``subject``, ``code``, ``facts`` (may be left out), ``at``."""
    return tuple(
        Finding(row["subject"], Remark(FindingCode(row["code"]), row.get("facts") or {}), row["at"])
        for row in await rows_of(session, sql, **values)
    )


async def count_of(session: AsyncSession, sql: str, **values: Any) -> int:
    return int((await session.execute(statement(sql, values))).scalar_one())


def within(period: Period) -> dict[str, datetime]:
    return {"since": period.since, "until": period.until}
