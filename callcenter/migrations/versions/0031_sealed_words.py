"""What people write about customers, calls and staff, and the reasons of acts, are sealed for their row and column.

Revision ID: 0031
Revises: 0030

Texts are sealed here, each for its place, with the keys that the caller of the migration passes: no part may work while
some are clear and others sealed. A million of them take about a minute. Where one column held a code of the system or a
person's words, the words get a column of their own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_AT_ONCE = 5_000


@dataclass(frozen=True)
class _Words:
    """A column whose texts are sealed."""

    table: str
    source: str
    target: str
    """The column of the sealed texts: the renamed source, or one of its own."""
    place: str
    by: tuple[str, ...] = ("id",)
    keys: tuple[str, ...] = ("id",)
    where: str = "true"


_RENAMED = (
    _Words("recording_access", "why", "why_sealed", "recording_access.why", ("recording_id", "actor", "at")),
    _Words("dnc_lift", "why", "why_sealed", "dnc_lift.why", ("entry_id", "proposed_at")),
    _Words("dnc_lift", "decided_why", "decided_why_sealed", "dnc_lift.decided_why"),
    _Words("dnc_list", "withdrawn_why", "withdrawn_why_sealed", "dnc_list.withdrawn_why"),
    _Words("lead_basis", "reason", "reason_sealed", "lead_basis.reason", ("lead_id", "act", "at")),
    _Words("lead", "basis_withdrawn_why", "basis_withdrawn_why_sealed", "lead.basis_withdrawn_why"),
    _Words("campaign_version", "reason", "reason_sealed", "campaign_version.reason", ("campaign_id", "number")),
    _Words("service_hours", "reason", "reason_sealed", "service_hours.reason", ("valid_from",)),
    _Words("script_review", "reason", "reason_sealed", "script_review.reason", ("script_id",)),
    _Words("script_review", "decided_why", "decided_why_sealed", "script_review.decided_why", ("script_id",)),
    _Words("class_rule_set", "note", "note_sealed", "class_rule_set.note", ("scheme_id", "version")),
    _Words(
        "class_rule_set",
        "activated_why",
        "activated_why_sealed",
        "class_rule_set.activated_why",
        ("scheme_id", "version"),
    ),
    _Words(
        "lead_class",
        "reason",
        "reason_sealed",
        "lead_class.reason",
        ("lead_id", "scheme_id"),
        ("lead_id", "scheme_id"),
    ),
    _Words("callback", "sign_off_reason", "sign_off_reason_sealed", "callback.sign_off_reason"),
    _Words("target_step", "reason", "reason_sealed", "target_step.reason", ("group_id", "act", "at")),
    _Words("alert", "note", "note_sealed", "alert.note"),
    _Words(
        "campaign_member", "reason", "reason_sealed", "campaign_member.reason", ("campaign_id", "staff_id", "set_at")
    ),
    _Words("agent_quota", "reason", "reason_sealed", "agent_quota.reason", ("campaign_id", "from_on", "set_at")),
    _Words("kept_signal", "reason", "reason_sealed", "kept_signal.reason"),
)
_LIFTED = "'complaint_decided', 'not_delivered_again', 'list_withdrawn'"
_ROUTED = (
    "'no_region', 'no_field_agent', 'all_full', 'least_loaded', 'time_passed', 'manual', 'agent_left', 'agent_away',"
    " 'ended', 'left_open', 'next_appointment', 'called_off', ''"
)
_PARTED = (
    _Words(
        "recording_incident",
        "closing_reason",
        "closing_words_sealed",
        "recording_incident.closing_words",
        where="closed_by LIKE 'staff:%'",
    ),
    _Words(
        "dnc_entry",
        "lifted_why",
        "lifted_words_sealed",
        "dnc_entry.lifted_words",
        where=f"lifted_why NOT IN ({_LIFTED})",
    ),
    _Words("hand_over", "reason", "words_sealed", "hand_over.words", where=f"reason NOT IN ({_ROUTED})"),
)
_PARTED_AFTERWARDS = (
    "UPDATE recording_incident SET closing_reason = NULL WHERE closing_words_sealed IS NOT NULL",
    "UPDATE dnc_entry SET lifted_why = NULL WHERE lifted_words_sealed IS NOT NULL OR lifted_why = ''",
    "UPDATE hand_over SET reason = 'manual' WHERE words_sealed IS NOT NULL",
)

_HISTORY_STAYS = """
    CREATE OR REPLACE FUNCTION history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- A text may be sealed again, and neither be written nor removed afterwards.
        IF TG_OP = 'UPDATE' AND TG_NARGS = 1 THEN
            IF to_jsonb(NEW) - TG_ARGV[0] = to_jsonb(OLD) - TG_ARGV[0]
                    AND (to_jsonb(NEW) ->> TG_ARGV[0] = '') = (to_jsonb(OLD) ->> TG_ARGV[0] = '') THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION 'law 11: what was in force stays as it was: % of % refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
