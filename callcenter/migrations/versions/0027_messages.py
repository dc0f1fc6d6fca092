"""Alerts leave the system by mail and webhook.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_ALERTS = (
    *("allocation_missing", "stock_low", "shortage", "calendar_provisional", "line_refuses", "audit_broken"),
    *("command_failed", "command_lost", "task_overdue", "engine_late", "engine_silent", "switch_gone", "part_missing"),
    *("signal_kept", "rate_exceeded", "spool_blocked", "store_down", "caller_id_refused", "message_failed"),
)


def _one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_alert_kind"), "alert")
    op.create_check_constraint(op.f("ck_alert_kind"), "alert", _one_of("kind", *_ALERTS))
    op.create_table(
        "message_route",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("language", sa.String(40), nullable=False),
        sa.Column("target_sealed", sa.String(), nullable=False),
        sa.Column("secret_sealed", sa.String(), nullable=True),
        sa.Column("kinds", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.Column("quiet_begin", sa.Time(), nullable=True),
        sa.Column("quiet_end", sa.Time(), nullable=True),
        sa.Column("through_quiet", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("says_cleared", sa.Boolean(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            _one_of("channel", "mail", "webhook", "wecom", "dingtalk", "feishu"), name=op.f("ck_message_route_channel")
        ),
        sa.CheckConstraint(_one_of("language", "zh", "en"), name=op.f("ck_message_route_language")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_route")),
    )
    op.create_index(
        "uq_message_route_name", "message_route", ["name"], unique=True, postgresql_where=sa.text("removed_at IS NULL")
    )
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("route_id", sa.BigInteger(), nullable=False),
        sa.Column("alert_id", sa.BigInteger(), nullable=True),
        sa.Column("phase", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint(_one_of("phase", "raised", "cleared", "test"), name=op.f("ck_message_phase")),
        sa.CheckConstraint(_one_of("state", "waiting", "sent", "expired"), name=op.f("ck_message_state")),
        sa.ForeignKeyConstraint(["route_id"], ["message_route.id"], name=op.f("fk_message_route_id")),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_message_alert_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("uq_message_once", "message", ["route_id", "alert_id", "phase"], unique=True)
    op.create_index(op.f("ix_message_alert_id"), "message", ["alert_id"])


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
