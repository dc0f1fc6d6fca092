"""Each process reports of itself at each heartbeat; alerts say which engines are late or silent.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ALERTS = (
    *("allocation_missing", "stock_low", "shortage", "calendar_provisional", "line_refuses", "audit_broken"),
    *("command_failed", "command_lost", "task_overdue", "engine_late", "engine_silent"),
)


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("process", sa.String(length=36), nullable=False),
        sa.Column("node", sa.String(length=20), nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keeping", sa.String(length=40), nullable=True),
        sa.Column("keeping_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lag_seconds", sa.Float(), nullable=True),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("keeping IN ('in_time', 'late', 'behind', 'silent')", name=op.f("ck_heartbeat_keeping")),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_heartbeat")),
    )
    op.drop_constraint(op.f("ck_alert_kind"), "alert")
    listed = ", ".join(f"'{kind}'" for kind in _ALERTS)
    op.create_check_constraint(op.f("ck_alert_kind"), "alert", f"kind IN ({listed})")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
