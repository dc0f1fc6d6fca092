"""All SQL of exports."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, true
from sqlmodel import col, select

from callcenter.kit.work import Work
from callcenter.people.types import Right
from callcenter.recordings.exports.models import RecordingExport
from callcenter.recordings.exports.types import ExportState


async def add(work: Work, export: RecordingExport) -> None:
    work.session.add(export)
    await work.session.flush()


async def find(work: Work, export_id: int) -> RecordingExport | None:
    """Returns an export that the actor may see."""
    query = select(RecordingExport).where(col(RecordingExport.id) == export_id, _visible(work))
    return (await work.session.scalars(query)).one_or_none()


async def lock(work: Work, export_id: int) -> RecordingExport | None:
    """Returns an export that the actor may see, locked until the transaction ends."""
    query = select(RecordingExport).where(col(RecordingExport.id) == export_id, _visible(work))
    query = query.with_for_update().execution_options(populate_existing=True)
    return (await work.session.scalars(query)).one_or_none()


async def list_page(
    work: Work, state: ExportState | None, *, before: int | None, limit: int
) -> Sequence[RecordingExport]:
    """Returns exports that the actor may see, the newest first."""
    query = select(RecordingExport).where(_visible(work)).order_by(col(RecordingExport.id).desc()).limit(limit)
    if state is not None:
        query = query.where(col(RecordingExport.state) == state)
    if before is not None:
        query = query.where(col(RecordingExport.id) < before)
    return (await work.session.scalars(query)).all()


async def list_expired(work: Work, now: datetime, limit: int) -> Sequence[RecordingExport]:
    """Returns packs whose link has expired."""
    query = select(RecordingExport).where(
        col(RecordingExport.state) == ExportState.PACKED, col(RecordingExport.expires_at) <= now
    )
    return (await work.session.scalars(query.order_by(col(RecordingExport.id)).limit(limit))).all()


def _visible(work: Work) -> ColumnElement[bool]:
    """Returns the condition that the actor may see an export: one's own, or all for those who decide or audit."""
    if work.actor.staff_id is None or work.actor.rights & {Right.KEEP_RECORDINGS, Right.VIEW_AUDIT}:
        return true()
    return col(RecordingExport.requested_by) == work.actor.staff_id
