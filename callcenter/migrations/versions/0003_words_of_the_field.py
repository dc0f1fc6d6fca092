"""Tables and columns in the words of the field; what a renamed value means stays the same

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rename_jobs()
    _rename_scheduled_runs()
    _rename_columns()
    _rename_values()
    _part_ends_of_assignments()
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
    op.alter_column("ledger_export", "ordered_by", new_column_name="requested_by")
    op.execute("ALTER INDEX ix_ledger_export_ordered_by RENAME TO ix_ledger_export_requested_by")
    _rename_constraint("ledger_export", "fk_ledger_export_ordered_by", "fk_ledger_export_requested_by")
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


_DISPOSITIONS = (
    *("success", "callback", "thinking", "refused", "do_not_call", "wrong_person", "complaint", "not_reached"),
    *("machine", "resolved", "unresolved"),
)
_OUTCOMES = (
    *("busy", "no_answer", "rejected", "unreachable", "congestion", "invalid_number", "machine", "cancelled"),
    *("not_placed", "unknown"),
)
_REQUIREMENTS = ("off_roster", "active", "licence", "training", "exam", "agreement", "leaving")
_ENDS = (
    *("disposition", "outcome", "rule", "do_not_call", "basis_withdrawn", "returned_leads", "left", "not_eligible"),
    *("over_quota", "other"),
)


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _part_ends_of_assignments() -> None:
    """How an assignment ended was one text: a disposition, an outcome, a rule, a requirement, or what somebody wrote.

    Now it is a closed list, a code and a sealed note. Free text is sealed with the keys that the caller of the
    migration gives (``run.migrate``): it may speak of an agent's health, and must not be lost.
    """
    op.drop_index("ix_assignment_result", "assignment")
    op.alter_column("assignment", "result", new_column_name="end_text")
    op.alter_column("assignment", "recalled_as", new_column_name="recall_text")
    for column, length in (
        *(("recalled_as", 40), ("recall_detail", None), ("recall_note_sealed", None)),
        *(("ended_as", 40), ("end_detail", None), ("end_note_sealed", None)),
    ):
        op.add_column("assignment", sa.Column(column, sa.String(length=length), nullable=True))
    _part("end_text", "ended_as", "end_detail", "end_note_sealed", "state IN ('done', 'returned')")
    _part("recall_text", "recalled_as", "recall_detail", "recall_note_sealed", "recall_text IS NOT NULL")
    # Why leads were reassigned is said by a code; what was written stands, sealed, at the assignment that ended.
    op.execute(
        """UPDATE assignment SET reason_facts = jsonb_set(reason_facts, '{why}', '"returned_leads"')
        WHERE reason_facts ? 'why' AND reason_facts ->> 'why' NOT IN ('left', 'returned_leads')"""
    )
    op.drop_column("assignment", "end_text")
    op.drop_column("assignment", "recall_text")
    for column in ("ended_as", "recalled_as"):
        op.create_check_constraint(op.f(f"ck_assignment_{column}"), "assignment", f"{column} IN ({_listed(_ENDS)})")
    op.create_check_constraint(
        op.f("ck_assignment_ended"), "assignment", "(state IN ('done', 'returned')) = (ended_as IS NOT NULL)"
    )
    op.create_index(
        "ix_assignment_ended",
        "assignment",
        ["ended_as", "end_detail", "lead_id"],
        postgresql_where=sa.text("ended_as IS NOT NULL"),
    )


def _part(text: str, kind: str, detail: str, note: str, where: str) -> None:
    """Parts one text column into kind, detail and sealed note."""
    finished = "state = 'done'" if text == "end_text" else "FALSE"  # what was recalled can only be returned
    op.execute(
        f"""UPDATE assignment SET {kind} = parted.kind,
            {detail} = CASE
                WHEN parted.kind IN ('disposition', 'outcome', 'rule') THEN {text}
                WHEN parted.kind IN ('do_not_call', 'basis_withdrawn') AND {text} LIKE '%.%' THEN {text}
                WHEN parted.kind = 'not_eligible' THEN NULLIF({text}, 'not_eligible') END
        FROM (
            SELECT a.id, CASE
                WHEN {finished} AND {text} = 'machine' AND NOT EXISTS (
                    SELECT FROM call c WHERE c.assignment_id = a.id AND c.outcome = 'answered'
                    AND c.disposition = 'machine') THEN 'outcome'
                WHEN {finished} AND {text} IN ({_listed(_DISPOSITIONS)}) THEN 'disposition'
                WHEN {finished} AND {text} IN ({_listed(_OUTCOMES)}) THEN 'outcome'
                WHEN {text} LIKE 'L6.%' OR {text} IN ('do_not_call', 'barred') THEN 'do_not_call'
                WHEN {text} LIKE 'L9.%' OR {text} = 'basis_withdrawn' THEN 'basis_withdrawn'
                WHEN {text} ~ '^[A-Z][0-9]+[.][a-z0-9_]+$' THEN 'rule'
                WHEN {text} IN ('left', 'over_quota') THEN {text}
                WHEN {text} = 'given_back' THEN 'returned_leads'
                WHEN {text} IN ('not_eligible', {_listed(_REQUIREMENTS)}) THEN 'not_eligible'
                WHEN {finished} THEN 'other' ELSE 'returned_leads' END AS kind
            FROM assignment a WHERE {where}
        ) parted WHERE parted.id = assignment.id"""
    )
    written = op.get_bind().execute(
        sa.text(
            f"""SELECT id, {text} FROM assignment WHERE {where} AND {text} IS NOT NULL
            AND ({kind} = 'other' OR {kind} = 'returned_leads' AND {text} <> 'given_back')"""
        )
    )
    for assignment_id, words in written.all():
        op.get_bind().execute(
            sa.text(f"UPDATE assignment SET {note} = :note WHERE id = :id"), {"note": _seal(words), "id": assignment_id}
        )


def _seal(words: str) -> str:
    seal = context.config.attributes.get("seal")
    if seal is None:
        raise RuntimeError(
            "assignments hold what people wrote, and it is to be sealed: run `callcenter migrate` with the keys of this"
            " database (CALLCENTER_FIELD_KEYS, CALLCENTER_INDEX_KEY)"
        )
    return str(seal(words))


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
