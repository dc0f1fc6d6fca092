"""Holds all SQL of heartbeats and nodes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Row, Select, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from callcenter.health.models import Heartbeat, NodeRow
from callcenter.health.types import EngineReport, Node, Reading, Report


async def beat(session: AsyncSession, own: Report, since: datetime) -> Reading:
    """Writes a process's report and returns it, those of the others since an instant, and all nodes: one statement."""
    engine = own.engine
    values = {
        "process": own.process,
        "node": own.node,
        "parts": list(own.parts),
        "leads": {part: at.isoformat() for part, at in own.leads.items()},
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
    rows = await session.execute(_reading(since, besides=own.process).add_cte(written).execution_options(**_ANEW))
    return _read(rows, own)


async def read(session: AsyncSession, since: datetime) -> Reading:
    """Returns the reports since an instant, and all nodes, in one statement."""
    return _read(await session.execute(_reading(since).execution_options(**_ANEW)))


_ANEW = {"populate_existing": True}


def _reading(since: datetime, besides: str = "") -> Select[Heartbeat, NodeRow]:
    """Selects reports and nodes side by side; either is null where it has no partner."""
    latest = select(Heartbeat).where(col(Heartbeat.beat_at) >= since, col(Heartbeat.process) != besides).subquery()
    report = aliased(Heartbeat, latest)
    return select(report, NodeRow).join_from(report, NodeRow, col(report.node) == col(NodeRow.name), full=True)


def _read(rows: Iterable[Row[Heartbeat | None, NodeRow | None]], *own: Report) -> Reading:
    reports, nodes = list(own), {}
    for report, node in rows:
        if report is not None:
            reports.append(_report(report))
        if node is not None:
            nodes[node.name] = node
    return Reading(tuple(reports), tuple(_node(nodes[name]) for name in sorted(nodes)))


async def remove(session: AsyncSession, process: str) -> None:
    """Removes the report of a process that ends."""
    await session.execute(delete(Heartbeat).where(col(Heartbeat.process) == process))


async def remove_older(session: AsyncSession, before: datetime) -> None:
    """Removes the reports of processes that died long ago."""
    await session.execute(delete(Heartbeat).where(col(Heartbeat.beat_at) < before))


async def register(session: AsyncSession, name: str, websocket_url: str, realm: str, now: datetime) -> bool:
    """Writes a node, or where its phones register now; returns whether anything has changed."""
    write = insert(NodeRow).values(
        name=name, websocket_url=websocket_url, realm=realm, registered_at=now, closed_reason=""
    )
    write = write.on_conflict_do_update(
        index_elements=["name"],
        set_={"websocket_url": websocket_url, "realm": realm},
        where=(col(NodeRow.websocket_url) != websocket_url) | (col(NodeRow.realm) != realm),
    )
    return (await session.scalar(write.returning(col(NodeRow.name)))) is not None


async def find_node(session: AsyncSession, name: str) -> Node | None:
    """Returns a node; None where there is none of this name."""
    row = await session.get(NodeRow, name)
    return _node(row) if row else None


async def change_use(session: AsyncSession, name: str, closed_at: datetime | None, reason: str) -> Node | None:
    """Takes a node out of use, or into use with ``closed_at`` None; returns None where there is nothing to change."""
    as_it_was = col(NodeRow.closed_at).is_(None) if closed_at else col(NodeRow.closed_at).is_not(None)
    write = (
        update(NodeRow)
        .where(col(NodeRow.name) == name, as_it_was)
        .values(closed_at=closed_at, closed_reason=reason)
        .returning(NodeRow)
    )
    row = await session.scalar(write)
    return _node(row) if row else None


def _node(row: NodeRow) -> Node:
    return Node(
        name=row.name,
        websocket_url=row.websocket_url,
        realm=row.realm,
        registered_at=row.registered_at,
        closed_at=row.closed_at,
        closed_reason=row.closed_reason,
    )


def _report(row: Heartbeat) -> Report:
    engine = None
    if row.keeping is not None and row.keeping_since is not None and row.lag_seconds is not None:
        engine = EngineReport(row.keeping, row.keeping_since, timedelta(seconds=row.lag_seconds))
    return Report(
        process=row.process,
        node=row.node,
        parts=tuple(row.parts),
        leads={part: datetime.fromisoformat(at) for part, at in row.leads.items()},
        pid=row.pid,
        started_at=row.started_at,
        beat_at=row.beat_at,
        engine=engine,
        figures=row.figures,
    )
