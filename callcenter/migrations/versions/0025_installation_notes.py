"""Keeps check values of the keys and a digest of the tables; alerts say why nothing is dialled.

Revision ID: 0025
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0021"
branch_labels = None
depends_on = None

_ALERTS = (
    *("allocation_missing", "stock_low", "shortage", "calendar_provisional", "line_refuses", "audit_broken"),
    *("command_failed", "command_lost", "task_overdue", "engine_late", "engine_silent", "signal_kept"),
    *("spool_blocked", "switch_down", "store_down", "caller_id_refused"),
)


def upgrade() -> None:
    op.create_table(
        "installation_note",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation_note")),
    )
    op.drop_constraint(op.f("ck_alert_kind"), "alert")
    listed = ", ".join(f"'{kind}'" for kind in _ALERTS)
    op.create_check_constraint(op.f("ck_alert_kind"), "alert", f"kind IN ({listed})")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
