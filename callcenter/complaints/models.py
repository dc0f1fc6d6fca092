"""Tables of the complaints room."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index
from sqlmodel import Field, SQLModel

from callcenter.complaints.types import CASE_DECISION, CASE_TEXT, CaseState, Category
from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, sealed_field, values_check


class Case(SQLModel, table=True):
    """One complaint. The callbacks room holds its obligation under this case's id."""

    __tablename__ = "complaint_case"
    __table_args__ = (
        values_check("category", Category),
        values_check("state", CaseState),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(state IN ('decided', 'closed')) = (decided_at IS NOT NULL)", name="decided"),
        CheckConstraint("decided_by IS NULL OR decided_by IS DISTINCT FROM agent_id", name="no_conflict"),
        Index("ix_complaint_case_state", "state", "id"),
    )

    id: int = id_field()
    lead_id: int = ref_field("lead.id")
    call_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("call.id"), nullable=True, unique=True, index=False)
    )
    """The call in which the customer complained; at most one case per call."""
    agent_id: int | None = ref_field("staff.id", nullable=True)
    """The agent the complaint is about."""
    category: Category = enum_field(Category)
    text_sealed: str = sealed_field(CASE_TEXT)
    state: CaseState = enum_field(CaseState, CaseState.OPEN)
    opened_at: datetime = instant_field()
    opened_by: int | None = ref_field("staff.id", nullable=True, index=False)
    """None: the system opened it because of a disposition."""
    answer_due_at: datetime = instant_field()
    decide_due_at: datetime = instant_field()
    obligation_ended_at: datetime | None = instant_field(nullable=True)
    answered_at: datetime | None = instant_field(nullable=True)
    """When the customer was called back; None also when the obligation was signed off."""
    decision_sealed: str | None = sealed_field(CASE_DECISION, nullable=True)
    decided_at: datetime | None = instant_field(nullable=True)
    decided_by: int | None = ref_field("staff.id", nullable=True, index=False)
