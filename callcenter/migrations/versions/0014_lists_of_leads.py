"""A lead refers to its list and that list's campaign at once: a campaign that is not the list's cannot be written

Revision ID: 0014
Revises: 0013
"""

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
