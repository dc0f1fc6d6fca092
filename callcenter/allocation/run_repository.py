"""Holds the SQL of allocation runs and of the shares they gave to agents."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, any_, func, literal, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from callcenter.allocation.models import AllocationRun, AllocationShare

_ROWS_PER_INSERT = 2000
"""PostgreSQL takes 65,535 parameters in one statement; a share has twelve."""


async def find_run(session: AsyncSession, run_id: int) -> AllocationRun | None:
    return await session.get(AllocationRun, run_id)


async def find_run_of_day(session: AsyncSession, campaign_id: int, work_on: date) -> AllocationRun | None:
    query = select(AllocationRun).where(
        col(AllocationRun.campaign_id) == campaign_id, col(AllocationRun.work_on) == work_on
    )
    return (await session.scalars(query)).first()


async def list_runs_on(session: AsyncSession, on: date) -> Sequence[AllocationRun]:
    """Returns the runs that allocated leads for a date, the newest first."""
    query = select(AllocationRun).where(col(AllocationRun.work_on) == on).order_by(col(AllocationRun.id).desc())
    return (await session.scalars(query)).all()


async def list_runs(session: AsyncSession, before: int | None, limit: int) -> Sequence[AllocationRun]:
    """Returns the newest first, beginning behind the run ``before``."""
    query = select(AllocationRun).order_by(col(AllocationRun.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AllocationRun.id) < before)
    return (await session.scalars(query)).all()


async def add_run(session: AsyncSession, run: AllocationRun, shares: Sequence[Mapping[str, Any]]) -> None:
    """Writes a run, which gets its id, and its shares."""
    session.add(run)
    await session.flush()
    rows = [{"run_id": run.id, "campaign_id": run.campaign_id, "work_on": run.work_on, **share} for share in shares]
    for first in range(0, len(rows), _ROWS_PER_INSERT):
        await session.execute(insert(AllocationShare).values(rows[first : first + _ROWS_PER_INSERT]))


# --- shares ----------------------------------------------------------------------------------------------------------


async def list_shares(session: AsyncSession, run_id: int) -> Sequence[AllocationShare]:
    query = (
        select(AllocationShare)
        .where(col(AllocationShare.run_id) == run_id)
        .order_by(col(AllocationShare.agent_id))
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).all()


async def list_shares_since(
    session: AsyncSession, since: date, agent_ids: Collection[int] | None = None
) -> Sequence[AllocationShare]:
    """Returns the shares of ``since`` and later days, narrowed to agents."""
    query = select(AllocationShare).where(col(AllocationShare.work_on) >= since).order_by(col(AllocationShare.id))
    if agent_ids is not None:
        query = query.where(col(AllocationShare.agent_id) == any_(literal(list(agent_ids))))
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def list_agents_since(
    session: AsyncSession, since: date, campaign_id: int, agent_ids: Collection[int] | None = None
) -> Sequence[int]:
    """Returns the agents who have shares of a campaign for ``since`` or later days, those named if any are."""
    query = select(col(AllocationShare.agent_id)).where(
        col(AllocationShare.work_on) >= since, col(AllocationShare.campaign_id) == campaign_id
    )
    if agent_ids is not None:
        query = query.where(col(AllocationShare.agent_id) == any_(literal(list(agent_ids))))
    return (await session.scalars(query.distinct())).all()


async def list_campaigns_between(session: AsyncSession, first: date, last: date) -> Collection[tuple[int, date]]:
    """Returns the campaigns and days, both ends included, that have been allocated."""
    runs = await session.execute(
        select(col(AllocationRun.campaign_id), col(AllocationRun.work_on)).where(
            col(AllocationRun.work_on).between(first, last)
        )
    )
    return {(campaign_id, on) for campaign_id, on in runs}


def day_quota(agent_id: Any, on: Any) -> SelectOfScalar[int | None]:
    """Selects the largest quota that runs have fixed for an agent's day over all campaigns; NULL without a run."""
    most: ColumnElement[int | None] = func.max(col(AllocationShare.day_quota))
    return select(most).where(col(AllocationShare.agent_id) == agent_id, col(AllocationShare.work_on) == on)


async def list_fixed_of_agent(session: AsyncSession, agent_id: int, on: date) -> Mapping[int, tuple[int, int]]:
    """Returns campaign → the quota its run has fixed for an agent and a day, and the part of the day in percent."""
    query = select(col(AllocationShare.campaign_id), col(AllocationShare.quota), col(AllocationShare.part)).where(
        col(AllocationShare.agent_id) == agent_id, col(AllocationShare.work_on) == on
    )
    return {row.campaign_id: (row.quota, row.part) for row in await session.execute(query)}


async def list_fixed_quotas(session: AsyncSession, on: date) -> Mapping[int, int]:
    """Returns agent → the quota over all campaigns that runs have fixed for the day."""
    query = (
        select(col(AllocationShare.agent_id), func.max(col(AllocationShare.day_quota)).label("quota"))
        .where(col(AllocationShare.work_on) == on)
        .group_by(col(AllocationShare.agent_id))
    )
    return {row.agent_id: row.quota for row in await session.execute(query)}


async def list_parts(session: AsyncSession, on: date) -> Sequence[tuple[int, int]]:
    """Returns each agent with the part of the day, in percent, that the day's runs have reckoned with."""
    query = (
        select(col(AllocationShare.agent_id), col(AllocationShare.part))
        .where(col(AllocationShare.work_on) == on)
        .distinct()
    )
    return [(row.agent_id, row.part) for row in await session.execute(query)]


async def add_to_shares(session: AsyncSession, on: date, counts: Mapping[tuple[int, int], int], column: str) -> None:
    """Adds to ``returned`` or ``reassigned`` of a day's shares; ``counts`` are by campaign and agent."""
    target = getattr(AllocationShare, column)
    for (campaign_id, agent_id), count in sorted(counts.items()):  # sorted: two at once lock in the same order
        await session.execute(
            update(AllocationShare)
            .where(
                col(AllocationShare.campaign_id) == campaign_id,
                col(AllocationShare.agent_id) == agent_id,
                col(AllocationShare.work_on) == on,
            )
            .values({column: target + count})
        )
