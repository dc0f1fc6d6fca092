"""Tables of imports: uploads, kept sealed in pieces until they are imported or discarded, and rejects (L7)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, text
from sqlmodel import Field, SQLModel

from callcenter.imports.types import REJECTED_ROW, UPLOAD_PIECE, RejectReason
from callcenter.kit.db import (
    enum_field,
    id_field,
    instant_field,
    json_field,
    ref_field,
    sealed_bytes_field,
    sealed_field,
    values_check,
)


class LeadUpload(SQLModel, table=True):
    """An uploaded file. The row stays when the content is deleted."""

    __tablename__ = "lead_upload"
    __table_args__ = (
        Index("ix_lead_upload_file", "sha256"),
        Index(
            "ix_lead_upload_waiting", "uploaded_at", postgresql_where=text("list_id IS NULL AND discarded_at IS NULL")
        ),
    )

    id: int = id_field()
    file_name: str
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    """Bytes."""
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    encoding: str | None = None
    """None for a workbook."""
    sheets: list[str] = json_field(list)
    lines: int | None = None
    """Of a text: about as many as it has rows."""
    source: str = ""
    """Who supplied it."""
    target_group_id: int | None = ref_field("target_group.id", nullable=True)
    uploaded_at: datetime = instant_field()
    uploaded_by: int | None = ref_field("staff.id", nullable=True)
    job_id: int | None = ref_field("job.id", nullable=True)
    """The last dry run or import of it; while that is open, no other may be requested."""
    list_id: int | None = ref_field("lead_list.id", nullable=True)
    """Set when it has been imported."""
    discarded_at: datetime | None = instant_field(nullable=True)


class LeadUploadChunk(SQLModel, table=True):
    """A piece of an upload, sealed for its place."""

    __tablename__ = "lead_upload_chunk"

    upload_id: int = Field(sa_column=Column(BigInteger, ForeignKey("lead_upload.id"), primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True))
    body_sealed: bytes = sealed_bytes_field(UPLOAD_PIECE)


class LeadSource(SQLModel, table=True):
    """How the last list of a source was read; the next is read the same way unless its request says otherwise."""

    __tablename__ = "lead_source"

    id: int = id_field()
    source: str = Field(sa_column=Column(String, nullable=False, unique=True))
    mapping: dict[str, Any] = json_field()
    """Column → title."""
    fields: list[dict[str, Any]] | None = json_field(lambda: None, nullable=True)
    """Further fields; None: every other column is kept as text."""
    used_at: datetime = instant_field()
    used_by: int | None = ref_field("staff.id", nullable=True, index=False)


class Reject(SQLModel, table=True):
    """One row that was not taken, kept with its place and reason (requirement L2)."""

    __tablename__ = "lead_reject"
    __table_args__ = (
        values_check("reason", RejectReason),
        Index("ix_lead_reject_list", "list_id", "id"),
    )

    id: int = id_field()
    list_id: int = ref_field("lead_list.id", index=False)
    line: int
    reason: RejectReason = enum_field(RejectReason)
    detail: str = ""
    """Title of the column, where a further field is invalid, never its value; how a row is spoiled."""
    repeats_line: int | None = None
    """Of a duplicate in the file: the line where its number stands first."""
    row_sealed: str = sealed_field(REJECTED_ROW)
    """The row as it stood, JSON from column title to text, sealed."""
