"""Tables of the field room."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from callcenter.field.types import (
    HAND_OVER_WORDS,
    POLICY_NUMBER,
    VISIT_NOTE,
    ApplicationState,
    HandOverState,
    VisitResult,
    VisitState,
)
from callcenter.kit.db import enum_field, id_field, instant_field, json_field, ref_field, sealed_field, values_check
from callcenter.leads.types import BlockReason


class Region(SQLModel, table=True):
    """A set of districts with its own team: the field agents whose staff record names this region."""

    __tablename__ = "region"
    __table_args__ = (UniqueConstraint("name"),)

    id: int = id_field()
    name: str
    districts: list[Any] = json_field(list)
    leader_id: int | None = ref_field("staff.id", nullable=True, index=False)
    """Exactly one leader (requirement F1)."""
    created_at: datetime = instant_field()


class HandOver(SQLModel, table=True):
    """One passed success, from quality to the end of its visits."""

    __tablename__ = "hand_over"
    __table_args__ = (
        values_check("state", HandOverState),
        values_check("question", BlockReason),
        CheckConstraint("(question IS NULL) = (questioned_at IS NULL)", name="question_has_time"),
        CheckConstraint("(state = 'unknown_region') = (region_id IS NULL)", name="region_unless_unknown"),
        CheckConstraint("state <> 'assigned' OR field_agent_id IS NOT NULL", name="assigned_to_somebody"),
        Index("ix_hand_over_waiting", "due_at", postgresql_where="state IN ('unknown_region', 'open')"),
    )

    id: int = id_field()
    call_id: UUID = Field(sa_column=Column(ForeignKey("call.id"), nullable=False, unique=True))
    lead_id: int = ref_field("lead.id")
    campaign_id: int = ref_field("campaign.id", index=False)
    district: str
    """As spelled in the customer list; the dispatcher reads it."""
    region_id: int | None = ref_field("region.id", nullable=True)
    field_agent_id: int | None = ref_field("staff.id", nullable=True)
    state: HandOverState = enum_field(HandOverState)
    due_at: datetime = instant_field()
    requested_visit_at: datetime = instant_field()
    handed_at: datetime = instant_field()
    assigned_at: datetime | None = instant_field(nullable=True)
    assigned_by: int | None = ref_field("staff.id", nullable=True, index=False)
    """None: routed by rule."""
    reason: str = ""
    """A RoutingReason: of the last routing, assignment or visit."""
    words_sealed: str | None = sealed_field(HAND_OVER_WORDS, nullable=True)
    """Why the person who assigned it last did so; None when the last routing was by rule."""
    question: BlockReason | None = enum_field(BlockReason, nullable=True)
    """Why a person has to decide whether the visit is still made (requirement L9)."""
    questioned_at: datetime | None = instant_field(nullable=True)


class Visit(SQLModel, table=True):
    """One visit, planned or made."""

    __tablename__ = "visit"
    __table_args__ = (
        values_check("state", VisitState),
        values_check("result", VisitResult),
        CheckConstraint("(state = 'reported') = (result IS NOT NULL)", name="result_when_reported"),
        UniqueConstraint("hand_over_id", "number"),
        Index("uq_visit_planned", "hand_over_id", unique=True, postgresql_where="state = 'planned'"),
        Index("ix_visit_day", "field_agent_id", "visit_at"),
    )

    id: int = id_field()
    hand_over_id: int = ref_field("hand_over.id", index=False)
    number: int
    """From 1; the second and later ones are made in company (requirement F7)."""
    field_agent_id: int = ref_field("staff.id", index=False)
    visit_at: datetime = instant_field()
    state: VisitState = enum_field(VisitState, VisitState.PLANNED)
    result: VisitResult | None = enum_field(VisitResult, nullable=True)
    note_sealed: str | None = sealed_field(VISIT_NOTE, nullable=True)
    next_at: datetime | None = instant_field(nullable=True)
    reported_at: datetime | None = instant_field(nullable=True)


class PolicyApplication(SQLModel, table=True):
    """An application that a customer signed at a visit, until the policy is issued, refused or cancelled (F9)."""

    __tablename__ = "policy_application"
    __table_args__ = (
        values_check("state", ApplicationState),
        CheckConstraint(
            "(number_sealed IS NULL) = (issued_on IS NULL) AND (issued_on IS NULL) = (starts_on IS NULL)",
            name="whole_policy",
        ),
        CheckConstraint("state <> 'issued' OR issued_on IS NOT NULL", name="issued_with_policy"),
        CheckConstraint("(state IN ('refused', 'cancelled')) = (ended_on IS NOT NULL)", name="ended_on_a_day"),
        CheckConstraint("ends_on >= starts_on", name="order"),
    )

    id: int = id_field()
    hand_over_id: int = ref_field("hand_over.id", unique=True, index=False)
    state: ApplicationState = enum_field(ApplicationState, ApplicationState.APPLIED)
    signed_at: datetime = instant_field()
    """When the visit at which the customer signed was reported."""
    number_sealed: str | None = sealed_field(POLICY_NUMBER, nullable=True)
    """The insurer's number of the policy."""
    issued_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    """The last day of cover; None: for life, or not reported yet."""
    ended_on: date | None = None
    """The day on which it was refused or cancelled."""
    changed_at: datetime = instant_field()
    changed_by: int | None = ref_field("staff.id", nullable=True, index=False)
