"""Tables of the data officer's room

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "errand",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("params", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ordered_by", sa.BigInteger(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_wished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_errand_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errand")),
    )
    op.create_index("ix_errand_kind", "errand", ["kind", "id"], unique=False)
    op.create_index(
        "ix_errand_open", "errand", ["id"], unique=False, postgresql_where=sa.text("state IN ('queued', 'running')")
    )
    op.create_index(
        "uq_errand_open", "errand", ["key"], unique=True, postgresql_where=sa.text("state IN ('queued', 'running')")
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("needs", sa.String(length=40), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('allocation_missing', 'stock_low', 'shortage', 'calendar_provisional', 'audit_broken')",
            name=op.f("ck_alert_kind"),
        ),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["staff.id"], name=op.f("fk_alert_acknowledged_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index(
        "uq_alert_open", "alert", ["kind", "subject"], unique=True, postgresql_where=sa.text("cleared_at IS NULL")
    )
    op.create_table(
        "class_scheme",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_class_scheme_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_scheme")),
        sa.UniqueConstraint("key", name=op.f("uq_class_scheme_key")),
    )
    op.create_table(
        "dnc_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("supplier", sa.String(), nullable=False),
        sa.Column("term_days", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_dnc_list_made_by")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["staff.id"], name=op.f("fk_dnc_list_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dnc_list")),
        sa.UniqueConstraint("name", name=op.f("uq_dnc_list_name")),
    )
    op.create_table(
        "lead_source",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["used_by"], ["staff.id"], name=op.f("fk_lead_source_used_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_source")),
        sa.UniqueConstraint("source", name=op.f("uq_lead_source_source")),
    )
    op.create_table(
        "ledger_export",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("errand_id", sa.BigInteger(), nullable=False),
        sa.Column("ordered_by", sa.BigInteger(), nullable=True),
        sa.Column("filters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("filters_sha256", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("version_id", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["errand_id"], ["errand.id"], name=op.f("fk_ledger_export_errand_id")),
        sa.ForeignKeyConstraint(["ordered_by"], ["staff.id"], name=op.f("fk_ledger_export_ordered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_export")),
        sa.UniqueConstraint("errand_id", name=op.f("uq_ledger_export_errand_id")),
    )
    op.create_index("ix_ledger_export_ordered_by", "ledger_export", ["ordered_by", "id"], unique=False)
    op.create_table(
        "work_pattern",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("jsonb_array_length(parts) = 7", name=op.f("ck_work_pattern_parts")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_work_pattern_set_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_work_pattern_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_pattern")),
        sa.UniqueConstraint("staff_id", "from_on", name=op.f("uq_work_pattern_staff_id_from_on")),
    )
    op.create_table(
        "class_rule_set",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("scheme_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_by", sa.BigInteger(), nullable=True),
        sa.Column("activated_why", sa.String(), nullable=False),
        sa.CheckConstraint("NOT active OR activated_at IS NOT NULL", name=op.f("ck_class_rule_set_active")),
        sa.ForeignKeyConstraint(["activated_by"], ["staff.id"], name=op.f("fk_class_rule_set_activated_by")),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_class_rule_set_created_by")),
        sa.ForeignKeyConstraint(["scheme_id"], ["class_scheme.id"], name=op.f("fk_class_rule_set_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_rule_set")),
        sa.UniqueConstraint("scheme_id", "version", name=op.f("uq_class_rule_set_scheme_id_version")),
    )
    op.create_index(
        "uq_class_rule_set_active", "class_rule_set", ["scheme_id"], unique=True, postgresql_where=sa.text("active")
    )
    op.create_table(
        "class_value",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("scheme_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("callback_grace_minutes", sa.Integer(), nullable=True),
        sa.Column("most_attempts", sa.Integer(), nullable=True),
        sa.Column("retry_factor", sa.Float(), nullable=True),
        sa.Column("first_call_days", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "callback_grace_minutes >= 0 AND most_attempts > 0 AND retry_factor > 0 AND first_call_days > 0",
            name=op.f("ck_class_value_steering"),
        ),
        sa.CheckConstraint("rank BETWEEN 1 AND 999", name=op.f("ck_class_value_rank")),
        sa.ForeignKeyConstraint(["scheme_id"], ["class_scheme.id"], name=op.f("fk_class_value_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_value")),
        sa.UniqueConstraint("scheme_id", "code", name=op.f("uq_class_value_scheme_id_code")),
        sa.UniqueConstraint("scheme_id", "name_zh", name=op.f("uq_class_value_scheme_id_name_zh")),
    )
    op.create_index(
        "uq_class_value_default", "class_value", ["scheme_id"], unique=True, postgresql_where=sa.text("is_default")
    )
    op.create_table(
        "dnc_delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("encoding", sa.String(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=True),
        sa.Column("sheets", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=True),
        sa.Column("errand_id", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("keys", sa.Integer(), nullable=False),
        sa.Column("malformed", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('phone', 'sha256', 'md5', 'sm3')", name=op.f("ck_dnc_delivery_kind")),
        sa.CheckConstraint(
            "state IN ('uploaded', 'in_force', 'superseded', 'withdrawn', 'discarded')",
            name=op.f("ck_dnc_delivery_state"),
        ),
        sa.ForeignKeyConstraint(["errand_id"], ["errand.id"], name=op.f("fk_dnc_delivery_errand_id")),
        sa.ForeignKeyConstraint(["list_id"], ["dnc_list.id"], name=op.f("fk_dnc_delivery_list_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["staff.id"], name=op.f("fk_dnc_delivery_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dnc_delivery")),
    )
    op.create_index(op.f("ix_dnc_delivery_list_id"), "dnc_delivery", ["list_id"], unique=False)
    op.create_index(
        "uq_dnc_delivery_in_force",
        "dnc_delivery",
        ["list_id"],
        unique=True,
        postgresql_where=sa.text("state = 'in_force'"),
    )
    op.create_table(
        "agent_quota",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quota >= 1", name=op.f("ck_agent_quota_quota")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_agent_quota_campaign_id")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_agent_quota_set_by")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_agent_quota_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_quota")),
    )
    op.create_index(
        "uq_agent_quota",
        "agent_quota",
        ["campaign_id", "staff_id", "from_on"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "dnc_key",
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("key_index", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["dnc_delivery.id"], name=op.f("fk_dnc_key_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "key_index", name=op.f("pk_dnc_key")),
    )
    op.create_table(
        "dnc_piece",
        sa.Column("delivery_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["dnc_delivery.id"], name=op.f("fk_dnc_piece_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", "number", name=op.f("pk_dnc_piece")),
    )
    op.create_table(
        "target_group",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("branch", sa.String(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("criteria", sa.String(), nullable=False),
        sa.Column("segmentation", sa.String(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'supplied', 'imported', 'refused', 'withdrawn')",
            name=op.f("ck_target_group_state"),
        ),
        sa.CheckConstraint("wanted > 0", name=op.f("ck_target_group_wanted")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_target_group_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_group")),
    )
    op.create_index("ix_target_group_branch", "target_group", ["branch", "id"], unique=False)
    op.create_index("ix_target_group_state", "target_group", ["state", "id"], unique=False)
    op.create_table(
        "allocation_share",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("work_on", sa.Date(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("carried", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("by_class", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("by_district", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("redealt", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_allocation_share_agent_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_allocation_share_campaign_id")),
        sa.ForeignKeyConstraint(["run_id"], ["allocation_run.id"], name=op.f("fk_allocation_share_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_share")),
    )
    op.create_index("ix_allocation_share_day", "allocation_share", ["agent_id", "work_on"], unique=False)
    op.create_index("uq_allocation_share_agent", "allocation_share", ["run_id", "agent_id"], unique=True)
    op.create_table(
        "target_step",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.Column("list_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "act IN ('propose', 'approve', 'refuse', 'withdraw', 'supply', 'return', 'import')",
            name=op.f("ck_target_step_act"),
        ),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_target_step_by")),
        sa.ForeignKeyConstraint(["group_id"], ["target_group.id"], name=op.f("fk_target_step_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_step")),
    )
    op.create_index(op.f("ix_target_step_group_id"), "target_step", ["group_id"], unique=False)
    op.create_table(
        "lead_upload",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("encoding", sa.String(), nullable=True),
        sa.Column("sheets", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("target_group_id", sa.BigInteger(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=True),
        sa.Column("errand_id", sa.BigInteger(), nullable=True),
        sa.Column("list_id", sa.BigInteger(), nullable=True),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["errand_id"], ["errand.id"], name=op.f("fk_lead_upload_errand_id")),
        sa.ForeignKeyConstraint(["list_id"], ["lead_list.id"], name=op.f("fk_lead_upload_list_id")),
        sa.ForeignKeyConstraint(["target_group_id"], ["target_group.id"], name=op.f("fk_lead_upload_target_group_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["staff.id"], name=op.f("fk_lead_upload_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_upload")),
    )
    op.create_index(op.f("ix_lead_upload_errand_id"), "lead_upload", ["errand_id"], unique=False)
    op.create_index("ix_lead_upload_file", "lead_upload", ["sha256"], unique=False)
    op.create_index(op.f("ix_lead_upload_list_id"), "lead_upload", ["list_id"], unique=False)
    op.create_index(op.f("ix_lead_upload_target_group_id"), "lead_upload", ["target_group_id"], unique=False)
    op.create_index(op.f("ix_lead_upload_uploaded_by"), "lead_upload", ["uploaded_by"], unique=False)
    op.create_index(
        "ix_lead_upload_waiting",
        "lead_upload",
        ["uploaded_at"],
        unique=False,
        postgresql_where=sa.text("list_id IS NULL AND discarded_at IS NULL"),
    )
    op.create_table(
        "desk_notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("code IN ('taken_off', 'hung_up', 'in_conversation')", name=op.f("ck_desk_notice_code")),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_desk_notice_agent_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_desk_notice_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_notice")),
    )
    op.create_index(
        "ix_desk_notice_unread", "desk_notice", ["agent_id", "id"], unique=False, postgresql_where="read_at IS NULL"
    )
    op.create_table(
        "lead_basis",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("note_sealed", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("act IN ('added', 'withdrawn', 'reinstated')", name=op.f("ck_lead_basis_act")),
        sa.CheckConstraint(
            "kind IN ('written_consent', 'recorded_consent', 'electronic_consent', 'existing_relation')",
            name=op.f("ck_lead_basis_kind"),
        ),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_lead_basis_by")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_basis_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_basis")),
    )
    op.create_index(op.f("ix_lead_basis_lead_id"), "lead_basis", ["lead_id"], unique=False)
    op.create_table(
        "lead_class",
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("scheme_id", sa.BigInteger(), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("rule_set_id", sa.BigInteger(), nullable=True),
        sa.Column("rule_no", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(how = 'rule') = (rule_set_id IS NOT NULL AND rule_no IS NOT NULL)", name=op.f("ck_lead_class_rule")
        ),
        sa.CheckConstraint("how <> 'hand' OR (reason <> '' AND set_by IS NOT NULL)", name=op.f("ck_lead_class_hand")),
        sa.CheckConstraint("how IN ('hand', 'rule', 'list', 'default')", name=op.f("ck_lead_class_how")),
        sa.ForeignKeyConstraint(["class_id"], ["class_value.id"], name=op.f("fk_lead_class_class_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_class_lead_id")),
        sa.ForeignKeyConstraint(["rule_set_id"], ["class_rule_set.id"], name=op.f("fk_lead_class_rule_set_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["class_scheme.id"], name=op.f("fk_lead_class_scheme_id")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_lead_class_set_by")),
        sa.PrimaryKeyConstraint("lead_id", "scheme_id", name=op.f("pk_lead_class")),
    )
    op.create_index("ix_lead_class_class", "lead_class", ["class_id"], unique=False)
    op.create_table(
        "lead_upload_chunk",
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["lead_upload.id"], name=op.f("fk_lead_upload_chunk_upload_id")),
        sa.PrimaryKeyConstraint("upload_id", "number", name=op.f("pk_lead_upload_chunk")),
    )
    op.create_table(
        "dnc_lift",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.String(length=40), nullable=True),
        sa.Column("decided_why", sa.String(), nullable=False),
        sa.CheckConstraint("decision IN ('confirmed', 'declined')", name=op.f("ck_dnc_lift_decision")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_dnc_lift_decided_by")),
        sa.ForeignKeyConstraint(["entry_id"], ["dnc_entry.id"], name=op.f("fk_dnc_lift_entry_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff.id"], name=op.f("fk_dnc_lift_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dnc_lift")),
    )
    op.create_index(op.f("ix_dnc_lift_entry_id"), "dnc_lift", ["entry_id"], unique=False)
    op.create_index(
        "uq_dnc_lift_open", "dnc_lift", ["entry_id"], unique=True, postgresql_where=sa.text("decided_at IS NULL")
    )
    _add("allocation_run", sa.Column("digest", sa.String(), nullable=False), "''")
    _add("allocation_run", sa.Column("by_class", postgresql.JSONB(astext_type=sa.Text()), nullable=False), "'{}'")
    _add("allocation_run", sa.Column("stock_by_class", postgresql.JSONB(astext_type=sa.Text()), nullable=False), "'{}'")
    _add("assignment", sa.Column("reason_facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False), "'{}'")
    op.add_column("assignment", sa.Column("quota", sa.Integer(), nullable=True))
    op.add_column("assignment", sa.Column("recalled_as", sa.String(), nullable=True))
    op.drop_index(op.f("ix_assignment_campaign_id"), table_name="assignment")
    op.drop_index(op.f("ix_assignment_lead"), table_name="assignment")
    op.create_index("ix_assignment_lead", "assignment", ["lead_id", "id"], unique=False)
    op.create_index("ix_assignment_agent_lead", "assignment", ["agent_id", "lead_id"], unique=False)
    op.create_index(
        "ix_assignment_result",
        "assignment",
        ["result", "lead_id"],
        unique=False,
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_index(
        "ix_call_disposition",
        "call",
        ["disposition", "lead_id"],
        unique=False,
        postgresql_where="disposition IS NOT NULL",
    )
    _add("callback", sa.Column("priority", sa.Integer(), nullable=False), "'1000'")
    op.add_column("campaign", sa.Column("class_scheme_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_campaign_class_scheme_id"), "campaign", "class_scheme", ["class_scheme_id"], ["id"])
    op.add_column("dnc_entry", sa.Column("phone_sealed", sa.String(), nullable=True))
    _add("dnc_entry", sa.Column("source", sa.String(length=40), nullable=False), "''")
    op.add_column("dnc_entry", sa.Column("delivery_id", sa.BigInteger(), nullable=True))
    op.add_column("dnc_entry", sa.Column("list_key", sa.String(length=64), nullable=True))
    op.add_column("dnc_entry", sa.Column("note_sealed", sa.String(), nullable=True))
    op.drop_index(op.f("ix_dnc_entry_in_force"), table_name="dnc_entry", postgresql_where="(lifted_at IS NULL)")
    op.create_index("ix_dnc_entry_number", "dnc_entry", ["phone_index"], unique=False)
    op.create_index(
        "uq_dnc_entry_list_key",
        "dnc_entry",
        ["delivery_id", "list_key"],
        unique=True,
        postgresql_where=sa.text("list_key IS NOT NULL"),
    )
    op.create_foreign_key(op.f("fk_dnc_entry_delivery_id"), "dnc_entry", "dnc_delivery", ["delivery_id"], ["id"])
    op.add_column("lead", sa.Column("age_given", sa.Integer(), nullable=True))
    _add("lead", sa.Column("name_index", sa.String(length=64), nullable=False), "''")
    _add("lead", sa.Column("carrier", sa.String(), nullable=False), "''")
    _add("lead", sa.Column("city", sa.String(), nullable=False), "''")
    _add("lead", sa.Column("class_rank", sa.Integer(), nullable=False), "'1000'")
    op.add_column("lead", sa.Column("class_id", sa.BigInteger(), nullable=True))
    op.add_column("lead", sa.Column("list_class", sa.String(), nullable=True))
    op.add_column("lead", sa.Column("basis_valid_until", sa.Date(), nullable=True))
    op.add_column("lead", sa.Column("basis_withdrawn_by", sa.BigInteger(), nullable=True))
    op.add_column("lead", sa.Column("basis_withdrawn_why", sa.String(), nullable=True))
    op.alter_column("lead", "extra_sealed", new_column_name="fields_sealed")
    op.drop_index(op.f("ix_lead_list_id"), table_name="lead")
    op.drop_index(op.f("ix_lead_phone_index"), table_name="lead")
    op.drop_index(
        op.f("ix_lead_stock"),
        table_name="lead",
        postgresql_where="(((state)::text = 'stock'::text) AND (basis_withdrawn_at IS NULL))",
    )
    op.create_index(
        "ix_lead_stock",
        "lead",
        ["campaign_id", "class_rank", "imported_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'stock' AND basis_withdrawn_at IS NULL"),
    )
    op.drop_index(op.f("uq_lead_phone"), table_name="lead")
    op.create_index("uq_lead_phone", "lead", ["phone_index", "campaign_id"], unique=True)
    op.create_index("ix_lead_campaign_state", "lead", ["campaign_id", "state", "id"], unique=False)
    op.create_index("ix_lead_class", "lead", ["customer_class", "state", "id"], unique=False)
    op.create_index("ix_lead_district", "lead", ["district", "id"], unique=False)
    op.create_index("ix_lead_list", "lead", ["list_id", "id"], unique=False)
    op.create_index(op.f("ix_lead_name_index"), "lead", ["name_index"], unique=False)
    op.create_foreign_key(op.f("fk_lead_class_id"), "lead", "class_value", ["class_id"], ["id"])
    op.create_foreign_key(op.f("fk_lead_basis_withdrawn_by"), "lead", "staff", ["basis_withdrawn_by"], ["id"])
    _add("lead_list", sa.Column("source", sa.String(), nullable=False), "''")
    _add("lead_list", sa.Column("branch", sa.String(), nullable=False), "''")
    op.add_column("lead_list", sa.Column("target_group_id", sa.BigInteger(), nullable=True))
    _add("lead_list", sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False), "'[]'")
    _add("lead_list", sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False), "'{}'")
    _add("lead_list", sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), nullable=False), "'[]'")
    op.create_index(op.f("ix_lead_list_target_group_id"), "lead_list", ["target_group_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_lead_list_target_group_id"), "lead_list", "target_group", ["target_group_id"], ["id"]
    )
    _add("lead_reject", sa.Column("detail", sa.String(), nullable=False), "''")
    op.drop_index(op.f("ix_lead_reject_list"), table_name="lead_reject")
    op.create_index("ix_lead_reject_list", "lead_reject", ["list_id", "id"], unique=False)
    _add("roster", sa.Column("part", sa.Integer(), nullable=False), "'0'")
    op.add_column("roster", sa.Column("reason", sa.String(length=40), nullable=True))
    op.add_column("roster", sa.Column("set_by", sa.BigInteger(), nullable=True))
    _add("roster", sa.Column("set_at", sa.DateTime(timezone=True), nullable=False), "now()")
    op.drop_index(op.f("ix_roster_staff_id"), table_name="roster")
    op.create_index("ix_roster_on", "roster", ["on"], unique=False)
    op.create_foreign_key(op.f("fk_roster_set_by"), "roster", "staff", ["set_by"], ["id"])

    op.execute(
        "INSERT INTO allocation_share (run_id, campaign_id, agent_id, work_on, quota, part, carried, new, by_class,"
        " by_district, returned, redealt)"
        " SELECT r.id, r.campaign_id, (s ->> 'agent_id')::bigint, r.work_on, r.quota, 100, (s ->> 'carried')::int,"
        " (s ->> 'new')::int, '{}', '{}', 0, 0 FROM allocation_run r, jsonb_array_elements(r.shares) s"
    )
    op.drop_column("allocation_run", "shares")
    for table, name in (("staff", "role"), ("lead_reject", "reason")):
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.execute("UPDATE lead_reject SET reason = 'landline' WHERE reason = 'landline_or_short'")
    op.execute(
        "UPDATE lead_list SET reasons = reasons - 'landline_or_short'"
        " || jsonb_build_object('landline', reasons -> 'landline_or_short') WHERE reasons ? 'landline_or_short'"
    )
    op.execute("UPDATE roster SET part = CASE WHEN working THEN 100 ELSE 0 END")
    op.execute("UPDATE dnc_entry SET source = CASE WHEN call_id IS NULL THEN 'office' ELSE 'call' END")
    op.execute("UPDATE dnc_entry d SET phone_sealed = l.phone_sealed FROM lead l WHERE l.id = d.lead_id")
    _check(
        "staff",
        "role",
        "role IN ('agent', 'agent_leader', 'qa', 'qa_lead', 'data_officer', 'dispatcher', 'field_agent', 'field_leader', 'complaint_officer', 'insurer_liaison', 'auditor', 'branch_officer', 'head_office', 'administrator')",
    )
    _check(
        "lead_reject",
        "reason",
        "reason IN ('missing_phone', 'foreign', 'landline', 'short_code', 'service_number', 'malformed', 'no_legal_basis', 'field_invalid', 'do_not_call', 'duplicate_in_file', 'duplicate_in_system')",
    )
    _check("dnc_entry", "source", "source IN ('call', 'office', 'complaint', 'outside_list')")
    _check("roster", "reason", "reason IN ('leave', 'sick', 'training', 'other')")
    _check("roster", "part", "part BETWEEN 0 AND 100 AND working = (part > 0)")


def downgrade() -> None:
    raise NotImplementedError("going back would lose what people have entered: restore a backup")


def _add(table: str, column: sa.Column, default: str) -> None:
    """A column that must have a value, also where rows stand already."""
    column.server_default = sa.DefaultClause(sa.text(default))
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)


def _check(table: str, name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
