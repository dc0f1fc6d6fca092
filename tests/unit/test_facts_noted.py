"""What a fact covers never changes: rows that were noted before would differ from their notes."""

import hashlib
from collections import Counter

from callcenter import tables
from callcenter.audit.certificate.queries.acts import ACTS, ROWS
from callcenter.audit.facts.table import FACTS

COVERED = {
    "call.planned": "f3da4322c112",
    "call.dialled": "a671e24f3fbe",
    "call.ended": "bdf7f1cd26de",
    "call.journal": "93faee1f9414",
    "call.disposed": "ff7f837631b1",
    "recording.armed": "7c5f8bb2929a",
    "recording.stored": "05079e482563",
    "recording.retention": "ed0d0922e86c",
    "recording_access.made": "c0922aa99584",
    "recording_incident.opened": "7d5cd6ab5735",
    "recording_incident.closed": "39087c204dc4",
    "complaint_case.opened": "5fed10a54f02",
    "complaint_case.answered": "6413fc449e8c",
    "complaint_case.decided": "5b08dc8c6738",
    "callback.made": "4346258c2779",
    "callback.done": "b066648a276f",
    "review.made": "cc1329d25f8f",
    "review.decided": "e76bf8ba2071",
    "hand_over.made": "cf9eaf757c4f",
    "visit.reported": "2d9c462939ca",
    "allocation_run.made": "d3b58e0a1031",
    "allocation_share.made": "872f18d70803",
    "assignment.made": "4646f0f002f9",
    "assignment.ended": "643a5364ecd3",
    "campaign_member.set": "a7dec7b79aaa",
    "campaign_version.made": "1ffe83e2888a",
    "script_version.made": "d5edccaafcec",
    "script_review.decided": "2dbd335ca9c8",
    "service_hours.set": "d61b1e56ebe4",
    "calendar_override.set": "57fd6f8d71b3",
    "calendar_edition.used": "27be869453d5",
    "rule_set.used": "42c2f4161af4",
    "dnc_entry.entered": "bd80ca959693",
    "dnc_entry.lifted": "5d6983552a35",
    "dnc_lift.decided": "a5a198eb529b",
    "dnc_delivery.made": "9048046b6a1b",
    "lead_basis.stepped": "d2597f1f66d9",
    "lead_change.made": "cfcf02509dea",
    "lead_list.imported": "865663a796a2",
    "target_step.made": "0b2e7e0f2adb",
    "staff_change.made": "5797727fcfbe",
    "staff.created": "97b2dcefff5a",
    "agent_session.ended": "d130503e6f6b",
    "ledger_export.made": "51494e8fc7a0",
    "job.certified": "dfb018f42f69",
    "alert.raised": "f69262f2474a",
    "alert.acknowledged": "514e5c9967e4",
    "kept_signal.settled": "986bbbb89a0c",
}
"""Fact → digest of its table, key and columns. A fact with other columns gets another name and a line of its own."""


def covered() -> dict[str, str]:
    return {
        fact.name: hashlib.sha256("\n".join((fact.table, fact.key, *fact.columns)).encode()).hexdigest()[:12]
        for fact in FACTS
    }


def test_no_fact_covers_other_columns_than_it_did() -> None:
    assert covered() == COVERED


def test_facts_have_names_of_their_own_and_say_their_table() -> None:
    assert [name for name, count in Counter(fact.name for fact in FACTS).items() if count > 1] == []
    assert [fact.name for fact in FACTS if fact.name.partition(".")[0] != fact.table] == []


def test_every_table_of_facts_and_acts_exists_and_no_sealed_column_is_covered() -> None:
    named = {fact.table for fact in FACTS} | {row.table for row in ACTS} | {row.table for row in ROWS}
    assert named - set(tables.metadata.tables) == set()
    assert [fact.name for fact in FACTS if any("_sealed" in column for column in fact.columns)] == []
