"""Holds the SQL of campaign members."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.allocation.models import CampaignMember
from callcenter.allocation.rules.members import Membership


async def list_memberships(
    session: AsyncSession, *, campaign_id: int | None = None, staff_ids: Collection[int] | None = None
) -> Sequence[Membership]:
    """Returns what was set, in the order in which it was written, narrowed to a campaign or to agents."""
    query = select(
        col(CampaignMember.campaign_id),
        col(CampaignMember.staff_id),
        col(CampaignMember.weight),
        col(CampaignMember.from_on),
    ).order_by(col(CampaignMember.id))
    if campaign_id is not None:
        query = query.where(col(CampaignMember.campaign_id) == campaign_id)
    if staff_ids is not None:
        query = query.where(col(CampaignMember.staff_id).in_(staff_ids))
    return [Membership(*row) for row in await session.execute(query)]


async def list_history(session: AsyncSession, campaign_id: int, staff_id: int | None) -> Sequence[CampaignMember]:
    """Returns what was set in a campaign, the newest first; with ``staff_id`` for that agent."""
    query = (
        select(CampaignMember)
        .where(col(CampaignMember.campaign_id) == campaign_id)
        .order_by(col(CampaignMember.id).desc())
    )
    if staff_id is not None:
        query = query.where(col(CampaignMember.staff_id) == staff_id)
    return (await session.scalars(query)).all()


async def add_memberships(session: AsyncSession, rows: Iterable[Mapping[str, Any]]) -> None:
    await session.execute(insert(CampaignMember), list(rows))
