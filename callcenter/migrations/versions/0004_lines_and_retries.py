"""Outcomes that concern the line, and when a customer's channel ended.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OUTCOMES = (
    *("answered", "busy", "no_answer", "rejected", "unreachable", "congestion", "line_fault", "invalid_number"),
    *("machine", "cancelled", "not_placed", "unknown"),
)


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def upgrade() -> None:
    _outcomes_of_the_line()


def _outcomes_of_the_line() -> None:
    """A refusal of our line is an outcome of its own; calls before keep theirs, by which they were settled."""
    op.drop_constraint(op.f("ck_call_outcome"), "call")
    op.create_check_constraint(op.f("ck_call_outcome"), "call", f"outcome IN ({_listed(_OUTCOMES)})")
    op.add_column("call", sa.Column("hung_up_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
