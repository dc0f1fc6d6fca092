"""Tables of the leads room. Name, number, address and further fields of a customer are sealed (requirement L7)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from callcenter.kit.clock import business_date
from callcenter.kit.db import enum_field, id_field, instant_field, json_field, ref_field, sealed_field, values_check
from callcenter.leads.rules.person import age_of
from callcenter.leads.transitions import LEAD
from callcenter.leads.types import (
    LEAD_ADDRESS,
    LEAD_FIELDS,
    LEAD_NAME,
    NUMBER,
    UNRANKED,
    WITHDRAWN_WHY,
    BasisKind,
    Gender,
    LeadState,
)


class LeadList(SQLModel, table=True):
    """One file, imported into one campaign."""

    __tablename__ = "lead_list"
    __table_args__ = (
        Index("uq_lead_list_file", "campaign_id", "sha256", unique=True),
        UniqueConstraint("id", "campaign_id"),
    )

    id: int = id_field()
    campaign_id: int = ref_field("campaign.id", index=False)
    name: str
    file_name: str
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    """Hash of the file's bytes: the same file is imported only once per campaign (requirement L2)."""
    imported_at: datetime = instant_field()
    imported_by: int | None = ref_field("staff.id", nullable=True, index=False)
    """The data officer; None for the system."""
    source: str = ""
    """Who supplied it; the column mapping is remembered per source."""
    branch: str = ""
    """The branch whose target group it serves; empty: the whole bank's."""
    target_group_id: int | None = ref_field("target_group.id", nullable=True)
    fields: list[dict[str, Any]] = json_field(list)
    """Further fields of this list: ``{"key", "title", "kind", "required", "choices"}`` (requirement L4)."""
    mapping: dict[str, Any] = json_field()
    """Known column → title in the file, as it was read."""
    titles: list[str] = json_field(list)
    """The file's column titles in their order: the heading of its rejects."""
    rows: int = 0
    good: int = 0
    rejected: int = 0
    reasons: dict[str, Any] = json_field()
    """Reject reason → number of rows."""
    warnings: dict[str, Any] = json_field()
    """What was odd about rows that were taken nevertheless → number of rows."""


class Lead(SQLModel, table=True):
    """One customer of one campaign."""

    __tablename__ = "lead"
    __table_args__ = (
        # A lead's campaign is its list's, whose reference reaches the campaign: one check for a row instead of two.
        ForeignKeyConstraint(["list_id", "campaign_id"], ["lead_list.id", "lead_list.campaign_id"]),
        values_check("gender", Gender),
        values_check("basis_kind", BasisKind),
        values_check("state", LeadState),
        Index("uq_lead_phone", "phone_index", "campaign_id", unique=True),
        Index("ix_lead_list", "list_id", "id"),
        Index("ix_lead_id_number", "id_number_index", postgresql_where=text("id_number_index IS NOT NULL")),
        # Each index costs every row of an import. A new lead is in the stock and has no entry in the first of these.
        # The next two hold no id behind their word, because an index keeps equal words once.
        Index("ix_lead_beyond_stock", "campaign_id", "state", "id", postgresql_where=text("state <> 'stock'")),
        Index("ix_lead_customer_class", "customer_class"),
        Index("ix_lead_district", "district"),
        Index(
            "ix_lead_stock",
            "campaign_id",
            "class_rank",
            "imported_at",
            "id",
            postgresql_where=text("state = 'stock'"),
        ),
    )

    id: int = id_field()
    campaign_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    """That of its list."""
    list_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    line: int
    """Line of this customer in the list's file."""
    state: LeadState = enum_field(LeadState, LEAD.initial)
    name_sealed: str = sealed_field(LEAD_NAME)
    phone_sealed: str = sealed_field(NUMBER)
    phone_index: str = Field(sa_column=Column(String(64), nullable=False))
    """Blind index of the normalised number."""
    phone_last4: str = Field(sa_column=Column(String(4), nullable=False, index=True))
    """In clear, so that a customer can be found by the end of the number."""
    address_sealed: str = sealed_field(LEAD_ADDRESS)
    gender: Gender | None = enum_field(Gender, nullable=True)
    birth_on: date | None = None
    age_given: int | None = None
    """Full years on the day of the import, when the list gives an age and no birth date."""
    district: str = ""
    occupation: str = ""
    name_index: str = Field(default="", sa_column=Column(String(64), nullable=False, index=True))
    """Blind index of the name without spaces: a customer can be searched by the full name."""
    carrier: str = ""
    """Carrier of the number's range; only a hint, because numbers can be ported."""
    city: str = ""
    """City for which the number's range was issued; only a hint."""
    customer_class: str = ""
    """Class in the scheme that orders the campaign: by the list, or by the scheme's rules (requirement L5)."""
    class_rank: int = UNRANKED
    """Rank of that class: a lead with a smaller rank is allocated and called earlier."""
    class_id: int | None = ref_field("class_value.id", nullable=True, index=False)
    """That class, when a scheme orders the campaign; ``class_value`` holds its effects."""
    list_class: str | None = None
    """The class as the list names it, kept when ``customer_class`` holds a class of the scheme."""
    basis_kind: BasisKind = enum_field(BasisKind)
    basis_reference: str
    """Reference of the evidence: number of the consent or of the contract (requirement L9)."""
    basis_valid_until: date | None = None
    """Last day on which the evidence is valid; None: until it is withdrawn."""
    basis_withdrawn_at: datetime | None = instant_field(nullable=True)
    basis_withdrawn_by: int | None = ref_field("staff.id", nullable=True, index=False)
    basis_withdrawn_why_sealed: str | None = sealed_field(WITHDRAWN_WHY, nullable=True)
    fields_sealed: str | None = sealed_field(LEAD_FIELDS, nullable=True)
    """Further fields as sealed JSON, typed as the list declares them."""
    id_number_index: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    """Blind index of the identity number, where the list gives one; the number itself is among the further fields."""
    imported_at: datetime = instant_field()

    def age_on(self, on: date) -> int | None:
        """Returns the full years on a date; None when neither birth date nor age is known."""
        return age_of(self.birth_on, self.age_given, business_date(self.imported_at), on)
