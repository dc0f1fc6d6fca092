"""Counts of what one person or address does too often; devices from which a person has logged in; an alert kind.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_ALERTS = (
    *("allocation_missing", "stock_low", "shortage", "calendar_provisional", "line_refuses", "audit_broken"),
    *("command_failed", "command_lost", "task_overdue", "engine_late", "engine_silent", "signal_kept"),
    "rate_exceeded",
)


def upgrade() -> None:
    op.create_table(
        "rate_window",
        sa.Column("rate", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exceeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("rate", "subject", name=op.f("pk_rate_window")),
    )
    op.create_index("ix_rate_window_until", "rate_window", ["until"])
    op.create_table(
        "known_device",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_known_device_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
        sa.UniqueConstraint("staff_id", "token_sha256", name=op.f("uq_known_device_staff_id_token_sha256")),
    )
    op.drop_constraint(op.f("ck_alert_kind"), "alert")
    listed = ", ".join(f"'{kind}'" for kind in _ALERTS)
    op.create_check_constraint(op.f("ck_alert_kind"), "alert", f"kind IN ({listed})")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
