"""Agents belong to campaigns with a share of their quota; leads stay in their branch; staff go on leave

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_members()
    _part_the_quota()
    _open_to_branches()
    _make_leave()


def _make_members() -> None:
    """Until now every agent served every campaign: so it stays, in equal shares, until somebody changes it."""
    op.create_table(
        "campaign_member",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("weight BETWEEN 0 AND 100", name=op.f("ck_campaign_member_weight")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_member_campaign_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_campaign_member_staff_id")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_campaign_member_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_member")),
    )
    op.create_index("ix_campaign_member_staff", "campaign_member", ["staff_id", "campaign_id", "from_on", "id"])
    op.create_index("ix_campaign_member_campaign", "campaign_member", ["campaign_id", "staff_id"])
    op.execute(
        "INSERT INTO campaign_member (campaign_id, staff_id, weight, from_on, reason, set_at)"
        " SELECT c.id, s.id, 1, (c.created_at AT TIME ZONE 'Asia/Shanghai')::date,"
        " '升级前每名坐席服务所有项目 every agent served every campaign before', now()"
        " FROM campaign c CROSS JOIN staff s WHERE c.state <> 'closed' AND s.role = 'agent' AND s.active"
        " ORDER BY c.id, s.id"
    )


def _part_the_quota() -> None:
    op.add_column("allocation_share", sa.Column("day_quota", sa.Integer(), nullable=True))
    op.execute("UPDATE allocation_share SET day_quota = quota")
    op.alter_column("allocation_share", "day_quota", nullable=False)


def _open_to_branches() -> None:
    """Leads of a branch go to its agents from now on (requirement L3), also in campaigns that run."""
    op.add_column(
        "campaign", sa.Column("open_to_all_branches", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.alter_column("campaign", "open_to_all_branches", server_default=None)


def _make_leave() -> None:
    op.create_table(
        "staff_leave",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_staff_leave_span")),
        sa.CheckConstraint(
            "kind IN ('annual', 'sick', 'family', 'training', 'other')", name=op.f("ck_staff_leave_kind")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_leave_staff_id")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_staff_leave_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_leave")),
    )
    op.create_index("ix_staff_leave_days", "staff_leave", ["staff_id", "first_on", "last_on"])


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
