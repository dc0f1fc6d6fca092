"""Holds the SQL of assignments. Claims: ``claiming``; runs: ``run_repository``; quotas: ``quota_repository``."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, cast

import asyncpg
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal,
    update,
)
from sqlalchemy import select as select_columns
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.allocation.models import AllocationRun, Assignment
from callcenter.allocation.run_repository import day_quota
from callcenter.allocation.transitions import ASSIGNMENT, AssignmentAct
from callcenter.allocation.types import AssignmentState, End
from callcenter.kit.clock import at_business_time
from callcenter.kit.literals import one_of
from callcenter.kit.prepared import Prepared

Condition = ColumnElement[bool]

_TABLE = Assignment.metadata.tables[str(Assignment.__tablename__)]
_ID = bindparam("of_id", type_=BigInteger)
_FIND = Prepared(select_columns(*_TABLE.c).where(_TABLE.c.id == _ID))

HELD = (AssignmentState.OPEN, AssignmentState.ACTIVE)


def bounds(on: date) -> tuple[datetime, datetime]:
    """Returns the first instant of a business date, and of the next."""
    return at_business_time(on, 0), at_business_time(on + timedelta(days=1), 0)


@dataclass(frozen=True, slots=True)
class History:
    """What the last assignment left of a lead."""

    attempts: int
    due_at: datetime
    last_note: str


async def find_assignment(session: AsyncSession, assignment_id: int) -> Any | None:
    """Returns the columns of an assignment as they are now."""
    return await _FIND.first(session, {"of_id": assignment_id})


async def find_last_of_lead(session: AsyncSession, lead_id: int) -> Assignment | None:
    query = (
        select(Assignment)
        .where(col(Assignment.lead_id) == lead_id)
        .order_by(col(Assignment.id).desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).first()


@dataclass(frozen=True, slots=True)
class Held:
    """An assignment that an agent holds, as a run looks at it."""

    id: int
    agent_id: int
    campaign_id: int
    lead_id: int
    work_on: date
    state: AssignmentState
    attempts: int
    position: int


async def list_held(session: AsyncSession) -> Sequence[Held]:
    """Returns everything that any agent holds, over all campaigns."""
    columns = (getattr(Assignment, field.name) for field in fields(Held))
    query = select_columns(*columns).where(col(Assignment.state).in_(HELD)).order_by(col(Assignment.id))
    return [Held(*row) for row in await session.execute(query)]


async def list_excesses(session: AsyncSession) -> Sequence[tuple[int, int, int]]:
    """Returns agent, leads held, quota: of those who hold more than the largest quota they were allocated under."""
    quota = func.max(func.coalesce(col(Assignment.quota), col(AllocationRun.quota)))
    query = (
        select(col(Assignment.agent_id), func.count().label("held"), quota.label("quota"))
        .join(AllocationRun, col(AllocationRun.id) == col(Assignment.run_id))
        .where(col(Assignment.state).in_(HELD))
        .group_by(col(Assignment.agent_id))
        .having(func.count() > quota)
        .order_by(col(Assignment.agent_id))
    )
    return [(row.agent_id, row.held, row.quota) for row in await session.execute(query)]


async def count_done(session: AsyncSession, on: date, agent_id: int | None = None) -> Mapping[tuple[int, int], int]:
    """Returns agent and campaign → assignments done within a day; with ``agent_id`` by that agent."""
    query = (
        select(col(Assignment.agent_id), col(Assignment.campaign_id), func.count().label("done"))
        .where(_done_within(bounds(on)))
        .group_by(col(Assignment.agent_id), col(Assignment.campaign_id))
    )
    if agent_id is not None:
        query = query.where(col(Assignment.agent_id) == agent_id)
    return {(row.agent_id, row.campaign_id): row.done for row in await session.execute(query)}


def _done_within(day: tuple[Any, Any]) -> Condition:
    first, end = day
    return and_(
        col(Assignment.state) == AssignmentState.DONE, col(Assignment.done_at) >= first, col(Assignment.done_at) < end
    )


async def renumber_places(session: AsyncSession, on: date) -> None:
    """Gives what every agent carries over into a day the places 1, 2, 3 … in the order it had; writes what moves.

    What another campaign's run has assigned for the day keeps its places: they are the same whichever run is first.
    """
    ranked = (
        select(
            col(Assignment.id),
            func.row_number()
            .over(
                partition_by=col(Assignment.agent_id),
                order_by=(col(Assignment.position), col(Assignment.campaign_id), col(Assignment.id)),
            )
            .label("place"),
        )
        .where(col(Assignment.state).in_(HELD), col(Assignment.work_on) < on)
        .subquery()
    )
    query = (
        update(Assignment)
        .where(col(Assignment.id) == ranked.c.id, col(Assignment.position) != ranked.c.place)
        .values(position=ranked.c.place)
    )
    await session.execute(query, execution_options={"synchronize_session": False})


def _among(column: Any, ids: Collection[int]) -> Condition:
    """Compares a column with any number of ids in one parameter: a parameter each would end at 65,535."""
    return cast(Condition, column == any_(literal(list(ids), ARRAY(BigInteger))))


def of_agent(agent_id: int) -> Condition:
    return col(Assignment.agent_id) == agent_id


def of_campaign(campaign_id: int) -> Condition:
    return col(Assignment.campaign_id) == campaign_id


def for_days(first: date, last: date | None = None) -> Condition:
    """Returns the condition that an assignment is for one of these days; no ``last``: for ``first`` or later."""
    condition = col(Assignment.work_on) >= first
    return condition if last is None else condition & (col(Assignment.work_on) <= last)


def of_leads(lead_ids: Collection[int]) -> Condition:
    return _among(col(Assignment.lead_id), lead_ids)


def of_ids(ids: Collection[int]) -> Condition:
    return _among(col(Assignment.id), ids)


@dataclass(frozen=True, slots=True)
class Taken:
    """An assignment that was taken back."""

    id: int
    lead_id: int
    agent_id: int
    campaign_id: int
    run_id: int
    work_on: date


def end_columns(end: End) -> dict[str, object]:
    """Returns the columns that say how an assignment ended."""
    return {"ended_as": end.kind, "end_detail": end.detail, "end_note_sealed": end.note_sealed}


def recall_of(row: Any) -> End | None:
    """Returns the end that an assignment on a screen was recalled with; None when it was not recalled."""
    if row.recalled_as is None:
        return None
    return End(row.recalled_as, row.recall_detail, row.recall_note_sealed)


async def take_back(session: AsyncSession, condition: Condition, end: End, now: datetime) -> Sequence[Taken]:
    """Ends the open assignments that fit, and returns them. What is on a screen stays."""
    columns = (getattr(Assignment, field.name) for field in fields(Taken))
    query = (
        update(Assignment)
        .where(_may(AssignmentAct.TAKEN_BACK), condition)
        .values(state=ASSIGNMENT.target(AssignmentAct.TAKEN_BACK), done_at=now, **end_columns(end))
        .returning(*columns)
    )
    return [Taken(*row) for row in await session.execute(query)]


async def recall(session: AsyncSession, condition: Condition, end: End) -> Sequence[int]:
    """Marks what is on a screen to be taken back when it leaves it unfinished; returns which."""
    query = (
        update(Assignment)
        .where(col(Assignment.state) == AssignmentState.ACTIVE, condition)
        .values(recalled_as=end.kind, recall_detail=end.detail, recall_note_sealed=end.note_sealed)
        .returning(col(Assignment.id))
    )
    return (await session.scalars(query)).all()


async def write_notes(session: AsyncSession, column: str, notes: Mapping[int, str]) -> None:
    """Writes assignment → sealed note into a column; each note is bound to its row."""
    given = func.unnest(literal(list(notes), ARRAY(BigInteger)), literal(list(notes.values()), ARRAY(String)))
    new = given.table_valued("assignment_id", "note").render_derived()
    query = update(Assignment).where(col(Assignment.id) == new.c.assignment_id).values({column: new.c.note})
    await session.execute(query, execution_options={"synchronize_session": False})


async def add_assignments(session: AsyncSession, records: Iterable[Sequence[Any]]) -> None:
    """Writes new assignments by COPY, inside the session's transaction; columns as in ``NEW_ASSIGNMENT``."""
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


