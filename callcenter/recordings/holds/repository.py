"""All SQL of legal holds."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, select

from callcenter.kit.work import Work
from callcenter.recordings.holds.models import HeldRecording, LegalHold
from callcenter.recordings.holds.scoping import held
from callcenter.recordings.models import Recording


async def add(work: Work, hold: LegalHold, recording_ids: Collection[int]) -> None:
    """Adds a hold and what it keeps."""
    work.session.add(hold)
    await work.session.flush()
    work.session.add_all(HeldRecording(hold_id=hold.id, recording_id=one) for one in recording_ids)
    await work.session.flush()


async def lock(work: Work, hold_id: int) -> LegalHold | None:
    return await work.session.get(LegalHold, hold_id, with_for_update=True, populate_existing=True)


async def list_page(work: Work, *, in_force: bool | None, before: int | None, limit: int) -> Sequence[LegalHold]:
    """Returns holds, the newest first."""
    query = select(LegalHold).order_by(col(LegalHold.id).desc()).limit(limit)
    if in_force is not None:
        lifted_at = col(LegalHold.lifted_at)
        query = query.where(lifted_at.is_(None) if in_force else lifted_at.is_not(None))
    if before is not None:
        query = query.where(col(LegalHold.id) < before)
    return (await work.session.scalars(query)).all()


async def calls_of(work: Work, hold_ids: Collection[int]) -> dict[int, list[UUID]]:
    """Returns the calls whose recordings these holds keep."""
    query = (
        select(col(HeldRecording.hold_id), col(Recording.call_id))
        .join(Recording, col(Recording.id) == col(HeldRecording.recording_id))
        .where(col(HeldRecording.hold_id).in_(hold_ids))
        .order_by(col(HeldRecording.id))
    )
    by_hold: dict[int, list[UUID]] = {}
    for hold_id, call_id in (await work.session.execute(query)).all():
        by_hold.setdefault(hold_id, []).append(call_id)
    return by_hold


async def still_held(work: Work, call_ids: Collection[UUID]) -> set[UUID]:
    """Returns which of these calls' recordings a hold in force keeps."""
    query = select(col(Recording.call_id)).where(col(Recording.call_id).in_(call_ids), held(col(Recording.id)))
    return set(await work.session.scalars(query))
