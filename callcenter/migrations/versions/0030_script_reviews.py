"""A second person approves a version of a script.

Versions that were published before stay in force as they are; they have no review.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ALERTS = (
    *("allocation_missing", "stock_low", "shortage", "calendar_provisional", "line_refuses", "audit_broken"),
    *("command_failed", "command_lost", "task_overdue", "engine_late", "engine_silent", "switch_gone", "part_missing"),
    *("signal_kept", "rate_exceeded", "spool_blocked", "store_down", "caller_id_refused", "message_failed"),
    *("recording_stopped", "script_waits"),
)


def upgrade() -> None:
    op.create_table(
        "script_review",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("script_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_why", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('submitted', 'approved', 'returned', 'withdrawn', 'published')",
            name=op.f("ck_script_review_state"),
        ),
        sa.CheckConstraint("decided_by <> submitted_by", name=op.f("ck_script_review_second_person")),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'published') OR from_on IS NOT NULL", name=op.f("ck_script_review_dated")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_script_review_campaign_id")),
        sa.ForeignKeyConstraint(["script_id"], ["script_version.id"], name=op.f("fk_script_review_script_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["staff.id"], name=op.f("fk_script_review_submitted_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_script_review_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_review")),
        sa.UniqueConstraint("script_id", name=op.f("uq_script_review_script_id")),
    )
    op.create_index(
        "uq_script_review_open",
        "script_review",
        ["campaign_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('submitted', 'approved')"),
    )
    op.drop_constraint(op.f("ck_alert_kind"), "alert")
    listed = ", ".join(f"'{kind}'" for kind in _ALERTS)
    op.create_check_constraint(op.f("ck_alert_kind"), "alert", f"kind IN ({listed})")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
