"""SQL of lists, of imported leads, and of the class by which each lead is ordered."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, or_, text, true, update
from sqlalchemy import select as select_columns
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from callcenter.leads.models import Lead, LeadList
from callcenter.leads.repository import among
from callcenter.leads.types import UNRANKED, LeadScope, LeadState, ListTotals

# --- lists -----------------------------------------------------------------------------------------------------


async def find_list(session: AsyncSession, list_id: int) -> LeadList | None:
    return await session.get(LeadList, list_id)


async def find_list_of_file(session: AsyncSession, campaign_id: int, sha256: str) -> LeadList | None:
    query = select(LeadList).where(col(LeadList.campaign_id) == campaign_id, col(LeadList.sha256) == sha256)
    return (await session.scalars(query)).first()


async def list_lists(session: AsyncSession, before: int | None, limit: int | None) -> Sequence[LeadList]:
    """Returns lists, the newest first; ``before`` is the last id of the page before. No ``limit``: all of them."""
    query = select(LeadList).order_by(col(LeadList.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(LeadList.id) < before)
    return (await session.scalars(query)).all()


async def find_lists(session: AsyncSession, ids: Collection[int]) -> Sequence[LeadList]:
    return (await session.scalars(select(LeadList).where(among(col(LeadList.id), ids)))).all()


async def list_branches(session: AsyncSession, campaign_id: int) -> Mapping[int, str]:
    """List → branch, of a campaign's lists that serve one branch."""
    query = select(col(LeadList.id), col(LeadList.branch)).where(
        col(LeadList.campaign_id) == campaign_id, col(LeadList.branch) != ""
    )
    return {row.id: row.branch for row in await session.execute(query)}


async def sum_by_target_group(session: AsyncSession, group_ids: Collection[int]) -> Mapping[int, ListTotals]:
    """Target group → figures of its lists; groups without a list are left out."""
    group_id = col(LeadList.target_group_id)
    query = (
        select(group_id, func.count(col(LeadList.id)), func.sum(LeadList.good), func.sum(LeadList.rejected))
        .where(group_id.in_(group_ids))
        .group_by(group_id)
    )
    rows = await session.execute(query)
    return {group: ListTotals(lists, good, rejected) for group, lists, good, rejected in rows if group}


# --- leads that are imported -----------------------------------------------------------------------------------


async def analyze(session: AsyncSession) -> None:
    """Refreshes the planner's statistics after the table has grown considerably."""
    await session.execute(text(f"ANALYZE {Lead.__tablename__}"))


# --- classes ---------------------------------------------------------------------------------------------------


def within(scope: LeadScope) -> ColumnElement[bool]:
    """Returns the condition that a lead is within a scope."""
    limits = [
        (col(Lead.list_id), scope.list_id),
        (col(Lead.campaign_id), scope.campaign_id),
        (col(Lead.id), scope.lead_id),
    ]
    return and_(true(), *(column == limit for column, limit in limits if limit is not None))


async def find_bounds(session: AsyncSession, scope: LeadScope) -> tuple[int, int] | None:
    """Returns the first and the last lead of a scope; None when there is none."""
    query = select(func.min(col(Lead.id)), func.max(col(Lead.id))).where(within(scope))
    low, high = (await session.execute(query)).one()
    return None if low is None else (low, high)


async def scan(
    session: AsyncSession, scope: LeadScope, columns: Collection[str], after: int, limit: int
) -> Sequence[RowMapping]:
    """Returns the next leads by id: ``id``, ``list_id``, ``word`` (the list's own class) and the requested columns."""
    word = func.coalesce(col(Lead.list_class), col(Lead.customer_class)).label("word")
    query = (
        select_columns(col(Lead.id), col(Lead.list_id), word, *(getattr(Lead, name) for name in sorted(columns)))
        .where(within(scope), col(Lead.id) > after)
        .order_by(col(Lead.id))
        .limit(limit)
    )
    return (await session.execute(query)).mappings().all()


async def count_waiting(session: AsyncSession, lead_ids: Select[Any], imported_before: datetime) -> int:
    """Counts the selected leads that are in the stock and were imported before an instant."""
    waiting = and_(col(Lead.state) == LeadState.STOCK, col(Lead.imported_at) < imported_before)
    query = select(func.count()).select_from(Lead).where(col(Lead.id).in_(lead_ids), waiting)
    return (await session.scalars(query)).one()


async def write_order(
    session: AsyncSession,
    classes: Select[Any],
    campaigns: Collection[int],
    bounds: tuple[int, int],
    *,
    assigned: bool,
) -> None:
    """Writes class and rank into the leads of these campaigns between two ids, both included.

    ``classes`` selects ``lead_id``, ``class_id``, ``rank``, ``name``. A lead that it does not contain keeps the list's
    own class and comes after every ranked one. Without ``assigned``, leads that agents hold are left out.
    """
    other, decided = aliased(Lead), classes.subquery("decided")
    wanted = (
        select_columns(
            col(other.id).label("id"),
            decided.c.class_id,
            func.coalesce(decided.c.rank, UNRANKED).label("rank"),
            func.coalesce(decided.c.name, col(other.list_class), col(other.customer_class)).label("name"),
        )
        .outerjoin_from(other, decided, decided.c.lead_id == col(other.id))
        .where(col(other.id).between(*bounds), among(col(other.campaign_id), campaigns))
    )
    if not assigned:
        wanted = wanted.where(col(other.state) != LeadState.ASSIGNED)
    row = wanted.subquery("wanted")
    changes = or_(
        col(Lead.class_rank).is_distinct_from(row.c.rank),
        col(Lead.customer_class).is_distinct_from(row.c.name),
        col(Lead.class_id).is_distinct_from(row.c.class_id),
    )
    own_word = func.coalesce(col(Lead.list_class), col(Lead.customer_class))
    statement = (
        update(Lead)
        .where(col(Lead.id) == row.c.id, changes)
        .values(
            customer_class=row.c.name,
            class_rank=row.c.rank,
            class_id=row.c.class_id,
            list_class=case((row.c.class_id.is_not(None), own_word)),
        )
    )
    await session.execute(statement.execution_options(synchronize_session=False))
