"""Endpoints of the quality room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends

from callcenter.calls.service import CallService
from callcenter.calls.types import CallCard
from callcenter.kit.http import Working, provided, require
from callcenter.kit.paging import Cursor, Limit, by_number
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService
from callcenter.people.types import Right
from callcenter.quality.schemas import Agreed, Heard, ReviewOut, ReviewPage, ScoreCardOut, VerdictIn
from callcenter.quality.service import QualityService
from callcenter.quality.types import ReviewCard, ReviewState
from callcenter.recordings.errors import RecordingNotFound
from callcenter.recordings.service import RecordingServices

router = APIRouter(prefix="/reviews", tags=["quality"], dependencies=[require(Right.REVIEW_CALLS)])
_PAGES = by_number("reviews")

Quality = Annotated[QualityService, provided(QualityService)]


@dataclass(frozen=True, slots=True)
class Presenter:
    """Shows reviews with their call, customer and recording."""

    people: Annotated[PeopleService, provided(PeopleService)]
    leads: Annotated[LeadService, provided(LeadService)]
    calls: Annotated[CallService, provided(CallService)]
    recordings: Annotated[RecordingServices, provided(RecordingServices)]

    async def show(self, work: Work, reviews: Sequence[ReviewCard]) -> list[ReviewOut]:
        staff = await self.people.cards(
            work,
            {person for review in reviews for person in (review.agent_id, review.claimed_by) if person is not None},
        )
        names = {card.id: card.name for card in staff.values()}
        leads = await self.leads.cards(work, {review.lead_id for review in reviews})
        calls = await self.calls.cards(work, [review.call_id for review in reviews])
        return [
            ReviewOut.of(
                review,
                call=calls[review.call_id],
                lead=leads.get(review.lead_id),
                agreed=self._agreed(calls[review.call_id]),
                heard=await self._heard(work, review),
                names=names,
            )
            for review in reviews
        ]

    def _agreed(self, call: CallCard) -> Agreed:
        visit_at = call.details.get("visit_at")
        return Agreed(
            visit_at=datetime.fromisoformat(visit_at) if visit_at else None,
            visit_address=self.calls.visit_address(call),
            visit_time_confirmed=bool(call.details.get("visit_time_confirmed")),
            note=self.calls.note(call),
            script_ticks=list(call.details.get("script_ticks", ())),
        )

    async def _heard(self, work: Work, review: ReviewCard) -> Heard | None:
        try:
            recording = await self.recordings.listening.find(work, review.call_id)
        except RecordingNotFound:
            return None
        return Heard(state=recording.state, duration_ms=recording.duration_ms)


Showing = Annotated[Presenter, Depends()]


@router.get("")
async def list_reviews(
    work: Working,
    quality: Quality,
    presenter: Showing,
    state: ReviewState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ReviewPage:
    """Lists reviews, the longest waiting first."""
    reviews = await quality.reviews(work, state, after=_PAGES.position(cursor) or 0, limit=limit)
    return ReviewPage(items=await presenter.show(work, reviews), next=_PAGES.next(reviews, limit))


@router.get("/card")
async def score_card(quality: Quality) -> ScoreCardOut:
    """Returns the score card in force."""
    return ScoreCardOut.of(quality.score_card)


@router.post("/{review_id}/claim")
async def claim(work: Working, review_id: int, quality: Quality, presenter: Showing) -> ReviewOut:
    """Claims a review for me; the claim expires."""
    return (await presenter.show(work, [await quality.claim(work, review_id)]))[0]


@router.post("/{review_id}/release")
async def release(work: Working, review_id: int, quality: Quality, presenter: Showing) -> ReviewOut:
    """Releases a claim, so that another checker can review the call."""
    return (await presenter.show(work, [await quality.release(work, review_id)]))[0]


@router.post("/{review_id}/verdict")
async def decide(work: Working, review_id: int, verdict: VerdictIn, quality: Quality, presenter: Showing) -> ReviewOut:
    """Enters a verdict. A pass hands the customer over to the field at once."""
    decided = await quality.decide(work, review_id, verdict.verdict, verdict.note, verdict.failed_items)
    return (await presenter.show(work, [decided]))[0]
