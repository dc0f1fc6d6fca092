"""Visits that a person has to decide about, promised times, calls left without a disposition.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_DISPOSITIONS = (
    *("success", "callback", "thinking", "refused", "do_not_call", "wrong_person", "complaint", "not_reached"),
    *("machine", "not_entered", "resolved", "unresolved"),
)


def upgrade() -> None:
    _questions_about_visits()
    _promised_times()
    _calls_left_undisposed()


def _questions_about_visits() -> None:
    """Visits to customers who may not be called any more are for a person to decide."""
    op.add_column("hand_over", sa.Column("question", sa.String(length=40), nullable=True))
    op.add_column("hand_over", sa.Column("questioned_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_hand_over_question"), "hand_over", "question IN ('do_not_call', 'basis_withdrawn')"
    )
    op.create_check_constraint(
        op.f("ck_hand_over_question_has_time"), "hand_over", "(question IS NULL) = (questioned_at IS NULL)"
    )
    op.execute(
        """UPDATE hand_over h SET questioned_at = now(), question = CASE
            WHEN l.basis_withdrawn_at IS NOT NULL THEN 'basis_withdrawn' ELSE 'do_not_call' END
        FROM lead l WHERE l.id = h.lead_id AND h.state <> 'done' AND (l.basis_withdrawn_at IS NOT NULL OR EXISTS (
            SELECT FROM dnc_entry e WHERE e.phone_index = l.phone_index AND e.lifted_at IS NULL
            AND (e.until IS NULL OR e.until > now())))"""
    )


def _promised_times() -> None:
    """The time given to the customer is kept beside the one at which the call is due; until now it was overwritten."""
    op.add_column("callback", sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        """UPDATE callback c SET promised_at = coalesce(
            (SELECT CAST(o.details ->> 'callback_at' AS timestamptz) FROM call o WHERE o.id = c.origin_call_id), c.due_at)
        WHERE c.kind = 'agent_promise'"""
    )
    op.create_check_constraint(
        op.f("ck_callback_promise_has_time"), "callback", "(kind = 'agent_promise') = (promised_at IS NOT NULL)"
    )


def _calls_left_undisposed() -> None:
    """A wrap-up ends by itself; the call says so."""
    listed = ", ".join(f"'{word}'" for word in _DISPOSITIONS)
    for table in ("call", "recording"):
        op.drop_constraint(op.f(f"ck_{table}_disposition"), table)
        op.create_check_constraint(op.f(f"ck_{table}_disposition"), table, f"disposition IN ({listed})")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
