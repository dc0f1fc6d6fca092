"""All SQL of the target groups."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, func, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.target_groups.models import TargetGroup, TargetStep
from callcenter.target_groups.types import TargetState, View


async def find(
    session: AsyncSession, group_id: int, view: View | None = None, *, lock: bool = False
) -> TargetGroup | None:
    """Returns a target group within the view, or None."""
    query = select(TargetGroup).where(col(TargetGroup.id) == group_id, *(_seen(view) if view else ()))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(query)).first()


async def list_page(
    session: AsyncSession, view: View, states: Collection[TargetState], *, before: int | None, limit: int
) -> Sequence[TargetGroup]:
    """Returns the target groups within a view, the newest first; without states, in any state."""
    query = select(TargetGroup).where(*_seen(view)).order_by(col(TargetGroup.id).desc()).limit(limit)
    if states:
        query = query.where(col(TargetGroup.state).in_(states))
    if before is not None:
        query = query.where(col(TargetGroup.id) < before)
    return (await session.scalars(query)).all()


async def count_by_state(session: AsyncSession, view: View) -> dict[TargetState, int]:
    query = (
        select(col(TargetGroup.state), func.count(col(TargetGroup.id)))
        .where(*_seen(view))
        .group_by(col(TargetGroup.state))
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def list_steps(session: AsyncSession, ids: Collection[int]) -> Mapping[int, list[TargetStep]]:
    """Returns steps by group, the oldest first."""
    query = select(TargetStep).where(col(TargetStep.group_id).in_(ids)).order_by(col(TargetStep.id))
    steps: dict[int, list[TargetStep]] = defaultdict(list)
    for step in await session.scalars(query):
        steps[step.group_id].append(step)
    return steps


def _seen(view: View) -> tuple[ColumnElement[bool], ...]:
    return (
        col(TargetGroup.branch) == view.branch if view.branch is not None else true(),
        col(TargetGroup.approved_at).is_not(None) if view.approved_only else true(),
    )
