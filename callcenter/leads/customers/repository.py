"""All SQL of the customer file."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.leads.models import DncEntry, Lead, LeadList
from callcenter.leads.types import LeadState


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A search as the rows are stored: names and numbers by blind index."""

    name_index: str | None
    phone_index: str | None
    phone_last4: str | None
    list_id: int | None
    campaign_id: int | None
    customer_class: str | None
    state: LeadState | None


async def search(session: AsyncSession, wanted: Wanted, before: int | None, limit: int) -> Sequence[Lead]:
    """The newest first. Each field has an index that ends in the id, or leaves few rows (``leads.models``)."""
    query = select(Lead).order_by(col(Lead.id).desc()).limit(limit)
    for column, value in (
        (Lead.name_index, wanted.name_index),
        (Lead.phone_index, wanted.phone_index),
        (Lead.phone_last4, wanted.phone_last4),
        (Lead.list_id, wanted.list_id),
        (Lead.campaign_id, wanted.campaign_id),
        (Lead.customer_class, wanted.customer_class),
        (Lead.state, wanted.state),
    ):
        if value is not None:
            query = query.where(col(column) == value)
    if before is not None:
        query = query.where(col(Lead.id) < before)
    return (await session.scalars(query)).all()


async def find_lists(session: AsyncSession, ids: Collection[int]) -> Mapping[int, LeadList]:
    found = await session.scalars(select(LeadList).where(col(LeadList.id).in_(ids)))
    return {each.id: each for each in found}


async def list_barrings(session: AsyncSession, phone_index: str) -> Sequence[DncEntry]:
    """All that ever were, the newest first."""
    query = select(DncEntry).where(col(DncEntry.phone_index) == phone_index).order_by(col(DncEntry.id).desc())
    return (await session.scalars(query)).all()
