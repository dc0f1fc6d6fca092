"""Requests and responses of the quality room's endpoints."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from callcenter.calls.types import CallCard, Disposition
from callcenter.kit.paging import Page
from callcenter.leads.masked import MaskedLead
from callcenter.leads.types import LeadCard
from callcenter.quality.types import ReviewCard, ReviewState, ReviewVerdict, ScoreCard
from callcenter.recordings.types import RecordingState


class Agreed(BaseModel):
    """What the agent entered at the end of the call."""

    visit_at: datetime | None
    visit_address: str
    visit_time_confirmed: bool = Field(description="at night, on a day off or outside hours, as the customer confirmed")
    note: str
    script_ticks: list[str]


class Heard(BaseModel):
    """State of the recording."""

    state: RecordingState
    duration_ms: int | None


class ReviewOut(BaseModel):
    """One review with its call, customer and recording."""

    id: int
    call_id: UUID
    agent_name: str
    lead: MaskedLead | None
    answered_at: datetime | None
    duration_ms: int | None = Field(description="of the recording")
    state: ReviewState
    claimed_by: int | None
    claimed_by_name: str | None
    claim_expires_at: datetime | None
    recording_state: RecordingState | None
    disposition: Disposition | None
    details: Agreed
    verdict: ReviewVerdict | None
    verdict_note: str
    failed_items: list[str]
    card_version: str | None
    decided_at: datetime | None

    @classmethod
    def of(
        cls,
        review: ReviewCard,
        *,
        call: CallCard,
        lead: LeadCard | None,
        agreed: Agreed,
        heard: Heard | None,
        names: dict[int, str],
    ) -> "ReviewOut":
        return cls(
            id=review.id,
            call_id=review.call_id,
            agent_name=names.get(review.agent_id, ""),
            lead=MaskedLead.of(lead) if lead else None,
            answered_at=call.answered_at,
            duration_ms=heard.duration_ms if heard else None,
            state=review.state,
            claimed_by=review.claimed_by,
            claimed_by_name=names.get(review.claimed_by) if review.claimed_by else None,
            claim_expires_at=review.claim_expires_at,
            recording_state=heard.state if heard else None,
            disposition=call.disposition,
            details=agreed,
            verdict=review.verdict,
            verdict_note=review.note,
            failed_items=list(review.failed_items),
            card_version=review.card_version,
            decided_at=review.decided_at,
        )


class ReviewPage(Page[ReviewOut]):
    """Reviews, the longest waiting first."""


class VerdictIn(BaseModel):
    """A checker's verdict; ``failed_items`` are keys of the score card."""

    verdict: ReviewVerdict
    note: str = Field(default="", max_length=4000)
    failed_items: list[str] = Field(default_factory=list, max_length=100)


class CardItemOut(BaseModel):
    """One item of the score card."""

    key: str
    text_zh: str
    text_en: str
    fatal: bool


class ScoreCardOut(BaseModel):
    """One version of the score card."""

    version: str
    items: list[CardItemOut]

    @classmethod
    def of(cls, card: ScoreCard) -> "ScoreCardOut":
        return cls(
            version=card.version,
            items=[CardItemOut.model_validate(item, from_attributes=True) for item in card.items],
        )
