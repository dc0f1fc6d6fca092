"""The tables of trunks: as they were entered, and those that have refused calls."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, VARCHAR
from sqlmodel import Field, SQLModel

from callcenter.kit.db import enum_field, id_field, instant_field, ref_field, sealed_field, values_check
from callcenter.lines.types import TRUNK_PASSWORD, NumberFormat, TrunkAccess, TrunkState, TrunkTransport


class Trunk(SQLModel, table=True):
    """How one line to a carrier takes calls; the row is made at its first refusal."""

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


class ConfiguredTrunk(SQLModel, table=True):
    """One line to a carrier, as the operator has entered it. A removed one is kept: calls name it."""

    __tablename__ = "configured_trunk"
    __table_args__ = (
        values_check("transport", TrunkTransport),
        values_check("access", TrunkAccess),
        values_check("number_format", NumberFormat),
        Index("uq_configured_trunk_name", "name", unique=True, postgresql_where=text("removed_at IS NULL")),
    )

    id: int = id_field()
    version: int = 1
    """Grows with every change: a form that was read before it is refused."""
    name: str = Field(max_length=31)
    """Of the switch's endpoint; it never changes."""
    group_name: str = Field(max_length=31)
    """As campaigns name it."""
    host: str = Field(max_length=253)
    port: int
    transport: TrunkTransport = enum_field(TrunkTransport)
    encrypts_sound: bool
    access: TrunkAccess = enum_field(TrunkAccess)
    account: str = Field(max_length=80)
    password_sealed: str | None = sealed_field(TRUNK_PASSWORD, nullable=True)
    codecs: list[str] = Field(sa_column=Column(ARRAY(VARCHAR(40)), nullable=False))
    number_format: NumberFormat = enum_field(NumberFormat)
    prefix: str = Field(max_length=10)
    channels: int
    """Most calls at a time; 0: no limit."""
    calls_per_second: int
    """0: no limit."""
    priority: int
    share: int
    in_use: bool
    removed_at: datetime | None = instant_field(nullable=True)
