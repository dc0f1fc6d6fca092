"""All SQL of the desk."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, update
from sqlalchemy import select as select_columns
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.desk.models import DeskNotice
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
