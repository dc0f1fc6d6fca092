"""All SQL of the recordings room."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, Uuid, bindparam, func, literal, or_, update
from sqlalchemy import select as select_columns
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import CursorResult
from sqlmodel import SQLModel, col, select

from callcenter.calls.scoping import call_within
from callcenter.calls.types import RecordingFacts
from callcenter.kit.actor import SYSTEM
from callcenter.kit.literals import instant
from callcenter.kit.prepared import Prepared, unnested
from callcenter.kit.work import Work
from callcenter.recordings.models import Incident, Recording, RecordingAccess
from callcenter.recordings.transitions import RECORDING, RecordingFact
from callcenter.recordings.types import AccessAct, Detail, IncidentKind, RecordingState


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to process one recording until the lease ends or another worker claims it."""

    call_id: UUID
    number: int


_RECORDING = SQLModel.metadata.tables[str(Recording.__tablename__)]


def _armed() -> Prepared:
    """Makes the statement that adds recordings of calls; what it does not name is as a new row has it."""
    calls = unnested("armed", {"call_id": Uuid()})
    new = Recording(call_id=UUID(int=0), node="", state=RECORDING.initial).model_dump(
        exclude={"id", "call_id", "node", "armed_at", "due_at"}
    )
    columns: dict[str, Any] = {
        "call_id": calls.c.call_id,
        "node": bindparam("node", type_=String),
        "armed_at": instant("now"),
        "due_at": instant("now"),
        **{name: literal(value, _RECORDING.c[name].type) for name, value in new.items() if value is not None},
    }
    query = select_columns(*columns.values()).select_from(calls)
    return Prepared(
        insert(_RECORDING).from_select(list(columns), query).on_conflict_do_nothing(index_elements=["call_id"])
    )


_ARM = _armed()
_COPIED = ("kind", "agent_id", "lead_id", "campaign_id", "disposition", "answered_at", "ended_at")
_COPY_CALL = Prepared(
    update(_RECORDING)
    .where(_RECORDING.c.call_id == bindparam("of_call", type_=Uuid))
    .values({name: bindparam(f"new_{name}", type_=_RECORDING.c[name].type) for name in _COPIED})
)


async def arm(work: Work, call_ids: Collection[UUID], node: str) -> None:
    """Inserts the rows of the recordings of calls; does nothing where they exist."""
    await _ARM.all(work.session, {"call_id": list(call_ids), "node": node, "now": work.now})


async def copy_call(work: Work, call: RecordingFacts) -> None:
    """Copies the facts by which recordings are searched; the call's own row stays authoritative."""
    facts = {f"new_{name}": getattr(call, name) for name in _COPIED}
    await _COPY_CALL.all(work.session, {"of_call": call.call_id, **facts})


def within(work: Work) -> ColumnElement[bool]:
    """Returns the condition that staff of the actor's scope had the call (requirement S1).

    The call's own row is asked: the agent is copied into the recording later, at the end of the call.
    """
    return call_within(col(Recording.call_id), work.actor)


