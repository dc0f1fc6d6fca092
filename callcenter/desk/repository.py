"""All SQL of the desk."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, update
from sqlalchemy import select as select_columns
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.desk.models import DeskDraft, DeskNotice
from callcenter.desk.types import OF_RECORDERS


def newest_unread(agent_id: Any, since: Any) -> Select[Any]:
    """Selects the id of the newest notice this agent has not read."""
    return (
        select_columns(col(DeskNotice.id))
        .where(col(DeskNotice.agent_id) == agent_id, col(DeskNotice.read_at).is_(None), col(DeskNotice.at) >= since)
        .order_by(col(DeskNotice.id).desc())
        .limit(1)
    )


async def has_notice(session: AsyncSession, call_id: UUID) -> bool:
    """Returns whether there is a notice about the customer of this call, read or not."""
    of_customer = col(DeskNotice.code).not_in(OF_RECORDERS)
    query = select(DeskNotice.id).where(col(DeskNotice.call_id) == call_id, of_customer).limit(1)
    return await session.scalar(query) is not None


async def find_own(session: AsyncSession, agent_id: int, notice_id: int) -> DeskNotice | None:
    query = select(DeskNotice).where(col(DeskNotice.id) == notice_id, col(DeskNotice.agent_id) == agent_id)
    return (await session.scalars(query)).one_or_none()


async def mark_read(session: AsyncSession, agent_id: int, up_to: int, now: datetime) -> None:
    """Marks the agent's notices up to this id as read."""
    await session.execute(
        update(DeskNotice)
        .where(col(DeskNotice.agent_id) == agent_id, col(DeskNotice.id) <= up_to, col(DeskNotice.read_at).is_(None))
        .values(read_at=now)
    )


async def draft_of(session: AsyncSession, agent_id: int) -> DeskDraft | None:
    return await session.get(DeskDraft, agent_id, populate_existing=True)


async def claim_window(session: AsyncSession, agent_id: int, window: str, now: datetime) -> None:
    """Makes a window the one at work; what was entered so far stays."""
    row = insert(DeskDraft).values(agent_id=agent_id, window=window, saved_at=now)
    claimed = row.on_conflict_do_update(index_elements=[col(DeskDraft.agent_id)], set_={"window": window})
    await session.execute(claimed)


async def save_draft(session: AsyncSession, window: str, draft: DeskDraft) -> bool:
    """Writes an agent's entries in place of the earlier ones; False when another window is at work."""
    values = draft.model_dump(exclude={"agent_id", "window"})
    at_work = (col(DeskDraft.agent_id) == draft.agent_id, col(DeskDraft.window) == window)
    saved = update(DeskDraft).where(*at_work).values(**values).returning(col(DeskDraft.agent_id))
    return await session.scalar(saved) is not None


async def remove_draft(session: AsyncSession, agent_id: int) -> None:
    await session.execute(delete(DeskDraft).where(col(DeskDraft.agent_id) == agent_id))
