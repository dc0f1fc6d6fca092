"""An obligation to call back keeps until when the customer has to be reached

Obligations that have ended stay as they are (law 4), and have none.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("callback", sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        """UPDATE callback SET answer_by = complaint_case.answer_due_at FROM complaint_case
        WHERE complaint_case.id = callback.case_id AND callback.state <> 'done'"""
    )


def downgrade() -> None:
    op.drop_column("callback", "answer_by")
