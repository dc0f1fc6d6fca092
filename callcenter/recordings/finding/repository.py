"""All SQL of finding recordings and of their notes.

Each criterion has an index that also gives the order, or leads to few rows: ``scripts/bench recordings`` measures each
over a million rows.
"""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, tuple_
from sqlmodel import col, select

from callcenter.calls.scoping import success_judged, verdicts_of
from callcenter.calls.types import SuccessVerdict
from callcenter.kit.work import Work
from callcenter.leads.scoping import number_ends_with
from callcenter.people.scoping import of_branch
from callcenter.recordings.finding.types import Place, QaState, RecordingSearch
from callcenter.recordings.models import Incident, Recording, RecordingNote
from callcenter.recordings.repository import within
from callcenter.recordings.types import IncidentKind

_VERDICTS = {QaState.OPEN: None, QaState.PASSED: SuccessVerdict.PASSED, QaState.FAILED: SuccessVerdict.FAILED}


async def list_page(work: Work, search: RecordingSearch, *, after: Place | None, limit: int) -> list[Recording]:
    """Returns recordings of the actor's scope, the newest first."""
    armed_at, number = col(Recording.armed_at), col(Recording.id)
    query = select(Recording).where(within(work), *_criteria(search)).order_by(armed_at.desc(), number.desc())
    if after is not None:
        # The first condition is for the index, the second for rows of the same instant.
        query = query.where(armed_at <= after.armed_at, tuple_(armed_at, number) < (after.armed_at, after.id))
    return list(await work.session.scalars(query.limit(limit)))


def _criteria(search: RecordingSearch) -> Iterator[ColumnElement[bool]]:
    equal: tuple[tuple[Any, object], ...] = (
        (col(Recording.agent_id), search.agent_id),
        (col(Recording.campaign_id), search.campaign_id),
        (col(Recording.lead_id), search.lead_id),
        (col(Recording.kind), search.kind),
        (col(Recording.disposition), search.disposition),
        (col(Recording.state), search.state),
    )
    yield from (column == value for column, value in equal if value is not None)
    if search.branch is not None:
        yield of_branch(col(Recording.agent_id), search.branch)
    if search.last4 is not None:
        yield number_ends_with(col(Recording.lead_id), search.last4)
    if search.qa is not None:
        yield success_judged(col(Recording.call_id), _VERDICTS[search.qa])
    if search.incident is not None:
        opened = col(Recording.call_id).in_(select(col(Incident.call_id)).where(col(Incident.closed_at).is_(None)))
        yield opened if search.incident else ~opened
    if search.since is not None:
        yield col(Recording.armed_at) >= search.since
    if search.until is not None:
        yield col(Recording.armed_at) < search.until
    if search.least_ms is not None:
        yield col(Recording.duration_ms) >= search.least_ms
    if search.most_ms is not None:
        yield col(Recording.duration_ms) <= search.most_ms


async def open_incidents(work: Work, call_ids: Collection[UUID]) -> dict[UUID, list[IncidentKind]]:
    """Returns the kinds of the open incidents of these calls."""
    query = (
        select(col(Incident.call_id), col(Incident.kind))
        .where(col(Incident.call_id).in_(call_ids), col(Incident.closed_at).is_(None))
        .order_by(col(Incident.id))
    )
    by_call: dict[UUID, list[IncidentKind]] = {}
    for call_id, kind in (await work.session.execute(query)).all():
        by_call.setdefault(call_id, []).append(kind)
    return by_call


async def verdicts(work: Work, call_ids: Collection[UUID]) -> dict[UUID, SuccessVerdict]:
    """Returns what quality has decided about these calls."""
    rows = await work.session.execute(verdicts_of(call_ids))
    return {row.id: row.success_verdict for row in rows}


# -- notes


def add_note(work: Work, note: RecordingNote) -> None:
    work.session.add(note)


async def count_notes(work: Work, recording_id: int) -> int:
    query = select(func.count()).select_from(RecordingNote).where(_of(recording_id))
    return await work.session.scalar(query) or 0


async def list_notes(work: Work, recording_id: int) -> list[RecordingNote]:
    """Returns the notes that are not removed, by their moment."""
    query = select(RecordingNote).where(_of(recording_id)).order_by(col(RecordingNote.at_ms), col(RecordingNote.id))
    return list(await work.session.scalars(query))


async def lock_note(work: Work, recording_id: int, note_id: int) -> RecordingNote | None:
    query = select(RecordingNote).where(col(RecordingNote.id) == note_id, _of(recording_id)).with_for_update()
    return (await work.session.scalars(query)).one_or_none()


def _of(recording_id: int) -> ColumnElement[bool]:
    return (col(RecordingNote.recording_id) == recording_id) & col(RecordingNote.removed_at).is_(None)
