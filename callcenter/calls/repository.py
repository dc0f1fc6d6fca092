"""All SQL of the calls room."""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, case, func, or_, update
from sqlalchemy import select as select_columns
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import SQLModel, col, select

from callcenter.calls.dispositions import dispositions_with
from callcenter.calls.models import Call
from callcenter.calls.models import CallSignal as JournalEntry
from callcenter.calls.outcomes import LineSign, outcomes_with
from callcenter.calls.scoping import call_within, customer_within
from callcenter.calls.types import CallState, CallTally, NumberCall, Outcome, Successes, SuccessVerdict
from callcenter.kit import rows
from callcenter.kit.literals import one_of
from callcenter.kit.work import Work
from callcenter.telephony.events import CallSignal

_NOBODY_DISTURBED = outcomes_with(lambda rule: not rule.counts_for_caps)

_REFUSED = outcomes_with(lambda rule: rule.line is LineSign.REFUSED)

_OF_THE_LINE = outcomes_with(lambda rule: rule.line is not LineSign.SILENT)

_CALL, _ENTRY = (SQLModel.metadata.tables[str(table.__tablename__)] for table in (Call, JournalEntry))
_NEW_CALL = insert(_CALL).on_conflict_do_nothing().returning(_CALL.c.xmin)
_NEW_ENTRIES = (
    insert(_ENTRY).on_conflict_do_nothing(index_elements=["call_id", "key"]).returning(_ENTRY.c.call_id, _ENTRY.c.key)
)
_PLANNED = (
    select_columns(col(Call.id), col(Call.agent_id))
    # Written into the statement, so that its plan may use the index of calls that have not ended.
    .where(one_of(col(Call.state), [CallState.PLANNED]), col(Call.node) == bindparam("node", type_=String))
    .order_by(col(Call.planned_at))
)

_SUCCESSES = dispositions_with(lambda rule: rule.is_success)


async def add(work: Work, call: Call) -> bool:
    """Writes a new call; False where its agent, customer or number is in one that has not ended (law 2).

    The object is then as a session leaves it that has read the row.
    """
    call.xmin = await work.session.scalar(_NEW_CALL, call.model_dump(exclude={"xmin"}))
    if call.xmin is None:
        return False
    make_transient_to_detached(call)
    return True


async def planned(work: Work, node: str) -> Sequence[tuple[UUID, int]]:
    """Returns the calls of a node that are planned, each with its agent, the oldest first."""
    return [(row.id, row.agent_id) for row in await work.session.execute(_PLANNED, {"node": node})]


async def find(work: Work, call_id: UUID, *, lock: bool = False) -> Call | None:
    """Returns a call, read once in this transaction; with ``lock`` as it is now, locked until the transaction ends."""
    return await (rows.lock if lock else rows.read)(work.session, Call, call_id)


async def many(work: Work, call_ids: Iterable[UUID]) -> list[Call]:
    return list(await work.session.scalars(select(Call).where(col(Call.id).in_(list(call_ids)))))


async def open_of_node(work: Work, node: str) -> list[Call]:
    """Returns the calls of a node that have not ended, in the order they were planned."""
    query = (
        select(Call).where(col(Call.node) == node, col(Call.state) != CallState.ENDED).order_by(col(Call.planned_at))
    )
    return list(await work.session.scalars(query))


async def owed(work: Work, agent_id: int | None = None) -> list[Call]:
    """Returns the calls whose disposition is owed, of an agent or of all, the oldest first."""
    query = select(Call).where(_is_owed())
    if agent_id is not None:
        query = query.where(col(Call.agent_id) == agent_id)
    return list(await work.session.scalars(query.order_by(col(Call.disposition_owed_at), col(Call.id))))


def oldest_owed(agent_id: Any) -> Select[Any]:
    """Selects the call whose disposition an agent owes; where there are several, the oldest."""
    return (
        select_columns(col(Call.id))
        .where(_is_owed(), col(Call.agent_id) == agent_id)
        .order_by(col(Call.disposition_owed_at), col(Call.id))
        .limit(1)
    )