"""
_LAW_4 = """
    CREATE OR REPLACE FUNCTION callback_law_4() RETURNS trigger LANGUAGE plpgsql AS $$
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
        -- A text may be sealed again, and neither be written nor removed afterwards.
        IF OLD.state = 'done' AND (
                to_jsonb(NEW) - ARRAY['note_sealed', 'sign_off_reason_sealed']
                    <> to_jsonb(OLD) - ARRAY['note_sealed', 'sign_off_reason_sealed']
                OR (coalesce(NEW.note_sealed, '') = '') <> (coalesce(OLD.note_sealed, '') = '')
                OR (NEW.sign_off_reason_sealed = '') <> (OLD.sign_off_reason_sealed = '')) THEN
            RAISE EXCEPTION 'law 4: complaint obligation % has ended and its evidence stays', OLD.id;
        END IF;
        IF NEW.attempts_demanded < OLD.attempts_demanded OR NEW.attempts < OLD.attempts THEN
            RAISE EXCEPTION 'law 4: the attempts demanded of obligation % do not shrink', OLD.id;
        END IF;
        RETURN NEW;
    END $$
"""
_LISTS_WITHDRAWN = f"""
    UPDATE dnc_entry e SET lifted_why = 'list_withdrawn'
    FROM dnc_delivery d JOIN dnc_list l ON l.id = d.list_id
    WHERE e.list_key IS NOT NULL AND d.id = e.delivery_id AND l.withdrawn_at = e.lifted_at
        AND e.lifted_why NOT IN ({_LIFTED})
"""
"""A person gave one reason for all entries of a list; it is sealed with the list."""


def upgrade() -> None:
    op.execute(_LISTS_WITHDRAWN)
    for words in _RENAMED:
        op.alter_column(words.table, words.source, new_column_name=words.target)
    for words in _PARTED:
        op.add_column(words.table, sa.Column(words.target, sa.String(), nullable=True))
    op.alter_column("kept_signal", "reason_sealed", type_=sa.String())
    op.execute(_HISTORY_STAYS)
    for table in ("campaign_version", "service_hours"):
        op.execute(f"DROP TRIGGER {table}_stays ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION history_stays('reason_sealed')"
        )
    op.execute(_LAW_4)
    for words in _RENAMED:
        _seal(words, words.target)
    for words in _PARTED:
        _seal(words, words.source)
    for statement in _PARTED_AFTERWARDS:
        op.execute(statement)
    op.alter_column("dnc_entry", "lifted_why", type_=sa.String(length=40))
    op.create_check_constraint(op.f("ck_dnc_entry_lifted_why"), "dnc_entry", f"lifted_why IN ({_LIFTED})")
    _seal_reasons_of_jobs()


def _seal(words: _Words, column: str) -> None:
    """Seals the texts of a column, a page of rows at a time."""
    connection = op.get_bind()
    keys = ", ".join(words.keys)
    types = ", ".join(f"CAST(:key_{n} AS bigint[])" for n in range(len(words.keys)))
    names = ", ".join(f"key_{n}" for n in range(len(words.keys)))
    is_row = " AND ".join(f"t.{key} = v.key_{n}" for n, key in enumerate(words.keys))
    write = sa.text(
        f"UPDATE {words.table} t SET {words.target} = v.sealed"
        f" FROM unnest({types}, CAST(:sealed AS varchar[])) AS v ({names}, sealed) WHERE {is_row}"
    )
    after: Sequence[Any] = ()
    while True:
        position = {f"after_{n}": value for n, value in enumerate(after)}
        behind = f"({keys}) > ({', '.join(f':{name}' for name in position)})" if position else "true"
        read = sa.text(
            f"SELECT {', '.join((*words.keys, *words.by, column))} FROM {words.table}"
            f" WHERE {column} <> '' AND {words.where} AND {behind} ORDER BY {keys} LIMIT {_AT_ONCE}"
        )
        rows = connection.execute(read, position).all()
        if not rows:
            return
        after = tuple(rows[-1][: len(words.keys)])
        sealed = [_sealed(row[-1], words.place, row[len(words.keys) : -1]) for row in rows]
        of_keys = {f"key_{n}": [row[n] for row in rows] for n in range(len(words.keys))}
        connection.execute(write, {**of_keys, "sealed": sealed})


def _seal_reasons_of_jobs() -> None:
    """Seals why rules of classes were put in force: the job that does so holds the reason."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT id, params ->> 'scheme_id', params ->> 'version', params ->> 'reason' FROM job"
            " WHERE kind = 'classes.apply' AND params ? 'reason'"
        )
    ).all()
    write = sa.text(
        "UPDATE job SET params = (params - 'reason') || jsonb_build_object('reason_sealed', CAST(:sealed AS text))"
        " WHERE id = :id"
    )
    for job_id, scheme_id, version, reason in rows:
        sealed = _sealed(reason, "class_rule_set.activated_why", (scheme_id, version))
        connection.execute(write, {"id": job_id, "sealed": sealed})


def _sealed(text: str, name: str, key: Iterable[Any]) -> str:
    seal: Callable[[str, str], str] | None = context.config.attributes.get("seal_at")
    if seal is None:
        raise RuntimeError(
            "this database holds what people wrote, and it is to be sealed: run `callcenter migrate` with the keys of"
            " this database (CALLCENTER_FIELD_KEYS, CALLCENTER_INDEX_KEY)"
        )
    parts = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value) for value in key]
    return seal(text, f"{name}:{':'.join(parts)}")


def downgrade() -> None:
    raise NotImplementedError("going back is not supported: restore a backup")
