"""Tables of legal holds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, sealed_field, values_check
from callcenter.recordings.holds.types import HOLD_WHY, LIFT_WHY, Authority


class LegalHold(SQLModel, table=True):
    """A request to keep recordings, in force until ``lifted_at``."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        values_check("authority", Authority),
        CheckConstraint("(lifted_at IS NULL) = (lift_why_sealed IS NULL)", name="lifted_with_reason"),
        Index("ix_legal_hold_in_force", "id", postgresql_where="lifted_at IS NULL"),
    )

    id: int = id_field()
    authority: Authority = enum_field(Authority)
    number: str = Field(max_length=80)
    """Under which the request is registered."""
    why_sealed: str = sealed_field(HOLD_WHY)
    placed_by: int | None = ref_field("staff.id", nullable=True, index=False)
    placed_at: datetime = instant_field()
    lifted_by: int | None = ref_field("staff.id", nullable=True, index=False)
    lifted_at: datetime | None = instant_field(nullable=True)
    lift_why_sealed: str | None = sealed_field(LIFT_WHY, nullable=True)


class HeldRecording(SQLModel, table=True):
    """One recording that a hold keeps."""

    __tablename__ = "held_recording"
    __table_args__ = (UniqueConstraint("hold_id", "recording_id"),)

    id: int = id_field()
    hold_id: int = ref_field("legal_hold.id", index=False)
    recording_id: int = ref_field("recording.id")
