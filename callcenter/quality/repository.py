"""All SQL of the quality room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from callcenter.kit.work import Work
from callcenter.people.scoping import staff_within
from callcenter.quality.models import Review
from callcenter.quality.transitions import REVIEW, ReviewFact
from callcenter.quality.types import ReviewState, ReviewVerdict


async def add(
    session: AsyncSession, *, call_id: UUID, agent_id: int, lead_id: int, campaign_id: int, now: datetime
) -> None:
    """Inserts the review of a call; does nothing when it exists."""
    await session.execute(
        insert(Review)
        .values(
            call_id=call_id,
            agent_id=agent_id,
            lead_id=lead_id,
            campaign_id=campaign_id,
            state=REVIEW.initial,
            failed_items=[],
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["call_id"])
    )


async def find(work: Work, review_id: int) -> Review | None:
    """Returns a review of the actor's scope, read anew."""
    query = select(Review).where(col(Review.id) == review_id, _within(work))
    row: Review | None = await work.session.scalar(query.execution_options(populate_existing=True))
    return row


async def list_page(work: Work, state: ReviewState | None, *, after: int, limit: int) -> Sequence[Review]:
    """Returns reviews of the actor's scope above the id ``after``, the longest waiting first."""
    query = select(Review).where(col(Review.id) > after, _within(work)).order_by(col(Review.id)).limit(limit)
    if state is not None:
        query = query.where(col(Review.state) == state)
    return list(await work.session.scalars(query))


def _within(work: Work) -> ColumnElement[bool]:
    """Returns the condition that staff of the actor's scope had the call: a review belongs to their branch."""
    return staff_within(col(Review.agent_id), work.actor)


async def claim(work: Work, review_id: int, reviewer_id: int, expires_at: datetime) -> Review | None:
    """Claims a review for a checker; returns None when it is not free, not of the checker's scope, or of an own call.

    A review is free when it is open, returned for correction, or its claim has expired. A conditional UPDATE: of two
    checkers who claim at the same moment one gets the review.
    """
    free = and_(
        col(Review.state).in_(REVIEW.sources(ReviewFact.CLAIMED)),
        or_(
            col(Review.state) != ReviewState.CLAIMED,
            col(Review.claim_expires_at) <= work.now,
            col(Review.claimed_by) == reviewer_id,
        ),
        or_(col(Review.state) != ReviewState.DECIDED, col(Review.verdict) == ReviewVerdict.RETURN),
    )
    return await _update(
        work.session,
        and_(col(Review.id) == review_id, free, col(Review.agent_id) != reviewer_id, _within(work)),
        state=REVIEW.target(ReviewFact.CLAIMED),
        claimed_by=reviewer_id,
        claimed_at=work.now,
        claim_expires_at=expires_at,
    )


_NOBODY: dict[str, Any] = {"claimed_by": None, "claimed_at": None, "claim_expires_at": None}


async def release(session: AsyncSession, review_id: int, reviewer_id: int) -> Review | None:
    """Releases a checker's claim; returns None when there is none. A returned review goes back to *decided*."""
    held = _is_claimed_by(review_id, reviewer_id, ReviewFact.RELEASED)
    return await _update(
        session, and_(held, col(Review.verdict).is_(None)), state=REVIEW.target(ReviewFact.RELEASED), **_NOBODY
    ) or await _update(session, held, state=REVIEW.target(ReviewFact.RELEASED_RETURNED), **_NOBODY)


async def list_claimed_by(session: AsyncSession, reviewer_id: int) -> list[int]:
    """Returns the reviews that a checker has claimed."""
    query = select(col(Review.id)).where(
        col(Review.claimed_by) == reviewer_id, col(Review.state).in_(REVIEW.sources(ReviewFact.RELEASED))
    )
    return list(await session.scalars(query.order_by(col(Review.id))))


async def list_expired(session: AsyncSession, now: datetime) -> list[tuple[int, int]]:
    """Returns the reviews whose claim has expired, each with its checker."""
    query = select(col(Review.id), col(Review.claimed_by)).where(
        col(Review.state) == ReviewState.CLAIMED, col(Review.claim_expires_at) <= now
    )
    rows = await session.execute(query.order_by(col(Review.id)))
    return [(review_id, checker) for review_id, checker in rows if checker is not None]


async def decide(session: AsyncSession, review_id: int, reviewer_id: int, **values: Any) -> Review | None:
    """Writes a checker's verdict; returns None when another checker has claimed the review meanwhile."""
    return await _update(
        session,
        _is_claimed_by(review_id, reviewer_id, ReviewFact.DECIDED),
        state=REVIEW.target(ReviewFact.DECIDED),
        decided_by=reviewer_id,
        **_NOBODY,
        **values,
    )


def _is_claimed_by(review_id: int, reviewer_id: int, fact: ReviewFact) -> ColumnElement[bool]:
    return and_(
        col(Review.id) == review_id,
        col(Review.state).in_(REVIEW.sources(fact)),
        col(Review.claimed_by) == reviewer_id,
    )


async def _update(session: AsyncSession, where: ColumnElement[bool], **values: Any) -> Review | None:
    row: Review | None = await session.scalar(
        update(Review).where(where).values(**values).returning(Review).execution_options(populate_existing=True)
    )
    return row