async def find_within(work: Work, call_id: UUID) -> Recording | None:
    """Returns the row of a call of the actor's scope, read anew."""
    query = select(Recording).where(col(Recording.call_id) == call_id, within(work))
    return (await work.session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def find(work: Work, call_id: UUID, *, lock: bool = False) -> Recording | None:
    """Returns the row, read anew; with ``lock`` it is locked until the transaction ends."""
    query = select(Recording).where(col(Recording.call_id) == call_id).execution_options(populate_existing=True)
    return (await work.session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def list_by_calls(work: Work, call_ids: Iterable[UUID]) -> dict[UUID, Recording]:
    rows = await work.session.scalars(select(Recording).where(col(Recording.call_id).in_(list(call_ids))))
    return {row.call_id: row for row in rows}


async def list_unfinished(work: Work, node: str) -> list[Recording]:
    """Returns this node's rows whose files may still be on its disk, the oldest first."""
    rows = await work.session.scalars(
        select(Recording)
        .where(
            col(Recording.node) == node,
            col(Recording.local_removed_at).is_(None),
            col(Recording.state).in_((RecordingState.ARMED, RecordingState.CAPTURED, RecordingState.STORED)),
        )
        .order_by(col(Recording.armed_at))
    )
    return list(rows)


async def claim(work: Work, call_id: UUID, lease: timedelta) -> Claim | None:
    """Claims a recording; returns None when it is not due or another worker's lease has not ended."""
    number = await work.session.scalar(
        update(Recording)
        .where(
            col(Recording.call_id) == call_id,
            col(Recording.due_at) <= work.now,
            col(Recording.local_removed_at).is_(None),
        )
        .values(attempts=Recording.attempts + 1, due_at=work.now + lease)
        .returning(col(Recording.attempts))
    )
    return None if number is None else Claim(call_id, number)


async def move(work: Work, claim: Claim, fact: RecordingFact, values: dict[str, Any] | None = None) -> bool:
    """Moves a claimed recording by the table; False when the claim is lost or the fact does not fit its state.

    A conditional UPDATE: two workers whose leases overlapped cannot both succeed.
    """
    changes = {**(values or {}), "state": RECORDING.target(fact)}
    return await _update(work, claim, changes, *RECORDING.sources(fact))


async def note(work: Work, claim: Claim, values: dict[str, Any]) -> bool:
    """Writes columns other than the state; False when the claim is lost."""
    return await _update(work, claim, values, *RecordingState)


async def _update(work: Work, claim: Claim, values: dict[str, Any], *states: RecordingState) -> bool:
    result = await work.session.execute(
        update(Recording)
        .where(
            col(Recording.call_id) == claim.call_id,
            col(Recording.attempts) == claim.number,
            col(Recording.state).in_(states),
        )
        .values(**values)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


async def make_due(work: Work, node: str) -> None:
    """Frees the claims of a crashed engine of this node.

    There is no need to wait for the leases: only one engine runs per node, so no living worker holds them.
    """
    await work.session.execute(
        update(Recording)
        .where(
            col(Recording.node) == node,
            col(Recording.local_removed_at).is_(None),
            col(Recording.due_at) > work.now,
        )
        .values(due_at=work.now)
    )


async def list_armed_between(work: Work, since: datetime, until: datetime) -> list[Recording]:
    """Returns recordings armed at ``since`` or later and before ``until``."""
    rows = await work.session.scalars(
        select(Recording).where(col(Recording.armed_at) >= since, col(Recording.armed_at) < until)
    )
    return list(rows)


async def list_stored(work: Work, *, after: int, limit: int, every: int = 1, turn: int = 0) -> Sequence[Recording]:
    """Returns a portion of the stored recordings, by their ids; of every ``every``-th, the ``turn``-th."""
    query = select(Recording).where(col(Recording.state) == RecordingState.STORED, col(Recording.id) > after)
    if every > 1:
        query = query.where(col(Recording.id) % every == turn)
    return (await work.session.scalars(query.order_by(col(Recording.id)).limit(limit))).all()


async def any_stored(work: Work) -> bool:
    """Returns whether the recording of any call of the whole bank is stored."""
    query = select(Recording.id).where(col(Recording.state) == RecordingState.STORED).limit(1)
    return (await work.session.scalars(query)).first() is not None


async def count_stored(work: Work, since: datetime, until: datetime) -> int:
    """Counts stored recordings of the actor's scope, armed at ``since`` or later and before ``until``."""
    count = await work.session.scalar(
        select(func.count())
        .select_from(Recording)
        .where(
            col(Recording.state) == RecordingState.STORED,
            col(Recording.armed_at) >= since,
            col(Recording.armed_at) < until,
            within(work),
        )
    )
    return count or 0


async def list_to_lengthen(work: Work, renew_before: datetime, limit: int) -> list[Recording]:
    """Returns stored recordings whose lock ends before ``wanted_until``, or, open-ended, before ``renew_before``."""
    rows = await work.session.scalars(
        select(Recording)
        .where(
            col(Recording.state) == RecordingState.STORED,
            or_(
                col(Recording.wanted_until) > col(Recording.retain_until),
                col(Recording.open_ended) & (col(Recording.retain_until) < renew_before),
            ),
        )
        .order_by(col(Recording.retain_until))
        .limit(limit)
    )
    return list(rows)


async def set_lock(work: Work, call_id: UUID, retain_until: datetime) -> None:
    """Writes the end of the lock that the store has confirmed, unless the row holds a later one.

    A lock cannot become shorter, so an earlier date can only come from an answer that a later one has overtaken.
    """
    await work.session.execute(
        update(Recording)
        .where(col(Recording.call_id) == call_id)
        .values(retain_until=func.greatest(Recording.retain_until, retain_until))
    )


# -- incidents


async def open_incident(work: Work, kind: IncidentKind, call_id: UUID, detail: Detail) -> bool:
    """Opens an incident; False when one of this kind is open for the call already."""
    incident_id = await work.session.scalar(
        insert(Incident)
        .values(kind=kind, call_id=call_id, detail=detail.code.value, facts=dict(detail.facts), opened_at=work.now)
        .on_conflict_do_nothing(index_elements=["call_id", "kind"], index_where=col(Incident.closed_at).is_(None))
        .returning(col(Incident.id))
    )
    return incident_id is not None


async def close_incidents(work: Work, call_id: UUID, kinds: Iterable[IncidentKind], reason: str) -> int:
    """Closes a call's open incidents of these kinds in the system's name. Returns how many there were."""
    which = (col(Incident.call_id) == call_id, col(Incident.kind).in_(list(kinds)))
    return await _close(work, *which, closing_reason=reason, closed_by=SYSTEM.label)


async def close_incident(work: Work, incident_id: int, words_sealed: str, *, final: bool) -> bool:
    """Closes one incident in the actor's name; False when it is closed already."""
    which = col(Incident.id) == incident_id
    values = {"closing_words_sealed": words_sealed, "closed_by": work.actor.label, "final": final}
    return await _close(work, which, **values) == 1


async def take_incident(work: Work, incident_id: int, due_at: datetime) -> bool:
    """Makes the actor the owner of an open incident; False when it is closed."""
    result = await work.session.execute(
        update(Incident)
        .where(col(Incident.id) == incident_id, col(Incident.closed_at).is_(None))
        .values(owner_id=work.actor.staff_id, due_at=due_at)
    )
    assert isinstance(result, CursorResult)
    return int(result.rowcount) == 1


async def _close(work: Work, *which: ColumnElement[bool], **values: object) -> int:
    result = await work.session.execute(
        update(Incident).where(*which, col(Incident.closed_at).is_(None)).values(closed_at=work.now, **values)
    )
    assert isinstance(result, CursorResult)
    return int(result.rowcount)


async def count_open(work: Work, kind: IncidentKind) -> int:
    """Counts the open incidents of a kind."""
    query = select(func.count()).select_from(Incident)
    query = query.where(col(Incident.kind) == kind, col(Incident.closed_at).is_(None))
    return await work.session.scalar(query) or 0


async def find_incident(work: Work, incident_id: int) -> Incident | None:
    """Returns an incident of a call of the actor's scope."""
    query = select(Incident).where(col(Incident.id) == incident_id, call_within(col(Incident.call_id), work.actor))
    return (await work.session.scalars(query)).one_or_none()


async def list_final(work: Work, call_ids: Collection[UUID]) -> dict[UUID, list[Incident]]:
    """Returns the incidents of these calls that were closed for good."""
    query = select(Incident).where(col(Incident.final), col(Incident.call_id).in_(call_ids))
    by_call: dict[UUID, list[Incident]] = {}
    for incident in await work.session.scalars(query):
        by_call.setdefault(incident.call_id, []).append(incident)
    return by_call


async def mark_stopped(work: Work, call_id: UUID) -> bool:
    """Notes that the recorder was seen to stop; False when that is known, or the recording has been captured."""
    result = await work.session.execute(
        update(Recording)
        .where(
            col(Recording.call_id) == call_id,
            col(Recording.stopped_at).is_(None),
            col(Recording.state) == RecordingState.ARMED,
        )
        .values(stopped_at=work.now)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


async def list_open_incidents(work: Work, kinds: Sequence[IncidentKind] = ()) -> list[Incident]:
    """Returns open incidents of these kinds (default: all) of calls of the actor's scope, the oldest first."""
    query = (
        select(Incident)
        .where(col(Incident.closed_at).is_(None), call_within(col(Incident.call_id), work.actor))
        .order_by(col(Incident.id))
    )
    if kinds:
        query = query.where(col(Incident.kind).in_(kinds))
    return list(await work.session.scalars(query))


async def list_incidents(work: Work, *, closed: bool | None, before: int | None, limit: int) -> list[Incident]:
    """Returns incidents of the actor's scope, the newest first; ``closed``: only the closed ones, or the open ones."""
    within_scope = call_within(col(Incident.call_id), work.actor)
    query = select(Incident).where(within_scope).order_by(col(Incident.id).desc()).limit(limit)
    if closed is not None:
        ended_at = col(Incident.closed_at)
        query = query.where(ended_at.is_not(None) if closed else ended_at.is_(None))
    if before is not None:
        query = query.where(col(Incident.id) < before)
    return list(await work.session.scalars(query))


# -- access


async def list_recent_accesses(
    work: Work, recording_id: int, act: AccessAct, window: timedelta
) -> Sequence[RecordingAccess]:
    """Returns what the actor did with a recording within ``window``."""
    query = (
        select(RecordingAccess)
        .where(
            col(RecordingAccess.recording_id) == recording_id,
            col(RecordingAccess.actor) == work.actor.label,
            col(RecordingAccess.act) == act,
            col(RecordingAccess.at) > work.now - window,
        )
        .order_by(col(RecordingAccess.id).desc())
    )
    return (await work.session.scalars(query)).all()


def log_access(work: Work, recording_id: int, act: AccessAct, why_sealed: str) -> None:
    """Adds an access of the actor."""
    work.session.add(
        RecordingAccess(
            recording_id=recording_id,
            staff_id=work.actor.staff_id,
            actor=work.actor.label,
            act=act,
            at=work.now,
            why_sealed=why_sealed,
        )
    )


async def list_accesses(work: Work, recording_id: int) -> list[RecordingAccess]:
    """Returns the accesses to a recording, the oldest first."""
    rows = await work.session.scalars(
        select(RecordingAccess)
        .where(col(RecordingAccess.recording_id) == recording_id)
        .order_by(col(RecordingAccess.id))
    )
    return list(rows)
