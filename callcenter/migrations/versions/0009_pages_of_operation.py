"""An alert's right follows from its kind; the trail is searched by actor and act; each scheduled task's latest run.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("alert", "needs")
    op.create_index("ix_audit_entry_actor", "audit_entry", ["actor", "id"])
    op.create_index("ix_audit_entry_act", "audit_entry", ["act", "id"])
    _latest_runs()


def _latest_runs() -> None:
    """Creates the latest run of each task, from the due times that were claimed."""
    op.create_table(
        "scheduled_task",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scheduled_task")),
    )
    op.execute("UPDATE scheduled_run SET task = 'audit.check_trail' WHERE task = 'audit.note_head'")
    op.execute(
        """
        INSERT INTO scheduled_task (name, due_at, started_at, ended_at, failures, failed_at, error)
        SELECT DISTINCT ON (task) task, due_at, started_at, ended_at,
            CASE WHEN error IS NULL THEN 0 ELSE attempts END, CASE WHEN error IS NULL THEN NULL ELSE ended_at END, error
        FROM scheduled_run WHERE ended_at IS NOT NULL ORDER BY task, due_at DESC
        """
    )


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
