"""SQL of assignments and runs; that of quotas stands in ``quota_repository``."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, cast

import asyncpg
from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, case, func, literal, update
from sqlalchemy import select as select_columns
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.allocation.models import AllocationRun, Assignment
from callcenter.allocation.types import AssignmentState
from callcenter.kit.clock import at_business_time

Condition = ColumnElement[bool]

HELD = (AssignmentState.OPEN, AssignmentState.ACTIVE)


def bounds(on: date) -> tuple[datetime, datetime]:
    """First instant of a business date, and of the next."""
    return at_business_time(on, 0), at_business_time(on + timedelta(days=1), 0)


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


async def get_run(session: AsyncSession, run_id: int) -> AllocationRun | None:
    return await session.get(AllocationRun, run_id)


async def list_runs(session: AsyncSession, before: int | None, limit: int) -> Sequence[AllocationRun]:
    query = select(AllocationRun).order_by(col(AllocationRun.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AllocationRun.id) < before)
    return (await session.scalars(query)).all()


async def list_runs_on(session: AsyncSession, on: date) -> Sequence[AllocationRun]:
    """The runs that allocated leads for a date, the newest first."""
    query = select(AllocationRun).where(col(AllocationRun.work_on) == on).order_by(col(AllocationRun.id).desc())
    return (await session.scalars(query)).all()


@dataclass(frozen=True, slots=True)
class Held:
    """An assignment in somebody's hands, as a run looks at it."""

    id: int
    agent_id: int
    campaign_id: int
    lead_id: int
    work_on: date
    state: AssignmentState
    attempts: int
    position: int


async def list_held(session: AsyncSession) -> Sequence[Held]:
    """Everything in anybody's hands, over all campaigns."""
    columns = (getattr(Assignment, field.name) for field in fields(Held))
    query = select_columns(*columns).where(col(Assignment.state).in_(HELD)).order_by(col(Assignment.id))
    return [Held(*found) for found in await session.execute(query)]


async def list_excesses(session: AsyncSession) -> Sequence[tuple[int, int, int]]:
    """Agent, leads held, quota: of those who hold more than the largest quota one of them was given under."""
    quota = func.max(func.coalesce(col(Assignment.quota), col(AllocationRun.quota)))
    query = (
        select(col(Assignment.agent_id), func.count().label("held"), quota.label("quota"))
        .join(AllocationRun, col(AllocationRun.id) == col(Assignment.run_id))
        .where(col(Assignment.state).in_(HELD))
        .group_by(col(Assignment.agent_id))
        .having(func.count() > quota)
        .order_by(col(Assignment.agent_id))
    )
    return [(found.agent_id, found.held, found.quota) for found in await session.execute(query)]


async def count_done(session: AsyncSession, on: date) -> dict[int, int]:
    """Agent → assignments done within a day, over all campaigns."""
    query = (
        select(col(Assignment.agent_id), func.count().label("done"))
        .where(_done_within(bounds(on)))
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


async def number_anew(session: AsyncSession) -> None:
    """Gives every agent's assignments the places 1, 2, 3 … in the order they had; only rows that move are written."""
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
        .where(col(Assignment.state).in_(HELD))
        .subquery()
    )
    query = (
        update(Assignment)
        .where(col(Assignment.id) == ranked.c.id, col(Assignment.position) != ranked.c.place)
        .values(position=ranked.c.place)
    )
    await session.execute(query, execution_options={"synchronize_session": False})


def among(column: Any, ids: Collection[int]) -> ColumnElement[bool]:
    """``column`` is one of ``ids``, however many: one parameter, not one each."""
    return cast(ColumnElement[bool], column == any_(literal(list(ids), ARRAY(BigInteger))))


def of_agent(agent_id: int) -> ColumnElement[bool]:
    return col(Assignment.agent_id) == agent_id


def of_leads(lead_ids: Collection[int]) -> ColumnElement[bool]:
    return among(col(Assignment.lead_id), lead_ids)


def of_ids(ids: Collection[int]) -> ColumnElement[bool]:
    return among(col(Assignment.id), ids)


@dataclass(frozen=True, slots=True)
class Taken:
    """An assignment that was taken back."""

    lead_id: int
    agent_id: int
    campaign_id: int
    run_id: int
    work_on: date


async def take_back(session: AsyncSession, condition: ColumnElement[bool], why: str, now: datetime) -> Sequence[Taken]:
    """Open assignments that fit become returned. What is on a screen stays."""
    columns = (getattr(Assignment, field.name) for field in fields(Taken))
    query = (
        update(Assignment)
        .where(col(Assignment.state) == AssignmentState.OPEN, condition)
        .values(state=AssignmentState.RETURNED, result=why, done_at=now)
        .returning(*columns)
    )
    return [Taken(*found) for found in await session.execute(query)]


