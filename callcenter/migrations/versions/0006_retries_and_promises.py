"""Retry rules with parts of the day.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _retries_by_parts_of_the_day()


def _retries_by_parts_of_the_day() -> None:
    """Retry rules are what ``campaigns.retries.stored`` writes: rules by kind of call, a gap, parts of the day.

    Rules of what is no attempt at the customer, or cannot end a call, were read by nothing and go.
    """
    op.execute(
        """UPDATE campaign SET retries = jsonb_build_object(
            'rules', (
                SELECT coalesce(jsonb_object_agg(key, value || jsonb_build_object('spread', key <> 'thinking')), '{}')
                FROM jsonb_each(retries)
                WHERE key IN ('busy', 'no_answer', 'rejected', 'unreachable', 'machine', 'thinking')),
            'min_gap_minutes', 30,
            'day_parts', '["12:00", "15:30", "18:00"]'::jsonb)
        WHERE NOT retries ? 'rules'"""
    )


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
