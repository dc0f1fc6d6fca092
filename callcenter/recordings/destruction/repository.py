"""All SQL of destruction runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy
from sqlalchemy import delete, func
from sqlmodel import col, select

from callcenter.kit.work import Work
from callcenter.recordings.destruction.models import DestructionItem, DestructionRun
from callcenter.recordings.destruction.types import MOST_LISTED, ItemState, RunState
from callcenter.recordings.exports.scoping import open_export
from callcenter.recordings.holds.scoping import held
from callcenter.recordings.models import Recording, RecordingNote
from callcenter.recordings.types import RecordingState

_OPEN = (RunState.PROPOSED, RunState.APPROVED)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run lists and what has become of it."""

    listed: int
    destroyed: int
    kept: int
    size_bytes: int


async def list_over(work: Work) -> Sequence[Recording]:
    """Returns recordings whose lock and term are over and that nothing keeps, the longest over first."""
    query = (
        select(Recording)
        .where(
            col(Recording.state) == RecordingState.STORED,
            col(Recording.retain_until) <= work.now,
            col(Recording.wanted_until) <= work.now,
            ~col(Recording.open_ended),
            ~held(col(Recording.id)),
            ~open_export(col(Recording.call_id)),
        )
        .order_by(col(Recording.wanted_until), col(Recording.id))
        .limit(MOST_LISTED)
    )
    return (await work.session.scalars(query)).all()


async def find_open(work: Work) -> int | None:
    """Returns the id of the run that waits for its decision or works."""
    query = select(col(DestructionRun.id)).where(col(DestructionRun.state).in_(_OPEN)).limit(1)
    return await work.session.scalar(query)


async def add(work: Work, run: DestructionRun, recordings: Sequence[Recording]) -> None:
    """Adds a run with its list."""
    work.session.add(run)
    await work.session.flush()
    work.session.add_all(
        DestructionItem(
            run_id=run.id,
            recording_id=row.id,
            call_id=row.call_id,
            rule=row.policy_rule or "",
            retain_until=row.retain_until or work.now,
            sha256=row.sha256 or "",
            size_bytes=row.size_bytes or 0,
        )
        for row in recordings
    )
    await work.session.flush()


async def find(work: Work, run_id: int, *, lock: bool = False) -> DestructionRun | None:
    """Returns a run, read anew; with ``lock`` it is locked until the transaction ends."""
    return await work.session.get(DestructionRun, run_id, with_for_update=lock or None, populate_existing=True)


async def list_page(work: Work, *, before: int | None, limit: int) -> Sequence[DestructionRun]:
    """Returns runs, the newest first."""
    query = select(DestructionRun).order_by(col(DestructionRun.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(DestructionRun.id) < before)
    return (await work.session.scalars(query)).all()


async def tallies(work: Work, run_ids: Sequence[int]) -> dict[int, Tally]:
    """Returns what these runs list, and how much of it is destroyed or kept."""

    item = col(DestructionItem.state)
    query = (
        sqlalchemy.select(
            col(DestructionItem.run_id),
            func.count().label("listed"),
            func.count().filter(item == ItemState.DESTROYED).label("destroyed"),
            func.count().filter(item == ItemState.KEPT).label("kept"),
            func.sum(col(DestructionItem.size_bytes)).label("size_bytes"),
        )
        .where(col(DestructionItem.run_id).in_(run_ids))
        .group_by(col(DestructionItem.run_id))
    )
    return {
        row.run_id: Tally(row.listed, row.destroyed, row.kept, int(row.size_bytes))
        for row in await work.session.execute(query)
    }


async def list_items(work: Work, run_id: int, *, after: int = 0, limit: int | None = None) -> Sequence[DestructionItem]:
    """Returns what a run lists, in the order of the list."""
    query = select(DestructionItem).where(col(DestructionItem.run_id) == run_id, col(DestructionItem.id) > after)
    return (await work.session.scalars(query.order_by(col(DestructionItem.id)).limit(limit))).all()


async def next_listed(work: Work, run_id: int) -> DestructionItem | None:
    """Returns the next recording of the list with which nothing has happened yet."""
    query = select(DestructionItem).where(
        col(DestructionItem.run_id) == run_id, col(DestructionItem.state) == ItemState.LISTED
    )
    return (await work.session.scalars(query.order_by(col(DestructionItem.id)).limit(1))).one_or_none()


async def is_held(work: Work, recording_id: int) -> bool:
    query = select(col(Recording.id)).where(col(Recording.id) == recording_id, held(col(Recording.id)))
    return await work.session.scalar(query) is not None


async def is_awaited(work: Work, recording_id: int) -> bool:
    """Returns whether an export waits for the recording."""
    query = select(col(Recording.id)).where(col(Recording.id) == recording_id, open_export(col(Recording.call_id)))
    return await work.session.scalar(query) is not None


async def delete_notes(work: Work, recording_id: int) -> None:
    """Deletes what listeners noted at moments of a recording: it is about what was said in it."""
    await work.session.execute(delete(RecordingNote).where(col(RecordingNote.recording_id) == recording_id))
