"""Tables of classes. Which scheme orders a campaign stands with the campaign: ``campaign.class_scheme_id``."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from callcenter.classes.types import CLASS_REASON, RULES_NOTE, RULES_WHY, ClassSource
from callcenter.kit.db import enum_field, id_field, instant_field, json_field, ref_field, sealed_field, values_check


class ClassScheme(SQLModel, table=True):
    """One way of dividing customers into classes; several stand side by side (requirement L5)."""

    __tablename__ = "class_scheme"
    __table_args__ = (UniqueConstraint("key"),)

    id: int = id_field()
    key: str
    """Stable, for people and programs: ``value``."""
    name_zh: str
    name_en: str
    created_at: datetime = instant_field()
    created_by: int | None = ref_field("staff.id", nullable=True, index=False)


class ClassValue(SQLModel, table=True):
    """One class of a scheme, and its effects. An effect that is None leaves the campaign's own number."""

    __tablename__ = "class_value"
    __table_args__ = (
        UniqueConstraint("scheme_id", "code"),
        UniqueConstraint("scheme_id", "name_zh"),
        Index("uq_class_value_default", "scheme_id", unique=True, postgresql_where=text("is_default")),
        CheckConstraint("rank BETWEEN 1 AND 999", name="rank"),
        CheckConstraint(
            "callback_grace_minutes >= 0 AND most_attempts > 0 AND retry_factor > 0 AND first_call_days > 0",
            name="effects",
        ),
    )

    id: int = id_field()
    scheme_id: int = ref_field("class_scheme.id", index=False)
    code: str
    name_zh: str
    """Stands in ``lead.customer_class`` where this scheme decides the order: the word everybody reads."""
    name_en: str
    rank: int
    """1 is allocated and called first."""
    is_default: bool = False
    """What a customer gets whom neither rules nor list give a class."""
    callback_grace_minutes: int | None = None
    most_attempts: int | None = None
    retry_factor: float | None = None
    first_call_days: int | None = None


class ClassRuleSet(SQLModel, table=True):
    """One version of a scheme's rules. Its rules are never changed; which version is in force may be."""

    __tablename__ = "class_rule_set"
    __table_args__ = (
        UniqueConstraint("scheme_id", "version"),
        Index("uq_class_rule_set_active", "scheme_id", unique=True, postgresql_where=text("active")),
        CheckConstraint("NOT active OR activated_at IS NOT NULL", name="active"),
    )

    id: int = id_field()
    scheme_id: int = ref_field("class_scheme.id", index=False)
    version: int
    rules: list[dict[str, Any]] = json_field(list)
    """In order: ``{"class_code", "name", "match", "conditions": [{"field", "operator", "value"}]}``."""
    note_sealed: str = sealed_field(RULES_NOTE, "")
    created_at: datetime = instant_field()
    created_by: int | None = ref_field("staff.id", nullable=True, index=False)
    active: bool = False
    activated_at: datetime | None = instant_field(nullable=True)
    """When it was last put in force."""
    activated_by: int | None = ref_field("staff.id", nullable=True, index=False)
    activated_why_sealed: str = sealed_field(RULES_WHY, "")


class LeadClass(SQLModel, table=True):
    """The class of one customer in one scheme, and what gave it."""

    __tablename__ = "lead_class"
    __table_args__ = (
        values_check("source", ClassSource),
        CheckConstraint("(source = 'rule') = (rule_set_id IS NOT NULL AND rule_no IS NOT NULL)", name="rule"),
        CheckConstraint("source <> 'manual' OR (reason_sealed <> '' AND set_by IS NOT NULL)", name="manual"),
        Index("ix_lead_class_class", "class_id"),
    )

    lead_id: int = Field(sa_column=Column(BigInteger, ForeignKey("lead.id"), primary_key=True))
    scheme_id: int = Field(sa_column=Column(BigInteger, ForeignKey("class_scheme.id"), primary_key=True))
    class_id: int = ref_field("class_value.id", index=False)
    source: ClassSource = enum_field(ClassSource)
    rule_set_id: int | None = ref_field("class_rule_set.id", nullable=True, index=False)
    rule_no: int | None = None
    reason_sealed: str = sealed_field(CLASS_REASON, "")
    """Why a person set it."""
    set_at: datetime = instant_field()
    set_by: int | None = ref_field("staff.id", nullable=True, index=False)