async def list_histories(session: AsyncSession, lead_ids: Collection[int]) -> Mapping[int, History]:
    """Returns what the last assignment of each of these leads left."""
    last = select(func.max(col(Assignment.id))).where(of_leads(lead_ids)).group_by(col(Assignment.lead_id))
    query = select(
        col(Assignment.lead_id), col(Assignment.attempts), col(Assignment.due_at), col(Assignment.last_note)
    ).where(col(Assignment.id).in_(last))
    return {row.lead_id: History(row.attempts, row.due_at, row.last_note) for row in await session.execute(query)}


def _waiting(agent_id: Any, on: Any, campaign_id: int | None) -> Condition:
    condition = and_(
        col(Assignment.agent_id) == agent_id,
        col(Assignment.state) == AssignmentState.OPEN,
        col(Assignment.work_on) <= on,
    )
    return condition if campaign_id is None else condition & (col(Assignment.campaign_id) == campaign_id)


async def list_agents_showing(session: AsyncSession, lead_ids: Collection[int]) -> Sequence[int]:
    """Returns the agents who have one of these leads on the screen."""
    query = select(col(Assignment.agent_id)).where(of_leads(lead_ids), col(Assignment.state) == AssignmentState.ACTIVE)
    return (await session.scalars(query)).all()


