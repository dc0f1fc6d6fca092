"""All SQL of the consent room."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.consent.models import LeadBasis


async def list_history(session: AsyncSession, lead_id: int) -> Sequence[LeadBasis]:
    """Returns the steps of a lead's basis, the newest first."""
    query = select(LeadBasis).where(col(LeadBasis.lead_id) == lead_id).order_by(col(LeadBasis.id).desc())
    return (await session.scalars(query)).all()
