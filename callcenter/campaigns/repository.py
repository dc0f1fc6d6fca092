"""All SQL of the campaigns room."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.campaigns.models import Campaign, ScriptVersion
from callcenter.campaigns.types import CampaignState


async def find(session: AsyncSession, campaign_id: int) -> Campaign | None:
    return await session.get(Campaign, campaign_id)


async def list_all(session: AsyncSession, state: CampaignState | None = None) -> Sequence[Campaign]:
    query = select(Campaign).order_by(col(Campaign.id))
    if state is not None:
        query = query.where(col(Campaign.state) == state)
    return (await session.scalars(query)).all()


async def find_script(session: AsyncSession, campaign_id: int) -> ScriptVersion | None:
    """Returns the version in force; None before the first."""
    return (
        await session.scalars(
            select(ScriptVersion)
            .where(col(ScriptVersion.campaign_id) == campaign_id)
            .order_by(col(ScriptVersion.version).desc())
            .limit(1)
        )
    ).first()
