"""Second factors: authenticator apps, passkeys, recovery codes, and the roles that need one.

People log in by password alone until they or the administrator set one up.

Revision ID: 0041
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0037"
branch_labels = None
depends_on = None

_ROLES = (
    *("agent", "agent_leader", "qa", "qa_lead", "data_officer", "dispatcher", "field_agent", "field_leader"),
    *("complaint_officer", "insurer_liaison", "auditor", "branch_officer", "head_office", "administrator"),
)


def upgrade() -> None:
    op.add_column("login_session", sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("login_session", sa.Column("challenge", sa.LargeBinary(), nullable=True))
    op.add_column("login_session", sa.Column("challenge_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "totp_key",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_sealed", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_totp_key_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_totp_key")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_totp_key_staff_id")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_passkey_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_staff_id"), "passkey", ["staff_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recovery_code_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("staff_id", "code_sha256", name=op.f("uq_recovery_code_staff_id_code_sha256")),
    )
    op.create_table(
        "second_factor_demand",
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ({})".format(", ".join(f"'{role}'" for role in _ROLES)),
            name=op.f("ck_second_factor_demand_role"),
        ),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_second_factor_demand_set_by")),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_second_factor_demand")),
    )
