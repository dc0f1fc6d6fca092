"""All SQL of the field room."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, true, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from callcenter.field.models import HandOver, PolicyApplication, Region, Visit
from callcenter.field.transitions import VISIT, VisitFact
from callcenter.field.types import ApplicationState, FollowQuery, FollowView, HandOverState, VisitResult, VisitState
from callcenter.kit.actor import Actor
from callcenter.kit.scope import ScopeKind
from callcenter.kit.work import Work
from callcenter.leads.types import BlockReason

WAITING = (HandOverState.UNKNOWN_REGION, HandOverState.OPEN)


@dataclass(frozen=True, slots=True)
class HandOverQuery:
    """Which hand-overs are looked for; None means any."""

    states: tuple[HandOverState, ...]
    due_before: datetime | None = None
    questioned: bool = False
    """Only those that wait for a decision."""


async def list_regions(session: AsyncSession) -> Sequence[Region]:
    return list(await session.scalars(select(Region).order_by(col(Region.name))))


async def list_regions_led_by(session: AsyncSession, staff_id: int) -> Sequence[Region]:
    return list(await session.scalars(select(Region).where(col(Region.leader_id) == staff_id).with_for_update()))


async def find_region(session: AsyncSession, region_id: int) -> Region | None:
    return await session.get(Region, region_id)


async def lock_hand_over(session: AsyncSession, hand_over_id: int) -> HandOver | None:
    """Returns a hand-over, locked until the transaction ends because the caller is about to move it."""
    return await session.get(HandOver, hand_over_id, populate_existing=True, with_for_update=True)


async def lead_of(session: AsyncSession, hand_over_id: int) -> int:
    """Returns the customer of a hand-over that exists."""
    return (await session.scalars(select(col(HandOver.lead_id)).where(col(HandOver.id) == hand_over_id))).one()


async def find_by_call(session: AsyncSession, call_id: UUID) -> HandOver | None:
    row: HandOver | None = await session.scalar(select(HandOver).where(col(HandOver.call_id) == call_id))
    return row


async def raise_question(
    session: AsyncSession, lead_ids: Collection[int], why: BlockReason, now: datetime
) -> Sequence[int]:
    """Raises the hand-overs of these leads that are not done, and not raised already; returns their ids."""
    query = (
        update(HandOver)
        .where(
            col(HandOver.lead_id).in_(lead_ids),
            col(HandOver.state) != HandOverState.DONE,
            col(HandOver.question).is_(None),
        )
        .values(question=why, questioned_at=now)
        .returning(col(HandOver.id))
    )
    return (await session.scalars(query)).all()


def within(actor: Actor) -> ColumnElement[bool]:
    """Returns the condition that a hand-over is within the actor's scope: of the region, or the actor's own visits.

    One whose region is unknown is within the scope of the whole bank alone: the dispatcher's (requirement F4).
    """
    match actor.scope.kind:
        case ScopeKind.ALL:
            return true()
        case ScopeKind.REGION:
            of_region: ColumnElement[bool] = col(HandOver.region_id) == actor.scope.region_id
            return of_region
        case ScopeKind.OWN | ScopeKind.BRANCH:
            visits = select(col(Visit.id)).where(
                col(Visit.hand_over_id) == col(HandOver.id), col(Visit.field_agent_id) == actor.staff_id
            )
            return visits.exists()


async def has_customer(work: Work, lead_id: int) -> bool:
    """Returns whether a hand-over of this customer is within the actor's scope."""
    query = select(col(HandOver.id)).where(col(HandOver.lead_id) == lead_id, within(work.actor)).limit(1)
    return await work.session.scalar(query) is not None


async def is_within(work: Work, hand_over_id: int) -> bool:
    """Returns whether there is such a hand-over within the actor's scope."""
    query = select(col(HandOver.id)).where(col(HandOver.id) == hand_over_id, within(work.actor))
    return await work.session.scalar(query) is not None


