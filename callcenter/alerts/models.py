"""Holds the table of alerts."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from callcenter.alerts.types import ALERT_NOTE, AlertKind
from callcenter.kit.db import enum_field, id_field, instant_field, json_field, ref_field, sealed_field, values_check


class Alert(SQLModel, table=True):
    """A condition that staff must look at. Rows are kept; at most one is open per kind and subject."""

    __tablename__ = "alert"
    __table_args__ = (
        values_check("kind", AlertKind),
        Index("uq_alert_open", "kind", "subject", unique=True, postgresql_where=text("cleared_at IS NULL")),
    )

    id: int = id_field()
    kind: AlertKind = enum_field(AlertKind)
    subject: str = Field(max_length=80)
    facts: dict[str, Any] = json_field()
    """Codes and figures of the last time it was raised; no personal data."""
    raised_at: datetime = instant_field()
    acknowledged_at: datetime | None = instant_field(nullable=True)
    acknowledged_by: int | None = ref_field("staff.id", nullable=True, index=False)
    note_sealed: str = sealed_field(ALERT_NOTE, "")
    """What the person who acknowledged it is going to do."""
    cleared_at: datetime | None = instant_field(nullable=True)
    """When its cause was over."""
