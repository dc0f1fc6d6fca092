"""Holds all SQL of alerts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.alerts.models import Alert
from callcenter.alerts.types import AlertKind

_OPEN = text("cleared_at IS NULL")


async def add_open(
    session: AsyncSession, kind: AlertKind, subject: str, facts: Mapping[str, Any], now: datetime
) -> int | None:
    """Writes an alert and returns its id; None when one is open already."""
    return await session.scalar(
        insert(Alert)
        .values(kind=kind, subject=subject, facts=dict(facts), raised_at=now, note_sealed="")
        .on_conflict_do_nothing(index_elements=["kind", "subject"], index_where=_OPEN)
        .returning(col(Alert.id))
    )


async def renew_facts(session: AsyncSession, kind: AlertKind, subject: str, facts: Mapping[str, Any]) -> None:
    """Brings the figures of the open alert up to date."""
    await session.execute(
        update(Alert)
        .where(col(Alert.kind) == kind, col(Alert.subject) == subject, col(Alert.cleared_at).is_(None))
        .values(facts=dict(facts))
    )


async def clear(session: AsyncSession, kind: AlertKind, subject: str, now: datetime) -> int | None:
    """Ends the open alert and returns its id; None when none was open."""
    return await session.scalar(
        update(Alert)
        .where(col(Alert.kind) == kind, col(Alert.subject) == subject, col(Alert.cleared_at).is_(None))
        .values(cleared_at=now)
        .returning(col(Alert.id))
    )


async def list_open(session: AsyncSession, kinds: Collection[AlertKind]) -> Sequence[Alert]:
    """Returns the open alerts of these kinds: unacknowledged ones first, then the newest first."""
    query = (
        select(Alert)
        .where(col(Alert.cleared_at).is_(None), col(Alert.kind).in_(kinds))
        .order_by(col(Alert.acknowledged_at).is_not(None), col(Alert.raised_at).desc(), col(Alert.id).desc())
    )
    return (await session.scalars(query)).all()


async def list_of_kinds(session: AsyncSession, kinds: Collection[AlertKind]) -> Sequence[Alert]:
    query = select(Alert).where(col(Alert.cleared_at).is_(None), col(Alert.kind).in_(kinds)).order_by(col(Alert.id))
    return (await session.scalars(query)).all()


async def by_ids(session: AsyncSession, ids: Collection[int]) -> Sequence[Alert]:
    """Returns alerts as they are now."""
    query = select(Alert).where(col(Alert.id).in_(ids)).execution_options(populate_existing=True)
    return (await session.scalars(query)).all() if ids else []


async def find_alert(session: AsyncSession, alert_id: int) -> Alert | None:
    return await session.get(Alert, alert_id, populate_existing=True)


async def acknowledge(session: AsyncSession, alert_id: int, by: int, note_sealed: str, now: datetime) -> Alert | None:
    """Acknowledges by a conditional UPDATE; None when the alert is over or another person acknowledged it first."""
    query = (
        update(Alert)
        .where(col(Alert.id) == alert_id, col(Alert.cleared_at).is_(None), col(Alert.acknowledged_at).is_(None))
        .values(acknowledged_at=now, acknowledged_by=by, note_sealed=note_sealed)
        .returning(Alert)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).first()
