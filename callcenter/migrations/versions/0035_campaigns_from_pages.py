"""First days of campaigns; branches and teams as records.

Campaigns from before have none: they call as soon as they run. Each branch that a row names becomes a record.

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


    op.create_table(
        "branch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch")),
        sa.UniqueConstraint("code", name=op.f("uq_branch_code")),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("branch", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("leader_id", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["staff.id"], name=op.f("fk_team_leader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("branch", "name", name=op.f("uq_team_branch_name")),
    )
    op.add_column("staff", sa.Column("team_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_staff_team_id"), "staff", "team", ["team_id"], ["id"])
    op.create_index(op.f("ix_staff_team_id"), "staff", ["team_id"])
    op.execute(
        """
        INSERT INTO branch (code, name, active, created_at)
        SELECT code, code, true, now() FROM (
            SELECT branch AS code FROM staff UNION SELECT branch FROM lead_list UNION SELECT branch FROM target_group
        ) named WHERE code <> '' AND length(code) <= 80 ORDER BY code
        """
    )


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
