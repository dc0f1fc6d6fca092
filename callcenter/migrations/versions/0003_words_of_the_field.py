"""Tables and columns in the words of the field; what a renamed value means stays the same

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rename_jobs()
    _rename_scheduled_runs()
    _rename_columns()
    _rename_values()
    _rename_tasks_of_parted_rooms()


def _rename_jobs() -> None:
    """Long background work is a job."""
    op.rename_table("errand", "job")
    for old, new in (
        ("ordered_by", "requested_by"),
        ("ordered_at", "requested_at"),
        ("cancel_wished_at", "cancel_requested_at"),
    ):
        op.alter_column("job", old, new_column_name=new)
    op.execute("ALTER SEQUENCE errand_id_seq RENAME TO job_id_seq")
    for old, new in (
        ("pk_errand", "pk_job"),
        ("ix_errand_kind", "ix_job_kind"),
        ("ix_errand_open", "ix_job_open"),
        ("uq_errand_open", "uq_job_open"),
        ("ix_lead_upload_errand_id", "ix_lead_upload_job_id"),
    ):
        op.execute(f"ALTER INDEX {old} RENAME TO {new}")
    _rename_constraint("job", "ck_errand_state", "ck_job_state")
    for table in ("dnc_delivery", "lead_upload", "ledger_export"):
        op.alter_column(table, "errand_id", new_column_name="job_id")
        _rename_constraint(table, f"fk_{table}_errand_id", f"fk_{table}_job_id")
    _rename_constraint("ledger_export", "uq_ledger_export_errand_id", "uq_ledger_export_job_id")
    op.execute("UPDATE job SET kind = 'classes.apply_order' WHERE kind = 'classes.steer'")


def _rename_scheduled_runs() -> None:
    """Timed work is a scheduled task."""
    op.rename_table("job_run", "scheduled_run")
    op.alter_column("scheduled_run", "job", new_column_name="task")
    op.execute("ALTER SEQUENCE job_run_id_seq RENAME TO scheduled_run_id_seq")
    op.execute("ALTER INDEX pk_job_run RENAME TO pk_scheduled_run")
    _rename_constraint("scheduled_run", "uq_job_run_job_due_at", "uq_scheduled_run_task_due_at")


def _rename_columns() -> None:
    for table, old, new in (
        ("campaign", "outer_opens", "legal_opens"),
        ("campaign", "outer_closes", "legal_closes"),
        ("agent_session", "pause_wished", "pause_requested"),
        ("hand_over", "wished_at", "requested_visit_at"),
        ("allocation_share", "redealt", "reassigned"),
        ("lead_class", "how", "source"),
    ):
        op.alter_column(table, old, new_column_name=new)


def _rename_values() -> None:
    for table, old, new in (
        ("class_value", "ck_class_value_steering", "ck_class_value_effects"),
        ("callback", "ck_callback_no_stake", "ck_callback_no_conflict"),
        ("complaint_case", "ck_complaint_case_no_stake", "ck_complaint_case_no_conflict"),
    ):
        _rename_constraint(table, old, new)
    op.drop_constraint("ck_lead_class_hand", "lead_class")
    op.drop_constraint("ck_lead_class_how", "lead_class")
    op.execute("UPDATE lead_class SET source = 'manual' WHERE source = 'hand'")
    op.create_check_constraint(
        op.f("ck_lead_class_manual"), "lead_class", "source <> 'manual' OR (reason <> '' AND set_by IS NOT NULL)"
    )
    op.create_check_constraint(
        op.f("ck_lead_class_source"), "lead_class", "source IN ('manual', 'rule', 'list', 'default')"
    )
    op.drop_constraint("ck_dnc_entry_source", "dnc_entry")
    op.execute("UPDATE dnc_entry SET source = 'external_list' WHERE source = 'outside_list'")
    op.create_check_constraint(
        op.f("ck_dnc_entry_source"), "dnc_entry", "source IN ('call', 'office', 'complaint', 'external_list')"
    )
    reasons = {"dealt": "allocated", "dealt_short": "allocated_short", "redealt": "reassigned"}
    for old, new in reasons.items():
        op.execute(sa.text("UPDATE assignment SET reason = :new WHERE reason = :old").bindparams(old=old, new=new))
    op.execute("UPDATE assignment SET result = 'returned_leads' WHERE result = 'given_back'")
    op.execute("UPDATE assignment SET result = 'on_dnc_list' WHERE result = 'barred'")


def _rename_constraint(table: str, old: str, new: str) -> None:
    op.execute(f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")


def _rename_tasks_of_parted_rooms() -> None:
    """Scheduled tasks are named after the room that has them now."""
    for old, new in (
        ("campaigns.watch_calendar", "calendar.watch"),
        ("leads.sweep_uploads", "imports.sweep_uploads"),
    ):
        op.execute(f"UPDATE scheduled_run SET task = '{new}' WHERE task = '{old}'")
