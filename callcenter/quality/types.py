"""States, verdicts, score card and cards of reviews."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from callcenter.kit.events import Event
from callcenter.kit.places import Binding

REVIEW_NOTE = Binding("review.note", ("call_id",))


class ReviewState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    """One checker listens; no other checker may decide until the claim expires."""
    DECIDED = "decided"


class ReviewVerdict(StrEnum):
    PASS = "pass"  # noqa: S105 - a verdict
    """The success counts and is handed over to the field."""
    FAIL = "fail"
    RETURN = "return"
    """For correction: it may be reviewed again."""


@dataclass(frozen=True, slots=True)
class CardItem:
    """One item of the score card."""

    key: str
    text_zh: str
    text_en: str
    fatal: bool
    """A call that fails this item cannot pass."""


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """One version of the score card."""

    version: str
    items: tuple[CardItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCard:
    """One review as other rooms may see it."""

    id: int
    call_id: UUID
    agent_id: int
    lead_id: int
    campaign_id: int
    state: ReviewState
    claimed_by: int | None
    claim_expires_at: datetime | None
    verdict: ReviewVerdict | None
    note: str
    failed_items: tuple[str, ...]
    card_version: str | None
    decided_by: int | None
    decided_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDecided(Event):
    """A checker gave a verdict on a success. After ``pass`` the field room creates a hand-over."""

    review_id: int
    call_id: UUID
    lead_id: int
    campaign_id: int
    agent_id: int
    verdict: ReviewVerdict
    at: datetime