async def list_hand_overs(work: Work, query: HandOverQuery, *, after: int, limit: int) -> Sequence[HandOver]:
    """Returns hand-overs of the actor's scope above the id ``after``, the longest waiting first."""
    rows = (
        select(HandOver)
        .where(col(HandOver.state).in_(query.states), col(HandOver.id) > after, within(work.actor))
        .order_by(col(HandOver.id))
        .limit(limit)
    )
    if query.due_before is not None:
        rows = rows.where(col(HandOver.due_at) <= query.due_before)
    if query.questioned:
        rows = rows.where(col(HandOver.question).is_not(None))
    return list(await work.session.scalars(rows))


async def count_visits(session: AsyncSession, hand_over_ids: Collection[int]) -> dict[int, int]:
    """Counts the visits made of each hand-over; hand-overs without visits are left out."""
    rows = await session.execute(
        select(col(Visit.hand_over_id), func.count())
        .where(col(Visit.hand_over_id).in_(hand_over_ids), col(Visit.state) == VisitState.REPORTED)
        .group_by(col(Visit.hand_over_id))
    )
    return {row[0]: row[1] for row in rows}


async def count_loads(
    session: AsyncSession, field_agent_ids: Collection[int], since: datetime, until: datetime
) -> dict[int, int]:
    """Counts visits per field agent at ``since`` or later and before ``until``; agents without visits are left out."""
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


async def find_planned_visit(session: AsyncSession, hand_over_id: int) -> Visit | None:
    """Returns a hand-over's one planned visit, locked; the hand-over is locked already."""
    row: Visit | None = await session.scalar(
        select(Visit)
        .where(col(Visit.hand_over_id) == hand_over_id, col(Visit.state) == VisitState.PLANNED)
        .with_for_update()
    )
    return row


async def last_number(session: AsyncSession, hand_over_id: int) -> int:
    """Returns the number of a hand-over's last visit; 0 when there was none."""
    return await session.scalar(select(func.max(col(Visit.number))).where(col(Visit.hand_over_id) == hand_over_id)) or 0


async def list_planned_of_agent(session: AsyncSession, field_agent_id: int) -> Sequence[Visit]:
    """Returns a field agent's planned visits, the next one first."""
    return list(
        await session.scalars(
            select(Visit)
            .where(col(Visit.field_agent_id) == field_agent_id, col(Visit.state) == VisitState.PLANNED)
            .order_by(col(Visit.visit_at), col(Visit.id))
        )
    )


async def list_planned_since(session: AsyncSession, since: datetime) -> Sequence[Visit]:
    """Returns the visits that are planned for an instant or later, the next one first."""
    return list(
        await session.scalars(
            select(Visit)
            .where(col(Visit.visit_at) >= since, col(Visit.state) == VisitState.PLANNED)
            .order_by(col(Visit.visit_at), col(Visit.id))
            .execution_options(populate_existing=True)
        )
    )


async def list_day_of_agent(
    session: AsyncSession, field_agent_id: int, since: datetime, until: datetime, *, with_overdue: bool
) -> list[tuple[Visit, HandOver]]:
    """Returns visits of a day in visiting order; ``with_overdue`` adds earlier ones without a report."""
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
    """Moves a visit to reported if it is still planned and still this field agent's; returns None otherwise.

    A conditional UPDATE: of two reports that arrive together one is accepted.
    """
    row: Visit | None = await session.scalar(
        update(Visit)
        .where(
            col(Visit.id) == visit_id,
            col(Visit.field_agent_id) == field_agent_id,
            col(Visit.state).in_(VISIT.sources(VisitFact.REPORTED)),
        )
        .values(state=VISIT.target(VisitFact.REPORTED), **values)
        .returning(Visit)
        .execution_options(populate_existing=True)
    )
    return row


# --- what the insurer's liaison follows ------------------------------------------------------------------------------

