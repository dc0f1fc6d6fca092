"""Table of exports of recordings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index
from sqlmodel import Field, SQLModel

from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, sealed_field, values_check
from callcenter.recordings.exports.types import DECISION_WHY, EXPORT_WHY, ExportState, Purpose, Refused


class RecordingExport(SQLModel, table=True):
    """A request to give a recording out of the bank, from the request to the end of its link; refused ones too."""

    __tablename__ = "recording_export"
    __table_args__ = (
        values_check("purpose", Purpose),
        values_check("state", ExportState),
        values_check("refused", Refused),
        CheckConstraint("(state = 'refused') = (refused IS NOT NULL)", name="refused_by_a_rule"),
        CheckConstraint(
            "state <> 'packed' OR (object_key IS NOT NULL AND version_id IS NOT NULL AND sha256 IS NOT NULL"
            " AND expires_at IS NOT NULL)",
            name="packed_is_known_whole",
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'packed', 'expired') OR decided_by IS DISTINCT FROM requested_by",
            name="decided_by_another",
        ),
        Index("ix_recording_export_open", "id", postgresql_where="state IN ('requested', 'approved', 'packed')"),
    )

    id: int = id_field()
    call_id: UUID = Field(index=True)
    purpose: Purpose = enum_field(Purpose)
    number: str = Field(default="", max_length=80)
    """Under which the lawful request is registered; empty for the insurer."""
    state: ExportState = enum_field(ExportState)
    refused: Refused | None = enum_field(Refused, nullable=True)
    why_sealed: str = sealed_field(EXPORT_WHY)
    requested_by: int | None = ref_field("staff.id", nullable=True)
    requested_at: datetime = instant_field()
    decided_by: int | None = ref_field("staff.id", nullable=True, index=False)
    decided_at: datetime | None = instant_field(nullable=True)
    decision_why_sealed: str | None = sealed_field(DECISION_WHY, nullable=True)
    object_key: str | None = None
    version_id: str | None = None
    sha256: str | None = None
    """Of the pack, hexadecimal."""
    size_bytes: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    expires_at: datetime | None = instant_field(nullable=True)
    taken: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often the pack was taken."""
