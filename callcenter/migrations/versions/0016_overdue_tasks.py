"""A scheduled task that failed is tried again until its next due time; an alert says which tasks are overdue.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ALERTS = (
    *("allocation_missing", "stock_low", "shortage", "calendar_provisional", "line_refuses", "audit_broken"),
    *("command_failed", "command_lost", "task_overdue"),
)


def upgrade() -> None:
    op.drop_constraint(op.f("ck_alert_kind"), "alert")
    listed = ", ".join(f"'{kind}'" for kind in _ALERTS)
    op.create_check_constraint(op.f("ck_alert_kind"), "alert", f"kind IN ({listed})")
    op.add_column("scheduled_run", sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE scheduled_run SET retry_at = ended_at WHERE error IS NOT NULL AND ended_at IS NOT NULL")
    op.add_column("scheduled_task", sa.Column("done_due_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE scheduled_task SET done_due_at = due_at WHERE failures = 0")
    # What failed last has succeeded before: without that due time each failing task would be overdue at once.
    op.execute(
        """UPDATE scheduled_task t SET done_due_at = (SELECT max(r.due_at) FROM scheduled_run r
        WHERE r.task = t.name AND r.ended_at IS NOT NULL AND r.error IS NULL) WHERE failures > 0"""
    )


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
