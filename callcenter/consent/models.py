"""The table of the consent room. The current basis is kept on the lead and belongs to the leads room."""

from datetime import date, datetime

from sqlmodel import SQLModel

from callcenter.consent.types import BASIS_NOTE, BASIS_REASON, BasisAct
from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, sealed_field, values_check
from callcenter.leads.types import BasisKind


class LeadBasis(SQLModel, table=True):
    """One step in the history of a lead's legal basis. Rows are added and never changed (requirement L9)."""

    __tablename__ = "lead_basis"
    __table_args__ = (values_check("act", BasisAct), values_check("kind", BasisKind))

    id: int = id_field()
    lead_id: int = ref_field("lead.id")
    act: BasisAct = enum_field(BasisAct)
    kind: BasisKind | None = enum_field(BasisKind, nullable=True)
    reference: str = ""
    valid_until: date | None = None
    """Last day on which the evidence is valid."""
    dated_on: date | None = None
    """When the customer gave it."""
    note_sealed: str | None = sealed_field(BASIS_NOTE, nullable=True)
    reason_sealed: str = sealed_field(BASIS_REASON)
    at: datetime = instant_field()
    by: int | None = ref_field("staff.id", nullable=True, index=False)
