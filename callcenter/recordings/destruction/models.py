"""Tables of destruction runs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, sealed_field, values_check
from callcenter.recordings.destruction.types import RUN_DECISION_WHY, RUN_WHY, ItemState, Kept, RunState


class DestructionRun(SQLModel, table=True):
    """A list of recordings whose time is over, with the two people who decided on it (requirement R3)."""

    __tablename__ = "destruction_run"
    __table_args__ = (
        values_check("state", RunState),
        CheckConstraint(
            "state NOT IN ('approved', 'done') OR decided_by IS DISTINCT FROM proposed_by", name="decided_by_another"
        ),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_time"),
    )

    id: int = id_field()
    state: RunState = enum_field(RunState, RunState.PROPOSED)
    policy_version: str
    why_sealed: str = sealed_field(RUN_WHY)
    proposed_by: int | None = ref_field("staff.id", nullable=True, index=False)
    proposed_at: datetime = instant_field()
    decided_by: int | None = ref_field("staff.id", nullable=True, index=False)
    decided_at: datetime | None = instant_field(nullable=True)
    decision_why_sealed: str | None = sealed_field(RUN_DECISION_WHY, nullable=True)
    done_at: datetime | None = instant_field(nullable=True)


class DestructionItem(SQLModel, table=True):
    """One recording that a run lists, as it was when it was listed."""

    __tablename__ = "destruction_item"
    __table_args__ = (
        values_check("state", ItemState),
        values_check("kept", Kept),
        CheckConstraint("(state = 'kept') = (kept IS NOT NULL)", name="kept_for_a_reason"),
        UniqueConstraint("run_id", "recording_id"),
    )

    id: int = id_field()
    run_id: int = ref_field("destruction_run.id", index=False)
    recording_id: int = ref_field("recording.id")
    call_id: UUID
    state: ItemState = enum_field(ItemState, ItemState.LISTED)
    kept: Kept | None = enum_field(Kept, nullable=True)
    rule: str
    """The class of the policy that decided its term."""
    retain_until: datetime = instant_field()
    sha256: str
    size_bytes: int = Field(sa_column=Column(BigInteger, nullable=False))
    at: datetime | None = instant_field(nullable=True)
    """When it was destroyed, or found to be kept."""
