"""Corrections of customers' files, each with old and new value, who and why.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_FIELDS = (
    *("name", "gender", "birth_on", "district", "address", "occupation", "employer", "household", "claims"),
    *("preferences", "risk", "service_feedback", "referral_source"),
)


def upgrade() -> None:
    op.create_table(
        "lead_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("old_sealed", sa.String(), nullable=False),
        sa.Column("new_sealed", sa.String(), nullable=False),
        sa.Column("why_sealed", sa.String(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            f"field IN ({', '.join(repr(field) for field in _FIELDS)})", name=op.f("ck_lead_change_field")
        ),
        sa.CheckConstraint("source IN ('file', 'desk', 'visit')", name=op.f("ck_lead_change_source")),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_lead_change_by")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_change_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_change")),
    )
    op.create_index(op.f("ix_lead_change_lead_id"), "lead_change", ["lead_id"], unique=False)
