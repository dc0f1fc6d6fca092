"""What quality has decided about a success, beside the call.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call", sa.Column("success_verdict", sa.String(length=40), nullable=True))
    op.execute(
        """
        UPDATE call SET success_verdict = CASE review.verdict WHEN 'pass' THEN 'passed' ELSE 'failed' END
        FROM review WHERE review.call_id = call.id AND review.verdict IN ('pass', 'fail') AND call.disposition = 'success'
        """
    )
    op.create_check_constraint(op.f("ck_call_success_verdict"), "call", "success_verdict IN ('passed', 'failed')")
