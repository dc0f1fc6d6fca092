"""All SQL of imports: uploads, sources, rejects."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.imports.models import LeadSource, LeadUpload, Reject
from callcenter.imports.types import UploadState
from callcenter.kit.copying import copy_text
from callcenter.kit.jobs import OPEN, Job

# --- uploads ---------------------------------------------------------------------------------------------------------

_BUSY = select(Job.id).where(col(Job.id) == col(LeadUpload.job_id), col(Job.state).in_(OPEN)).exists()


async def find_upload(session: AsyncSession, upload_id: int, *, lock: bool = False) -> LeadUpload | None:
    return await session.get(LeadUpload, upload_id, populate_existing=True, with_for_update=True if lock else None)


async def list_uploads(
    session: AsyncSession,
    *,
    state: UploadState | None = None,
    by: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[tuple[LeadUpload, bool]]:
    """Returns uploads, the newest first, each with whether a job of it is open. ``by``: only this person's."""
    query = select(LeadUpload, _BUSY).order_by(col(LeadUpload.id).desc()).limit(limit)
    if state is not None:
        query = query.where(_in_state(state))
    if by is not None:
        query = query.where(col(LeadUpload.uploaded_by) == by)
    if before is not None:
        query = query.where(col(LeadUpload.id) < before)
    return [(upload, busy) for upload, busy in await session.execute(query)]


async def list_uploads_of_file(session: AsyncSession, sha256: str, before: int) -> Sequence[tuple[LeadUpload, bool]]:
    """Earlier uploads of the same bytes, the newest first."""
    query = (
        select(LeadUpload, _BUSY)
        .where(col(LeadUpload.sha256) == sha256, col(LeadUpload.id) < before)
        .order_by(col(LeadUpload.id).desc())
        .limit(20)
    )
    return [(upload, busy) for upload, busy in await session.execute(query)]


async def is_busy(session: AsyncSession, upload: LeadUpload) -> bool:
    """Returns whether a job of an upload is open."""
    query = select(Job.id).where(col(Job.id) == upload.job_id, col(Job.state).in_(OPEN))
    return (await session.scalars(query)).first() is not None


async def list_forgotten(session: AsyncSession, before: datetime) -> Sequence[LeadUpload]:
    """Locks and returns uploads from before an instant that still wait; leaves out those locked by another process."""
    query = (
        select(LeadUpload)
        .where(_in_state(UploadState.UPLOADED), col(LeadUpload.uploaded_at) < before)
        .order_by(col(LeadUpload.id))
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query)).all()


def _in_state(state: UploadState) -> ColumnElement[bool]:
    waits = and_(col(LeadUpload.list_id).is_(None), col(LeadUpload.discarded_at).is_(None))
    match state:
        case UploadState.IMPORTED:
            return col(LeadUpload.list_id).is_not(None)
        case UploadState.DISCARDED:
            return and_(col(LeadUpload.discarded_at).is_not(None), col(LeadUpload.list_id).is_(None))
        case UploadState.ORDERED:
            return and_(waits, _BUSY)
        case UploadState.UPLOADED:
            return and_(waits, ~_BUSY)


# --- sources ---------------------------------------------------------------------------------------------------------


async def find_source(session: AsyncSession, source: str) -> LeadSource | None:
    return (await session.scalars(select(LeadSource).where(col(LeadSource.source) == source))).first()


async def list_sources(session: AsyncSession) -> Sequence[LeadSource]:
    """Returns the sources, the last used first."""
    return (await session.scalars(select(LeadSource).order_by(col(LeadSource.used_at).desc()).limit(500))).all()


async def remember_source(
    session: AsyncSession,
    source: str,
    mapping: Mapping[str, str],
    fields: Sequence[Mapping[str, Any]] | None,
    *,
    at: datetime,
    by: int | None,
) -> None:
    """Keeps how a list of the source was read, in place of the last one."""
    values = {"mapping": dict(mapping), "fields": fields, "used_at": at, "used_by": by}
    await session.execute(
        insert(LeadSource).values(source=source, **values).on_conflict_do_update(index_elements=["source"], set_=values)
    )


# --- rejects ---------------------------------------------------------------------------------------------------------


async def list_rejects(session: AsyncSession, list_id: int, after: int, limit: int) -> Sequence[Reject]:
    """Returns rejects of a list in the file's order, after an id."""
    query = (
        select(Reject)
        .where(col(Reject.list_id) == list_id, col(Reject.id) > after)
        .order_by(col(Reject.id))
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def copy_rejects(session: AsyncSession, columns: Sequence[str], lines: bytes) -> None:
    """Writes rejects that are in the text format of COPY already."""
    await copy_text(session, str(Reject.__tablename__), columns, lines)


async def analyze(session: AsyncSession) -> None:
    """Refreshes the planner's statistics: the table has grown much."""
    await session.execute(text(f"ANALYZE {Reject.__tablename__}"))
