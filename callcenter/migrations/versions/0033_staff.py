"""One-time passwords, last days of training, exam and agreement, changes of staff with their reason.

Passwords from before stay valid; training, exam and agreement from before count for good.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_ALERTS = (
    *("allocation_missing", "stock_low", "shortage", "calendar_provisional", "line_refuses", "audit_broken"),
    *("command_failed", "command_lost", "task_overdue", "engine_late", "engine_silent", "switch_gone", "part_missing"),
    *("signal_kept", "rate_exceeded", "spool_blocked", "store_down", "caller_id_refused", "message_failed"),
    *("recording_stopped", "script_waits", "proof_expires", "proof_expired"),
)


def upgrade() -> None:
    op.add_column("staff", sa.Column("one_time_until", sa.DateTime(timezone=True), nullable=True))
    for column in ("training_valid_until", "exam_valid_until", "agreement_valid_until"):
        op.add_column("staff", sa.Column(column, sa.Date(), nullable=True))
    op.add_column("login_session", sa.Column("address", sa.String(length=45), server_default="", nullable=False))
    op.alter_column("login_session", "address", server_default=None)
    op.create_table(
        "staff_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("why_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_change_staff_id")),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_staff_change_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_change")),
        sa.UniqueConstraint("staff_id", "at", name=op.f("uq_staff_change_staff_id_at")),
    )
    op.drop_constraint(op.f("ck_alert_kind"), "alert")
    listed = ", ".join(f"'{kind}'" for kind in _ALERTS)
    op.create_check_constraint(op.f("ck_alert_kind"), "alert", f"kind IN ({listed})")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
