"""Holds the tables of reporting."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, String
from sqlmodel import Field, SQLModel

from callcenter.kit.db import id_field, instant_field, json_field, ref_field


class LedgerExport(SQLModel, table=True):
    """One ledger as a workbook, kept in the object store (requirement L8). Written once, after the object is stored."""

    __tablename__ = "ledger_export"
    __table_args__ = (Index("ix_ledger_export_requested_by", "requested_by", "id"),)

    id: int = id_field()
    job_id: int = ref_field("job.id", index=False, unique=True)
    """The job that made it. Unique, so that a job that is started again makes no second export."""
    requested_by: int | None = ref_field("staff.id", nullable=True, index=False)
    filters: dict[str, Any] = json_field()
    filters_sha256: str = Field(sa_column=Column(String(64), nullable=False))
    scope: str
    """Scope of its rows: that of the person who requested it, at that time."""
    as_of: datetime = instant_field()
    made_at: datetime = instant_field()
    rows: int = Field(sa_column=Column(BigInteger, nullable=False))
    object_key: str
    version_id: str
    size_bytes: int = Field(sa_column=Column(BigInteger, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    """Of the workbook, hexadecimal."""
    keep_until: datetime = instant_field()
    """End of the lock, as the store confirmed it."""
