"""Holds the SQL of quotas that people set."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.allocation.models import AgentQuota
from callcenter.allocation.rules.quotas import QuotaSetting


async def list_quotas(session: AsyncSession, campaign_id: int) -> Sequence[AgentQuota]:
    """Returns those set for everybody first, then those of single agents, each by the day it holds from."""
    query = (
        select(AgentQuota)
        .where(col(AgentQuota.campaign_id) == campaign_id)
        .order_by(col(AgentQuota.staff_id).nulls_first(), col(AgentQuota.from_on))
    )
    return (await session.scalars(query)).all()


async def list_settings(
    session: AsyncSession, campaign_ids: Collection[int], staff_id: int | None = None
) -> Mapping[int, Sequence[QuotaSetting]]:
    """Returns campaign → what the rule needs of its quotas; with ``staff_id`` of those that count for that person."""
    query = select(
        col(AgentQuota.campaign_id), col(AgentQuota.staff_id), col(AgentQuota.quota), col(AgentQuota.from_on)
    ).where(col(AgentQuota.campaign_id).in_(campaign_ids))
    if staff_id is not None:
        query = query.where(col(AgentQuota.staff_id).is_(None) | (col(AgentQuota.staff_id) == staff_id))
    settings: dict[int, list[QuotaSetting]] = defaultdict(list)
    for campaign_id, of_staff, quota, from_on in await session.execute(query):
        settings[campaign_id].append(QuotaSetting(of_staff, quota, from_on))
    return settings


async def add_quota(session: AsyncSession, values: Mapping[str, Any]) -> AgentQuota:
    """Writes a quota; one for the same person and day is replaced."""
    query = (
        insert(AgentQuota)
        .values(**values)
        .on_conflict_do_update(
            index_elements=["campaign_id", "staff_id", "from_on"],
            set_={key: values[key] for key in ("quota", "reason_sealed", "set_by", "set_at")},
        )
        .returning(AgentQuota)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).one()


async def find_quota(session: AsyncSession, quota_id: int) -> AgentQuota | None:
    return await session.get(AgentQuota, quota_id)


async def delete_quota(session: AsyncSession, quota_id: int) -> AgentQuota | None:
    """Removes a quota and returns what it was; None when there is none."""
    query = delete(AgentQuota).where(col(AgentQuota.id) == quota_id).returning(AgentQuota)
    return (await session.scalars(query)).first()