async def find_due(session: AsyncSession, agent_id: int, on: date, now: datetime) -> Assignment | None:
    """Returns the open assignment that a claim of this agent would take now, without claiming it."""
    query = select(Assignment).where(_waiting(agent_id, on, None), col(Assignment.due_at) <= now)
    order = (col(Assignment.position), col(Assignment.campaign_id), col(Assignment.id))
    return (await session.scalars(query.order_by(*order).limit(1))).first()


async def find_next_due(session: AsyncSession, agent_id: int, on: date, campaign_id: int | None) -> datetime | None:
    return (await session.scalars(next_due(agent_id, on, campaign_id))).first()


def next_due(agent_id: Any, on: Any, campaign_id: int | None = None) -> Select[Any]:
    """Selects when the agent's earliest open assignment is due."""
    return select_columns(func.min(col(Assignment.due_at))).where(_waiting(agent_id, on, campaign_id))


async def move(
    session: AsyncSession,
    assignment_id: int,
    act: AssignmentAct,
    values: Mapping[str, object],
    *,
    counted: bool = False,
) -> Any | None:
    """Moves an assignment by a conditional UPDATE and returns its columns; None when its state does not permit it.

    ``counted``: an attempt was made.
    """
    new = {f"new_{name}": value for name, value in values.items()}
    return await _move(act, tuple(sorted(values)), counted).first(session, {"of_id": assignment_id, **new})


@cache
def _move(act: AssignmentAct, names: Sequence[str], counted: bool) -> Prepared:
    new: dict[str, Any] = {name: bindparam(f"new_{name}", type_=_TABLE.c[name].type) for name in names}
    if counted:
        new["attempts"] = _TABLE.c.attempts + 1
    query = update(_TABLE).where(_TABLE.c.id == _ID, one_of(_TABLE.c.state, ASSIGNMENT.sources(act)))
    return Prepared(query.values(state=ASSIGNMENT.target(act), **new).returning(*_TABLE.c))


def _may(act: AssignmentAct) -> Condition:
    return col(Assignment.state).in_(ASSIGNMENT.sources(act))


async def count_day(session: AsyncSession, agent_id: int, on: date) -> tuple[int, int, int | None]:
    """Returns the assignments held for that day or from before, those done within it, and the quota fixed for it.

    That is the largest that runs have fixed over all campaigns; None without a run. One statement: each call is judged
    by it, twice.
    """
    query = day_counts(agent_id, on, bounds(on)).add_columns(day_quota(agent_id, on).scalar_subquery())
    row = (await session.execute(query)).one()
    return int(row[0]), int(row[1]), row[2]


def day_counts(agent_id: Any, on: Any, day: tuple[Any, Any]) -> Select[Any]:
    """Selects one row: the assignments held for that day or from before, and those done within its bounds.

    Parameters as values, or as expressions for a statement that is made once.
    """
    held = col(Assignment.state).in_(HELD) & (col(Assignment.work_on) <= on)
    done = _done_within(day)
    return select_columns(
        func.coalesce(func.sum(case((held, 1), else_=0)), 0).label("held"),
        func.coalesce(func.sum(case((done, 1), else_=0)), 0).label("done"),
    ).where(col(Assignment.agent_id) == agent_id, held | done)


async def list_use(session: AsyncSession, on: date, campaign_id: int | None) -> Sequence[Any]:
    """Returns for each agent with something to do on that day: open, active, done, attempts, next_due_at."""
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
    session: AsyncSession, run_id: int, agent_id: int | None, *, after: int, limit: int
) -> Sequence[Assignment]:
    query = select(Assignment).where(col(Assignment.run_id) == run_id, col(Assignment.id) > after)
    if agent_id is not None:
        query = query.where(col(Assignment.agent_id) == agent_id)
    return (await session.scalars(query.order_by(col(Assignment.id)).limit(limit))).all()


async def list_forgotten(session: AsyncSession, opened_before: datetime) -> Sequence[tuple[int, int]]:
    """Returns the assignments on a screen since before that instant, each with its agent."""
    query = select(col(Assignment.id), col(Assignment.agent_id)).where(
        col(Assignment.state) == AssignmentState.ACTIVE, col(Assignment.opened_at) < opened_before
    )
    return [(row.id, row.agent_id) for row in await session.execute(query)]
