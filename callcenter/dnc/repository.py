"""All SQL of do-not-call entries and of proposals to lift them. SQL of external lists stands in ``listing``."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, String, and_, any_, func, literal, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from callcenter.dnc.models import DncDelivery, DncEntry, DncLift, DncList
from callcenter.dnc.types import DeliveryState, DncReason, DncSource, EntryFilter, EntryState

# --- in force ------------------------------------------------------------------------------------------------------


def in_force(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """``rules.in_force`` as an SQL expression; there is no other."""
    return and_(col(DncEntry.lifted_at).is_(None), or_(col(DncEntry.until).is_(None), col(DncEntry.until) > now))


def blocks(phone_index: Any, now: datetime) -> ColumnElement[bool]:
    """Returns the condition that the number in a column of another table has an entry in force."""
    return select(DncEntry.id).where(col(DncEntry.phone_index) == phone_index, in_force(now)).exists()


async def find_in_force(session: AsyncSession, phone_index: str, now: datetime) -> DncEntry | None:
    """Returns the entry in force that lasts longest on a number; None when there is none."""
    longest = longest_in_force(phone_index, now).scalar_subquery()
    return (await session.scalars(select(DncEntry).where(col(DncEntry.id) == longest))).first()


def longest_in_force(phone_index: Any, now: Any) -> SelectOfScalar[int]:
    """Selects the id of the entry in force that lasts longest on a number."""
    return (
        select(DncEntry.id)
        .where(col(DncEntry.phone_index) == phone_index, in_force(now))
        .order_by(col(DncEntry.until).desc().nulls_first(), col(DncEntry.id))
        .limit(1)
        .correlate_except(DncEntry)  # a statement around this one may read entries as well
    )


async def list_in_force(session: AsyncSession, indexes: Collection[str], now: datetime) -> set[str]:
    """Returns those of these numbers that have an entry in force."""
    numbers = any_(literal(list(indexes), ARRAY(String)))
    query = select(col(DncEntry.phone_index)).where(col(DncEntry.phone_index) == numbers, in_force(now))
    return set((await session.scalars(query)).all())


# --- entries ---------------------------------------------------------------------------------------------------


async def find_entry_of_call(session: AsyncSession, call_id: UUID) -> DncEntry | None:
    return (await session.scalars(select(DncEntry).where(col(DncEntry.call_id) == call_id))).first()


async def list_of_complaints(session: AsyncSession, phone_index: str, now: datetime) -> Sequence[DncEntry]:
    """Returns the entries in force that open complaints have made for a number, locked."""
    query = select(DncEntry).where(
        col(DncEntry.phone_index) == phone_index,
        col(DncEntry.reason) == DncReason.COMPLAINT,
        col(DncEntry.source) == DncSource.COMPLAINT,
        in_force(now),
    )
    return (await session.scalars(query.order_by(col(DncEntry.id)).with_for_update())).all()


async def find_entry(session: AsyncSession, entry_id: int, *, lock: bool = False) -> DncEntry | None:
    return await session.get(DncEntry, entry_id, populate_existing=True, with_for_update=True if lock else None)


async def list_entries(
    session: AsyncSession, now: datetime, wanted: EntryFilter, before: int | None, limit: int
) -> Sequence[DncEntry]:
    """Returns entries, the newest first; ``before`` is the last id of the page before."""
    query = select(DncEntry).order_by(col(DncEntry.id).desc()).limit(limit)
    if wanted.reason is not None:
        query = query.where(col(DncEntry.reason) == wanted.reason)
    if wanted.source is not None:
        query = query.where(col(DncEntry.source) == wanted.source)
    if wanted.state is not None:
        query = query.where(_in_state(wanted.state, now))
    if wanted.list_id is not None:
        deliveries = select(col(DncDelivery.id)).where(col(DncDelivery.list_id) == wanted.list_id)
        query = query.where(col(DncEntry.delivery_id).in_(deliveries))
    if before is not None:
        query = query.where(col(DncEntry.id) < before)
    return (await session.scalars(query)).all()


def _in_state(state: EntryState, now: datetime) -> ColumnElement[bool]:
    proposed = (
        select(DncLift.id).where(col(DncLift.entry_id) == col(DncEntry.id), col(DncLift.decided_at).is_(None)).exists()
    )
    conditions: Mapping[EntryState, ColumnElement[bool]] = {
        EntryState.IN_FORCE: in_force(now),
        EntryState.LIFT_PROPOSED: and_(in_force(now), proposed),
        EntryState.EXPIRED: and_(col(DncEntry.lifted_at).is_(None), col(DncEntry.until) <= now),
        EntryState.LIFTED: col(DncEntry.lifted_at).is_not(None),
    }
    return conditions[state]


async def list_entries_of(session: AsyncSession, phone_index: str) -> Sequence[DncEntry]:
    query = select(DncEntry).where(col(DncEntry.phone_index) == phone_index).order_by(col(DncEntry.id).desc())
    return (await session.scalars(query)).all()


async def list_names(session: AsyncSession, delivery_ids: Collection[int]) -> Mapping[int, str]:
    """Delivery → name of its list."""
    query = (
        select(col(DncDelivery.id), col(DncList.name))
        .join(DncList, col(DncList.id) == col(DncDelivery.list_id))
        .where(col(DncDelivery.id).in_(delivery_ids))
    )
    return {row.id: row.name for row in await session.execute(query)}


async def count_in_force(session: AsyncSession, now: datetime) -> Sequence[tuple[DncReason, DncSource, bool, int]]:
    """Counts the entries in force by reason, source, and whether they have no term."""
    for_ever = col(DncEntry.until).is_(None).label("for_ever")
    query = (
        select(col(DncEntry.reason), col(DncEntry.source), for_ever, func.count().label("entries"))
        .where(in_force(now))
        .group_by(col(DncEntry.reason), col(DncEntry.source), for_ever)
    )
    return [(row.reason, row.source, row.for_ever, row.entries) for row in await session.execute(query)]


async def count_ending(session: AsyncSession, now: datetime, before: datetime) -> int:
    query = select(func.count()).select_from(DncEntry).where(in_force(now), col(DncEntry.until) <= before)
    return (await session.scalars(query)).one()


# --- proposals to lift -----------------------------------------------------------------------------------------


async def find_lift(session: AsyncSession, lift_id: int) -> DncLift | None:
    """Locked until the work ends."""
    return await session.get(DncLift, lift_id, populate_existing=True, with_for_update=True)


async def list_lifts(session: AsyncSession, entry_ids: Collection[int]) -> Sequence[DncLift]:
    query = select(DncLift).where(col(DncLift.entry_id).in_(entry_ids)).order_by(col(DncLift.id).desc())
    return (await session.scalars(query)).all()


async def list_open_lifts(session: AsyncSession, now: datetime) -> Sequence[DncLift]:
    """Returns the open proposals to lift entries in force, the oldest first."""
    query = (
        select(DncLift)
        .join(DncEntry, col(DncEntry.id) == col(DncLift.entry_id))
        .where(col(DncLift.decided_at).is_(None), in_force(now))
        .order_by(col(DncLift.id))
    )
    return (await session.scalars(query)).all()


async def count_list_keys(session: AsyncSession, now: datetime) -> int:
    """Numbers on external lists in force, whether any lead has them or not."""
    holds = (col(DncDelivery.state) == DeliveryState.IN_FORCE) & (
        col(DncDelivery.until).is_(None) | (col(DncDelivery.until) > now)
    )
    query = select(func.coalesce(func.sum(col(DncDelivery.keys)), 0)).where(holds)
    return (await session.scalars(query)).one()
