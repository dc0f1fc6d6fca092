"""Databases as revisions made them before they were edited: what leads from today's form of a revision back to it.

Each is one form that ``main`` has had; the digest was taken from a database that the revisions of that commit had made.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Earlier:
    commit: str
    revision: str
    digest: str
    """Of ``migrations.schema``: its first 16 digits."""
    statements: Sequence[str]
    """Undo, on a database of today's form of the revision, what that form did not have."""


_ALERT_WITHOUT_TRAIL = (
    "ALTER TABLE alert DROP CONSTRAINT ck_alert_kind, ADD CONSTRAINT ck_alert_kind"
    " CHECK (kind IN ('allocation_missing', 'stock_low', 'shortage', 'calendar_provisional'))"
)
_NUMBERS_BY_CAMPAIGN = (
    "DROP INDEX uq_lead_phone",
    "CREATE UNIQUE INDEX uq_lead_phone ON lead (campaign_id, phone_index)",
    "CREATE INDEX ix_lead_phone_index ON lead (phone_index)",
)

EARLIER: Sequence[Earlier] = (
    Earlier(
        "043bd35",
        "0001",
        "9dd3be9d407f260d",
        ["DROP INDEX ix_call_dialled"],
    ),
    Earlier(
        "ee119ec",
        "0002",
        "ebd739f7bb7b45dc",
        [
            "ALTER TABLE lead_list DROP COLUMN mapping",
            "DROP INDEX ix_assignment_agent_lead, ix_assignment_result, ix_call_disposition, ix_lead_district",
            _ALERT_WITHOUT_TRAIL,
            *_NUMBERS_BY_CAMPAIGN,
        ],
    ),
    Earlier(
        "9f8d1f0",
        "0002",
        "b942ec339358484d",
        [_ALERT_WITHOUT_TRAIL, *_NUMBERS_BY_CAMPAIGN],
    ),
    Earlier("96cc19e", "0002", "a8d951c3b0d22317", [_ALERT_WITHOUT_TRAIL]),
    Earlier(
        "ab29642",
        "0003",
        "3f577ea37cb89e66",
        [
            "ALTER TABLE assignment DROP COLUMN ended_as, DROP COLUMN end_detail, DROP COLUMN end_note_sealed,"
            " DROP COLUMN recall_detail, DROP COLUMN recall_note_sealed, DROP COLUMN recalled_as",
            "ALTER TABLE assignment ADD COLUMN result varchar, ADD COLUMN recalled_as varchar",
            "CREATE INDEX ix_assignment_result ON assignment (result, lead_id) WHERE state = 'done'",
            "ALTER TABLE ledger_export RENAME COLUMN requested_by TO ordered_by",
            "ALTER INDEX ix_ledger_export_requested_by RENAME TO ix_ledger_export_ordered_by",
            "ALTER TABLE ledger_export RENAME CONSTRAINT fk_ledger_export_requested_by TO fk_ledger_export_ordered_by",
        ],
    ),
    Earlier(
        "3d90c46",
        "0019",
        "8cbd04b5d9d96162",
        ["ALTER TABLE call DROP COLUMN disposition_owed_at"],
    ),
)
