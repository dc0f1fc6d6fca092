"""Holds all SQL of heartbeats."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from callcenter.health.models import Heartbeat
from callcenter.health.types import EngineReport, Report


async def beat(session: AsyncSession, own: Report, since: datetime) -> Sequence[Report]:
    """Writes a process's report and returns those of the others since an instant, in one statement."""
    engine = own.engine
    values = {
        "process": own.process,
        "node": own.node,
        "parts": list(own.parts),
        "pid": own.pid,
        "started_at": own.started_at,
        "beat_at": own.beat_at,
        "keeping": engine.keeping if engine else None,
        "keeping_since": engine.since if engine else None,
        "lag_seconds": engine.lag.total_seconds() if engine else None,
        "figures": dict(own.figures),
    }
    write = insert(Heartbeat).values(**values)
    write = write.on_conflict_do_update(index_elements=["process"], set_=values)
    written = write.returning(col(Heartbeat.process)).cte("written")
    others = select(Heartbeat).where(col(Heartbeat.process) != own.process, col(Heartbeat.beat_at) >= since)
    rows = await session.scalars(others.add_cte(written).execution_options(populate_existing=True))
    return [_report(row) for row in rows]


async def remove(session: AsyncSession, process: str) -> None:
    """Removes the report of a process that ends."""
    await session.execute(delete(Heartbeat).where(col(Heartbeat.process) == process))


async def remove_older(session: AsyncSession, before: datetime) -> None:
    """Removes the reports of processes that died long ago."""
    await session.execute(delete(Heartbeat).where(col(Heartbeat.beat_at) < before))


def _report(row: Heartbeat) -> Report:
    engine = None
    if row.keeping is not None and row.keeping_since is not None and row.lag_seconds is not None:
        engine = EngineReport(row.keeping, row.keeping_since, timedelta(seconds=row.lag_seconds))
    return Report(
        process=row.process,
        node=row.node,
        parts=tuple(row.parts),
        pid=row.pid,
        started_at=row.started_at,
        beat_at=row.beat_at,
        engine=engine,
        figures=row.figures,
    )
