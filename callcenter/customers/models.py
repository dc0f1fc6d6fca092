"""The table of the customers room. What a customer's file says now is kept on the lead, in the leads room."""

from datetime import datetime

from sqlmodel import SQLModel

from callcenter.customers.types import CHANGE_NEW, CHANGE_OLD, CHANGE_WHY, ChangeSource, FileField
from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, sealed_field, values_check


class LeadChange(SQLModel, table=True):
    """One correction of one field of a customer's file (requirement L4). Rows are added and never changed."""

    __tablename__ = "lead_change"
    __table_args__ = (values_check("field", FileField), values_check("source", ChangeSource))

    id: int = id_field()
    lead_id: int = ref_field("lead.id")
    field: FileField = enum_field(FileField)
    old_sealed: str = sealed_field(CHANGE_OLD)
    """Sealed like the new value, also where it identifies no customer (requirement L7)."""
    new_sealed: str = sealed_field(CHANGE_NEW)
    why_sealed: str = sealed_field(CHANGE_WHY)
    source: ChangeSource = enum_field(ChangeSource)
    at: datetime = instant_field()
    by: int | None = ref_field("staff.id", nullable=True, index=False)
