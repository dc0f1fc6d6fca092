"""All SQL of the callbacks room."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_, tuple_, update
from sqlalchemy import select as select_columns
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col, select

from callcenter.callbacks.models import Callback
from callcenter.callbacks.transitions import MACHINE_OF, MACHINES, OBLIGATION, PROMISE, Fact
from callcenter.callbacks.types import OPEN_STATES, CallbackKind, CallbackQuery, CallbackState, CallbackView, Place
from callcenter.calls.scoping import customer_within
from callcenter.kit.work import Work
from callcenter.people.scoping import staff_within, team_of


async def find(session: AsyncSession, callback_id: int, *, lock: bool = False) -> Callback | None:
    return await session.get(Callback, callback_id, populate_existing=True, with_for_update=True if lock else None)


async def of_case(session: AsyncSession, case_id: int) -> Callback | None:
    row: Callback | None = await session.scalar(select(Callback).where(col(Callback.case_id) == case_id))
    return row


async def of_cases(session: AsyncSession, case_ids: Collection[int]) -> list[Callback]:
    return list(await session.scalars(select(Callback).where(col(Callback.case_id).in_(case_ids))))


def _waiting_for(agent_id: Any, now: Any, left_since: Any) -> ColumnElement[bool]:
    """Returns the condition of a callback that is due now and open to this agent.

    ``left_since``: a phone agent leaves complaints due later to the complaint staff; None: the agent is complaint
    staff, and calls complaints alone.
    """
    complaint = and_(
        col(Callback.due_at) <= (now if left_since is None else left_since),
        col(Callback.kind) == CallbackKind.COMPLAINT,
        col(Callback.state).in_(OBLIGATION.sources(Fact.CLAIMED)),
        col(Callback.excluded_agent_id).is_distinct_from(agent_id),
    )
    if left_since is None:
        return complaint
    return and_(
        col(Callback.due_at) <= now,
        or_(
            and_(
                col(Callback.kind) == CallbackKind.AGENT_PROMISE,
                col(Callback.state).in_(PROMISE.sources(Fact.CLAIMED)),
                or_(
                    col(Callback.agent_id) == agent_id,
                    and_(col(Callback.opens_to_team_at) <= now, team_of(col(Callback.agent_id), agent_id)),
                ),
            ),
            complaint,
        ),
    )


async def list_claimed(session: AsyncSession) -> Sequence[Callback]:
    query = select(Callback).where(col(Callback.state) == CallbackState.ACTIVE).order_by(col(Callback.id))
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def put_back(session: AsyncSession, callback_id: int) -> None:
    """Undoes a claim of this transaction: the callback is as it was, so there is nothing to notify of."""
    await session.execute(
        update(Callback)
        .where(col(Callback.id) == callback_id, col(Callback.state).in_(OBLIGATION.sources(Fact.RETURNED)))
        .values(state=OBLIGATION.target(Fact.RETURNED), claimed_by=None, claimed_at=None)
    )


async def list_promise_owners(session: AsyncSession, now: datetime, until: datetime) -> list[int]:
    """Returns the agents whose open promises fall due before an instant and are not open to the team yet."""
    query = select(col(Callback.agent_id)).where(_personal(now), col(Callback.due_at) < until).distinct()
    return [agent_id for agent_id in await session.scalars(query) if agent_id is not None]


async def lock_due_personal(session: AsyncSession, now: datetime) -> Sequence[Callback]:
    """Locks the promises that are due and that their agents still have alone; those on a screen are left out."""
    query = select(Callback).where(
        _personal(now), col(Callback.state).in_(PROMISE.sources(Fact.CLAIMED)), col(Callback.due_at) <= now
    )
    # An agent who claims one of them at this moment is refused by the window, which puts it off as well.
    return (await session.scalars(query.order_by(col(Callback.id)).with_for_update(skip_locked=True))).all()


def _personal(now: datetime) -> ColumnElement[bool]:
    """Returns the condition of an open promise that its agent still has alone."""
    return and_(
        col(Callback.kind) == CallbackKind.AGENT_PROMISE,
        col(Callback.state).in_(OPEN_STATES),
        col(Callback.opens_to_team_at) > func.greatest(col(Callback.due_at), now),
    )


async def move(
    session: AsyncSession,
    callback_id: int,
    fact: Fact,
    *,
    only_from: CallbackState | None = None,
    claimed_only_by: int | None = None,
    **values: Any,
) -> Callback | None:
    """Moves a callback by a fact; returns None when its present state does not permit it.

    ``only_from`` narrows the table; ``claimed_only_by``: one that any other agent has claimed stays where it is.
    """
    permitted = or_(
        *(
            and_(col(Callback.kind) == kind, col(Callback.state).in_(machine.sources(fact)))
            for kind, machine in MACHINE_OF.items()
        )
    )
    machine = next(machine for machine in MACHINES if machine.sources(fact))  # both lead a fact to the same state
    if only_from is not None:
        permitted = and_(permitted, col(Callback.state) == only_from)
    if claimed_only_by is not None:
        permitted = and_(
            permitted, or_(col(Callback.claimed_by).is_(None), col(Callback.claimed_by) == claimed_only_by)
        )
    if fact is not Fact.CLAIMED:
        values |= {"claimed_by": None, "claimed_at": None}
    moved: Callback | None = await session.scalar(
        update(Callback)
        .where(col(Callback.id) == callback_id, permitted)
        .values(state=machine.target(fact), **values)
        .returning(Callback)
        .execution_options(populate_existing=True)
    )
    return moved


async def count_attempt(session: AsyncSession, callback_id: int) -> None:
    """Counts one more attempt, wherever the callback is now."""
    await session.execute(
        update(Callback)
        .where(col(Callback.id) == callback_id, col(Callback.state).in_(OPEN_STATES))
        .values(attempts=col(Callback.attempts) + 1)
    )


async def open_promises(session: AsyncSession, lead_id: int) -> list[Callback]:
    return list(
        await session.scalars(
            select(Callback).where(
                col(Callback.lead_id) == lead_id,
                col(Callback.kind) == CallbackKind.AGENT_PROMISE,
                col(Callback.state).in_(OPEN_STATES),
            )
        )
    )


async def open_of_lead(session: AsyncSession, lead_id: int) -> Callback | None:
    """Returns the open callback of a customer: the obligation before the promise, the earlier before the later."""
    query = (
        select(Callback)
        .where(col(Callback.lead_id) == lead_id, col(Callback.state).in_(OPEN_STATES))
        .order_by(case((col(Callback.kind) == CallbackKind.COMPLAINT, 0), else_=1), col(Callback.due_at))
        .limit(1)
    )
    row: Callback | None = await session.scalar(query)
    return row


async def open_promises_of(session: AsyncSession, lead_ids: Collection[int]) -> list[Callback]:
    """Returns the open promises to these customers, locked: one an agent is just claiming is seen as claimed."""
    query = (
        select(Callback)
        .where(
            col(Callback.lead_id).in_(lead_ids),
            col(Callback.kind) == CallbackKind.AGENT_PROMISE,
            col(Callback.state).in_(OPEN_STATES),
        )
        .order_by(col(Callback.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(await session.scalars(query))


async def open_to_team(session: AsyncSession, agent_id: int, now: datetime, until: datetime | None = None) -> int:
    """Opens an agent's promises to the team, each at its own time, ``until``: those due before. Returns how many."""
    personal = and_(col(Callback.agent_id) == agent_id, _personal(now))
    rows = await session.scalars(
        update(Callback)
        .where(personal if until is None else and_(personal, col(Callback.due_at) < until))
        .values(opens_to_team_at=func.greatest(col(Callback.due_at), now))
        .returning(col(Callback.id))
    )
    return len(list(rows))


