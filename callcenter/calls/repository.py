"""All SQL of the calls room."""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal,
    or_,
    update,
)
from sqlalchemy import select as select_columns
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import SQLModel, col, select

from callcenter.calls.dispositions import dispositions_with
from callcenter.calls.models import Call, HeldCall
from callcenter.calls.models import CallSignal as JournalEntry
from callcenter.calls.outcomes import LineSign, outcomes_with
from callcenter.calls.scoping import call_within, customer_within
from callcenter.calls.types import CallState, CallTally, Outcome, Successes, SuccessVerdict
from callcenter.kit.held import Held, held_by
from callcenter.kit.literals import instant, one_of
from callcenter.kit.prepared import Prepared, unnested
from callcenter.kit.work import Work
from callcenter.telephony.events import CallSignal

_NOBODY_DISTURBED = outcomes_with(lambda rule: not rule.counts_for_caps)

_REFUSED = outcomes_with(lambda rule: rule.line is LineSign.REFUSED)

_OF_THE_LINE = outcomes_with(lambda rule: rule.line is not LineSign.SILENT)

_CALL, _ENTRY = (SQLModel.metadata.tables[str(table.__tablename__)] for table in (Call, JournalEntry))
_T = _CALL.c
_SUCCESSES = dispositions_with(lambda rule: rule.is_success)


# --- rows -----------------------------------------------------------------------------------------------------------


async def add(work: Work, calls: Sequence[HeldCall]) -> set[UUID]:
    """Writes new calls; returns those that were written: not those whose agent, customer or number is in one that has
    not ended (law 2)."""
    values = {name: [getattr(call, name) for call in calls] for name in _NEW_COLUMNS}
    versions = {row.id: row.xmin for row in await _ADD.all(work.session, values)}
    for call in calls:
        if call.id in versions:
            call.xmin = versions[call.id]
            hold_known(work, call)
    return set(versions)


def hold_known(work: Work, call: HeldCall) -> HeldCall:
    """Lets a transaction change a call that it has not locked; it fails where another one has changed it since."""
    return held_by(work.session, HeldCalls).hold(call.id, call)


async def planned(work: Work, node: str) -> Sequence[tuple[UUID, int]]:
    """Returns the calls of a node that are planned, each with its agent, the oldest first."""
    return [(row.id, row.agent_id) for row in await _PLANNED.all(work.session, {"node": node})]


async def find(work: Work, call_id: UUID, *, lock: bool = False) -> HeldCall | None:
    """Returns a call; with ``lock`` as it is now, locked until the transaction ends, in which it is read once."""
    if lock:
        await hold(work, [call_id])
    held = held_by(work.session, HeldCalls).find(call_id)
    return held or next(iter(await many(work, [call_id])), None)


async def hold(work: Work, call_ids: Collection[UUID]) -> None:
    """Reads calls as they are now and locks them, in the order of their ids; those that are locked are not read."""
    held = held_by(work.session, HeldCalls)
    if wanted := [call_id for call_id in call_ids if held.find(call_id) is None]:
        for row in await _LOCK.all(work.session, {"calls": wanted}):
            held.hold(row.id, _call(row))


async def many(work: Work, call_ids: Iterable[UUID]) -> list[HeldCall]:
    return [_call(row) for row in await _MANY.all(work.session, {"calls": list(call_ids)})]


async def open_of_node(work: Work, node: str) -> list[HeldCall]:
    """Returns the calls of a node that have not ended, in the order they were planned."""
    return [_call(row) for row in await _OPEN_OF_NODE.all(work.session, {"node": node})]


async def owed(work: Work, agent_id: int | None = None) -> list[HeldCall]:
    """Returns the calls whose disposition is owed, of an agent or of all, the oldest first."""
    return [_call(row) for row in await _OWED.all(work.session, {"of_agent": agent_id})]


async def answered_since(work: Work, since: datetime) -> list[HeldCall]:
    return [_call(row) for row in await _ANSWERED_SINCE.all(work.session, {"since": since})]


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
    return {row.agent_id for row in await _AGENTS_OF.all(work.session, {"calls": list(call_ids)})}


def _call(row: Any) -> HeldCall:
    return HeldCall(**row._asdict())


