"""Keeps check values of the keys and a digest of the tables, which every process compares before it works.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation_note",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation_note")),
    )


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
