"""What an agent has entered so far, messages of supervisors, and agents who ask for help.

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
    op.add_column("agent_session", sa.Column("help_since", sa.DateTime(timezone=True), nullable=True))
    kinds = ("message", "paused", "made_ready", "logged_off", "call_ended", "help_comes")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_table(
        "agent_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sending", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("sent_by", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text_sealed", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"kind IN ({listed})", name=op.f("ck_agent_message_kind")),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_agent_message_agent_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["staff.id"], name=op.f("fk_agent_message_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_message")),
    )
    op.create_index(
        "ix_agent_message_unread", "agent_message", ["agent_id", "id"], postgresql_where=sa.text("read_at IS NULL")
    )
    op.create_index("ix_agent_message_sent", "agent_message", ["sent_by", "sent_at"])


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
