"""The detail of an incident of a recording is a code with facts; incidents from before keep their sentence

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "recording_incident", sa.Column("facts", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'"))
    )
    op.alter_column("recording_incident", "facts", server_default=None)


def downgrade() -> None:
    op.drop_column("recording_incident", "facts")
