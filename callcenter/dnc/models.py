"""Tables of do-not-call entries and external lists.

Of an external list nothing is stored as it came. A plain hash of an eleven-digit number is as good as the number:
all of them can be tried in minutes. So what is stored is a keyed hash of the hash (``vault.index``).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, text
from sqlmodel import Field, SQLModel

from callcenter.dnc.transitions import DELIVERY
from callcenter.dnc.types import (
    DNC_NOTE,
    LIFT_DECIDED_WHY,
    LIFT_WHY,
    LIFTED_WORDS,
    LIST_WITHDRAWN_WHY,
    PIECE,
    DeliveryState,
    DncReason,
    DncSource,
    KeyKind,
    LiftDecision,
    LiftReason,
)
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
from callcenter.leads.types import NUMBER


class DncEntry(SQLModel, table=True):
    """One number that may not be called, over all campaigns (requirement L6). Entries are never deleted."""

    __tablename__ = "dnc_entry"
    __table_args__ = (
        values_check("reason", DncReason),
        values_check("source", DncSource),
        Index(
            "uq_dnc_entry_list_key",
            "delivery_id",
            "list_key",
            unique=True,
            postgresql_where=text("list_key IS NOT NULL"),
        ),
        values_check("lifted_why", LiftReason),
        Index("ix_dnc_entry_number", "phone_index"),
        Index("uq_dnc_entry_call", "call_id", unique=True, postgresql_where=text("call_id IS NOT NULL")),
    )

    id: int = id_field()
    phone_index: str = Field(sa_column=Column(String(64), nullable=False))
    phone_sealed: str | None = sealed_field(NUMBER, nullable=True)
    """The number, to show it masked."""
    reason: DncReason = enum_field(DncReason)
    source: DncSource = enum_field(DncSource)
    lead_id: int | None = ref_field("lead.id", nullable=True)
    """The lead whose refusal it was; None for an entry of an external list."""
    call_id: UUID | None = None
    """The call in which it was said."""
    delivery_id: int | None = ref_field("dnc_delivery.id", nullable=True, index=False)
    """The last delivery of the external list it stands on."""
    list_key: str | None = Field(default=None, sa_column=Column(String(64), nullable=True))
    """Its key in that delivery; lifted by a person, it stays lifted until the list is delivered anew."""
    note_sealed: str | None = sealed_field(DNC_NOTE, nullable=True)
    entered_at: datetime = instant_field()
    entered_by: int | None = ref_field("staff.id", nullable=True, index=False)
    until: datetime | None = instant_field(nullable=True)
    """First instant at which the number may be called again; None: for ever."""
    lifted_at: datetime | None = instant_field(nullable=True)
    lifted_by: int | None = ref_field("staff.id", nullable=True, index=False)
    lifted_why: LiftReason | None = enum_field(LiftReason, nullable=True)
    """What ended it, where no person did so for this entry alone."""
    lifted_words_sealed: str | None = sealed_field(LIFTED_WORDS, nullable=True)
    """Why a person lifted it."""


class DncLift(SQLModel, table=True):
    """A proposal to lift an entry, and the second person's decision (requirement L6)."""

    __tablename__ = "dnc_lift"
    __table_args__ = (
        values_check("decision", LiftDecision),
        Index("uq_dnc_lift_open", "entry_id", unique=True, postgresql_where=text("decided_at IS NULL")),
    )

    id: int = id_field()
    entry_id: int = ref_field("dnc_entry.id")
    proposed_at: datetime = instant_field()
    proposed_by: int = ref_field("staff.id", index=False)
    why_sealed: str = sealed_field(LIFT_WHY)
    decided_at: datetime | None = instant_field(nullable=True)
    decided_by: int | None = ref_field("staff.id", nullable=True, index=False)
    decision: LiftDecision | None = enum_field(LiftDecision, nullable=True)
    decided_why_sealed: str = sealed_field(LIFT_DECIDED_WHY, "")


class DncList(SQLModel, table=True):
    """An external list: of the industry, of the insurer, of the bank. Its next delivery takes the place of the last."""

    __tablename__ = "dnc_list"

    id: int = id_field()
    name: str = Field(sa_column=Column(String, nullable=False, unique=True))
    supplier: str
    term_days: int | None = None
    """How long each delivery holds; None: for ever."""
    made_at: datetime = instant_field()
    made_by: int | None = ref_field("staff.id", nullable=True, index=False)
    withdrawn_at: datetime | None = instant_field(nullable=True)
    withdrawn_by: int | None = ref_field("staff.id", nullable=True, index=False)
    withdrawn_why_sealed: str | None = sealed_field(LIST_WITHDRAWN_WHY, nullable=True)


class DncDelivery(SQLModel, table=True):
    """One file of an external list, from its upload on."""

    __tablename__ = "dnc_delivery"
    __table_args__ = (
        values_check("state", DeliveryState),
        values_check("kind", KeyKind),
        Index("uq_dnc_delivery_in_force", "list_id", unique=True, postgresql_where=text("state = 'in_force'")),
    )

    id: int = id_field()
    list_id: int | None = ref_field("dnc_list.id", nullable=True)
    """Known when the import is requested."""
    file_name: str
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    sha256: str = Field(sa_column=Column(String(64), nullable=False))
    encoding: str | None = None
    """None for a workbook."""
    lines: int | None = None
    sheets: list[str] = json_field(list)
    state: DeliveryState = enum_field(DeliveryState, DELIVERY.initial)
    kind: KeyKind | None = enum_field(KeyKind, nullable=True)
    uploaded_at: datetime = instant_field()
    uploaded_by: int | None = ref_field("staff.id", nullable=True, index=False)
    job_id: int | None = ref_field("job.id", nullable=True, index=False)
    delivered_at: datetime | None = instant_field(nullable=True)
    until: datetime | None = instant_field(nullable=True)
    """First instant at which it does not hold any more; None: for ever."""
    # What the import gave: ``types.DeliveryFigures`` says what each figure means.
    rows: int = 0
    keys: int = 0
    malformed: int = 0
    reasons: dict[str, Any] = json_field()
    duplicates: int = 0
    new: int = 0
    known: int = 0
    ended: int = 0
    matched: int = 0


class DncKey(SQLModel, table=True):
    """One number of a delivery: blind index of the digits, or of ``kind:hash``."""

    __tablename__ = "dnc_key"

    delivery_id: int = Field(sa_column=Column(BigInteger, ForeignKey("dnc_delivery.id"), primary_key=True))
    key_index: str = Field(sa_column=Column(String(64), primary_key=True))


class DncReject(SQLModel, table=True):
    """A row of a delivery that held no number or hash: its line and why, nothing of its content."""

    __tablename__ = "dnc_reject"

    delivery_id: int = Field(sa_column=Column(BigInteger, ForeignKey("dnc_delivery.id"), primary_key=True))
    line: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    reason: str


class DncPiece(SQLModel, table=True):
    """A piece of an uploaded file, sealed for its place; deleted when the file is imported or discarded."""

    __tablename__ = "dnc_piece"

    delivery_id: int = Field(sa_column=Column(BigInteger, ForeignKey("dnc_delivery.id"), primary_key=True))
    number: int = Field(sa_column=Column(Integer, primary_key=True))
    body_sealed: bytes = sealed_bytes_field(PIECE)
