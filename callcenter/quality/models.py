"""Tables of the quality room."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index
from sqlmodel import Field, SQLModel

from callcenter.kit.db import enum_field, id_field, instant_field, json_field, ref_field, sealed_field, values_check
from callcenter.quality.types import REVIEW_NOTE, ReviewState, ReviewVerdict


class Review(SQLModel, table=True):
    """One success and the checker's verdict on it."""

    __tablename__ = "review"
    __table_args__ = (
        values_check("state", ReviewState),
        values_check("verdict", ReviewVerdict),
        CheckConstraint("(state = 'claimed') = (claimed_by IS NOT NULL)", name="claimed_by_somebody"),
        CheckConstraint(
            "(state <> 'decided') OR (verdict IS NOT NULL AND decided_by IS NOT NULL AND decided_at IS NOT NULL)",
            name="decided_by_somebody",
        ),
        CheckConstraint("claimed_by IS DISTINCT FROM agent_id AND decided_by IS DISTINCT FROM agent_id", name="own"),
        Index("ix_review_state", "state", "id"),
    )

    id: int = id_field()
    call_id: UUID = Field(sa_column=Column(ForeignKey("call.id"), nullable=False, unique=True))
    agent_id: int = ref_field("staff.id")
    lead_id: int = ref_field("lead.id")
    campaign_id: int = ref_field("campaign.id", index=False)
    state: ReviewState = enum_field(ReviewState, ReviewState.OPEN)
    claimed_by: int | None = ref_field("staff.id", nullable=True, index=False)
    claimed_at: datetime | None = instant_field(nullable=True)
    claim_expires_at: datetime | None = instant_field(nullable=True)
    verdict: ReviewVerdict | None = enum_field(ReviewVerdict, nullable=True)
    """The last verdict; a returned call keeps ``return`` while it is reviewed again."""
    note_sealed: str | None = sealed_field(REVIEW_NOTE, nullable=True)
    failed_items: list[Any] = json_field(list)
    """Keys of the score card's items."""
    card_version: str | None = None
    """Version of the score card that was in force at the decision."""
    decided_by: int | None = ref_field("staff.id", nullable=True, index=False)
    decided_at: datetime | None = instant_field(nullable=True)
    created_at: datetime = instant_field()
