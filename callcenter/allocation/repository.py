"""All SQL of the allocation."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.allocation.models import AllocationRun, Assignment
from callcenter.allocation.types import AssignmentState

HELD = (AssignmentState.OPEN, AssignmentState.ACTIVE)


@dataclass(frozen=True, slots=True)
class History:
    """What earlier hands left of a lead."""

    attempts: int
    due_at: datetime
    last_note: str


async def find(session: AsyncSession, assignment_id: int) -> Assignment | None:
    return await session.get(Assignment, assignment_id, populate_existing=True)


async def find_last_of_lead(session: AsyncSession, lead_id: int) -> Assignment | None:
    query = (
        select(Assignment)
        .where(col(Assignment.lead_id) == lead_id)
        .order_by(col(Assignment.id).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).first()


async def find_run(session: AsyncSession, campaign_id: int, work_on: date) -> AllocationRun | None:
    query = select(AllocationRun).where(
        col(AllocationRun.campaign_id) == campaign_id, col(AllocationRun.work_on) == work_on
    )
    return (await session.scalars(query)).first()


async def list_runs(session: AsyncSession, before: int | None, limit: int) -> Sequence[AllocationRun]:
    query = select(AllocationRun).order_by(col(AllocationRun.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AllocationRun.id) < before)
    return (await session.scalars(query)).all()


async def count_held(session: AsyncSession) -> dict[int, int]:
    """Agent → assignments held, over all campaigns."""
    query = (
        select(col(Assignment.agent_id), func.count().label("held"))
        .where(col(Assignment.state).in_(HELD))
        .group_by(col(Assignment.agent_id))
    )
    return {found.agent_id: found.held for found in await session.execute(query)}


async def count_done(session: AsyncSession, day: tuple[datetime, datetime]) -> dict[int, int]:
    """Agent → assignments done within a day, over all campaigns."""
    query = (
        select(col(Assignment.agent_id), func.count().label("done"))
        .where(_done_within(day))
        .group_by(col(Assignment.agent_id))
    )
    return {found.agent_id: found.done for found in await session.execute(query)}


def _done_within(day: tuple[datetime, datetime]) -> ColumnElement[bool]:
    first, end = day
    return (
        (col(Assignment.state) == AssignmentState.DONE)
        & (col(Assignment.done_at) >= first)
        & (col(Assignment.done_at) < end)
    )


async def number_anew(session: AsyncSession, campaign_id: int) -> None:
    """Gives every agent's open assignments of a campaign the places 1, 2, 3 … in the order they had."""
    ranked = (
        select(
            col(Assignment.id),
            func.row_number()
            .over(
                partition_by=col(Assignment.agent_id),
                order_by=(col(Assignment.position), col(Assignment.id)),
            )
            .label("place"),
        )
        .where(col(Assignment.campaign_id) == campaign_id, col(Assignment.state).in_(HELD))
        .subquery()
    )
    await session.execute(update(Assignment).where(col(Assignment.id) == ranked.c.id).values(position=ranked.c.place))


async def take_back(session: AsyncSession, condition: ColumnElement[bool], why: str, now: datetime) -> Sequence[int]:
    """Open assignments that fit become returned; gives their leads. What is on a screen stays."""
    query = (
        update(Assignment)
        .where(col(Assignment.state) == AssignmentState.OPEN, condition)
        .values(state=AssignmentState.RETURNED, result=why, done_at=now)
        .returning(col(Assignment.lead_id))
    )
    return (await session.scalars(query)).all()


def of_agent(agent_id: int) -> ColumnElement[bool]:
    return col(Assignment.agent_id) == agent_id


def of_others(campaign_id: int, agents: Collection[int]) -> ColumnElement[bool]:
    """Held in a campaign by somebody who is not among these agents."""
    return (col(Assignment.campaign_id) == campaign_id) & col(Assignment.agent_id).not_in(agents)


def of_leads(lead_ids: Collection[int]) -> ColumnElement[bool]:
    return col(Assignment.lead_id).in_(lead_ids)


async def find_histories(session: AsyncSession, lead_ids: Collection[int]) -> Mapping[int, History]:
    """The last hands each of these leads was in."""
    last = (
        select(func.max(col(Assignment.id)))
        .where(col(Assignment.lead_id).in_(lead_ids))
        .group_by(col(Assignment.lead_id))
    )
    query = select(Assignment).where(col(Assignment.id).in_(last))
    return {
        found.lead_id: History(found.attempts, found.due_at, found.last_note) for found in await session.scalars(query)
    }


async def find_active(session: AsyncSession, agent_id: int) -> Assignment | None:
    query = (
        select(Assignment)
        .where(col(Assignment.agent_id) == agent_id, col(Assignment.state) == AssignmentState.ACTIVE)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).first()


def _waiting(agent_id: int, on: date, campaign_id: int | None) -> ColumnElement[bool]:
    condition = (
        (col(Assignment.agent_id) == agent_id)
        & (col(Assignment.state) == AssignmentState.OPEN)
        & (col(Assignment.work_on) <= on)
    )
    return condition if campaign_id is None else condition & (col(Assignment.campaign_id) == campaign_id)


async def claim_next(
    session: AsyncSession, agent_id: int, on: date, now: datetime, campaign_id: int | None
) -> Assignment | None:
    """The agent's first open assignment that is due becomes active."""
    first = (
        select(col(Assignment.id))
        .where(_waiting(agent_id, on, campaign_id), col(Assignment.due_at) <= now)
        .order_by(col(Assignment.position), col(Assignment.id))
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    query = (
        update(Assignment)
        .where(col(Assignment.id) == first, col(Assignment.state) == AssignmentState.OPEN)
        .values(state=AssignmentState.ACTIVE, opened_at=now)
        .returning(Assignment)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).first()


async def find_next_due(session: AsyncSession, agent_id: int, on: date, campaign_id: int | None) -> datetime | None:
    query = select(func.min(col(Assignment.due_at))).where(_waiting(agent_id, on, campaign_id))
    return (await session.scalars(query)).first()


async def change(
    session: AsyncSession,
    assignment_id: int,
    expected: Collection[AssignmentState],
    to: AssignmentState,
    **values: object,
) -> Assignment | None:
    """A conditional UPDATE: None when the assignment was in none of the states expected."""
    query = (
        update(Assignment)
        .where(col(Assignment.id) == assignment_id, col(Assignment.state).in_(expected))
        .values(state=to, **values)
        .returning(Assignment)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).first()


async def count_day(session: AsyncSession, agent_id: int, on: date, day: tuple[datetime, datetime]) -> tuple[int, int]:
    """Assignments held for that day or from before, and assignments done within it."""
    held = col(Assignment.state).in_(HELD) & (col(Assignment.work_on) <= on)
    done = _done_within(day)
    query = select(
        func.coalesce(func.sum(case((held, 1), else_=0)), 0), func.coalesce(func.sum(case((done, 1), else_=0)), 0)
    ).where(col(Assignment.agent_id) == agent_id, held | done)
    row = (await session.execute(query)).one()
    return int(row[0]), int(row[1])
