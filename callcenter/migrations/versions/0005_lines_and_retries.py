"""Outcomes that concern the line, and when a customer's channel ended.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_OUTCOMES = (
    *("answered", "busy", "no_answer", "rejected", "unreachable", "congestion", "line_fault", "invalid_number"),
    *("machine", "cancelled", "not_placed", "unknown"),
)
_ALERTS = (
    *("allocation_missing", "stock_low", "shortage", "calendar_provisional", "line_refuses", "audit_broken"),
    *("command_failed", "command_lost"),
)


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def upgrade() -> None:
    _outcomes_of_the_line()
    _trunks()


def _outcomes_of_the_line() -> None:
    """A refusal of our line is an outcome of its own; calls before keep theirs, by which they were settled."""
    op.drop_constraint(op.f("ck_call_outcome"), "call")
    op.create_check_constraint(op.f("ck_call_outcome"), "call", f"outcome IN ({_listed(_OUTCOMES)})")
    op.add_column("call", sa.Column("hung_up_at", sa.DateTime(timezone=True), nullable=True))


def _trunks() -> None:
    """A trunk that refuses everything is taken out, and an alert says so."""
    op.add_column("call", sa.Column("is_probe", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("call", "is_probe", server_default=None)
    op.create_table(
        "trunk",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("sip_code", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_lead_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('in_use', 'paused', 'probing')", name=op.f("ck_trunk_state")),
        sa.CheckConstraint("(state = 'in_use') = (probe_at IS NULL)", name=op.f("ck_trunk_paused_has_probe")),
        sa.ForeignKeyConstraint(["probe_lead_id"], ["lead.id"], name=op.f("fk_trunk_probe_lead_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_trunk")),
    )
    op.drop_constraint(op.f("ck_alert_kind"), "alert")
    op.create_check_constraint(op.f("ck_alert_kind"), "alert", f"kind IN ({_listed(_ALERTS)})")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
