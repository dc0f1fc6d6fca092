"""All SQL of the leads room."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import ColumnElement, and_, func, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.leads.models import DncEntry, Lead, LeadList, Reject
from callcenter.leads.types import LeadState


async def find_lead(session: AsyncSession, lead_id: int, *, fresh: bool = False) -> Lead | None:
    """``fresh`` reads the row again even if this session has seen it before."""
    return await session.get(Lead, lead_id, populate_existing=fresh)


async def list_leads(session: AsyncSession, ids: Collection[int]) -> Sequence[Lead]:
    return (await session.scalars(select(Lead).where(col(Lead.id).in_(ids)))).all()


async def list_by_phone(session: AsyncSession, phone_index: str) -> Sequence[Lead]:
    """The same number in every campaign."""
    query = select(Lead).where(col(Lead.phone_index) == phone_index).order_by(col(Lead.id))
    return (await session.scalars(query)).all()


async def find_list(session: AsyncSession, list_id: int) -> LeadList | None:
    return await session.get(LeadList, list_id)


async def find_list_of_file(session: AsyncSession, campaign_id: int, sha256: str) -> LeadList | None:
    query = select(LeadList).where(col(LeadList.campaign_id) == campaign_id, col(LeadList.sha256) == sha256)
    return (await session.scalars(query)).first()


async def list_lists(session: AsyncSession, before: int | None, limit: int) -> Sequence[LeadList]:
    """The newest first; ``before`` is the last id of the page before."""
    query = select(LeadList).order_by(col(LeadList.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(LeadList.id) < before)
    return (await session.scalars(query)).all()


async def list_rejects(session: AsyncSession, list_id: int, after: int, limit: int) -> Sequence[Reject]:
    query = (
        select(Reject)
        .where(col(Reject.list_id) == list_id, col(Reject.id) > after)
        .order_by(col(Reject.id))
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def find_known(session: AsyncSession, campaign_id: int, indexes: Collection[str]) -> Mapping[str, int]:
    """Those of these numbers that the campaign has, each with its list."""
    query = select(col(Lead.phone_index), col(Lead.list_id)).where(
        col(Lead.campaign_id) == campaign_id, col(Lead.phone_index).in_(indexes)
    )
    return {found.phone_index: found.list_id for found in await session.execute(query)}


async def find_barred(session: AsyncSession, indexes: Collection[str], now: datetime) -> set[str]:
    """Those of these numbers that are on the do-not-call list."""
    query = select(col(DncEntry.phone_index)).where(col(DncEntry.phone_index).in_(indexes), dnc_in_force(now))
    return set((await session.scalars(query)).all())


def dnc_in_force(now: datetime) -> ColumnElement[bool]:
    return and_(col(DncEntry.lifted_at).is_(None), or_(col(DncEntry.until).is_(None), col(DncEntry.until) > now))


async def find_dnc_in_force(session: AsyncSession, phone_index: str, now: datetime) -> DncEntry | None:
    """The entry that lasts longest."""
    query = (
        select(DncEntry)
        .where(col(DncEntry.phone_index) == phone_index, dnc_in_force(now))
        .order_by(col(DncEntry.until).desc().nulls_first(), col(DncEntry.id))
        .limit(1)
    )
    return (await session.scalars(query)).first()


def _stock(campaign_id: int, now: datetime) -> ColumnElement[bool]:
    barred = select(DncEntry.id).where(col(DncEntry.phone_index) == col(Lead.phone_index), dnc_in_force(now)).exists()
    return and_(
        col(Lead.campaign_id) == campaign_id,
        col(Lead.state) == LeadState.STOCK,
        col(Lead.basis_withdrawn_at).is_(None),
        ~barred,
    )


async def list_stock(session: AsyncSession, campaign_id: int, now: datetime, limit: int) -> Sequence[Lead]:
    """Leads nobody holds and that may be called, the oldest data first."""
    query = (
        select(Lead)
        .where(_stock(campaign_id, now))
        .order_by(col(Lead.imported_at), col(Lead.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query)).all()


async def count_stock(session: AsyncSession, campaign_id: int, now: datetime) -> int:
    query = select(func.count()).select_from(Lead).where(_stock(campaign_id, now))
    return (await session.scalars(query)).one()


async def move(session: AsyncSession, ids: Collection[int], from_states: Collection[LeadState], to: LeadState) -> int:
    """Claims leads from one of the states expected; returns how many were in it."""
    query = (
        update(Lead)
        .where(col(Lead.id).in_(ids), col(Lead.state).in_(from_states))
        .values(state=to)
        .returning(col(Lead.id))
    )
    return len((await session.scalars(query)).all())


async def copy_in(
    session: AsyncSession, table: type[Lead] | type[Reject], columns: Sequence[str], records: Iterable[Sequence[Any]]
) -> None:
    """Writes rows by COPY, inside the session's transaction. The session must have executed something before."""
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, asyncpg.Connection)
    await driver.copy_records_to_table(str(table.__tablename__), records=records, columns=columns)
