"""SQL of quotas and of what runs gave to agents."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import any_, delete, func, literal, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.allocation.models import AgentQuota, AllocationShare
from callcenter.allocation.rules.quotas import QuotaWord


async def list_words(session: AsyncSession, campaign_id: int) -> Sequence[AgentQuota]:
    query = (
        select(AgentQuota)
        .where(col(AgentQuota.campaign_id) == campaign_id)
        .order_by(col(AgentQuota.staff_id).nulls_first(), col(AgentQuota.from_on))
    )
    return (await session.scalars(query)).all()


async def words_for(session: AsyncSession, campaign_id: int, staff_id: int | None = None) -> Sequence[QuotaWord]:
    """What counts for everybody, or only what counts for one."""
    query = select(col(AgentQuota.staff_id), col(AgentQuota.quota), col(AgentQuota.from_on)).where(
        col(AgentQuota.campaign_id) == campaign_id
    )
    if staff_id is not None:
        query = query.where(col(AgentQuota.staff_id).is_(None) | (col(AgentQuota.staff_id) == staff_id))
    return [QuotaWord(found.staff_id, found.quota, found.from_on) for found in await session.execute(query)]


async def save_word(session: AsyncSession, values: Mapping[str, Any]) -> AgentQuota:
    """One word per person and day; a second one replaces the first."""
    query = (
        insert(AgentQuota)
        .values(**values)
        .on_conflict_do_update(
            index_elements=["campaign_id", "staff_id", "from_on"],
            set_={key: values[key] for key in ("quota", "reason", "set_by", "set_at")},
        )
        .returning(AgentQuota)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).one()


async def delete_word(session: AsyncSession, quota_id: int) -> AgentQuota | None:
    query = delete(AgentQuota).where(col(AgentQuota.id) == quota_id).returning(AgentQuota)
    return (await session.scalars(query)).first()


# --- shares ----------------------------------------------------------------------------------------------------------


async def add_shares(session: AsyncSession, shares: Sequence[Mapping[str, Any]]) -> None:
    for first in range(0, len(shares), 2000):
        await session.execute(insert(AllocationShare).values(list(shares[first : first + 2000])))


async def list_shares(session: AsyncSession, run_id: int) -> Sequence[AllocationShare]:
    query = (
        select(AllocationShare)
        .where(col(AllocationShare.run_id) == run_id)
        .order_by(col(AllocationShare.agent_id))
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).all()


async def find_quotas(session: AsyncSession, agent_id: int, on: date) -> Mapping[int, tuple[int, int]]:
    """Campaign → the quota that its run has fixed for an agent and a day, and the part of the day."""
    query = select(col(AllocationShare.campaign_id), col(AllocationShare.quota), col(AllocationShare.part)).where(
        col(AllocationShare.agent_id) == agent_id, col(AllocationShare.work_on) == on
    )
    return {found.campaign_id: (found.quota, found.part) for found in await session.execute(query)}


async def quotas_on(session: AsyncSession, on: date) -> Mapping[int, int]:
    """Agent → the largest quota a run has fixed for the day."""
    query = (
        select(col(AllocationShare.agent_id), func.max(col(AllocationShare.quota)).label("quota"))
        .where(col(AllocationShare.work_on) == on)
        .group_by(col(AllocationShare.agent_id))
    )
    return {found.agent_id: found.quota for found in await session.execute(query)}


async def list_parts(session: AsyncSession, on: date) -> Sequence[tuple[int, int]]:
    """Agent and part of the day, as runs have taken it."""
    query = (
        select(col(AllocationShare.agent_id), col(AllocationShare.part))
        .where(col(AllocationShare.work_on) == on)
        .distinct()
    )
    return [(found.agent_id, found.part) for found in await session.execute(query)]


async def list_shares_since(
    session: AsyncSession, since: date, *, campaign_id: int | None = None, agent_ids: Collection[int] | None = None
) -> Sequence[AllocationShare]:
    query = select(AllocationShare).where(col(AllocationShare.work_on) >= since).order_by(col(AllocationShare.id))
    if campaign_id is not None:
        query = query.where(col(AllocationShare.campaign_id) == campaign_id)
    if agent_ids is not None:
        query = query.where(col(AllocationShare.agent_id) == any_(literal(list(agent_ids))))
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def count_distributions(
    session: AsyncSession, on: date, counts: Mapping[tuple[int, int], int], column: str
) -> None:
    """Adds to ``returned`` or ``reassigned`` of the day's shares; ``counts`` are by campaign and agent."""
    target = getattr(AllocationShare, column)
    for (campaign_id, agent_id), count in sorted(counts.items()):
        await session.execute(
            update(AllocationShare)
            .where(
                col(AllocationShare.campaign_id) == campaign_id,
                col(AllocationShare.agent_id) == agent_id,
                col(AllocationShare.work_on) == on,
            )
            .values({column: target + count})
        )
