"""A lead refers to its list and that list's campaign at once; its indexes cost an import less

A campaign that is not the list's cannot be written any more.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_unique_constraint(op.f("uq_lead_list_id_campaign_id"), "lead_list", ["id", "campaign_id"])
    op.create_foreign_key(
        op.f("fk_lead_list_id_campaign_id"),
        "lead",
        "lead_list",
        ["list_id", "campaign_id"],
        ["id", "campaign_id"],
    )
    op.drop_constraint(op.f("fk_lead_list_id"), "lead", type_="foreignkey")
    op.drop_constraint(op.f("fk_lead_campaign_id"), "lead", type_="foreignkey")

    op.drop_index(op.f("ix_lead_campaign_state"), table_name="lead")
    op.create_index(
        "ix_lead_beyond_stock",
        "lead",
        ["campaign_id", "state", "id"],
        unique=False,
        postgresql_where=sa.text("state <> 'stock'"),
    )
    op.drop_index("ix_lead_class", table_name="lead")
    op.create_index("ix_lead_customer_class", "lead", ["customer_class"], unique=False)
    op.drop_index("ix_lead_district", table_name="lead")
    op.create_index("ix_lead_district", "lead", ["district"], unique=False)
    op.drop_index("ix_lead_stock", table_name="lead")
    op.create_index(
        "ix_lead_stock",
        "lead",
        ["campaign_id", "class_rank", "imported_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'stock'"),
    )