_CALLS = bindparam("calls", type_=ARRAY(Uuid()))
_NODE = bindparam("node", type_=String)
_OF_AGENT = bindparam("of_agent", type_=BigInteger)
# States are written into the statements, so that their plans may use the index of calls that have not ended.
_PLANNED = Prepared(
    select_columns(_T.id, _T.agent_id)
    .where(one_of(_T.state, [CallState.PLANNED]), _T.node == _NODE)
    .order_by(_T.planned_at)
)
_ROWS = select_columns(*(_T[name] for name in HeldCall.__dataclass_fields__))
_MANY = Prepared(_ROWS.where(_T.id == any_(_CALLS)))
_LOCK = Prepared(_ROWS.where(_T.id == any_(_CALLS)).order_by(_T.id).with_for_update())
_OPEN_OF_NODE = Prepared(_ROWS.where(_T.node == _NODE, _T.state != CallState.ENDED).order_by(_T.planned_at))
_OWED = Prepared(
    _ROWS.where(_is_owed(), or_(_OF_AGENT.is_(None), _T.agent_id == _OF_AGENT)).order_by(_T.disposition_owed_at, _T.id)
)
_ANSWERED_SINCE = Prepared(
    _ROWS.where(_T.answered_at >= instant("since"), _T.state == CallState.ENDED).order_by(_T.answered_at)
)
_AGENTS_OF = Prepared(select_columns(_T.agent_id).distinct().where(_T.id == any_(_CALLS)))

_NEW_COLUMNS = (
    *("id", "kind", "state", "agent_id", "lead_id", "campaign_id", "assignment_id", "callback_id", "node", "leg_id"),
    *("phone_index", "caller_id", "trunk", "ring_seconds", "is_probe", "verdict", "planned_at", "dialled_at"),
)
_NEW = unnested("new", {name: _T[name].type for name in _NEW_COLUMNS})
_AS_NEW = {name: literal(value, _T[name].type) for name, value in (("end_estimated", False), ("hung_up_by_us", False))}
_ADD = Prepared(
    insert(_CALL)
    .from_select(
        [*_NEW_COLUMNS, *_AS_NEW, "details"],
        select_columns(*_NEW.c, *_AS_NEW.values(), literal({}, _T.details.type)),
    )
    .on_conflict_do_nothing()
    .returning(_T.id, _T.xmin)
)

_CHANGES = (
    *("state", "outcome", "disposition", "channel", "verdict", "dialled_at", "recording_started_at", "ringing_at"),
    *("answered_at", "hung_up_at", "ended_at", "end_estimated", "dial_status", "hangup_cause", "sip_code"),
    *("hung_up_by_us", "disposed_at", "disposition_owed_at", "details"),
)
_CHANGED = unnested("new", {name: _T[name].type for name in ("id", "xmin", *_CHANGES)})
_CHANGE = Prepared(
    update(_CALL)
    .where(_T.id == _CHANGED.c.id, _T.xmin == _CHANGED.c.xmin)
    .values({name: _CHANGED.c[name] for name in _CHANGES})
    .returning(_T.id, _T.xmin)
)


class HeldCalls(Held[HeldCall]):
    """Holds the calls that a transaction has locked, or knows in a version; a change of another version is refused."""

    columns = _CHANGES

    async def write(self, rows: Sequence[HeldCall]) -> None:
        """Raises StaleDataError where another transaction has changed one of them since it was read."""
        values = {name: [getattr(row, name) for row in rows] for name in ("id", "xmin", *_CHANGES)}
        versions = {row.id: row.xmin for row in await _CHANGE.all(self.session, values)}
        if len(versions) != len(rows):
            raise StaleDataError("another transaction has changed a call since it was read")
        for row in rows:
            row.xmin = versions[row.id]


# --- the journal ----------------------------------------------------------------------------------------------------

_JOURNALED = ("call_id", "key", "kind", "at", "facts")
_NEW_ENTRIES = unnested("entry", {name: _ENTRY.c[name].type for name in _JOURNALED})
_JOURNAL = Prepared(
    insert(_ENTRY)
    .from_select(
        [*_JOURNALED, "received_at"],
        select_columns(*(_NEW_ENTRIES.c[name] for name in _JOURNALED), instant("now")).select_from(_NEW_ENTRIES),
    )
    .on_conflict_do_nothing(index_elements=["call_id", "key"])
    .returning(_ENTRY.c.call_id, _ENTRY.c.key)
)


async def journal(work: Work, signals: Sequence[CallSignal]) -> set[tuple[UUID, str]]:
    """Writes signals down, each once by its key; returns call and key of those that were not known."""
    if not signals:
        return set()
    entries = {
        "call_id": [signal.call_id for signal in signals],
        "key": [signal.key for signal in signals],
        "kind": [type(signal).__name__ for signal in signals],
        "at": [signal.at for signal in signals],
        "facts": [_facts_of(signal) for signal in signals],
    }
    return {(row.call_id, row.key) for row in await _JOURNAL.all(work.session, {"now": work.now, **entries})}


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