async def count_due(session: AsyncSession, agent_id: int, now: datetime, staff_first: timedelta | None) -> int:
    left_since = None if staff_first is None else now - staff_first
    return await session.scalar(due_count(agent_id, now, left_since)) or 0


def due_count(agent_id: Any, now: Any, left_since: Any) -> Select[Any]:
    """Selects how many callbacks are due now and open to this agent; parameters as values or as expressions."""
    return select_columns(func.count()).where(_waiting_for(agent_id, now, left_since))


def _overdue(now: datetime, grace: timedelta) -> ColumnElement[bool]:
    """Returns the condition of an open callback whose customer was not reached in time; ``rules.reach_by`` in SQL."""
    return and_(
        col(Callback.state).in_(OPEN_STATES),
        case(
            (col(Callback.kind) == CallbackKind.AGENT_PROMISE, col(Callback.due_at) <= now - grace),
            else_=func.coalesce(col(Callback.answer_by), col(Callback.due_at)) <= now,
        ),
    )


def _in_view(view: CallbackView, now: datetime, grace: timedelta) -> ColumnElement[bool]:
    is_open = col(Callback.state).in_(OPEN_STATES)
    match view:
        case CallbackView.OPEN:
            return is_open
        case CallbackView.MOVED:
            return and_(is_open, col(Callback.due_at) > col(Callback.promised_at))
        case CallbackView.OVERDUE:
            return _overdue(now, grace)
        case CallbackView.DONE | CallbackView.LAPSED:
            return col(Callback.state) == CallbackState(view.value)


