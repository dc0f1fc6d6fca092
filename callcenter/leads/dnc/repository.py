"""All SQL of do-not-call and the legal basis."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.leads.models import DncEntry


async def find_entry_of_call(session: AsyncSession, call_id: UUID) -> DncEntry | None:
    return (await session.scalars(select(DncEntry).where(col(DncEntry.call_id) == call_id))).first()


async def find_entry(session: AsyncSession, entry_id: int) -> DncEntry | None:
    """Locked until the work ends."""
    return await session.get(DncEntry, entry_id, with_for_update=True)
