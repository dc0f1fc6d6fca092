"""Recorders that stop during a conversation are noted, and incidents that cannot be mended are closed for good.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_ALERTS = (
    *("allocation_missing", "stock_low", "shortage", "calendar_provisional", "line_refuses", "audit_broken"),
    *("command_failed", "command_lost", "task_overdue", "engine_late", "engine_silent", "switch_gone", "part_missing"),
    *("signal_kept", "rate_exceeded", "spool_blocked", "store_down", "caller_id_refused", "message_failed"),
    "recording_stopped",
)
_NOTICES = ("taken_off", "hung_up", "in_conversation", "recording_stopped", "recording_ended")


def upgrade() -> None:
    op.add_column("recording", sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "recording_incident", sa.Column("final", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    _allow("alert", "kind", _ALERTS)
    _allow("desk_notice", "code", _NOTICES)


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    op.drop_constraint(op.f(f"ck_{table}_{column}"), table)
    op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} IN ({listed})")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
