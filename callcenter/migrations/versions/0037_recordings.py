"""Searching recordings, notes, seconds heard, owners of incidents; legal holds, exports, destruction runs.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_ALERTS = (
    *("allocation_missing", "stock_low", "shortage", "calendar_provisional", "line_refuses", "audit_broken"),
    *("command_failed", "command_lost", "task_overdue", "engine_late", "engine_silent", "switch_gone", "part_missing"),
    *("signal_kept", "rate_exceeded", "spool_blocked", "store_down", "caller_id_refused", "message_failed"),
    *("recording_stopped", "script_waits", "proof_expires", "proof_expired", "lock_refused"),
)
_INCIDENTS = (
    *("missing", "no_audio", "wrong_length", "late", "stuck", "damaged", "orphan", "object_gone", "extra_object"),
    *("lock_refused", "changed"),
)
_STATES = ("armed", "captured", "stored", "empty", "failed", "destroyed")


def _one_of(table: str, column: str, values: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_{column}")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"{column} IN ({', '.join(repr(value) for value in values)})")


def upgrade() -> None:
    op.create_table('destruction_run',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('policy_version', sa.String(), nullable=False),
    sa.Column('why_sealed', sa.String(), nullable=False),
    sa.Column('proposed_by', sa.BigInteger(), nullable=True),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_why_sealed', sa.String(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name=op.f('ck_destruction_run_done_has_time')),
    sa.CheckConstraint("state IN ('proposed', 'approved', 'rejected', 'done')", name=op.f('ck_destruction_run_state')),
    sa.CheckConstraint("state NOT IN ('approved', 'done') OR decided_by IS DISTINCT FROM proposed_by", name=op.f('ck_destruction_run_decided_by_another')),
    sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], name=op.f('fk_destruction_run_decided_by')),
    sa.ForeignKeyConstraint(['proposed_by'], ['staff.id'], name=op.f('fk_destruction_run_proposed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_destruction_run'))
    )
    op.create_table('legal_hold',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('authority', sa.String(length=40), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('why_sealed', sa.String(), nullable=False),
    sa.Column('placed_by', sa.BigInteger(), nullable=True),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lifted_by', sa.BigInteger(), nullable=True),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lift_why_sealed', sa.String(), nullable=True),
    sa.CheckConstraint("authority IN ('court', 'regulator', 'police', 'lawyers')", name=op.f('ck_legal_hold_authority')),
    sa.CheckConstraint('(lifted_at IS NULL) = (lift_why_sealed IS NULL)', name=op.f('ck_legal_hold_lifted_with_reason')),
    sa.ForeignKeyConstraint(['lifted_by'], ['staff.id'], name=op.f('fk_legal_hold_lifted_by')),
    sa.ForeignKeyConstraint(['placed_by'], ['staff.id'], name=op.f('fk_legal_hold_placed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_legal_hold'))
    )
    op.create_index('ix_legal_hold_in_force', 'legal_hold', ['id'], unique=False, postgresql_where='lifted_at IS NULL')
    op.create_table('recording_export',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('refused', sa.String(length=40), nullable=True),
    sa.Column('why_sealed', sa.String(), nullable=False),
    sa.Column('requested_by', sa.BigInteger(), nullable=True),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_why_sealed', sa.String(), nullable=True),
    sa.Column('object_key', sa.String(), nullable=True),
    sa.Column('version_id', sa.String(), nullable=True),
    sa.Column('sha256', sa.String(), nullable=True),
    sa.Column('size_bytes', sa.BigInteger(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken', sa.Integer(), server_default='0', nullable=False),
    sa.CheckConstraint("(state = 'refused') = (refused IS NOT NULL)", name=op.f('ck_recording_export_refused_by_a_rule')),
    sa.CheckConstraint("purpose IN ('insurer', 'customer', 'regulator', 'court', 'police')", name=op.f('ck_recording_export_purpose')),
    sa.CheckConstraint("refused IN ('not_sold', 'not_issued', 'not_stored', 'no_number', 'not_entitled')", name=op.f('ck_recording_export_refused')),
    sa.CheckConstraint("state <> 'packed' OR (object_key IS NOT NULL AND version_id IS NOT NULL AND sha256 IS NOT NULL AND expires_at IS NOT NULL)", name=op.f('ck_recording_export_packed_is_known_whole')),
    sa.CheckConstraint("state IN ('requested', 'approved', 'packed', 'rejected', 'refused', 'expired')", name=op.f('ck_recording_export_state')),
    sa.CheckConstraint("state NOT IN ('approved', 'packed', 'expired') OR decided_by IS DISTINCT FROM requested_by", name=op.f('ck_recording_export_decided_by_another')),
    sa.ForeignKeyConstraint(['decided_by'], ['staff.id'], name=op.f('fk_recording_export_decided_by')),
    sa.ForeignKeyConstraint(['requested_by'], ['staff.id'], name=op.f('fk_recording_export_requested_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recording_export'))
    )
    op.create_index(op.f('ix_recording_export_call_id'), 'recording_export', ['call_id'], unique=False)
    op.create_index('ix_recording_export_open', 'recording_export', ['id'], unique=False, postgresql_where="state IN ('requested', 'approved', 'packed')")
    op.create_index(op.f('ix_recording_export_requested_by'), 'recording_export', ['requested_by'], unique=False)
    op.create_table('recording_note',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('recording_id', sa.BigInteger(), nullable=False),
    sa.Column('staff_id', sa.BigInteger(), nullable=False),
    sa.Column('at_ms', sa.Integer(), nullable=False),
    sa.Column('text_sealed', sa.String(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('at_ms >= 0', name=op.f('ck_recording_note_after_the_start')),
    sa.ForeignKeyConstraint(['recording_id'], ['recording.id'], name=op.f('fk_recording_note_recording_id')),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_recording_note_staff_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recording_note'))
    )
    op.create_index(op.f('ix_recording_note_recording_id'), 'recording_note', ['recording_id'], unique=False)
    op.create_table('destruction_item',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('run_id', sa.BigInteger(), nullable=False),
    sa.Column('recording_id', sa.BigInteger(), nullable=False),
    sa.Column('call_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('kept', sa.String(length=40), nullable=True),
    sa.Column('rule', sa.String(), nullable=False),
    sa.Column('retain_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sha256', sa.String(), nullable=False),
    sa.Column('size_bytes', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'kept') = (kept IS NOT NULL)", name=op.f('ck_destruction_item_kept_for_a_reason')),
    sa.CheckConstraint("kept IN ('held', 'term', 'open_export', 'locked', 'gone', 'store')", name=op.f('ck_destruction_item_kept')),
    sa.CheckConstraint("state IN ('listed', 'destroyed', 'kept')", name=op.f('ck_destruction_item_state')),
    sa.ForeignKeyConstraint(['recording_id'], ['recording.id'], name=op.f('fk_destruction_item_recording_id')),
    sa.ForeignKeyConstraint(['run_id'], ['destruction_run.id'], name=op.f('fk_destruction_item_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_destruction_item')),
    sa.UniqueConstraint('run_id', 'recording_id', name=op.f('uq_destruction_item_run_id_recording_id'))
    )
    op.create_index(op.f('ix_destruction_item_recording_id'), 'destruction_item', ['recording_id'], unique=False)
    op.create_table('held_recording',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('hold_id', sa.BigInteger(), nullable=False),
    sa.Column('recording_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['hold_id'], ['legal_hold.id'], name=op.f('fk_held_recording_hold_id')),
    sa.ForeignKeyConstraint(['recording_id'], ['recording.id'], name=op.f('fk_held_recording_recording_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_held_recording')),
    sa.UniqueConstraint('hold_id', 'recording_id', name=op.f('uq_held_recording_hold_id_recording_id'))
    )
    op.create_index(op.f('ix_held_recording_recording_id'), 'held_recording', ['recording_id'], unique=False)
    op.add_column('recording', sa.Column('kind', sa.String(length=40), nullable=True))
    op.add_column('recording', sa.Column('destroyed_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_recording_campaign_armed', 'recording', ['campaign_id', 'armed_at'], unique=False)
    op.create_index('ix_recording_disposition_armed', 'recording', ['disposition', 'armed_at'], unique=False)
    op.create_index('ix_recording_kind_armed', 'recording', ['kind', 'armed_at'], unique=False)
    op.create_index('ix_recording_length', 'recording', ['duration_ms', 'armed_at'], unique=False)
    op.add_column('recording_access', sa.Column('heard_ms', sa.Integer(), nullable=True))
    op.add_column('recording_incident', sa.Column('owner_id', sa.BigInteger(), nullable=True))
    op.add_column('recording_incident', sa.Column('due_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f('ix_recording_incident_owner_id'), 'recording_incident', ['owner_id'], unique=False)
    op.create_foreign_key(op.f('fk_recording_incident_owner_id'), 'recording_incident', 'staff', ['owner_id'], ['id'])
    _one_of("alert", "kind", _ALERTS)
    _one_of("recording_incident", "kind", _INCIDENTS)
    _one_of("recording", "state", _STATES)
    op.create_check_constraint(op.f("ck_recording_kind"), "recording", "kind IN ('lead', 'callback', 'complaint')")
    op.drop_constraint(op.f("ck_recording_removed_only_when_stored"), "recording")
    op.create_check_constraint(
        op.f("ck_recording_removed_only_when_stored"),
        "recording",
        "local_removed_at IS NULL OR state IN ('stored', 'destroyed')",
    )
    op.create_check_constraint(
        op.f("ck_recording_destroyed_has_time"), "recording", "(state = 'destroyed') = (destroyed_at IS NOT NULL)"
    )
    op.execute("UPDATE recording r SET kind = c.kind FROM call c WHERE c.id = r.call_id")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
