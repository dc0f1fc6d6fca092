"""All SQL of do-not-call and the legal basis: entries, proposals to lift, evidence."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.dnc.models import DncDelivery, DncLift, DncList, LeadBasis
from callcenter.dnc.types import DeliveryState, DncSource, EntryState
from callcenter.leads.models import DncEntry
from callcenter.leads.repository import dnc_in_force
from callcenter.leads.types import DncReason

# --- entries ---------------------------------------------------------------------------------------------------


async def find_entry_of_call(session: AsyncSession, call_id: UUID) -> DncEntry | None:
    return (await session.scalars(select(DncEntry).where(col(DncEntry.call_id) == call_id))).first()


async def find_entry(session: AsyncSession, entry_id: int, *, lock: bool = False) -> DncEntry | None:
    return await session.get(DncEntry, entry_id, populate_existing=True, with_for_update=True if lock else None)


async def list_entries(
    session: AsyncSession,
    now: datetime,
    *,
    reason: DncReason | None,
    source: DncSource | None,
    state: EntryState | None,
    list_id: int | None,
    before: int | None,
    limit: int,
) -> Sequence[DncEntry]:
    """The newest first; ``before`` is the last id of the page before."""
    query = select(DncEntry).order_by(col(DncEntry.id).desc()).limit(limit)
    if reason is not None:
        query = query.where(col(DncEntry.reason) == reason)
    if source is not None:
        query = query.where(col(DncEntry.source) == source)
    if state is not None:
        query = query.where(_in_state(state, now))
    if list_id is not None:
        deliveries = select(col(DncDelivery.id)).where(col(DncDelivery.list_id) == list_id)
        query = query.where(col(DncEntry.delivery_id).in_(deliveries))
    if before is not None:
        query = query.where(col(DncEntry.id) < before)
    return (await session.scalars(query)).all()


def _in_state(state: EntryState, now: datetime) -> ColumnElement[bool]:
    proposed = (
        select(DncLift.id).where(col(DncLift.entry_id) == col(DncEntry.id), col(DncLift.decided_at).is_(None)).exists()
    )
    conditions: Mapping[EntryState, ColumnElement[bool]] = {
        EntryState.IN_FORCE: dnc_in_force(now),
        EntryState.LIFT_PROPOSED: and_(dnc_in_force(now), proposed),
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
    return {found.id: found.name for found in await session.execute(query)}


async def count_in_force(session: AsyncSession, now: datetime) -> Sequence[tuple[DncReason, DncSource, bool, int]]:
    """Reason, source, whether for ever, how many."""
    for_ever = col(DncEntry.until).is_(None).label("for_ever")
    query = (
        select(col(DncEntry.reason), col(DncEntry.source), for_ever, func.count().label("entries"))
        .where(dnc_in_force(now))
        .group_by(col(DncEntry.reason), col(DncEntry.source), for_ever)
    )
    return [(found.reason, found.source, found.for_ever, found.entries) for found in await session.execute(query)]


async def count_ending(session: AsyncSession, now: datetime, before: datetime) -> int:
    query = select(func.count()).select_from(DncEntry).where(dnc_in_force(now), col(DncEntry.until) <= before)
    return (await session.scalars(query)).one()


# --- proposals to lift -----------------------------------------------------------------------------------------


async def find_lift(session: AsyncSession, lift_id: int) -> DncLift | None:
    """Locked until the work ends."""
    return await session.get(DncLift, lift_id, populate_existing=True, with_for_update=True)


async def list_lifts(session: AsyncSession, entry_ids: Collection[int]) -> Sequence[DncLift]:
    query = select(DncLift).where(col(DncLift.entry_id).in_(entry_ids)).order_by(col(DncLift.id).desc())
    return (await session.scalars(query)).all()


async def list_open_lifts(session: AsyncSession, now: datetime) -> Sequence[DncLift]:
    """The oldest first; of entries that hold."""
    query = (
        select(DncLift)
        .join(DncEntry, col(DncEntry.id) == col(DncLift.entry_id))
        .where(col(DncLift.decided_at).is_(None), dnc_in_force(now))
        .order_by(col(DncLift.id))
    )
    return (await session.scalars(query)).all()


# --- legal basis -----------------------------------------------------------------------------------------------


async def list_basis(session: AsyncSession, lead_id: int) -> Sequence[LeadBasis]:
    """The newest first."""
    query = select(LeadBasis).where(col(LeadBasis.lead_id) == lead_id).order_by(col(LeadBasis.id).desc())
    return (await session.scalars(query)).all()


async def count_list_keys(session: AsyncSession, now: datetime) -> int:
    in_force = (col(DncDelivery.state) == DeliveryState.IN_FORCE) & (
        col(DncDelivery.until).is_(None) | (col(DncDelivery.until) > now)
    )
    query = select(func.coalesce(func.sum(col(DncDelivery.keys)), 0)).where(in_force)
    return (await session.scalars(query)).one()
