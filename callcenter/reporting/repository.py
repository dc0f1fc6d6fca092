"""SQL over reporting's own tables; ``queries`` holds the SQL that reads across rooms."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.reporting.models import LedgerExport
from callcenter.reporting.queries.ledger import staff_names


async def find_export(session: AsyncSession, export_id: int) -> LedgerExport | None:
    return await session.get(LedgerExport, export_id)


async def find_export_of(session: AsyncSession, job_id: int) -> LedgerExport | None:
    return (await session.scalars(select(LedgerExport).where(col(LedgerExport.job_id) == job_id))).first()


async def list_exports(
    session: AsyncSession, *, requested_by: int | None, before: int | None, limit: int
) -> Sequence[LedgerExport]:
    """Returns exports, the newest first; of all staff when ``requested_by`` is None."""
    query = select(LedgerExport).order_by(col(LedgerExport.id).desc()).limit(limit)
    if requested_by is not None:
        query = query.where(col(LedgerExport.requested_by) == requested_by)
    if before is not None:
        query = query.where(col(LedgerExport.id) < before)
    return (await session.scalars(query)).all()


async def names_of(session: AsyncSession, exports: Sequence[LedgerExport]) -> Mapping[int, str]:
    """Returns the names of the staff who requested these exports, by staff id."""
    return await staff_names(session, {export.requested_by for export in exports if export.requested_by is not None})
