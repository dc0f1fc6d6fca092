"""One-time passwords, which must be changed at the first log-in.

Revision ID: 0033
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("one_time_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