async def recall(session: AsyncSession, condition: ColumnElement[bool], why: str) -> Sequence[int]:
    """What is on a screen returns when it comes off it unfinished; gives the leads."""
    query = (
        update(Assignment)
        .where(col(Assignment.state) == AssignmentState.ACTIVE, condition)
        .values(recalled_as=why)
        .returning(col(Assignment.lead_id))
    )
    return (await session.scalars(query)).all()


async def add_assignments(session: AsyncSession, records: Iterable[Sequence[Any]]) -> None:
    """Writes new assignments by COPY, inside the session's transaction."""
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, asyncpg.Connection)
    await driver.copy_records_to_table(Assignment.__tablename__, records=records, columns=NEW_ASSIGNMENT)


NEW_ASSIGNMENT = (
    "run_id",
    "campaign_id",
    "lead_id",
    "agent_id",
    "work_on",
    "position",
    "state",
    "due_at",
    "attempts",
    "last_note",
    "reason",
    "reason_facts",
    "quota",
    "assigned_at",
)


async def find_histories(session: AsyncSession, lead_ids: Collection[int]) -> Mapping[int, History]:
    """The last hands each of these leads was in."""
    last = select(func.max(col(Assignment.id))).where(of_leads(lead_ids)).group_by(col(Assignment.lead_id))
    query = select(
        col(Assignment.lead_id), col(Assignment.attempts), col(Assignment.due_at), col(Assignment.last_note)
    ).where(col(Assignment.id).in_(last))
    return {
        found.lead_id: History(found.attempts, found.due_at, found.last_note) for found in await session.execute(query)
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


async def list_on_screens(session: AsyncSession, lead_ids: Collection[int]) -> Sequence[int]:
    """Agents who have one of these leads on the screen."""
    query = select(col(Assignment.agent_id)).where(of_leads(lead_ids), col(Assignment.state) == AssignmentState.ACTIVE)
    return (await session.scalars(query)).all()


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


async def count_day(session: AsyncSession, agent_id: int, on: date) -> tuple[int, int]:
    """Assignments held for that day or from before, and assignments done within it."""
    day = bounds(on)
    held = col(Assignment.state).in_(HELD) & (col(Assignment.work_on) <= on)
    done = _done_within(day)
    query = select(
        func.coalesce(func.sum(case((held, 1), else_=0)), 0), func.coalesce(func.sum(case((done, 1), else_=0)), 0)
    ).where(col(Assignment.agent_id) == agent_id, held | done)
    row = (await session.execute(query)).one()
    return int(row[0]), int(row[1])


async def list_use(session: AsyncSession, on: date, campaign_id: int | None) -> Sequence[Any]:
    """For each agent with something to do on that day: open, active, done, attempts, next_due_at."""
    open_ = col(Assignment.state) == AssignmentState.OPEN
    active = col(Assignment.state) == AssignmentState.ACTIVE
    done = _done_within(bounds(on))
    query = (
        select_columns(
            col(Assignment.agent_id),
            func.count().filter(open_).label("open"),
            func.count().filter(active).label("active"),
            func.count().filter(done).label("done"),
            func.sum(col(Assignment.attempts)).label("attempts"),
            func.min(col(Assignment.due_at)).filter(open_).label("next_due_at"),
        )
        .where((col(Assignment.state).in_(HELD) & (col(Assignment.work_on) <= on)) | done)
        .group_by(col(Assignment.agent_id))
        .order_by(col(Assignment.agent_id))
    )
    if campaign_id is not None:
        query = query.where(col(Assignment.campaign_id) == campaign_id)
    return (await session.execute(query)).all()


async def list_of_run(
    session: AsyncSession, run_id: int, agent_id: int | None, after: int, limit: int
) -> Sequence[Assignment]:
    query = select(Assignment).where(col(Assignment.run_id) == run_id, col(Assignment.id) > after)
    if agent_id is not None:
        query = query.where(col(Assignment.agent_id) == agent_id)
    return (await session.scalars(query.order_by(col(Assignment.id)).limit(limit))).all()


async def list_forgotten(session: AsyncSession, opened_before: datetime) -> Sequence[tuple[int, int]]:
    """Assignments on a screen since before that instant, each with its agent."""
    query = select(col(Assignment.id), col(Assignment.agent_id)).where(
        col(Assignment.state) == AssignmentState.ACTIVE, col(Assignment.opened_at) < opened_before
    )
    return [(found.id, found.agent_id) for found in await session.execute(query)]
