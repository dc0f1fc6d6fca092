"""The first tables, and the triggers that guard the audit trail and the complaint obligations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"], unique=False)
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject", "id"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "campaign",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("company_full_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("outer_opens", sa.Time(), nullable=False),
        sa.Column("outer_closes", sa.Time(), nullable=False),
        sa.Column("shifts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("ring_seconds", sa.Integer(), nullable=False),
        sa.Column("wrap_up_seconds", sa.Integer(), nullable=False),
        sa.Column("caller_id", sa.String(), nullable=False),
        sa.Column("trunk", sa.String(), nullable=False),
        sa.Column("cap_per_day", sa.Integer(), nullable=False),
        sa.Column("cap_per_7_days", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("retries", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mode IN ('preview', 'progressive')", name=op.f("ck_campaign_mode")),
        sa.CheckConstraint("state IN ('preparing', 'running', 'closed')", name=op.f("ck_campaign_state")),
        sa.CheckConstraint(
            "cap_per_day > 0 AND cap_per_7_days > 0 AND max_attempts > 0", name=op.f("ck_campaign_caps")
        ),
        sa.CheckConstraint("quota > 0", name=op.f("ck_campaign_quota")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_table(
        "job_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("job", "due_at", name=op.f("uq_job_run_job_due_at")),
    )
    op.create_table(
        "login_attempt",
        sa.Column("login_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("login_sha256", name=op.f("pk_login_attempt")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("delivery", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'started', 'done', 'failed', 'lost')", name=op.f("ck_outbox_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_open", "outbox", ["queue", "due_at"], unique=False, postgresql_where="state = 'pending'")
    op.create_table(
        "recording",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("disposition", sa.String(length=40), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("object_key", sa.String(), nullable=True),
        sa.Column("version_id", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("peaks", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("discarded", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("retain_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_ended", sa.Boolean(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=True),
        sa.Column("policy_rule", sa.String(), nullable=True),
        sa.Column("policy_reason", sa.String(), nullable=True),
        sa.Column("retention_facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("armed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("local_removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.CheckConstraint(
            "disposition IN ('success', 'callback', 'thinking', 'refused', 'do_not_call', 'wrong_person', 'complaint', 'not_reached', 'machine', 'resolved', 'unresolved')",
            name=op.f("ck_recording_disposition"),
        ),
        sa.CheckConstraint(
            "local_removed_at IS NULL OR state = 'stored'", name=op.f("ck_recording_removed_only_when_stored")
        ),
        sa.CheckConstraint(
            "state <> 'stored' OR (object_key IS NOT NULL AND version_id IS NOT NULL AND sha256 IS NOT NULL AND retain_until IS NOT NULL AND stored_at IS NOT NULL)",
            name=op.f("ck_recording_stored_is_known_whole"),
        ),
        sa.CheckConstraint(
            "state IN ('armed', 'captured', 'stored', 'empty', 'failed')", name=op.f("ck_recording_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("call_id", name=op.f("uq_recording_call_id")),
    )
    op.create_index("ix_recording_agent_armed", "recording", ["agent_id", "armed_at"], unique=False)
    op.create_index(op.f("ix_recording_armed_at"), "recording", ["armed_at"], unique=False)
    op.create_index(op.f("ix_recording_lead_id"), "recording", ["lead_id"], unique=False)
    op.create_index(
        "ix_recording_open_ended", "recording", ["retain_until"], unique=False, postgresql_where="open_ended"
    )
    op.create_index(
        "ix_recording_unfinished",
        "recording",
        ["node", "due_at"],
        unique=False,
        postgresql_where="local_removed_at IS NULL",
    )
    op.create_index(op.f("ix_recording_wanted_until"), "recording", ["wanted_until"], unique=False)
    op.create_table(
        "recording_incident",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closing_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('missing', 'no_audio', 'wrong_length', 'late', 'stuck', 'damaged', 'orphan', 'object_gone', 'extra_object')",
            name=op.f("ck_recording_incident_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_incident")),
    )
    op.create_index(op.f("ix_recording_incident_opened_at"), "recording_incident", ["opened_at"], unique=False)
    op.create_index(
        "uq_recording_incident_open",
        "recording_incident",
        ["call_id", "kind"],
        unique=True,
        postgresql_where="closed_at IS NULL",
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("branch", sa.String(length=80), nullable=False),
        sa.Column("extension", sa.String(length=20), nullable=True),
        sa.Column("robot_number", sa.String(length=20), nullable=True),
        sa.Column("licence_number", sa.String(length=60), nullable=True),
        sa.Column("licence_valid_until", sa.Date(), nullable=True),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("examined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreement_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leaving_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('agent', 'agent_leader', 'qa', 'qa_lead', 'data_officer', 'dispatcher', 'field_agent', 'field_leader', 'complaint_officer', 'insurer_liaison', 'auditor', 'administrator')",
            name=op.f("ck_staff_role"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("extension", name=op.f("uq_staff_extension")),
        sa.UniqueConstraint("login", name=op.f("uq_staff_login")),
    )
    op.create_index(op.f("ix_staff_region_id"), "staff", ["region_id"], unique=False)
    op.create_index("ix_staff_role_active", "staff", ["role"], unique=False, postgresql_where="active")
    op.create_table(
        "agent_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("extension", sa.String(), nullable=True),
        sa.Column("robot_number", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pause_code", sa.String(length=40), nullable=True),
        sa.Column("pause_wished", sa.String(length=40), nullable=True),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("phone_registered", sa.Boolean(), nullable=False),
        sa.Column("leg_id", sa.String(), nullable=True),
        sa.Column("leg_state", sa.String(length=40), nullable=False),
        sa.Column("leg_attempts", sa.Integer(), nullable=False),
        sa.Column("leg_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assignment_id", sa.BigInteger(), nullable=True),
        sa.Column("callback_id", sa.BigInteger(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("logged_on_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("logged_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("leg_state IN ('none', 'connecting', 'up')", name=op.f("ck_agent_session_leg_state")),
        sa.CheckConstraint(
            "state IN ('offline', 'paused', 'ready', 'preview', 'on_call', 'wrap_up')",
            name=op.f("ck_agent_session_state"),
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_agent_session_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_session")),
    )
    op.create_index(op.f("ix_agent_session_agent_id"), "agent_session", ["agent_id"], unique=False)
    op.create_index(op.f("ix_agent_session_extension"), "agent_session", ["extension"], unique=False)
    op.create_index(op.f("ix_agent_session_leg_id"), "agent_session", ["leg_id"], unique=False)
    op.create_index(
        "uq_agent_session_assignment",
        "agent_session",
        ["assignment_id"],
        unique=True,
        postgresql_where="assignment_id IS NOT NULL",
    )
    op.create_index(
        "uq_agent_session_callback",
        "agent_session",
        ["callback_id"],
        unique=True,
        postgresql_where="callback_id IS NOT NULL",
    )
    op.create_index(
        "uq_agent_session_open", "agent_session", ["agent_id"], unique=True, postgresql_where="state <> 'offline'"
    )
    op.create_table(
        "allocation_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("work_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("agents", sa.Integer(), nullable=False),
        sa.Column("assigned", sa.Integer(), nullable=False),
        sa.Column("carried", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("shortage", sa.Integer(), nullable=False),
        sa.Column("stock_left", sa.Integer(), nullable=False),
        sa.Column("forecast_days", sa.Float(), nullable=True),
        sa.Column("shares", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_allocation_run_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_run")),
        sa.UniqueConstraint("campaign_id", "work_on", name=op.f("uq_allocation_run_campaign_id_work_on")),
    )
    op.create_table(
        "calendar_override",
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_calendar_override_set_by")),
        sa.PrimaryKeyConstraint("day_on", name=op.f("pk_calendar_override")),
    )
    op.create_table(
        "lead_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.BigInteger(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_lead_list_campaign_id")),
        sa.ForeignKeyConstraint(["imported_by"], ["staff.id"], name=op.f("fk_lead_list_imported_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_list")),
    )
    op.create_index("uq_lead_list_file", "lead_list", ["campaign_id", "sha256"], unique=True)
    op.create_table(
        "login_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_login_session_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_login_session_token_sha256")),
    )
    op.create_index(op.f("ix_login_session_staff_id"), "login_session", ["staff_id"], unique=False)
    op.create_table(
        "recording_access",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("recording_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.CheckConstraint("act IN ('listen', 'export')", name=op.f("ck_recording_access_act")),
        sa.ForeignKeyConstraint(["recording_id"], ["recording.id"], name=op.f("fk_recording_access_recording_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recording_access_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_access")),
    )
    op.create_index(op.f("ix_recording_access_at"), "recording_access", ["at"], unique=False)
    op.create_index(op.f("ix_recording_access_recording_id"), "recording_access", ["recording_id"], unique=False)
    op.create_index(op.f("ix_recording_access_staff_id"), "recording_access", ["staff_id"], unique=False)
    op.create_table(
        "region",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("districts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("leader_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["staff.id"], name=op.f("fk_region_leader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_region")),
        sa.UniqueConstraint("name", name=op.f("uq_region_name")),
    )
    op.create_table(
        "roster",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_roster_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
        sa.UniqueConstraint("staff_id", "on", name=op.f("uq_roster_staff_id_on")),
    )
    op.create_index(op.f("ix_roster_staff_id"), "roster", ["staff_id"], unique=False)
    op.create_table(
        "script_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("statements", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_script_version_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_script_version")),
        sa.UniqueConstraint("campaign_id", "version", name=op.f("uq_script_version_campaign_id_version")),
    )
    op.create_table(
        "agent_span",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("session_id", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("pause_code", sa.String(length=40), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_agent_span_agent_id")),
        sa.ForeignKeyConstraint(["session_id"], ["agent_session.id"], name=op.f("fk_agent_span_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_span")),
    )
    op.create_index("ix_agent_span_agent", "agent_span", ["agent_id", "from_at"], unique=False)
    op.create_index(op.f("ix_agent_span_session_id"), "agent_span", ["session_id"], unique=False)
    op.create_table(
        "lead",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("name_sealed", sa.String(), nullable=False),
        sa.Column("phone_sealed", sa.String(), nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=False),
        sa.Column("phone_last4", sa.String(length=4), nullable=False),
        sa.Column("address_sealed", sa.String(), nullable=False),
        sa.Column("gender", sa.String(length=40), nullable=True),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("occupation", sa.String(), nullable=False),
        sa.Column("customer_class", sa.String(), nullable=False),
        sa.Column("basis_kind", sa.String(length=40), nullable=False),
        sa.Column("basis_reference", sa.String(), nullable=False),
        sa.Column("basis_withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extra_sealed", sa.String(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "basis_kind IN ('written_consent', 'recorded_consent', 'electronic_consent', 'existing_relation')",
            name=op.f("ck_lead_basis_kind"),
        ),
        sa.CheckConstraint("gender IN ('male', 'female')", name=op.f("ck_lead_gender")),
        sa.CheckConstraint("state IN ('stock', 'assigned', 'closed')", name=op.f("ck_lead_state")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_lead_campaign_id")),
        sa.ForeignKeyConstraint(["list_id"], ["lead_list.id"], name=op.f("fk_lead_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
    )
    op.create_index(op.f("ix_lead_list_id"), "lead", ["list_id"], unique=False)
    op.create_index(op.f("ix_lead_phone_index"), "lead", ["phone_index"], unique=False)
    op.create_index(op.f("ix_lead_phone_last4"), "lead", ["phone_last4"], unique=False)
    op.create_index(
        "ix_lead_stock",
        "lead",
        ["campaign_id", "imported_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'stock' AND basis_withdrawn_at IS NULL"),
    )
    op.create_index("uq_lead_phone", "lead", ["campaign_id", "phone_index"], unique=True)
    op.create_table(
        "lead_reject",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("row_sealed", sa.String(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('missing_phone', 'foreign', 'landline_or_short', 'malformed', 'no_legal_basis', 'do_not_call', 'duplicate_in_file', 'duplicate_in_system')",
            name=op.f("ck_lead_reject_reason"),
        ),
        sa.ForeignKeyConstraint(["list_id"], ["lead_list.id"], name=op.f("fk_lead_reject_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_reject")),
    )
    op.create_index("ix_lead_reject_list", "lead_reject", ["list_id", "line"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("work_on", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_note", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'active', 'done', 'returned')", name=op.f("ck_assignment_state")),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_assignment_agent_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_assignment_campaign_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_assignment_lead_id")),
        sa.ForeignKeyConstraint(["run_id"], ["allocation_run.id"], name=op.f("fk_assignment_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(
        "ix_assignment_agent_open",
        "assignment",
        ["agent_id", "position", "id"],
        unique=False,
        postgresql_where=sa.text("state IN ('open', 'active')"),
    )
    op.create_index(op.f("ix_assignment_campaign_id"), "assignment", ["campaign_id"], unique=False)
    op.create_index(
        "ix_assignment_done",
        "assignment",
        ["agent_id", "done_at"],
        unique=False,
        postgresql_where=sa.text("state = 'done'"),
    )
    op.create_index("ix_assignment_lead", "assignment", ["lead_id"], unique=False)
    op.create_index(op.f("ix_assignment_run_id"), "assignment", ["run_id"], unique=False)
    op.create_index(
        "uq_assignment_agent_active",
        "assignment",
        ["agent_id"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(
        "uq_assignment_lead_held",
        "assignment",
        ["lead_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('open', 'active')"),
    )
    op.create_table(
        "dnc_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.BigInteger(), nullable=True),
        sa.Column("lifted_why", sa.String(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('customer_request', 'refused', 'complaint', 'wrong_person', 'industry_list', 'other')",
            name=op.f("ck_dnc_entry_reason"),
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["staff.id"], name=op.f("fk_dnc_entry_entered_by")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_dnc_entry_lead_id")),
        sa.ForeignKeyConstraint(["lifted_by"], ["staff.id"], name=op.f("fk_dnc_entry_lifted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dnc_entry")),
    )
    op.create_index(
        "ix_dnc_entry_in_force",
        "dnc_entry",
        ["phone_index"],
        unique=False,
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_index(op.f("ix_dnc_entry_lead_id"), "dnc_entry", ["lead_id"], unique=False)
    op.create_index(
        "uq_dnc_entry_call", "dnc_entry", ["call_id"], unique=True, postgresql_where=sa.text("call_id IS NOT NULL")
    )
    op.create_table(
        "call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("disposition", sa.String(length=40), nullable=True),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=True),
        sa.Column("callback_id", sa.BigInteger(), nullable=True),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("leg_id", sa.String(), nullable=False),
        sa.Column("phone_index", sa.String(), nullable=False),
        sa.Column("caller_id", sa.String(), nullable=False),
        sa.Column("trunk", sa.String(), nullable=False),
        sa.Column("ring_seconds", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("verdict", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dialled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recording_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ringing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_estimated", sa.Boolean(), nullable=False),
        sa.Column("dial_status", sa.String(length=40), nullable=True),
        sa.Column("hangup_cause", sa.Integer(), nullable=True),
        sa.Column("sip_code", sa.Integer(), nullable=True),
        sa.Column("hung_up_by_us", sa.Boolean(), nullable=False),
        sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("(outcome IS NULL) = (state <> 'ended')", name=op.f("ck_call_outcome_exactly_when_ended")),
        sa.CheckConstraint(
            "dialled_at IS NULL OR verdict ->> 'allowed' = 'true'", name=op.f("ck_call_dialled_with_permission")
        ),
        sa.CheckConstraint(
            "disposition IN ('success', 'callback', 'thinking', 'refused', 'do_not_call', 'wrong_person', 'complaint', 'not_reached', 'machine', 'resolved', 'unresolved')",
            name=op.f("ck_call_disposition"),
        ),
        sa.CheckConstraint("kind IN ('lead', 'callback', 'complaint')", name=op.f("ck_call_kind")),
        sa.CheckConstraint(
            "outcome IN ('answered', 'busy', 'no_answer', 'rejected', 'unreachable', 'congestion', 'invalid_number', 'machine', 'cancelled', 'not_placed', 'unknown')",
            name=op.f("ck_call_outcome"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'dialling', 'ringing', 'answered', 'ended')", name=op.f("ck_call_state")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_call_agent_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_call_assignment_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_call_campaign_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_call_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    op.create_index(op.f("ix_call_agent_id"), "call", ["agent_id"], unique=False)
    op.create_index("ix_call_agent_planned", "call", ["agent_id", "planned_at"], unique=False)
    op.create_index(
        "ix_call_answered", "call", ["answered_at"], unique=False, postgresql_where="answered_at IS NOT NULL"
    )
    op.create_index(op.f("ix_call_assignment_id"), "call", ["assignment_id"], unique=False)
    op.create_index(op.f("ix_call_callback_id"), "call", ["callback_id"], unique=False)
    op.create_index(op.f("ix_call_campaign_id"), "call", ["campaign_id"], unique=False)
    op.create_index("ix_call_dialled", "call", ["dialled_at"], unique=False)
    op.create_index(op.f("ix_call_lead_id"), "call", ["lead_id"], unique=False)
    op.create_index("ix_call_number_dialled", "call", ["phone_index", "dialled_at"], unique=False)
    op.create_index(op.f("ix_call_planned_at"), "call", ["planned_at"], unique=False)
    op.create_index("uq_call_open_agent", "call", ["agent_id"], unique=True, postgresql_where="state <> 'ended'")
    op.create_index("uq_call_open_lead", "call", ["lead_id"], unique=True, postgresql_where="state <> 'ended'")
    op.create_table(
        "call_signal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_signal_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_signal")),
        sa.UniqueConstraint("call_id", "key", name=op.f("uq_call_signal_call_id_key")),
    )
    op.create_index(op.f("ix_call_signal_call_id"), "call_signal", ["call_id"], unique=False)
    op.create_table(
        "callback",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("excluded_agent_id", sa.BigInteger(), nullable=True),
        sa.Column("case_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opens_to_team_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.BigInteger(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempts_demanded", sa.Integer(), nullable=False),
        sa.Column("origin_call_id", sa.Uuid(), nullable=True),
        sa.Column("last_call_id", sa.Uuid(), nullable=True),
        sa.Column("done_call_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_off_by", sa.BigInteger(), nullable=True),
        sa.Column("sign_off_reason", sa.String(), nullable=False),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("note_sealed", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'complaint') = (case_id IS NOT NULL)", name=op.f("ck_callback_obligation_has_case")
        ),
        sa.CheckConstraint("(state = 'active') = (claimed_by IS NOT NULL)", name=op.f("ck_callback_active_has_agent")),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL) AND (state = 'done') = (done_call_id IS NOT NULL OR signed_off_by IS NOT NULL)",
            name=op.f("ck_callback_done_has_evidence"),
        ),
        sa.CheckConstraint(
            "kind <> 'agent_promise' OR agent_id IS NOT NULL", name=op.f("ck_callback_promise_has_owner")
        ),
        sa.CheckConstraint(
            "kind <> 'complaint' OR state <> 'lapsed'", name=op.f("ck_callback_obligation_never_lapses")
        ),
        sa.CheckConstraint("kind = 'complaint' OR state <> 'held'", name=op.f("ck_callback_held_is_for_complaints")),
        sa.CheckConstraint("kind IN ('agent_promise', 'complaint')", name=op.f("ck_callback_kind")),
        sa.CheckConstraint(
            "signed_off_by IS NULL OR (kind = 'complaint' AND attempts >= attempts_demanded AND sign_off_reason <> '')",
            name=op.f("ck_callback_sign_off_after_attempts"),
        ),
        sa.CheckConstraint("state IN ('due', 'active', 'held', 'done', 'lapsed')", name=op.f("ck_callback_state")),
        sa.CheckConstraint(
            "claimed_by IS NULL OR claimed_by IS DISTINCT FROM excluded_agent_id", name=op.f("ck_callback_no_stake")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_callback_agent_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_callback_campaign_id")),
        sa.ForeignKeyConstraint(["claimed_by"], ["staff.id"], name=op.f("fk_callback_claimed_by")),
        sa.ForeignKeyConstraint(["done_call_id"], ["call.id"], name=op.f("fk_callback_done_call_id")),
        sa.ForeignKeyConstraint(["excluded_agent_id"], ["staff.id"], name=op.f("fk_callback_excluded_agent_id")),
        sa.ForeignKeyConstraint(["last_call_id"], ["call.id"], name=op.f("fk_callback_last_call_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_callback_lead_id")),
        sa.ForeignKeyConstraint(["origin_call_id"], ["call.id"], name=op.f("fk_callback_origin_call_id")),
        sa.ForeignKeyConstraint(["signed_off_by"], ["staff.id"], name=op.f("fk_callback_signed_off_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
    )
    op.create_index(op.f("ix_callback_agent_id"), "callback", ["agent_id"], unique=False)
    op.create_index(op.f("ix_callback_lead_id"), "callback", ["lead_id"], unique=False)
    op.create_index(
        "ix_callback_waiting", "callback", ["due_at"], unique=False, postgresql_where="state IN ('due', 'held')"
    )
    op.create_index("uq_callback_case_id", "callback", ["case_id"], unique=True)
    op.create_index(
        "uq_callback_claimed_by", "callback", ["claimed_by"], unique=True, postgresql_where="state = 'active'"
    )
    op.create_index(
        "uq_callback_open_promise",
        "callback",
        ["lead_id"],
        unique=True,
        postgresql_where="kind = 'agent_promise' AND state IN ('due', 'active')",
    )
    op.create_table(
        "complaint_case",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("text_sealed", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.BigInteger(), nullable=True),
        sa.Column("answer_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("obligation_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_sealed", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('decided', 'closed')) = (decided_at IS NOT NULL)", name=op.f("ck_complaint_case_decided")
        ),
        sa.CheckConstraint(
            "category IN ('product', 'handling', 'staff_unpunctual', 'staff_attitude', 'staff_ability', 'other')",
            name=op.f("ck_complaint_case_category"),
        ),
        sa.CheckConstraint("state IN ('open', 'answered', 'decided', 'closed')", name=op.f("ck_complaint_case_state")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_complaint_case_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by IS DISTINCT FROM agent_id", name=op.f("ck_complaint_case_no_stake")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_complaint_case_agent_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_complaint_case_call_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_complaint_case_decided_by")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_complaint_case_lead_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["staff.id"], name=op.f("fk_complaint_case_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_case")),
        sa.UniqueConstraint("call_id", name=op.f("uq_complaint_case_call_id")),
    )
    op.create_index(op.f("ix_complaint_case_agent_id"), "complaint_case", ["agent_id"], unique=False)
    op.create_index(op.f("ix_complaint_case_lead_id"), "complaint_case", ["lead_id"], unique=False)
    op.create_index("ix_complaint_case_state", "complaint_case", ["state", "id"], unique=False)
    op.create_table(
        "hand_over",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("district", sa.String(), nullable=False),
        sa.Column("region_id", sa.BigInteger(), nullable=True),
        sa.Column("field_agent_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(state = 'unknown_region') = (region_id IS NULL)", name=op.f("ck_hand_over_region_unless_unknown")
        ),
        sa.CheckConstraint(
            "state <> 'assigned' OR field_agent_id IS NOT NULL", name=op.f("ck_hand_over_assigned_to_somebody")
        ),
        sa.CheckConstraint("state IN ('unknown_region', 'open', 'assigned', 'done')", name=op.f("ck_hand_over_state")),
        sa.ForeignKeyConstraint(["assigned_by"], ["staff.id"], name=op.f("fk_hand_over_assigned_by")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_hand_over_call_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_hand_over_campaign_id")),
        sa.ForeignKeyConstraint(["field_agent_id"], ["staff.id"], name=op.f("fk_hand_over_field_agent_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_hand_over_lead_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_hand_over_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
        sa.UniqueConstraint("call_id", name=op.f("uq_hand_over_call_id")),
    )
    op.create_index(op.f("ix_hand_over_field_agent_id"), "hand_over", ["field_agent_id"], unique=False)
    op.create_index(op.f("ix_hand_over_lead_id"), "hand_over", ["lead_id"], unique=False)
    op.create_index(op.f("ix_hand_over_region_id"), "hand_over", ["region_id"], unique=False)
    op.create_index(
        "ix_hand_over_waiting",
        "hand_over",
        ["due_at"],
        unique=False,
        postgresql_where="state IN ('unknown_region', 'open')",
    )
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("claimed_by", sa.BigInteger(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("note_sealed", sa.String(), nullable=True),
        sa.Column("failed_items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("card_version", sa.String(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state <> 'decided') OR (verdict IS NOT NULL AND decided_by IS NOT NULL AND decided_at IS NOT NULL)",
            name=op.f("ck_review_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "(state = 'claimed') = (claimed_by IS NOT NULL)", name=op.f("ck_review_claimed_by_somebody")
        ),
        sa.CheckConstraint("state IN ('open', 'claimed', 'decided')", name=op.f("ck_review_state")),
        sa.CheckConstraint("verdict IN ('pass', 'fail', 'return')", name=op.f("ck_review_verdict")),
        sa.CheckConstraint(
            "claimed_by IS DISTINCT FROM agent_id AND decided_by IS DISTINCT FROM agent_id", name=op.f("ck_review_own")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["staff.id"], name=op.f("fk_review_agent_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_review_call_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_review_campaign_id")),
        sa.ForeignKeyConstraint(["claimed_by"], ["staff.id"], name=op.f("fk_review_claimed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_review_decided_by")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_review_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("call_id", name=op.f("uq_review_call_id")),
    )
    op.create_index(op.f("ix_review_agent_id"), "review", ["agent_id"], unique=False)
    op.create_index(op.f("ix_review_lead_id"), "review", ["lead_id"], unique=False)
    op.create_index("ix_review_state", "review", ["state", "id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("hand_over_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("field_agent_id", sa.BigInteger(), nullable=False),
        sa.Column("visit_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=True),
        sa.Column("note_sealed", sa.String(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'reported') = (result IS NOT NULL)", name=op.f("ck_visit_result_when_reported")),
        sa.CheckConstraint(
            "result IN ('signed', 'thinking', 'refused', 'not_met', 'wrong')", name=op.f("ck_visit_result")
        ),
        sa.CheckConstraint("state IN ('planned', 'reported', 'cancelled')", name=op.f("ck_visit_state")),
        sa.ForeignKeyConstraint(["field_agent_id"], ["staff.id"], name=op.f("fk_visit_field_agent_id")),
        sa.ForeignKeyConstraint(["hand_over_id"], ["hand_over.id"], name=op.f("fk_visit_hand_over_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("hand_over_id", "number", name=op.f("uq_visit_hand_over_id_number")),
    )
    op.create_index("ix_visit_day", "visit", ["field_agent_id", "visit_at"], unique=False)
    op.create_index("uq_visit_planned", "visit", ["hand_over_id"], unique=True, postgresql_where="state = 'planned'")
    op.execute("""
        CREATE FUNCTION audit_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'the audit trail is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
        FOR EACH ROW EXECUTE FUNCTION audit_entry_append_only()
    """)
    op.execute("""
        CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
        FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_append_only()
    """)
    op.execute("""
        CREATE FUNCTION callback_law_4() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'TRUNCATE' THEN
                RAISE EXCEPTION 'law 4: complaint obligations are not deleted';
            END IF;
            IF OLD.kind <> 'complaint' THEN
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END IF;
            IF TG_OP = 'DELETE' THEN
                RAISE EXCEPTION 'law 4: complaint obligation % is not deleted', OLD.id;
            END IF;
            IF NEW.kind <> OLD.kind OR NEW.case_id <> OLD.case_id OR NEW.lead_id <> OLD.lead_id THEN
                RAISE EXCEPTION 'law 4: complaint obligation % stays what it is', OLD.id;
            END IF;
            IF OLD.state = 'done' THEN
                RAISE EXCEPTION 'law 4: complaint obligation % has ended and its evidence stays', OLD.id;
            END IF;
            IF NEW.attempts_demanded < OLD.attempts_demanded OR NEW.attempts < OLD.attempts THEN
                RAISE EXCEPTION 'law 4: the attempts demanded of obligation % do not shrink', OLD.id;
            END IF;
            RETURN NEW;
        END $$
    """)
    op.execute("""
        CREATE TRIGGER callback_law_4 BEFORE DELETE OR UPDATE ON callback FOR EACH ROW EXECUTE FUNCTION callback_law_4()
    """)
    op.execute("""
        CREATE TRIGGER callback_law_4_truncate BEFORE TRUNCATE ON callback EXECUTE FUNCTION callback_law_4()
    """)


def downgrade() -> None:
    op.drop_index("uq_visit_planned", table_name="visit", postgresql_where="state = 'planned'")
    op.drop_index("ix_visit_day", table_name="visit")
    op.drop_table("visit")
    op.drop_index("ix_review_state", table_name="review")
    op.drop_index(op.f("ix_review_lead_id"), table_name="review")
    op.drop_index(op.f("ix_review_agent_id"), table_name="review")
    op.drop_table("review")
    op.drop_index(
        "ix_hand_over_waiting", table_name="hand_over", postgresql_where="state IN ('unknown_region', 'open')"
    )
    op.drop_index(op.f("ix_hand_over_region_id"), table_name="hand_over")
    op.drop_index(op.f("ix_hand_over_lead_id"), table_name="hand_over")
    op.drop_index(op.f("ix_hand_over_field_agent_id"), table_name="hand_over")
    op.drop_table("hand_over")
    op.drop_index("ix_complaint_case_state", table_name="complaint_case")
    op.drop_index(op.f("ix_complaint_case_lead_id"), table_name="complaint_case")
    op.drop_index(op.f("ix_complaint_case_agent_id"), table_name="complaint_case")
    op.drop_table("complaint_case")
    op.drop_index(
        "uq_callback_open_promise",
        table_name="callback",
        postgresql_where="kind = 'agent_promise' AND state IN ('due', 'active')",
    )
    op.drop_index("uq_callback_claimed_by", table_name="callback", postgresql_where="state = 'active'")
    op.drop_index("uq_callback_case_id", table_name="callback")
    op.drop_index("ix_callback_waiting", table_name="callback", postgresql_where="state IN ('due', 'held')")
    op.drop_index(op.f("ix_callback_lead_id"), table_name="callback")
    op.drop_index(op.f("ix_callback_agent_id"), table_name="callback")
    op.drop_table("callback")
    op.drop_index(op.f("ix_call_signal_call_id"), table_name="call_signal")
    op.drop_table("call_signal")
    op.drop_index("uq_call_open_lead", table_name="call", postgresql_where="state <> 'ended'")
    op.drop_index("uq_call_open_agent", table_name="call", postgresql_where="state <> 'ended'")
    op.drop_index(op.f("ix_call_planned_at"), table_name="call")
    op.drop_index("ix_call_number_dialled", table_name="call")
    op.drop_index(op.f("ix_call_lead_id"), table_name="call")
    op.drop_index("ix_call_dialled", table_name="call")
    op.drop_index(op.f("ix_call_campaign_id"), table_name="call")
    op.drop_index(op.f("ix_call_callback_id"), table_name="call")
    op.drop_index(op.f("ix_call_assignment_id"), table_name="call")
    op.drop_index("ix_call_answered", table_name="call", postgresql_where="answered_at IS NOT NULL")
    op.drop_index("ix_call_agent_planned", table_name="call")
    op.drop_index(op.f("ix_call_agent_id"), table_name="call")
    op.drop_table("call")
    op.drop_index("uq_dnc_entry_call", table_name="dnc_entry", postgresql_where=sa.text("call_id IS NOT NULL"))
    op.drop_index(op.f("ix_dnc_entry_lead_id"), table_name="dnc_entry")
    op.drop_index("ix_dnc_entry_in_force", table_name="dnc_entry", postgresql_where=sa.text("lifted_at IS NULL"))
    op.drop_table("dnc_entry")
    op.drop_index(
        "uq_assignment_lead_held", table_name="assignment", postgresql_where=sa.text("state IN ('open', 'active')")
    )
    op.drop_index("uq_assignment_agent_active", table_name="assignment", postgresql_where=sa.text("state = 'active'"))
    op.drop_index(op.f("ix_assignment_run_id"), table_name="assignment")
    op.drop_index("ix_assignment_lead", table_name="assignment")
    op.drop_index("ix_assignment_done", table_name="assignment", postgresql_where=sa.text("state = 'done'"))
    op.drop_index(op.f("ix_assignment_campaign_id"), table_name="assignment")
    op.drop_index(
        "ix_assignment_agent_open", table_name="assignment", postgresql_where=sa.text("state IN ('open', 'active')")
    )
    op.drop_table("assignment")
    op.drop_index("ix_lead_reject_list", table_name="lead_reject")
    op.drop_table("lead_reject")
    op.drop_index("uq_lead_phone", table_name="lead")
    op.drop_index(
        "ix_lead_stock", table_name="lead", postgresql_where=sa.text("state = 'stock' AND basis_withdrawn_at IS NULL")
    )
    op.drop_index(op.f("ix_lead_phone_last4"), table_name="lead")
    op.drop_index(op.f("ix_lead_phone_index"), table_name="lead")
    op.drop_index(op.f("ix_lead_list_id"), table_name="lead")
    op.drop_table("lead")
    op.drop_index(op.f("ix_agent_span_session_id"), table_name="agent_span")
    op.drop_index("ix_agent_span_agent", table_name="agent_span")
    op.drop_table("agent_span")
    op.drop_table("script_version")
    op.drop_index(op.f("ix_roster_staff_id"), table_name="roster")
    op.drop_table("roster")
    op.drop_table("region")
    op.drop_index(op.f("ix_recording_access_staff_id"), table_name="recording_access")
    op.drop_index(op.f("ix_recording_access_recording_id"), table_name="recording_access")
    op.drop_index(op.f("ix_recording_access_at"), table_name="recording_access")
    op.drop_table("recording_access")
    op.drop_index(op.f("ix_login_session_staff_id"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_index("uq_lead_list_file", table_name="lead_list")
    op.drop_table("lead_list")
    op.drop_table("calendar_override")
    op.drop_table("allocation_run")
    op.drop_index("uq_agent_session_open", table_name="agent_session", postgresql_where="state <> 'offline'")
    op.drop_index("uq_agent_session_callback", table_name="agent_session", postgresql_where="callback_id IS NOT NULL")
    op.drop_index(
        "uq_agent_session_assignment", table_name="agent_session", postgresql_where="assignment_id IS NOT NULL"
    )
    op.drop_index(op.f("ix_agent_session_leg_id"), table_name="agent_session")
    op.drop_index(op.f("ix_agent_session_extension"), table_name="agent_session")
    op.drop_index(op.f("ix_agent_session_agent_id"), table_name="agent_session")
    op.drop_table("agent_session")
    op.drop_index("ix_staff_role_active", table_name="staff", postgresql_where="active")
    op.drop_index(op.f("ix_staff_region_id"), table_name="staff")
    op.drop_table("staff")
    op.drop_index("uq_recording_incident_open", table_name="recording_incident", postgresql_where="closed_at IS NULL")
    op.drop_index(op.f("ix_recording_incident_opened_at"), table_name="recording_incident")
    op.drop_table("recording_incident")
    op.drop_index(op.f("ix_recording_wanted_until"), table_name="recording")
    op.drop_index("ix_recording_unfinished", table_name="recording", postgresql_where="local_removed_at IS NULL")
    op.drop_index("ix_recording_open_ended", table_name="recording", postgresql_where="open_ended")
    op.drop_index(op.f("ix_recording_lead_id"), table_name="recording")
    op.drop_index(op.f("ix_recording_armed_at"), table_name="recording")
    op.drop_index("ix_recording_agent_armed", table_name="recording")
    op.drop_table("recording")
    op.drop_index("ix_outbox_open", table_name="outbox", postgresql_where="state = 'pending'")
    op.drop_table("outbox")
    op.drop_table("login_attempt")
    op.drop_table("job_run")
    op.drop_table("campaign")
    op.drop_table("audit_head")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_index("ix_audit_entry_at", table_name="audit_entry")
    op.drop_table("audit_entry")
    op.execute("DROP FUNCTION IF EXISTS audit_entry_append_only() CASCADE")
    op.execute("DROP FUNCTION IF EXISTS callback_law_4() CASCADE")
