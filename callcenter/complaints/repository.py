"""All SQL of the complaints room."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.calls.scoping import customer_within
from callcenter.complaints.models import Case
from callcenter.complaints.types import CaseState, Category
from callcenter.kit.work import Work


async def find(session: AsyncSession, case_id: int, *, lock: bool = False) -> Case | None:
    """Returns a case; with ``lock`` it is read anew and locked until the transaction ends."""
    return await session.get(Case, case_id, populate_existing=lock, with_for_update=True if lock else None)


async def lock_by_call(session: AsyncSession, call_id: UUID) -> Case | None:
    """Returns the case of a call, locked: two people who add text at once must not overwrite each other."""
    row: Case | None = await session.scalar(select(Case).where(col(Case.call_id) == call_id).with_for_update())
    return row


_OWED = (col(Case.obligation_ended_at).is_(None), col(Case.decided_at).is_(None))


async def lock_owed(session: AsyncSession, lead_ids: Collection[int], category: Category) -> Case | None:
    """Returns the case of this category for which one of these leads is still owed callback and decision, locked."""
    query = (
        select(Case)
        .where(col(Case.lead_id).in_(lead_ids), col(Case.category) == category, *_OWED)
        .order_by(col(Case.id))
        .limit(1)
        .with_for_update()
    )
    row: Case | None = await session.scalar(query)
    return row


async def count_undecided(session: AsyncSession, lead_ids: Collection[int]) -> int:
    query = select(func.count()).where(col(Case.lead_id).in_(lead_ids), col(Case.decided_at).is_(None))
    return await session.scalar(query) or 0


async def is_within(work: Work, case_id: int) -> bool:
    """Returns whether there is such a case of a customer of the actor's scope."""
    query = select(col(Case.id)).where(col(Case.id) == case_id, customer_within(col(Case.lead_id), work.actor))
    return await work.session.scalar(query) is not None


async def list_page(work: Work, state: CaseState | None, *, before: int | None, limit: int) -> Sequence[Case]:
    """Returns cases of customers of the actor's scope below the id ``before``, the newest first."""
    within = customer_within(col(Case.lead_id), work.actor)
    query = select(Case).where(within).order_by(col(Case.id).desc()).limit(limit)
    if state is not None:
        query = query.where(col(Case.state) == state)
    if before is not None:
        query = query.where(col(Case.id) < before)
    return list(await work.session.scalars(query))


async def list_by_ids(session: AsyncSession, ids: Collection[int]) -> dict[int, Case]:
    rows = await session.scalars(select(Case).where(col(Case.id).in_(ids)))
    return {row.id: row for row in rows}
