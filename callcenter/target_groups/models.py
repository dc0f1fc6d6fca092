"""Tables of the target groups."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, sealed_field, values_check
from callcenter.target_groups.transitions import TARGET_GROUP
from callcenter.target_groups.types import STEP_REASON, Act, TargetState


class TargetGroup(SQLModel, table=True):
    """A group of customers that a branch wants called."""

    __tablename__ = "target_group"
    __table_args__ = (
        values_check("state", TargetState),
        CheckConstraint("wanted > 0", name="wanted"),
        Index("ix_target_group_branch", "branch", "id"),
        Index("ix_target_group_state", "state", "id"),
    )

    id: int = id_field()
    branch: str
    campaign_id: int = ref_field("campaign.id", index=False)
    name: str
    description: str = ""
    criteria: str
    """Which customers the branch wants called, as free text."""
    segmentation: str = ""
    """The segmentation model by which head office chooses the customers; set at the approval."""
    wanted: int
    """Number of customers."""
    due_on: date
    state: TargetState = enum_field(TargetState, TARGET_GROUP.initial)
    approved_at: datetime | None = instant_field(nullable=True)
    """From then on head office sees the target group, also after a withdrawal."""
    upload_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """The file waiting for import. No foreign key: uploads refer to target groups."""


class TargetStep(SQLModel, table=True):
    """One act on a target group. Never changed."""

    __tablename__ = "target_step"
    __table_args__ = (values_check("act", Act),)

    id: int = id_field()
    group_id: int = ref_field("target_group.id")
    act: Act = enum_field(Act)
    at: datetime = instant_field()
    by: int | None = ref_field("staff.id", nullable=True, index=False)
    reason_sealed: str = sealed_field(STEP_REASON, "")
    upload_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    list_id: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """No foreign key: lists refer to target groups."""
