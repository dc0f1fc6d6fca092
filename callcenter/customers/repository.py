"""All SQL of the customers room."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.customers.models import LeadChange


async def list_changes(session: AsyncSession, lead_id: int) -> Sequence[LeadChange]:
    """Returns the corrections of a customer's file, the newest first."""
    query = select(LeadChange).where(col(LeadChange.lead_id) == lead_id).order_by(col(LeadChange.id).desc())
    return (await session.scalars(query)).all()
