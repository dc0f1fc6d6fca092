"""What can be changed is kept with its versions: campaigns, decisions about days, rule sets, service hours

What was before is taken from the audit trail where it is known, and from the oldest values known otherwise; each
version of a campaign says which (``origin``).

Revision ID: 0013
Revises: 0012
"""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_VERSIONED = (
    *("state", "mode", "legal_opens", "legal_closes", "shifts", "quota", "ring_seconds", "wrap_up_seconds"),
    *("caller_id", "trunk", "cap_per_day", "cap_per_7_days", "max_attempts", "retries", "class_scheme_id"),
    *("script_id", "open_to_all_branches"),
)
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute(_HISTORY_STAYS)
    _make_campaign_versions()
    _make_calendar_history()
    _make_rule_sets()
    _make_service_hours()
    _fill_campaign_versions()
    _replace_mode_by_duty()
    for statement in _CAMPAIGN_LAW_11:
        op.execute(statement)
    for table in ("campaign_version", "calendar_override", "calendar_edition", "rule_set", "service_hours"):
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION history_stays()"
        )
        op.execute(f"CREATE TRIGGER {table}_stays_whole BEFORE TRUNCATE ON {table} EXECUTE FUNCTION history_stays()")


_HISTORY_STAYS = """
    CREATE OR REPLACE FUNCTION history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'law 11: what was in force stays as it was: % of % refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
"""

