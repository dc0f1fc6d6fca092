"""One open call per number; claims of callbacks read an index each; the disposition that is owed for a call

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_DOUBLES = """
    WITH open AS (
        SELECT id, row_number() OVER (PARTITION BY phone_index ORDER BY dialled_at NULLS LAST, planned_at, id) AS place
        FROM call WHERE state <> 'ended'
    ), ended AS (
        UPDATE call SET state = 'ended', ended_at = now(), end_estimated = true,
            outcome = CASE WHEN dialled_at IS NULL THEN 'not_placed' WHEN answered_at IS NULL THEN 'unknown'
                           ELSE 'answered' END
        FROM open WHERE open.id = call.id AND open.place > 1 RETURNING call.id
    )
    UPDATE agent_session SET state = 'wrap_up', since = now()
    WHERE call_id IN (SELECT id FROM ended) AND state = 'on_call'
"""
"""Of several open calls to one number the first stays open; the wrap-ups of the others end by their limit."""


def upgrade() -> None:
    op.execute(_DOUBLES)
    op.create_index(
        "uq_call_open_number", "call", ["phone_index"], unique=True, postgresql_where=sa.text("state <> 'ended'")
    )
    op.add_column("call", sa.Column("disposition_owed_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_call_owed",
        "call",
        ["agent_id"],
        postgresql_where=sa.text("disposition_owed_at IS NOT NULL AND disposed_at IS NULL"),
    )
    promise, owed = "kind = 'agent_promise' AND state = 'due'", "kind = 'complaint' AND state IN ('due', 'held')"
    order = ["priority", "due_at", "id"]
    op.create_index("ix_callback_own", "callback", ["agent_id", *order], postgresql_where=sa.text(promise))
    op.create_index("ix_callback_team", "callback", order, postgresql_where=sa.text(promise))
    op.create_index("ix_callback_owed", "callback", order, postgresql_where=sa.text(owed))


def downgrade() -> None:
    for name in ("ix_callback_owed", "ix_callback_team", "ix_callback_own"):
        op.drop_index(name, "callback")
    op.drop_index("ix_call_owed", "call")
    op.drop_column("call", "disposition_owed_at")
    op.drop_index("uq_call_open_number", "call")
