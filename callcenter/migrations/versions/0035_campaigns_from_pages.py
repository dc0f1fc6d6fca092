"""First days of campaigns.

Campaigns from before have none: they call as soon as they run.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_VERSIONED = (
    *("state", "mode", "legal_opens", "legal_closes", "shifts", "quota", "ring_seconds", "wrap_up_seconds"),
    *("caller_id", "trunk", "cap_per_day", "cap_per_7_days", "max_attempts", "retries", "class_scheme_id"),
    *("script_id", "open_to_all_branches", "agent_fields", "first_on"),
)


def upgrade() -> None:
    op.add_column("campaign", sa.Column("first_on", sa.Date(), nullable=True))
    op.add_column("campaign_version", sa.Column("first_on", sa.Date(), nullable=True))
    new, old = (", ".join(f"{row}.{name}" for name in _VERSIONED) for row in ("NEW", "OLD"))
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION campaign_law_11() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF ({new}) IS DISTINCT FROM
               ({old}) AND NEW.version <= OLD.version THEN
                RAISE EXCEPTION 'law 11: the rules of campaign % are changed with a new version', OLD.id
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