_CAMPAIGN_LAW_11 = (
    f"""
    CREATE FUNCTION campaign_law_11() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF ({", ".join(f"NEW.{name}" for name in _VERSIONED)}) IS DISTINCT FROM
           ({", ".join(f"OLD.{name}" for name in _VERSIONED)}) AND NEW.version <= OLD.version THEN
            RAISE EXCEPTION 'law 11: the rules of campaign % are changed with a new version', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE TRIGGER campaign_law_11 BEFORE UPDATE ON campaign FOR EACH ROW EXECUTE FUNCTION campaign_law_11()",
)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)


def _set_by() -> sa.Column[Any]:
    return sa.Column("set_by", sa.BigInteger(), nullable=True)


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def _make_campaign_versions() -> None:
    op.add_column("campaign", sa.Column("script_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_campaign_script_id"), "campaign", "script_version", ["script_id"], ["id"])
    op.execute(
        """UPDATE campaign SET script_id =
        (SELECT s.id FROM script_version s WHERE s.campaign_id = campaign.id ORDER BY s.version DESC LIMIT 1)"""
    )
    op.add_column("campaign", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.alter_column("campaign", "version", server_default=None)
    table = "campaign_version"
    op.create_table(
        table,
        _id(),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", _INSTANT, nullable=False),
        _set_by(),
        sa.Column("reason", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(length=40), nullable=False) for name in ("origin", "state", "mode")),
        *(sa.Column(name, sa.Time(), nullable=False) for name in ("legal_opens", "legal_closes")),
        *(sa.Column(name, postgresql.JSONB(), nullable=False) for name in ("shifts", "retries")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("caller_id", "trunk")),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("quota", "ring_seconds", "wrap_up_seconds", "cap_per_day", "cap_per_7_days", "max_attempts")
        ),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("class_scheme_id", "script_id")),
        sa.Column("open_to_all_branches", sa.Boolean(), nullable=False),
        sa.CheckConstraint("mode IN ('preview', 'progressive')", name=op.f("ck_campaign_version_mode")),
        sa.CheckConstraint(
            "origin IN ('created', 'changed', 'reconstructed', 'assumed')", name=op.f("ck_campaign_version_origin")
        ),
        sa.CheckConstraint("state IN ('preparing', 'running', 'closed')", name=op.f("ck_campaign_version_state")),
        _foreign(table, "campaign_id", "campaign"),
        _foreign(table, "class_scheme_id", "class_scheme"),
        _foreign(table, "script_id", "script_version"),
        _foreign(table, "set_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_version")),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_campaign_version_campaign_id_number")),
    )


def _make_calendar_history() -> None:
    """Keeps every decision about a day: those of the trail first, then those whose trail does not say so."""
    op.rename_table("calendar_override", "calendar_override_now")
    op.execute("ALTER TABLE calendar_override_now DROP CONSTRAINT pk_calendar_override")
    op.execute("ALTER TABLE calendar_override_now DROP CONSTRAINT fk_calendar_override_set_by")
    op.create_table(
        "calendar_override",
        _id(),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_at", _INSTANT, nullable=False),
        _set_by(),
        _foreign("calendar_override", "set_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_override")),
    )
    op.create_index("ix_calendar_override_day_on", "calendar_override", ["day_on", "id"])
    op.execute(
        r"""
        WITH known AS (
            SELECT CAST(substr(e.subject, 5) AS date) AS day_on, CAST(e.facts ->> 'working' AS boolean) AS working,
                   COALESCE(e.facts ->> 'reason', '') AS reason, e.at AS set_at, s.id AS set_by
            FROM audit_entry e LEFT JOIN staff s ON e.actor = 'staff:' || s.id
            WHERE e.act IN ('campaigns.day_overridden', 'campaigns.day_restored')
              AND e.subject ~ '^day:\d{4}-\d{2}-\d{2}$'
        )
        INSERT INTO calendar_override (day_on, working, reason, set_at, set_by)
        SELECT * FROM (
            SELECT day_on, working, reason, set_at, set_by FROM known
            UNION ALL
            SELECT n.day_on, n.working, n.reason, n.set_at, n.set_by FROM calendar_override_now n
            WHERE NOT EXISTS (SELECT FROM known k WHERE k.day_on = n.day_on AND k.set_at = n.set_at)
        ) decided ORDER BY set_at
        """
    )
    op.drop_table("calendar_override_now")
    op.create_table(
        "calendar_edition",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("first_used_at", _INSTANT, nullable=False),
        sa.Column("days", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_calendar_edition")),
    )


def _make_rule_sets() -> None:
    """Keeps since when each rule set has judged calls; of earlier ones the verdicts say since when at the latest."""
    op.create_table(
        "rule_set",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("first_used_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", "digest", name=op.f("pk_rule_set")),
    )
    op.execute(
        """INSERT INTO rule_set (name, digest, first_used_at)
        SELECT verdict ->> 'rule_set', '', min(planned_at) FROM call
        WHERE COALESCE(verdict ->> 'rule_set', '') <> '' GROUP BY 1"""
    )


def _make_service_hours() -> None:
    op.create_table(
        "service_hours",
        _id(),
        sa.Column("valid_from", _INSTANT, nullable=False),
        _set_by(),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("days", sa.String(length=40), nullable=False),
        sa.CheckConstraint("days IN ('every_day', 'working_days')", name=op.f("ck_service_hours_days")),
        sa.CheckConstraint("opens < closes", name=op.f("ck_service_hours_order")),
        _foreign("service_hours", "set_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_hours")),
    )


def _replace_mode_by_duty() -> None:
    """The campaign decides how its customers are dialled; of an agent is known whom they are offered."""
    op.drop_column("agent_session", "mode")
    op.add_column("agent_session", sa.Column("duty", sa.String(length=40), nullable=False, server_default="marketing"))
    op.alter_column("agent_session", "duty", server_default=None)
    op.create_check_constraint(op.f("ck_agent_session_duty"), "agent_session", "duty IN ('marketing', 'complaints')")


# -- what campaigns prescribed before


def _fill_campaign_versions() -> None:
    connection = op.get_bind()
    staff = set(connection.scalars(sa.text("SELECT id FROM staff")))
    for campaign in connection.execute(sa.text("SELECT * FROM campaign ORDER BY id")).mappings().all():
        versions = _versions_of(campaign, _changes_of(connection, campaign["id"], staff))
        for number, version in enumerate(versions, start=1):
            row = {**version, "campaign_id": campaign["id"], "number": number}
            row |= {name: json.dumps(row[name]) for name in ("shifts", "retries")}
            connection.execute(
                sa.text(f"INSERT INTO campaign_version ({', '.join(row)}) VALUES ({', '.join(f':{key}' for key in row)})"),
                row,
            )
        connection.execute(
            sa.text("UPDATE campaign SET version = :version WHERE id = :id"),
            {"version": len(versions), "id": campaign["id"]},
        )


def _changes_of(connection: sa.Connection, campaign_id: int, staff: set[int]) -> list[dict[str, Any]]:
    """Returns what the trail and the scripts know of a campaign, the oldest first.

    Each has ``new`` (column → value from then on) and ``old`` (column → value before), where they are known.
    """
    changes: list[dict[str, Any]] = []
    entries = connection.execute(
        sa.text(
            """SELECT at, actor, act, facts FROM audit_entry WHERE subject = :subject AND act IN ('campaigns.changed',
            'campaigns.state_set', 'campaigns.mode_set', 'campaigns.class_scheme_set') ORDER BY id"""
        ),
        {"subject": f"campaign:{campaign_id}"},
    )
    for at, actor, act, facts in entries:
        new, old = _values_of(act, facts)
        number = actor.removeprefix("staff:")
        set_by = int(number) if number.isdigit() and int(number) in staff else None
        changes.append({"at": at, "set_by": set_by, "reason": facts.get("reason", ""), "new": new, "old": old})
    before = None
    scripts = connection.execute(
        sa.text("SELECT id, created_at FROM script_version WHERE campaign_id = :id ORDER BY version"),
        {"id": campaign_id},
    )
    for script_id, created_at in scripts:
        changes.append(
            {"at": created_at, "set_by": None, "reason": "", "new": {"script_id": script_id}}
            | {"old": {"script_id": before}}
        )
        before = script_id
    return sorted(changes, key=lambda change: change["at"])


def _values_of(act: str, facts: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    if act == "campaigns.changed":
        known = {name: pair for name, pair in facts.get("changes", {}).items() if name in _VERSIONED}
        return {name: pair[1] for name, pair in known.items()}, {name: pair[0] for name, pair in known.items()}
    if act == "campaigns.class_scheme_set":
        return {"class_scheme_id": facts.get("scheme")}, {"class_scheme_id": facts.get("before")}
    name = "state" if act == "campaigns.state_set" else "mode"
    return ({name: facts[name]}, {}) if name in facts else ({}, {})


def _versions_of(campaign: Any, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Goes back from the values of today, change by change, to those of the beginning."""
    values = {name: campaign[name] for name in _VERSIONED}
    versions: list[dict[str, Any]] = []
    for place in range(len(changes) - 1, -1, -1):
        change = changes[place]
        known = {"valid_from": change["at"], "set_by": change["set_by"], "reason": change["reason"]}
        versions.append({**values, **known, "origin": "reconstructed"})
        values = dict(values)
        for name in change["new"]:
            values[name] = change["old"][name] if name in change["old"] else _earlier(changes[:place], name, values)
    created_at: datetime = campaign["created_at"]
    versions.append({**values, "valid_from": created_at, "set_by": None, "reason": "", "origin": "assumed"})
    return versions[::-1]


def _earlier(changes: list[dict[str, Any]], name: str, values: dict[str, Any]) -> Any:
    """Returns what an earlier change set a column to; what it is now where no change says so."""
    return next((change["new"][name] for change in reversed(changes) if name in change["new"]), values[name])


def downgrade() -> None:
    raise NotImplementedError("going back would lose the versions: restore a backup")
