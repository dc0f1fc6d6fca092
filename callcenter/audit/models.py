"""Holds the tables of the audit room. The database itself refuses to change or remove entries."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import DDL, BigInteger, CheckConstraint, Column, Date, Index, event
from sqlmodel import Field, SQLModel

from callcenter.kit import history
from callcenter.kit.db import instant_field, json_field


class AuditEntry(SQLModel, table=True):
    """One act."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject", "id"),
        Index("ix_audit_entry_actor", "actor", "id"),
        Index("ix_audit_entry_act", "act", "id"),
        Index("ix_audit_entry_at", "at"),
    )

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    """Without gaps: given by the chain, not by a sequence."""
    at: datetime = instant_field()
    actor: str = Field(max_length=80)
    """``staff:7`` or ``system:callcenter``."""
    act: str = Field(max_length=80)
    """``room.verb``."""
    subject: str = Field(max_length=120)
    """``kind:id``."""
    facts: dict[str, Any] = json_field()
    """No personal data."""
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)
    """SHA-256 of all of the above, hexadecimal."""


class AuditHead(SQLModel, table=True):
    """The last entry, noted beside the chain: without this note, removing the newest entries would leave no trace."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: int = Field(default=1, sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    entry_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    hash: str = Field(max_length=64)


APPEND_ONLY = (
    """
    CREATE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit trail is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_append_only()
    """,
    """
    CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_append_only()
    """,
)
"""Statements that go with the table: run here after it is created, and by the migration that creates it."""

APPEND_ONLY_UNDO = "DROP FUNCTION IF EXISTS audit_entry_append_only() CASCADE"


def _run(moment: str, statement: str) -> None:
    ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
    event.listen(AuditEntry.__table__, moment, ddl)  # type: ignore[attr-defined]


for _statement in APPEND_ONLY:
    _run("after_create", _statement)
_run("after_drop", APPEND_ONLY_UNDO)


class FactNote(SQLModel, table=True):
    """One note of the business facts: which it covers, when it was taken, and after which entry of the trail."""

    __tablename__ = "fact_note"

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    """Without gaps; the act of the note in the trail names it too."""
    noted_at: datetime = instant_field()
    after_entry: int = Field(sa_column=Column(BigInteger, nullable=False))
    """The last entry of the trail when the note began: an act behind it may have changed a fact since."""
    covers: list[str] = json_field(list)
    """Names of the facts that were looked for: a release may add further ones."""


class FactDigest(SQLModel, table=True):
    """What one note found of one fact. The trail holds the count and the digest of them all, per fact and day."""

    __tablename__ = "fact_digest"
    __table_args__ = (Index("ix_fact_digest_day", "day_on", "fact"),)

    fact: str = Field(max_length=40, primary_key=True)
    """Its name in ``audit.facts.table``."""
    row_id: str = Field(max_length=200, primary_key=True)
    """The key of its row."""
    note: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    day_on: date = Field(sa_column=Column(Date, nullable=False))
    """The business day of ``at``."""
    at: datetime = instant_field()
    """The fact's own instant."""
    digest: str = Field(max_length=64)
    """SHA-256 of what does not change any more, hexadecimal."""
    least: datetime | None = instant_field(nullable=True)
    """A date that may be moved on and never back, as it was noted."""


history.keep(FactNote)
history.keep(FactDigest)
