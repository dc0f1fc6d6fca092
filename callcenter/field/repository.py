"""All SQL of the field room."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.field.models import HandOver, Region, Visit
from callcenter.field.types import HandOverState, VisitState

WAITING = (HandOverState.UNKNOWN_REGION, HandOverState.OPEN)


async def list_regions(session: AsyncSession) -> Sequence[Region]:
    return list(await session.scalars(select(Region).order_by(col(Region.name))))


async def find_region(session: AsyncSession, region_id: int) -> Region | None:
    return await session.get(Region, region_id)


async def find_hand_over(session: AsyncSession, hand_over_id: int) -> HandOver | None:
    """Locked: whoever reads one here is about to move it."""
    return await session.get(HandOver, hand_over_id, populate_existing=True, with_for_update=True)


async def hand_over_of_call(session: AsyncSession, call_id: UUID) -> HandOver | None:
    found: HandOver | None = await session.scalar(select(HandOver).where(col(HandOver.call_id) == call_id))
    return found


async def list_hand_overs(
    session: AsyncSession,
    *,
    states: Collection[HandOverState],
    due_before: datetime | None,
    region_id: int | None,
    after: int,
    limit: int,
) -> Sequence[HandOver]:
    """The longest waiting first."""
    query = (
        select(HandOver)
        .where(col(HandOver.state).in_(states), col(HandOver.id) > after)
        .order_by(col(HandOver.id))
        .limit(limit)
    )
    if due_before is not None:
        query = query.where(col(HandOver.due_at) <= due_before)
    if region_id is not None:
        query = query.where(col(HandOver.region_id) == region_id)
    return list(await session.scalars(query))


async def count_visits(session: AsyncSession, hand_over_ids: Collection[int]) -> dict[int, int]:
    """Visits made, manually-over."""
    rows = await session.execute(
        select(col(Visit.hand_over_id), func.count())
        .where(col(Visit.hand_over_id).in_(hand_over_ids), col(Visit.state) == VisitState.REPORTED)
        .group_by(col(Visit.hand_over_id))
    )
    return {row[0]: row[1] for row in rows}


async def loads(
    session: AsyncSession, field_agent_ids: Collection[int], since: datetime, until: datetime
) -> dict[int, int]:
    """Visits per field agent in a stretch of time; who has none is missing."""
    rows = await session.execute(
        select(col(Visit.field_agent_id), func.count())
        .where(
            col(Visit.field_agent_id).in_(field_agent_ids),
            col(Visit.state) != VisitState.CANCELLED,
            col(Visit.visit_at) >= since,
            col(Visit.visit_at) < until,
        )
        .group_by(col(Visit.field_agent_id))
    )
    return {row[0]: row[1] for row in rows}


async def planned_visit(session: AsyncSession, hand_over_id: int) -> Visit | None:
    found: Visit | None = await session.scalar(
        select(Visit)
        .where(col(Visit.hand_over_id) == hand_over_id, col(Visit.state) == VisitState.PLANNED)
        .with_for_update()
    )
    return found


async def last_number(session: AsyncSession, hand_over_id: int) -> int:
    return await session.scalar(select(func.max(col(Visit.number))).where(col(Visit.hand_over_id) == hand_over_id)) or 0


async def planned_of_agent(session: AsyncSession, field_agent_id: int) -> Sequence[Visit]:
    return list(
        await session.scalars(
            select(Visit)
            .where(col(Visit.field_agent_id) == field_agent_id, col(Visit.state) == VisitState.PLANNED)
            .order_by(col(Visit.visit_at), col(Visit.id))
        )
    )


async def day_of_agent(
    session: AsyncSession, field_agent_id: int, since: datetime, until: datetime, *, with_overdue: bool
) -> list[tuple[Visit, HandOver]]:
    """Visits of a day in visiting order; ``with_overdue`` adds the earlier ones nobody has reported."""
    inside = and_(col(Visit.visit_at) >= since, col(Visit.visit_at) < until, col(Visit.state) != VisitState.CANCELLED)
    overdue = and_(col(Visit.visit_at) < since, col(Visit.state) == VisitState.PLANNED)
    rows = await session.execute(
        select(Visit, HandOver)
        .join(HandOver, col(HandOver.id) == col(Visit.hand_over_id))
        .where(col(Visit.field_agent_id) == field_agent_id, or_(inside, overdue) if with_overdue else inside)
        .order_by(col(Visit.visit_at), col(Visit.id))
    )
    return [(row[0], row[1]) for row in rows]


async def find_visit(session: AsyncSession, visit_id: int) -> Visit | None:
    return await session.get(Visit, visit_id, populate_existing=True)


async def report(session: AsyncSession, visit_id: int, field_agent_id: int, **values: Any) -> Visit | None:
    """planned → reported, by the field agent whose visit it is."""
    row: Visit | None = await session.scalar(
        update(Visit)
        .where(
            col(Visit.id) == visit_id,
            col(Visit.field_agent_id) == field_agent_id,
            col(Visit.state) == VisitState.PLANNED,
        )
        .values(state=VisitState.REPORTED, **values)
        .returning(Visit)
        .execution_options(populate_existing=True)
    )
    return row
