"""Drafts of scripts are kept on the server; applications are followed until the policy is issued.

A customer who signed before has an application that waits for the insurer.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "script_draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("statements", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_script_draft_campaign_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_script_draft_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_draft")),
        sa.UniqueConstraint("campaign_id", "staff_id", name=op.f("uq_script_draft_campaign_id_staff_id")),
    )
    op.create_table(
        "policy_application",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("hand_over_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number_sealed", sa.String(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('applied', 'issued', 'refused', 'cancelled')", name=op.f("ck_policy_application_state")
        ),
        sa.CheckConstraint(
            "(number_sealed IS NULL) = (issued_on IS NULL) AND (issued_on IS NULL) = (starts_on IS NULL)",
            name=op.f("ck_policy_application_whole_policy"),
        ),
        sa.CheckConstraint(
            "state <> 'issued' OR issued_on IS NOT NULL", name=op.f("ck_policy_application_issued_with_policy")
        ),
        sa.CheckConstraint(
            "(state IN ('refused', 'cancelled')) = (ended_on IS NOT NULL)",
            name=op.f("ck_policy_application_ended_on_a_day"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_policy_application_order")),
        sa.ForeignKeyConstraint(["changed_by"], ["staff.id"], name=op.f("fk_policy_application_changed_by")),
        sa.ForeignKeyConstraint(["hand_over_id"], ["hand_over.id"], name=op.f("fk_policy_application_hand_over_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_application")),
        sa.UniqueConstraint("hand_over_id", name=op.f("uq_policy_application_hand_over_id")),
    )
    op.execute(
        """
        INSERT INTO policy_application (hand_over_id, state, signed_at, changed_at)
        SELECT hand_over_id, 'applied', min(reported_at), min(reported_at) FROM visit
        WHERE result = 'signed' AND reported_at IS NOT NULL GROUP BY hand_over_id
        """
    )


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
