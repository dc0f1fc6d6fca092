"""The table of trunks that have refused calls."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from callcenter.kit.db import enum_field, instant_field, ref_field, values_check
from callcenter.lines.types import TrunkState


class Trunk(SQLModel, table=True):
    """One line to a carrier, as campaigns name it; the row is made at its first refusal."""

    __tablename__ = "trunk"
    __table_args__ = (
        values_check("state", TrunkState),
        CheckConstraint("(state = 'in_use') = (probe_at IS NULL)", name="paused_has_probe"),
    )

    name: str = Field(primary_key=True, max_length=40)
    state: TrunkState = enum_field(TrunkState, TrunkState.IN_USE)
    refusals: int = 0
    """In a row; the probes that failed are among them."""
    sip_code: int | None = None
    """The carrier's last answer; null where no way led to it."""
    changed_at: datetime = instant_field()
    """When it was paused or taken back; a probe changes nothing here."""
    probe_at: datetime | None = instant_field(nullable=True)
    """When the next probe may begin; while one is going on, when another may."""
    probe_lead_id: int | None = ref_field("lead.id", nullable=True, index=False)
    """Whose call is the probe."""