def _is_owed() -> ColumnElement[bool]:
    return and_(col(Call.disposition_owed_at).is_not(None), col(Call.disposed_at).is_(None))


async def agents_of(work: Work, call_ids: Collection[UUID]) -> set[int]:
    return set(await work.session.scalars(select(Call.agent_id).where(col(Call.id).in_(call_ids))))


async def hold(work: Work, call_ids: Collection[UUID]) -> None:
    """Reads calls as they are now and locks them, in the order of their ids."""
    query = select(Call).where(col(Call.id).in_(call_ids)).order_by(col(Call.id)).with_for_update()
    for call in await work.session.scalars(query.execution_options(populate_existing=True)):
        rows.note_locked(work.session, Call, call.id, call)


async def journal(work: Work, signals: Sequence[CallSignal]) -> set[tuple[UUID, str]]:
    """Writes signals down, each once by its key; returns call and key of those that were not known."""
    if not signals:
        return set()
    entries = [
        {
            "call_id": signal.call_id,
            "key": signal.key,
            "kind": type(signal).__name__,
            "at": signal.at,
            "received_at": work.now,
            "facts": _facts_of(signal),
        }
        for signal in signals
    ]
    return {(call_id, key) for call_id, key in await work.session.execute(_NEW_ENTRIES, entries)}


def _facts_of(signal: CallSignal) -> dict[str, Any]:
    return {name: value for name, value in dataclasses.asdict(signal).items() if name not in ("at", "call_id")}


