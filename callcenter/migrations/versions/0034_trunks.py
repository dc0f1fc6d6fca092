"""Several trunks, entered by the operator.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def _one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    op.create_table(
        "configured_trunk",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(31), nullable=False),
        sa.Column("group_name", sa.String(31), nullable=False),
        sa.Column("host", sa.String(253), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("transport", sa.String(40), nullable=False),
        sa.Column("encrypts_sound", sa.Boolean(), nullable=False),
        sa.Column("access", sa.String(40), nullable=False),
        sa.Column("account", sa.String(80), nullable=False),
        sa.Column("password_sealed", sa.String(), nullable=True),
        sa.Column("codecs", postgresql.ARRAY(sa.String(40)), nullable=False),
        sa.Column("number_format", sa.String(40), nullable=False),
        sa.Column("prefix", sa.String(10), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("calls_per_second", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(_one_of("transport", "udp", "tcp", "tls"), name=op.f("ck_configured_trunk_transport")),
        sa.CheckConstraint(
            _one_of("access", "address", "registration", "signed"), name=op.f("ck_configured_trunk_access")
        ),
        sa.CheckConstraint(
            _one_of("number_format", "national", "e164", "e164_plus"), name=op.f("ck_configured_trunk_number_format")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_configured_trunk")),
    )
    op.create_index(
        "uq_configured_trunk_name",
        "configured_trunk",
        ["name"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