_PLANNED = aliased(Visit)
_MADE = (
    select(
        col(Visit.hand_over_id),
        col(Visit.visit_at),
        col(Visit.result),
        func.count().over(partition_by=col(Visit.hand_over_id)).label("visits"),
    )
    .where(col(Visit.state) == VisitState.REPORTED)
    .ext(distinct_on(col(Visit.hand_over_id)))
    .order_by(col(Visit.hand_over_id), col(Visit.number).desc())
    .subquery("made")
)
"""The last visit made of each hand-over, and how many there were."""

_STATE = col(PolicyApplication.state)
_VIEW: ColumnElement[str] = case(
    (_STATE == ApplicationState.APPLIED, FollowView.SIGNED.value),
    (_STATE == ApplicationState.ISSUED, FollowView.ISSUED.value),
    (_STATE.is_not(None), FollowView.DECLINED.value),
    (and_(col(HandOver.state) != HandOverState.DONE, _MADE.c.result.is_(None)), FollowView.WAITING.value),
    (col(HandOver.state) != HandOverState.DONE, FollowView.VISITED.value),
    else_=FollowView.ENDED.value,
)
"""``rules.follow_view`` in SQL; a test compares both."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A hand-over with its visits."""

    row: HandOver
    visits: int
    last_visit_at: datetime | None
    last_result: VisitResult | None
    next_visit_at: datetime | None
    application: PolicyApplication | None


async def list_followed(
    session: AsyncSession, query: FollowQuery, *, before: int | None, limit: int
) -> Sequence[Followed]:
    """Returns hand-overs below the id ``before``, the newest first."""
    made = (func.coalesce(_MADE.c.visits, 0), _MADE.c.visit_at, _MADE.c.result)
    rows = (
        _followed(query, HandOver, *made, col(_PLANNED.visit_at), PolicyApplication)
        .outerjoin(
            _PLANNED,
            and_(col(_PLANNED.hand_over_id) == col(HandOver.id), col(_PLANNED.state) == VisitState.PLANNED),
        )
        .order_by(col(HandOver.id).desc())
        .limit(limit)
    )
    if before is not None:
        rows = rows.where(col(HandOver.id) < before)
    if query.view is not None:
        rows = rows.where(_VIEW.in_((query.view.value,)))
    return [Followed(*found) for found in await session.execute(rows)]


async def count_followed(session: AsyncSession, query: FollowQuery) -> dict[FollowView, int]:
    """Counts the hand-overs of the query's days by what has become of them; views without one are left out."""
    counts = _followed(query, _VIEW, func.count()).group_by(_VIEW)
    return {FollowView(view): number for view, number in await session.execute(counts)}


def _followed(query: FollowQuery, *columns: Any) -> Select[Any]:
    rows: Select[Any] = (
        select(*columns)
        .select_from(HandOver)
        .outerjoin(_MADE, _MADE.c.hand_over_id == col(HandOver.id))
        .outerjoin(PolicyApplication, col(PolicyApplication.hand_over_id) == col(HandOver.id))
    )
    if query.since is not None:
        rows = rows.where(col(HandOver.handed_at) >= query.since)
    if query.until is not None:
        rows = rows.where(col(HandOver.handed_at) < query.until)
    return rows


async def application_of_call(session: AsyncSession, call_id: UUID) -> PolicyApplication | None:
    """Returns the application that was signed for the success of a call."""
    query = (
        select(PolicyApplication)
        .join(HandOver, col(HandOver.id) == col(PolicyApplication.hand_over_id))
        .where(col(HandOver.call_id) == call_id)
    )
    return (await session.scalars(query)).one_or_none()


async def lock_application(session: AsyncSession, hand_over_id: int) -> tuple[PolicyApplication, HandOver] | None:
    """Returns the application of a hand-over, locked until the transaction ends, with the hand-over."""
    query = (
        select(PolicyApplication, HandOver)
        .join(HandOver, col(HandOver.id) == col(PolicyApplication.hand_over_id))
        .where(col(PolicyApplication.hand_over_id) == hand_over_id)
        .with_for_update(of=PolicyApplication)
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])
