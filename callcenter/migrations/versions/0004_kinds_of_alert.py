"""Alerts of commands that failed or were lost

Revision: 0004, after 0003.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KINDS = (
    *("allocation_missing", "stock_low", "shortage", "calendar_provisional", "audit_broken"),
    *("command_failed", "command_lost"),
)


def upgrade() -> None:
    op.drop_constraint(op.f("ck_alert_kind"), "alert")
    listed = ", ".join(f"'{kind}'" for kind in _KINDS)
    op.create_check_constraint(op.f("ck_alert_kind"), "alert", f"kind IN ({listed})")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
