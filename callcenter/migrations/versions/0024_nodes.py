"""Nodes are registered by their engines and can be taken out of use; heartbeats say what their processes lead.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ALERTS = (
    *("allocation_missing", "stock_low", "shortage", "calendar_provisional", "line_refuses", "audit_broken"),
    *("command_failed", "command_lost", "task_overdue", "engine_late", "engine_silent", "switch_gone"),
    *("part_missing", "signal_kept", "rate_exceeded"),
)


def upgrade() -> None:
    op.create_table(
        "node",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("websocket_url", sa.String(length=300), nullable=False),
        sa.Column("realm", sa.String(length=255), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_reason", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_node")),
    )
    # What a process of the version before has reported is out of date within seconds.
    op.execute("DELETE FROM heartbeat")
    op.add_column("heartbeat", sa.Column("leads", postgresql.JSONB(), nullable=False))
    op.drop_constraint(op.f("ck_heartbeat_keeping"), "heartbeat")
    op.create_check_constraint(
        op.f("ck_heartbeat_keeping"),
        "heartbeat",
        "keeping IN ('in_time', 'late', 'behind', 'silent', 'no_switch')",
    )
    op.drop_constraint(op.f("ck_alert_kind"), "alert")
    listed = ", ".join(f"'{kind}'" for kind in _ALERTS)
    op.create_check_constraint(op.f("ck_alert_kind"), "alert", f"kind IN ({listed})")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
