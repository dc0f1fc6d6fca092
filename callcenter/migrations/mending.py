"""Mends databases that were migrated by a revision which was changed later, before the revisions behind it are applied.

Revisions are frozen now (``tests/architecture/test_frozen_revisions.py``). Before that, 0001, 0002, 0003 and 0019 were
edited after databases had them: such a database lacked indexes, columns and values, and was called up to date. Each
mend asks the database itself whether it is needed, so that all of them can run at every ``callcenter migrate``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Mend:
    """One thing that a revision does today and did not do in an earlier form."""

    since: str
    """The revision; databases of an older one get it from the revision itself."""
    until: str
    """The last revision at which it is mended: later ones were written for the mended form, or it is never too late."""
    needed: str
    """A question that is answered with true where it is not done."""
    statements: Sequence[str] = ()
    by_revision: Callable[[Connection, Config], None] | None = None


_NEVER_TOO_LATE = "9999"


def _lacks_column(table: str, column: str) -> str:
    among = f"SELECT FROM pg_attribute WHERE attrelid = to_regclass('{table}') AND attname = '{column}'"
    return f"SELECT NOT EXISTS ({among} AND NOT attisdropped)"


def _lacks_index(name: str) -> str:
    return f"SELECT to_regclass('{name}') IS NULL"


def _part_ends_of_assignments(connection: Connection, config: Config) -> None:
    """Does what 0003 did not do at first: how an assignment ended becomes a closed list, a code and a sealed note."""
    for now, before in (("returned_leads", "given_back"), ("on_dnc_list", "do_not_call")):
        connection.execute(
            text("UPDATE assignment SET result = :before WHERE result = :now"), {"now": now, "before": before}
        )
    script = ScriptDirectory.from_config(config)
    revision = script.get_revision("0003")
    assert revision is not None
    with (
        EnvironmentContext(config, script),
        Operations.context(MigrationContext.configure(connection)),
    ):
        revision.module._part_ends_of_assignments()


MENDS: Sequence[Mend] = (
    Mend(
        "0001", _NEVER_TOO_LATE, _lacks_index("ix_call_dialled"), ["CREATE INDEX ix_call_dialled ON call (dialled_at)"]
    ),
    Mend(
        "0002",
        "0002",
        _lacks_column("lead_list", "mapping"),
        [
            "ALTER TABLE lead_list ADD COLUMN mapping jsonb NOT NULL DEFAULT '{}'",
            "ALTER TABLE lead_list ALTER COLUMN mapping DROP DEFAULT",
            # What has no class comes last, not first.
            "UPDATE callback SET priority = 1000 FROM lead WHERE lead.id = callback.lead_id AND priority = 0"
            " AND class_id IS NULL",
            "UPDATE lead SET class_rank = 1000 WHERE class_rank = 0 AND class_id IS NULL",
            "CREATE INDEX ix_assignment_agent_lead ON assignment (agent_id, lead_id)",
            "CREATE INDEX ix_assignment_result ON assignment (result, lead_id) WHERE state = 'done'",
            "CREATE INDEX ix_call_disposition ON call (disposition, lead_id) WHERE disposition IS NOT NULL",
            "CREATE INDEX ix_lead_district ON lead (district, id)",
        ],
    ),
    Mend(
        "0002",
        _NEVER_TOO_LATE,
        "SELECT EXISTS (SELECT FROM pg_indexes WHERE schemaname = current_schema() AND indexname = 'uq_lead_phone'"
        " AND indexdef LIKE '%(campaign_id, phone_index)')",
        [
            "DROP INDEX IF EXISTS ix_lead_phone_index",
            "DROP INDEX uq_lead_phone",
            "CREATE UNIQUE INDEX uq_lead_phone ON lead (phone_index, campaign_id)",
        ],
    ),
    Mend(
        "0003",
        "0003",
        _lacks_column("assignment", "ended_as"),
        [
            "ALTER TABLE ledger_export RENAME COLUMN ordered_by TO requested_by",
            "ALTER INDEX ix_ledger_export_ordered_by RENAME TO ix_ledger_export_requested_by",
            "ALTER TABLE ledger_export RENAME CONSTRAINT fk_ledger_export_ordered_by TO fk_ledger_export_requested_by",
        ],
        _part_ends_of_assignments,
    ),
    Mend(
        "0019",
        _NEVER_TOO_LATE,
        _lacks_column("call", "disposition_owed_at"),
        [
            "ALTER TABLE call ADD COLUMN disposition_owed_at timestamptz",
            "CREATE INDEX ix_call_owed ON call (agent_id)"
            " WHERE disposition_owed_at IS NOT NULL AND disposed_at IS NULL",
        ],
    ),
)
"""In the order of their revisions."""


def mend(connection: Connection, present: str | None, config: Config) -> None:
    """Brings a database of revision ``present`` to the form which that revision has today."""
    if present is None:
        return
    for one in MENDS:
        if one.since <= present <= one.until and connection.execute(text(one.needed)).scalar_one():
            for statement in one.statements:
                connection.execute(text(statement))
            if one.by_revision:
                one.by_revision(connection, config)
    connection.commit()
