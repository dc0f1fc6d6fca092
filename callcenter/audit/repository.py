"""Holds all SQL of the audit room."""

from collections.abc import Sequence

from sqlalchemy import true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.audit.models import AuditEntry, AuditHead
from callcenter.audit.rules import Entry
from callcenter.audit.types import Anchor, TrailFilter

_COLUMNS = tuple(
    col(column)
    for column in (
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.actor,
        AuditEntry.act,
        AuditEntry.subject,
        AuditEntry.facts,
        AuditEntry.previous_hash,
        AuditEntry.hash,
    )
)


async def find_ends(session: AsyncSession) -> tuple[Anchor | None, Anchor | None]:
    """Returns the noted last entry and the actual last entry, both by one statement and so as of one moment."""
    last = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(1).subquery()
    query = (
        select(col(AuditHead.entry_id), col(AuditHead.hash), last.c.id, last.c.hash)
        .select_from(AuditHead)
        .join(last, true(), full=True)
    )
    row = (await session.execute(query)).first()
    if row is None:
        return None, None
    noted_id, noted_hash, last_id, last_hash = row
    return (
        Anchor(noted_id, noted_hash) if noted_id is not None else None,
        Anchor(last_id, last_hash) if last_id is not None else None,
    )


async def append(session: AsyncSession, entries: Sequence[AuditEntry]) -> None:
    """Adds the entries and updates the note of the last one."""
    session.add_all(entries)
    last = {"entry_id": entries[-1].id, "hash": entries[-1].hash}
    await session.flush()
    await session.execute(
        insert(AuditHead).values(id=1, **last).on_conflict_do_update(index_elements=["id"], set_=last)
    )


async def list_after(session: AsyncSession, after: int, until: int, *, limit: int) -> list[Entry]:
    """Returns entries behind ``after`` up to ``until``, in the order of their ids."""
    id_ = col(AuditEntry.id)
    query = select(*_COLUMNS).where(id_ > after, id_ <= until).order_by(id_).limit(limit)
    return [Entry(*row) for row in await session.execute(query)]


async def search(session: AsyncSession, wanted: TrailFilter, *, before: int | None, limit: int) -> list[Entry]:
    """Returns the entries that match, the newest first."""
    query = select(*_COLUMNS).order_by(col(AuditEntry.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(AuditEntry.id) < before)
    if wanted.subject is not None:
        query = query.where(col(AuditEntry.subject) == wanted.subject)
    if wanted.actor is not None:
        query = query.where(col(AuditEntry.actor) == wanted.actor)
    if wanted.acts is not None:
        query = query.where(col(AuditEntry.act).in_(wanted.acts))
    if wanted.since is not None:
        query = query.where(col(AuditEntry.at) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(AuditEntry.at) < wanted.until)
    return [Entry(*row) for row in await session.execute(query)]
