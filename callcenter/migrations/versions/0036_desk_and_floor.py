"""What an agent has entered about the customer on the screen, kept on the server.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_draft",
        sa.Column("agent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("window", sa.String(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=True),
        sa.Column("callback_id", sa.BigInteger(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("entries_sealed", sa.String(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_desk_draft_agent_id")),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_desk_draft")),
    )


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
