"""All SQL of the intake: uploads and their pieces, sources, lists, what an import asks and writes."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import ColumnElement, and_, delete, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select

from callcenter.imports.models import LeadSource, LeadUpload, LeadUploadChunk
from callcenter.imports.types import UploadState
from callcenter.kit.jobs import OPEN, Job
from callcenter.leads.models import Lead, LeadList, Reject

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
    """The newest first, each with whether a job of it is open. ``by``: only this person's."""
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
    """True while a job of it is open."""
    query = select(Job.id).where(col(Job.id) == upload.job_id, col(Job.state).in_(OPEN))
    return (await session.scalars(query)).first() is not None


async def list_forgotten(session: AsyncSession, before: datetime) -> Sequence[LeadUpload]:
    """Uploads from before an instant that nobody has imported, discarded or ordered."""
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


async def add_chunk(session: AsyncSession, upload_id: int, number: int, body_sealed: bytes) -> None:
    await session.execute(insert(LeadUploadChunk).values(upload_id=upload_id, number=number, body_sealed=body_sealed))


async def chunks(session: AsyncSession, upload_id: int, most: int | None = None) -> AsyncIterator[tuple[int, bytes]]:
    """The pieces in their order, one in memory at a time."""
    number = 0
    while number != most:
        query = select(col(LeadUploadChunk.body_sealed)).where(
            col(LeadUploadChunk.upload_id) == upload_id, col(LeadUploadChunk.number) == number
        )
        body = (await session.scalars(query)).first()
        if body is None:
            return
        yield number, body
        number += 1


async def drop_chunks(session: AsyncSession, upload_id: int) -> None:
    await session.execute(delete(LeadUploadChunk).where(col(LeadUploadChunk.upload_id) == upload_id))


# --- sources ---------------------------------------------------------------------------------------------------------


async def find_source(session: AsyncSession, source: str) -> LeadSource | None:
    return (await session.scalars(select(LeadSource).where(col(LeadSource.source) == source))).first()


async def list_sources(session: AsyncSession) -> Sequence[LeadSource]:
    """The last used first."""
    return (await session.scalars(select(LeadSource).order_by(col(LeadSource.used_at).desc()).limit(500))).all()


async def remember_source(
    session: AsyncSession,
    source: str,
    mapping: Mapping[str, str],
    fields: Sequence[Mapping[str, Any]] | None,
    at: datetime,
    by: int | None,
) -> None:
    values = {"mapping": dict(mapping), "fields": fields, "used_at": at, "used_by": by}
    await session.execute(
        insert(LeadSource).values(source=source, **values).on_conflict_do_update(index_elements=["source"], set_=values)
    )


# --- lists -----------------------------------------------------------------------------------------------------------


async def find_list_of_file(session: AsyncSession, campaign_id: int, sha256: str) -> LeadList | None:
    query = select(LeadList).where(col(LeadList.campaign_id) == campaign_id, col(LeadList.sha256) == sha256)
    return (await session.scalars(query)).first()


async def list_lists(session: AsyncSession, before: int | None, limit: int) -> Sequence[LeadList]:
    """The newest first; ``before`` is the last id of the page before."""
    query = select(LeadList).order_by(col(LeadList.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(LeadList.id) < before)
    return (await session.scalars(query)).all()


async def list_rejects(session: AsyncSession, list_id: int, after: int, limit: int) -> Sequence[Reject]:
    """In the file's order, after an id."""
    query = (
        select(Reject)
        .where(col(Reject.list_id) == list_id, col(Reject.id) > after)
        .order_by(col(Reject.id))
        .limit(limit)
    )
    return (await session.scalars(query)).all()


# --- the import ------------------------------------------------------------------------------------------------------


async def find_known(session: AsyncSession, campaign_id: int, indexes: Collection[str]) -> Mapping[str, int]:
    """Those of these numbers that the campaign has, each with its list."""
    query = text("SELECT phone_index, list_id FROM lead WHERE campaign_id = :campaign AND phone_index = ANY(:indexes)")
    found = await session.execute(query, {"campaign": campaign_id, "indexes": list(indexes)})
    return {row.phone_index: row.list_id for row in found}


async def make_seen(session: AsyncSession) -> None:
    """A table of this transaction for the numbers a dry run has seen."""
    await session.execute(text("CREATE TEMPORARY TABLE lead_seen (phone_index varchar(64) PRIMARY KEY) ON COMMIT DROP"))


async def find_seen(session: AsyncSession, indexes: Collection[str]) -> set[str]:
    query = text("SELECT phone_index FROM lead_seen WHERE phone_index = ANY(:indexes)")
    return set((await session.scalars(query, {"indexes": list(indexes)})).all())


async def see(session: AsyncSession, indexes: Iterable[str]) -> None:
    await _copy(session, "lead_seen", ("phone_index",), ((index,) for index in indexes))


async def copy_in(
    session: AsyncSession, table: type[Lead] | type[Reject], columns: Sequence[str], records: Iterable[Sequence[Any]]
) -> None:
    """Writes rows by COPY, inside the session's transaction. The session must have executed something before."""
    await _copy(session, _name(table), columns, records)


async def analyze(session: AsyncSession) -> None:
    """Tells the planner that the tables have grown."""
    for table in (Lead, Reject):
        await session.execute(text(f"ANALYZE {_name(table)}"))


def _name(table: type[SQLModel]) -> str:
    return str(table.__tablename__)


async def _copy(session: AsyncSession, table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> None:
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, asyncpg.Connection)
    await driver.copy_records_to_table(table, records=records, columns=columns)
