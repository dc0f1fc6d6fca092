"""Rejects of lists with what spoils them and the line they repeat; warnings; identity numbers are found by an index

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "lead_list",
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), nullable=False, server_default="{}"),
    )
    op.alter_column("lead_list", "warnings", server_default=None)
    op.add_column("lead", sa.Column("id_number_index", sa.String(64), nullable=True))
    op.create_index(
        "ix_lead_id_number",
        "lead",
        ["id_number_index"],
        unique=False,
        postgresql_where=sa.text("id_number_index IS NOT NULL"),
    )
    op.add_column("lead_reject", sa.Column("repeats_line", sa.Integer(), nullable=True))
    op.drop_constraint(op.f("ck_lead_reject_reason"), "lead_reject", type_="check")
    op.create_check_constraint(
        op.f("ck_lead_reject_reason"),
        "lead_reject",
        "reason IN ('unreadable', 'missing_phone', 'digits_lost', 'foreign', 'landline', 'short_code', 'service_number', 'malformed', 'no_legal_basis', 'field_invalid', 'do_not_call', 'duplicate_in_file', 'duplicate_in_system')",
    )
    op.create_table(
        "dnc_reject",
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["dnc_delivery.id"], name=op.f("fk_dnc_reject_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "line", name=op.f("pk_dnc_reject")),
    )
    # A mark at the beginning of a text is no encoding of its own any more.
    for table in ("lead_upload", "dnc_delivery"):
        op.execute(f"UPDATE {table} SET encoding = 'utf-8' WHERE encoding = 'utf-8-sig'")


def downgrade() -> None:
    raise NotImplementedError("going back would lose what people have entered: restore a backup")