async def list_callbacks(
    work: Work, query: CallbackQuery, grace: timedelta, *, after: Place | None, limit: int
) -> list[Callback]:
    """Returns callbacks of the actor's scope: open ones by their time, ended ones the latest first.

    A promise belongs to the branch of its agent, an obligation to the branches of its customer (requirement S1).
    """
    within = or_(
        and_(col(Callback.kind) == CallbackKind.AGENT_PROMISE, staff_within(col(Callback.agent_id), work.actor)),
        and_(col(Callback.kind) == CallbackKind.COMPLAINT, customer_within(col(Callback.lead_id), work.actor)),
    )
    ended = query.view in (CallbackView.DONE, CallbackView.LAPSED)
    order = (col(Callback.due_at), col(Callback.id))
    statement = select(Callback).where(within, _in_view(query.view, work.now, grace)).limit(limit)
    statement = statement.order_by(*(column.desc() for column in order) if ended else order)
    if query.kind is not None:
        statement = statement.where(col(Callback.kind) == query.kind)
    if query.agent_id is not None:
        statement = statement.where(col(Callback.agent_id) == query.agent_id)
    if after is not None:
        place = tuple_(literal(after.due_at), literal(after.id))
        statement = statement.where(tuple_(*order) < place if ended else tuple_(*order) > place)
    return list(await work.session.scalars(statement))


async def count_obligations(work: Work) -> tuple[int, int]:
    """Returns how many obligations to customers of the actor's scope there are, and how many are done."""
    row = (
        await work.session.execute(
            select(
                func.count(),
                func.count().filter(col(Callback.state) == CallbackState.DONE),
            ).where(col(Callback.kind) == CallbackKind.COMPLAINT, customer_within(col(Callback.lead_id), work.actor))
        )
    ).one()
    return row[0], row[1]


async def open_obligations(work: Work) -> list[Callback]:
    """Returns the obligations to customers of the actor's scope that have not ended, the oldest first."""
    return list(
        await work.session.scalars(
            select(Callback)
            .where(
                col(Callback.kind) == CallbackKind.COMPLAINT,
                col(Callback.state) != CallbackState.DONE,
                customer_within(col(Callback.lead_id), work.actor),
            )
            .order_by(col(Callback.created_at), col(Callback.id))
        )
    )


async def held_obligations(session: AsyncSession) -> list[Callback]:
    return list(
        await session.scalars(
            select(Callback).where(col(Callback.state) == CallbackState.HELD).execution_options(populate_existing=True)
        )
    )
