"""Business facts are noted by count and digest, and the trail holds what each note found.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_GUARDED = ("fact_note", "fact_digest")
_FUNCTION = """
    CREATE OR REPLACE FUNCTION history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'law 11: what was in force stays as it was: % of % refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "fact_note",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after_entry", sa.BigInteger(), nullable=False),
        sa.Column("covers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_fact_note")),
    )
    op.create_table(
        "fact_digest",
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.String(length=200), nullable=False),
        sa.Column("note", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("least", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("fact", "row_id", "note", name=op.f("pk_fact_digest")),
    )
    op.create_index("ix_fact_digest_day", "fact_digest", ["day_on", "fact"], unique=False)
    op.execute(_FUNCTION)
    for table in _GUARDED:
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION history_stays()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_stays_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION history_stays()"
        )


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