async def journal_keys(work: Work, call_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """Returns the keys of the signals that are written down of each call; calls without one are left out."""
    query = select_columns(col(JournalEntry.call_id), col(JournalEntry.key)).where(
        col(JournalEntry.call_id).in_(call_ids)
    )
    keys: dict[UUID, set[str]] = {}
    for call_id, key in await work.session.execute(query):
        keys.setdefault(call_id, set()).add(key)
    return keys


async def last_sign_of_life(work: Work, call_id: UUID) -> datetime | None:
    """Returns the latest instant the switch reported anything about the call."""
    return await work.session.scalar(select(func.max(JournalEntry.at)).where(col(JournalEntry.call_id) == call_id))


async def calls_to(work: Work, phone_index: str, since: datetime, besides: UUID | None) -> list[NumberCall]:
    """Returns the calls to a number that were dialled since an instant or have not ended, the oldest first."""
    called = select_columns(*number_call()).where(rings(phone_index, since, besides)).order_by(col(Call.dialled_at))
    return [NumberCall(*row) for row in await work.session.execute(called)]


def number_call() -> tuple[Any, ...]:
    """Returns the columns of a ``NumberCall``, in its order."""
    return col(Call.kind), col(Call.dialled_at), _is_open(), _spoken_at()


def rings(phone_index: Any, since: Any, besides: Any) -> ColumnElement[bool]:
    """Returns the condition of a call to a number that may have made its telephone ring since an instant, or has not
    ended; ``besides``: the id of a call that is left out."""
    disturbed = or_(col(Call.outcome).is_(None), col(Call.outcome).not_in(_NOBODY_DISTURBED))
    rung = and_(col(Call.dialled_at) >= since, disturbed)
    return and_(col(Call.phone_index) == phone_index, or_(rung, _is_open()), col(Call.id).is_distinct_from(besides))


def _is_open() -> ColumnElement[bool]:
    return col(Call.state) != CallState.ENDED


def _spoken_at() -> ColumnElement[datetime | None]:
    """Returns the end of a conversation that has no disposition yet."""
    owed = and_(col(Call.outcome) == Outcome.ANSWERED, col(Call.disposed_at).is_(None))
    return case((owed, col(Call.ended_at)), else_=None)


async def latest_of_trunk(work: Work, trunk: str, count: int) -> list[Outcome]:
    """Returns the outcomes of the latest calls that say something of a trunk, the newest first."""
    rows = await work.session.scalars(
        select(col(Call.outcome))
        .where(col(Call.trunk) == trunk, col(Call.outcome).in_(_OF_THE_LINE))
        .order_by(col(Call.dialled_at).desc())
        .limit(count)
    )
    return [outcome for outcome in rows if outcome is not None]


async def loads_of_trunks(work: Work, trunks: Collection[str], since: datetime) -> Sequence[tuple[str, int, int]]:
    """Returns of each trunk that has any: its calls that have not ended, and those planned since an instant."""
    query = (
        select_columns(
            col(Call.trunk), func.count().filter(_is_open()), func.count().filter(col(Call.planned_at) >= since)
        )
        .where(col(Call.trunk).in_(trunks), or_(_is_open(), col(Call.planned_at) >= since))
        .group_by(col(Call.trunk))
    )
    return [(row[0], row[1], row[2]) for row in await work.session.execute(query)]


async def days_of_trunks(work: Work, begins: datetime, ends: datetime) -> Sequence[tuple[str, int, int, int, int]]:
    """Returns of each trunk of these hours: its calls, those answered, those it refused, those that have not ended."""
    query = (
        select_columns(
            col(Call.trunk),
            func.count().filter(col(Call.dialled_at).is_not(None)),
            func.count().filter(col(Call.answered_at).is_not(None)),
            func.count().filter(col(Call.outcome).in_(_REFUSED)),
            func.count().filter(_is_open()),
        )
        .where(col(Call.planned_at) >= begins, col(Call.planned_at) < ends)
        .group_by(col(Call.trunk))
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in await work.session.execute(query)]


async def is_within(work: Work, *, lead_id: int | None, call_id: UUID | None) -> bool:
    """Returns whether the customer or the call is within the actor's scope."""
    if call_id is not None:
        return bool(await work.session.scalar(select(call_within(call_id, work.actor))))
    return bool(await work.session.scalar(select(customer_within(lead_id, work.actor))))


async def answered_since(work: Work, since: datetime) -> list[Call]:
    rows = await work.session.scalars(
        select(Call)
        .where(col(Call.answered_at) >= since, col(Call.state) == CallState.ENDED)
        .order_by(col(Call.answered_at))
    )
    return list(rows)


async def judge_success(work: Work, call_id: UUID, verdict: SuccessVerdict) -> None:
    """Writes quality's verdict on a success."""
    success = and_(col(Call.id) == call_id, col(Call.disposition).in_(_SUCCESSES))
    await work.session.execute(update(Call).where(success).values(success_verdict=verdict))


def tally_of(agent_id: Any, since: Any) -> Select[Any]:
    """Selects one row: an agent's calls planned since an instant, in the order of ``CallTally`` and ``Successes``."""
    return select_columns(*_counts()).where(col(Call.agent_id) == agent_id, col(Call.planned_at) >= since)


def last_ended(agent_id: Any, since: Any) -> Select[Any]:
    """Selects the agent's newest call that has ended, planned since an instant: at most one row."""
    columns: tuple[Any, ...] = (col(Call.lead_id), col(Call.outcome), col(Call.disposition), col(Call.ended_at))
    return (
        select_columns(*columns)
        .where(col(Call.agent_id) == agent_id, col(Call.planned_at) >= since, col(Call.state) == CallState.ENDED)
        .order_by(col(Call.planned_at).desc())
        .limit(1)
    )


def _counts() -> tuple[Any, ...]:
    success, verdict = col(Call.disposition).in_(_SUCCESSES), col(Call.success_verdict)
    return (
        func.count(col(Call.dialled_at)).label("dialled"),
        func.count(col(Call.answered_at)).label("answered"),
        func.count().filter(verdict == SuccessVerdict.PASSED).label("passed"),
        func.count().filter(success, verdict.is_(None)).label("open"),
        func.count().filter(verdict == SuccessVerdict.FAILED).label("failed"),
    )


async def tally(work: Work, since: datetime) -> dict[int, CallTally]:
    """Returns per agent the calls planned since an instant."""
    rows = await work.session.execute(
        select_columns(col(Call.agent_id), *_counts()).where(col(Call.planned_at) >= since).group_by(col(Call.agent_id))
    )
    return {agent: CallTally(dialled, answered, Successes(*verdicts)) for agent, dialled, answered, *verdicts in rows}
