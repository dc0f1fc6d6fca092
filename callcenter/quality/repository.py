"""All SQL of the quality room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.quality.models import Review
from callcenter.quality.types import ReviewState, ReviewVerdict


async def add(
    session: AsyncSession, *, call_id: UUID, agent_id: int, lead_id: int, campaign_id: int, now: datetime
) -> None:
    """Does nothing when the call has its review."""
    await session.execute(
        insert(Review)
        .values(
            call_id=call_id,
            agent_id=agent_id,
            lead_id=lead_id,
            campaign_id=campaign_id,
            state=ReviewState.OPEN,
            failed_items=[],
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["call_id"])
    )


async def find(session: AsyncSession, review_id: int) -> Review | None:
    return await session.get(Review, review_id, populate_existing=True)


async def list_page(session: AsyncSession, state: ReviewState | None, *, after: int, limit: int) -> Sequence[Review]:
    """In the order in which the successes were made: the longest waiting first."""
    query = select(Review).where(col(Review.id) > after).order_by(col(Review.id)).limit(limit)
    if state is not None:
        query = query.where(col(Review.state) == state)
    return list(await session.scalars(query))


async def claim(
    session: AsyncSession, review_id: int, reviewer_id: int, now: datetime, expires_at: datetime
) -> Review | None:
    """open, returned, or claimed by somebody who took too long → claimed. Never by the agent of the call."""
    free = or_(
        col(Review.state) == ReviewState.OPEN,
        and_(
            col(Review.state) == ReviewState.CLAIMED,
            or_(col(Review.claim_expires_at) <= now, col(Review.claimed_by) == reviewer_id),
        ),
        and_(col(Review.state) == ReviewState.DECIDED, col(Review.verdict) == ReviewVerdict.RETURN),
    )
    return await _update(
        session,
        and_(col(Review.id) == review_id, free, col(Review.agent_id) != reviewer_id),
        state=ReviewState.CLAIMED,
        claimed_by=reviewer_id,
        claimed_at=now,
        claim_expires_at=expires_at,
    )


async def release(session: AsyncSession, review_id: int, reviewer_id: int) -> Review | None:
    """claimed by this checker → open, or decided again where it had been returned."""
    held = and_(
        col(Review.id) == review_id, col(Review.state) == ReviewState.CLAIMED, col(Review.claimed_by) == reviewer_id
    )
    nobody = {"claimed_by": None, "claimed_at": None, "claim_expires_at": None}
    return await _update(
        session, and_(held, col(Review.verdict).is_(None)), state=ReviewState.OPEN, **nobody
    ) or await _update(session, held, state=ReviewState.DECIDED, **nobody)


async def decide(session: AsyncSession, review_id: int, reviewer_id: int, **values: Any) -> Review | None:
    """claimed by this checker → decided."""
    return await _update(
        session,
        and_(
            col(Review.id) == review_id, col(Review.state) == ReviewState.CLAIMED, col(Review.claimed_by) == reviewer_id
        ),
        state=ReviewState.DECIDED,
        claimed_by=None,
        claimed_at=None,
        claim_expires_at=None,
        decided_by=reviewer_id,
        **values,
    )


async def _update(session: AsyncSession, where: Any, **values: Any) -> Review | None:
    row: Review | None = await session.scalar(
        update(Review).where(where).values(**values).returning(Review).execution_options(populate_existing=True)
    )
    return row
