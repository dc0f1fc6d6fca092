"""What a fact covers never changes: rows that were noted before would differ from their notes."""

import hashlib
import re
from collections import Counter

from callcenter import tables
from callcenter.audit.certificate.queries.acts import ACTS, ROWS
from callcenter.audit.facts.table import FACTS
from callcenter.audit.facts.types import Fact

COVERED = {
    "call.planned": "f3da4322c112",
    "call.dialled": "a671e24f3fbe",
    "call.ended": "bdf7f1cd26de",
    "call.journal": "93faee1f9414",
    "call.disposed": "ff7f837631b1",
    "recording.armed": "7c5f8bb2929a",
    "recording.stored": "05079e482563",
    "recording.retention": "ed0d0922e86c",
    "recording_access.made.2": "389b5f779b98",
    "recording_incident.opened": "7d5cd6ab5735",
    "recording_incident.closed.2": "c60e16b07345",
    "complaint_case.opened": "5fed10a54f02",
    "complaint_case.answered": "6413fc449e8c",
    "complaint_case.decided": "5b08dc8c6738",
    "callback.made": "4346258c2779",
    "callback.done.2": "cf608b53a4f7",
    "review.made": "cc1329d25f8f",
    "review.decided": "e76bf8ba2071",
    "hand_over.made": "cf9eaf757c4f",
    "visit.reported": "2d9c462939ca",
    "allocation_run.made": "d3b58e0a1031",
    "allocation_share.made": "872f18d70803",
    "assignment.made": "4646f0f002f9",
    "assignment.ended": "643a5364ecd3",
    "campaign_member.set.2": "795b26a6eebb",
    "campaign_version.made.2": "d69589320f82",
    "campaign_version.first_day": "c449beb3ee4a",
    "script_version.made": "d5edccaafcec",
    "script_review.decided.2": "add0e859c8c9",
    "service_hours.set.2": "2bfaa76eaecf",
    "calendar_override.set": "57fd6f8d71b3",
    "calendar_edition.used": "27be869453d5",
    "rule_set.used": "42c2f4161af4",
    "dnc_entry.entered": "bd80ca959693",
    "dnc_entry.lifted.2": "c17da8a9229b",
    "dnc_lift.decided.2": "5f948c5fa448",
    "dnc_delivery.made": "9048046b6a1b",
    "lead_basis.stepped.2": "ce7828f45009",
    "lead_change.made": "cfcf02509dea",
    "lead_list.imported": "865663a796a2",
    "target_step.made.2": "73e2878044ba",
    "staff_change.made": "5797727fcfbe",
    "staff.created": "97b2dcefff5a",
    "agent_session.ended": "d130503e6f6b",
    "ledger_export.made": "51494e8fc7a0",
    "job.certified": "dfb018f42f69",
    "alert.raised": "f69262f2474a",
    "alert.acknowledged.2": "aac4ceef2242",
    "kept_signal.settled.2": "f59b0d1e9aea",
}
"""Fact → digest of its table, key and columns. A fact with other columns gets another name and a line of its own."""


WRITTEN = re.compile(r"COALESCE\(t\.\w+_sealed, ''\) <> ''")
"""Whether a sealed text is there: a new key does not change that."""


def read_by(fact: Fact) -> list[str]:
    return [column for column in fact.columns if not WRITTEN.fullmatch(column)]


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
    assert [fact.name for fact in FACTS if any("_sealed" in column for column in read_by(fact))] == []
