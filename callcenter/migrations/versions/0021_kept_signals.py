"""Signals that our own code could not take are kept aside, and an alert says so.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_ALERTS = (
    *("allocation_missing", "stock_low", "shortage", "calendar_provisional", "line_refuses", "audit_broken"),
    *("command_failed", "command_lost", "task_overdue", "engine_late", "engine_silent", "signal_kept"),
)
_KEPT = sa.text("state = 'kept'")


def upgrade() -> None:
    op.create_table(
        "kept_signal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("node", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signal_sealed", sa.String(), nullable=False),
        sa.Column("error", sa.String(length=80), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requested_by", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("state IN ('kept', 'taken', 'dismissed')", name=op.f("ck_kept_signal_state")),
        sa.CheckConstraint("(state = 'kept') = (settled_at IS NULL)", name=op.f("ck_kept_signal_kept_until_settled")),
        sa.CheckConstraint(
            "state <> 'dismissed' OR reason <> ''", name=op.f("ck_kept_signal_dismissed_with_reason")
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["staff.id"], name=op.f("fk_kept_signal_requested_by")),
        sa.ForeignKeyConstraint(["settled_by"], ["staff.id"], name=op.f("fk_kept_signal_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_signal")),
    )
    op.create_index("uq_kept_signal_fact", "kept_signal", ["call_id", "kind"], unique=True, postgresql_where=_KEPT)
    op.create_index("ix_kept_signal_waiting", "kept_signal", ["node", "id"], postgresql_where=_KEPT)
    op.drop_constraint(op.f("ck_alert_kind"), "alert")
    listed = ", ".join(f"'{kind}'" for kind in _ALERTS)
    op.create_check_constraint(op.f("ck_alert_kind"), "alert", f"kind IN ({listed})")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
