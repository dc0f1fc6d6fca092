"""Manipulation of the database by SQL turns the certificate red and names the row.

A day is lived once by the services. Each plant is a statement of somebody who may do anything in the database: triggers
and foreign keys do not bind them. It is planted in a transaction, certified, and undone.
"""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from callcenter.kit.bus import Bus
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from callcenter.quality.types import ReviewVerdict
from tests.rooms.audit.certified_day import broken
from tests.scenarios.conftest import Stage
from tests.scenarios.lived_day import SINCE, UNTIL, LivedDay, live, review
from tests.support.statements import counted

pytestmark = [pytest.mark.simulation(robots=2, customers=140, speed=4.0), pytest.mark.timeout(600)]


@dataclass(frozen=True)
class Plant:
    """``does``: statements; ``names``: the row that the certificate has to name. ``{…}`` are names of the lived day."""

    what: str
    names: str
    does: tuple[str, ...]


def plant(what: str, names: str, *does: str) -> Plant:
    return Plant(what, names, does)


def call_gone(name: str, *besides: str) -> tuple[str, ...]:
    """Returns the statements that remove a call with all that refers to it."""
    return (
        f"DELETE FROM call_signal WHERE call_id = '{{{name}}}'",
        f"DELETE FROM recording WHERE call_id = '{{{name}}}'",
        *besides,
        f"DELETE FROM call WHERE id = '{{{name}}}'",
    )


def unanswered(name: str) -> tuple[str, ...]:
    """Returns the statements that make an answered call one that never was, journal and recording included."""
    return (
        f"DELETE FROM call_signal WHERE call_id = '{{{name}}}' AND kind IN ('CustomerAnswered')",
        f"DELETE FROM recording WHERE call_id = '{{{name}}}'",
        "UPDATE call SET outcome = 'no_answer', answered_at = NULL, disposition = 'not_reached', details = '{{}}'"
        f" WHERE id = '{{{name}}}'",
    )


def call(what: str, name: str, change: str) -> Plant:
    return plant(what, f"call:{{{name}}}", f"UPDATE call SET {change} WHERE id = '{{{name}}}'")


def change(what: str, table: str, name: str, change: str) -> Plant:
    return plant(what, f"{table}:{{{name}}}", f"UPDATE {table} SET {change} WHERE id = {{{name}}}")


def gone(what: str, table: str, name: str, *before: str) -> Plant:
    return plant(what, f"{table}:{{{name}}}", *before, f"DELETE FROM {table} WHERE id = {{{name}}}")


def copied(table: str, row: str, **values: str) -> str:
    """Returns the statement that writes a row like another one, but for some columns."""
    shown = ", ".join(f"'{name}', {value}" for name, value in values.items())
    return (
        f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object({shown}))).* FROM {table} t"
        f" WHERE {row}"
    )


MOST_STATEMENTS = 82
"""Of the certificate of a day, however many calls it had."""
MINUTE = "interval '1 minute'"
INVENTED = str(uuid4())

CALLS = (
    plant("a whole call removed", "call:{refused}", *call_gone("refused")),
    plant("a whole call removed before it was noted", "call:{late refused}", *call_gone("late refused")),
    plant(
        "a success removed with its review, hand-over and visit",
        "call:{success}",
        *call_gone(
            "success",
            "DELETE FROM visit WHERE hand_over_id = {hand-over of success}",
            "DELETE FROM hand_over WHERE id = {hand-over of success}",
            "DELETE FROM review WHERE id = {review of success}",
        ),
    ),
    plant("an answered call made unanswered", "call:{refused}", *unanswered("refused")),
    plant("an answered call made unanswered before it was noted", "call:{late refused}", *unanswered("late refused")),
    call("the outcome alone rewritten", "late refused", "outcome = 'busy', answered_at = NULL"),
    call("the answer moved", "refused", f"answered_at = answered_at + {MINUTE}"),
    call("the end moved", "refused", f"ended_at = ended_at + {MINUTE}"),
    call("an end made an estimate", "success", "end_estimated = true"),
    call("the cause of the end rewritten", "refused", "sip_code = 486"),
    call("the agent exchanged", "refused", "agent_id = {other agent}"),
    call("the customer exchanged", "refused", "lead_id = {lead}"),
    call("the number exchanged", "refused", "phone_index = repeat('0', 64)"),
    call("the caller ID exchanged", "refused", "caller_id = '10000'"),
    call("the assignment exchanged", "refused", "assignment_id = {open assignment}"),
    call("the permission rewritten", "refused", """verdict = verdict || '{{"reason": "forged"}}'"""),
    call("the time of dialling moved", "refused", "dialled_at = dialled_at - interval '1 second'"),
    call("the time of planning moved", "refused", "planned_at = planned_at - interval '1 second'"),
    call("a refusal made a hesitation", "refused", "disposition = 'thinking'"),
    call("a success made a refusal", "failed success", "disposition = 'refused', success_verdict = NULL"),
    call("the time of the disposition moved", "refused", f"disposed_at = disposed_at - {MINUTE}"),
    call("a kind exchanged", "called back", "kind = 'lead', callback_id = NULL"),
    plant(
        "a signal removed from the journal",
        "call:{refused}",
        "DELETE FROM call_signal WHERE id = (SELECT min(id) FROM call_signal WHERE call_id = '{refused}')",
    ),
    plant(
        "a signal moved in the journal",
        "call:{refused}",
        "UPDATE call_signal SET at = at - interval '1 second' WHERE call_id = '{refused}'",
    ),
    plant(
        "an invented call of the past",
        f"call:{INVENTED}",
        copied(
            "call",
            "id = '{refused}'",
            id=f"'{INVENTED}'",
            planned_at="t.planned_at - interval '30 minutes'",
            dialled_at="t.dialled_at - interval '30 minutes'",
        ),
    ),
)
RECORDINGS = (
    gone("the row of a recording removed", "recording", "recording of refused"),
    plant(
        "the row of a recording removed before it was noted",
        "call:{late refused}",
        "DELETE FROM recording WHERE call_id = '{late refused}'",
    ),
    change("the hash of a recording rewritten", "recording", "recording of refused", "sha256 = repeat('0', 64)"),
    change("the length of a recording rewritten", "recording", "recording of refused", "duration_ms = duration_ms + 1"),
    change(
        "another call's object named",
        "recording",
        "recording of refused",
        "(object_key, version_id, sha256, size_bytes) = (SELECT object_key, version_id, sha256, size_bytes"
        " FROM recording WHERE id = {recording of success})",
    ),
    change(
        "the lock in the row shortened",
        "recording",
        "recording of success",
        "retain_until = retain_until - interval '90 days', wanted_until = wanted_until - interval '90 days'",
    ),
    change("a dispute forgotten", "recording", "recording of complaint", "retention_facts = '{{}}'"),
    change(
        "a recording made as of another minute", "recording", "recording of refused", f"armed_at = armed_at + {MINUTE}"
    ),
    gone("one hearing removed", "recording_access", "access of success"),
    plant("the listening log emptied", "recording_access:{access of success}", "DELETE FROM recording_access"),
    plant(
        "a hearing removed before it was noted",
        "call:{late success}",
        "DELETE FROM recording_access WHERE id = {access of late success}",
    ),
    change("the reason of a hearing rewritten", "recording_access", "access of success", "why_sealed = '例行'"),
    change("the reason of a hearing removed", "recording_access", "access of success", "why_sealed = ''"),
    change("a hearing by another person", "recording_access", "access of success", "actor = 'staff:1', staff_id = 1"),
    plant(
        "an invented hearing",
        "recording_access:9999",
        copied("recording_access", "id = {access of success}", id="9999", at=f"t.at + {MINUTE}"),
    ),
)
COMPLAINTS = (
    plant(
        "a case removed with its obligation",
        "complaint_case:{case}",
        "DELETE FROM callback WHERE case_id = {case}",
        "UPDATE call SET disposition = 'refused' WHERE id = '{complaint}'",
        "DELETE FROM complaint_case WHERE id = {case}",
    ),
    plant(
        "a case removed with its obligation before it was noted",
        "complaint_case:{late case}",
        "DELETE FROM callback WHERE case_id = {late case}",
        "DELETE FROM complaint_case WHERE id = {late case}",
    ),
    gone("an obligation removed", "callback", "obligation"),
    plant(
        "an obligation removed before it was noted",
        "case:{late case}",
        "DELETE FROM callback WHERE case_id = {late case}",
    ),
    change(
        "the deadline of a case moved", "complaint_case", "case", "answer_due_at = answer_due_at + interval '1 day'"
    ),
    change("the category of a case changed", "complaint_case", "case", "category = 'other'"),
    change("the category changed before it was noted", "complaint_case", "late case", "category = 'other'"),
    change("another agent complained of", "complaint_case", "case", "agent_id = {other agent}"),
    change("a case opened later", "complaint_case", "case", "opened_at = opened_at + interval '1 hour'"),
    change("a decision by another person", "complaint_case", "case", "decided_by = {checker}"),
    change("a decision at another time", "complaint_case", "case", f"decided_at = decided_at - {MINUTE}"),
    change(
        "a decision without an act",
        "complaint_case",
        "late case",
        "state = 'decided', decided_at = opened_at, decided_by = {officer}",
    ),
    change("another call as evidence", "callback", "obligation", "done_call_id = '{refused}'"),
    change("fewer attempts demanded", "callback", "obligation", "attempts_demanded = 1"),
    change("nobody excluded from the callback", "callback", "obligation", "excluded_agent_id = NULL"),
    change("an earlier end of the obligation", "callback", "obligation", f"done_at = done_at - {MINUTE}"),
    gone("a promise to a customer removed", "callback", "callback of promised"),
    change(
        "a promise to a customer moved",
        "callback",
        "callback of promised",
        "promised_at = promised_at + interval '1 day'",
    ),
)
QUALITY = (
    plant(
        "a verdict made a pass",
        "review:{review of failed success}",
        "UPDATE review SET verdict = 'pass', failed_items = '[]' WHERE id = {review of failed success}",
        "UPDATE call SET success_verdict = 'passed' WHERE id = '{failed success}'",
    ),
    plant(
        "a verdict made a fail before it was noted",
        "review:{review of late success}",
        "UPDATE review SET verdict = 'fail' WHERE id = {review of late success}",
        "UPDATE call SET success_verdict = 'failed' WHERE id = '{late success}'",
    ),
    call("a verdict changed on the call alone", "failed success", "success_verdict = 'passed'"),
    change("failed items removed", "review", "review of failed success", "failed_items = '[]'"),
    change("a verdict by another person", "review", "review of success", "decided_by = {officer}"),
    change("a verdict at another time", "review", "review of success", f"decided_at = decided_at - {MINUTE}"),
    change("another score card", "review", "review of success", "card_version = 'x'"),
    gone("a review removed", "review", "review of failed success"),
    gone(
        "a hand-over removed",
        "hand_over",
        "hand-over of success",
        "DELETE FROM visit WHERE hand_over_id = {hand-over of success}",
    ),
    plant(
        "a hand-over removed before it was noted",
        "review:{review of late success}",
        "DELETE FROM visit WHERE hand_over_id = {hand-over of late success}",
        "DELETE FROM hand_over WHERE id = {hand-over of late success}",
    ),
    change("the district of a hand-over changed", "hand_over", "hand-over of success", "district = 'x'"),
    change("a hand-over of a refused success", "hand_over", "hand-over of success", "call_id = '{failed success}'"),
)
ALLOCATION = (
    change("a lead moved to another agent", "assignment", "open assignment", "agent_id = {agent}, campaign_id = 7"),
    gone("an assignment removed", "assignment", "open assignment"),
    change(
        "an assignment of an earlier time",
        "assignment",
        "open assignment",
        "assigned_at = assigned_at - interval '1 day'",
    ),
    change("another quota of an assignment", "assignment", "open assignment", "quota = 500"),
    change("another reason of an assignment", "assignment", "open assignment", "reason = 'x'"),
    change("another end of an assignment", "assignment", "assignment of refused", "end_detail = 'thinking'"),
    change("an attempt more", "assignment", "assignment of refused", "attempts = attempts + 1"),
    change("another seed of a run", "allocation_run", "run", "seed = 1"),
    gone("a share removed", "allocation_share", "share"),
    change("another weight of a member", "campaign_member", "member", "weight = 1"),
    gone("a member removed", "campaign_member", "member"),
)
RULES = (
    change("shifts widened afterwards", "campaign_version", "version", """shifts = '[["08:00", "21:00"]]'"""),
    plant(
        "shifts widened in the campaign alone",
        "campaign:{campaign}",
        """UPDATE campaign SET shifts = '[["08:00", "21:00"]]' WHERE id = {campaign}""",
    ),
    change("caps raised afterwards", "campaign_version", "version", "cap_per_day = 9, cap_per_7_days = 60"),
    change("a version of an earlier time", "campaign_version", "version", "valid_from = valid_from - interval '1 day'"),
    plant(
        "a version removed",
        "campaign_version:{version}",
        "DELETE FROM campaign_version WHERE id = {version}",
        "UPDATE campaign SET version = version - 1 WHERE id = {campaign}",
    ),
    plant(
        "an invented version",
        "campaign_version:9999",
        copied(
            "campaign_version",
            "id = {version}",
            id="9999",
            number="t.number + 1",
            valid_from=f"t.valid_from + {MINUTE}",
        ),
        "UPDATE campaign SET version = version + 1 WHERE id = {campaign}",
    ),
    change("service hours widened afterwards", "service_hours", "hours", "opens = '00:00', closes = '23:59'"),
    gone("a day given back to the calendar", "calendar_override", "override"),
    change("the reason of a day rewritten", "calendar_override", "override", "working = true"),
    change("a script rewritten", "script_version", "script", "statements = '[]'"),
    plant("a rule set rewritten", "rule_set:{rule set}", "UPDATE rule_set SET digest = repeat('0', 64)"),
    plant("a calendar edition rewritten", "calendar_edition:{edition}", "UPDATE calendar_edition SET days = '{{}}'"),
)
CUSTOMERS = (
    gone("an entry of do-not-call removed", "dnc_entry", "entry"),
    change("the term of an entry shortened", "dnc_entry", "entry", "until = entered_at + interval '1 minute'"),
    change("the number of an entry exchanged", "dnc_entry", "entry", "phone_index = repeat('0', 64)"),
    change("an entry lifted without an act", "dnc_entry", "entry", "lifted_at = entered_at, lifted_by = {officer}"),
    change(
        "a lifting undone",
        "dnc_entry",
        "lifted entry",
        "lifted_at = NULL, lifted_words_sealed = NULL",
    ),
    change("the reason of a lifting rewritten", "dnc_entry", "lifted entry", "lifted_words_sealed = 'x'"),
    change("the reason of a lifting removed", "dnc_entry", "lifted entry", "lifted_words_sealed = NULL"),
    plant(
        "an entry of the past",
        "dnc_entry:9999",
        copied("dnc_entry", "id = {entry}", id="9999", entered_at=f"t.entered_at + {MINUTE}"),
    ),
    gone("a withdrawal removed", "lead_basis", "step"),
    plant(
        "a withdrawal undone on the customer alone",
        "lead:{lead}",
        "UPDATE lead SET basis_withdrawn_at = NULL WHERE id = {lead}",
    ),
    change("other evidence of a basis", "lead_basis", "added step", "reference = 'x'"),
    gone("a correction removed", "lead_change", "change"),
    plant("a customer removed", "lead_list:{list}", "DELETE FROM lead WHERE id = {first lead}"),
    change("the figures of a list rewritten", "lead_list", "list", "rejected = 0"),
    change("a person of another role", "staff", "agent", "role = 'qa'"),
    gone("a person removed", "staff", "agent"),
    gone("an alert removed", "alert", "alert"),
)
OF_LATE_CASE = "(SELECT text_sealed FROM complaint_case WHERE id = {late case})"
TRAIL = (
    plant(
        "the trail cut off at its end",
        "fact_note:2",
        "DELETE FROM audit_entry WHERE id >= (SELECT max(id) FROM audit_entry WHERE act = 'audit.facts_noted')",
        "UPDATE audit_head SET entry_id = (SELECT max(id) FROM audit_entry),"
        " hash = (SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1)",
    ),
    plant(
        "the trail cut off behind the last note",
        "complaint_case:{late case}",
        "DELETE FROM audit_entry WHERE id > (SELECT max(id) FROM audit_entry WHERE act = 'audit.facts_noted')",
        "UPDATE audit_head SET entry_id = (SELECT max(id) FROM audit_entry),"
        " hash = (SELECT hash FROM audit_entry ORDER BY id DESC LIMIT 1)",
    ),
    plant("digests removed", "fact_note:2", "DELETE FROM fact_digest WHERE row_id = '{refused}'"),
    plant(
        "a call removed with its digests",
        "fact_note:2",
        *call_gone("refused"),
        "DELETE FROM fact_digest WHERE row_id = '{refused}'",
    ),
    plant(
        "a digest rewritten",
        "fact_note:2",
        "UPDATE fact_digest SET digest = repeat('0', 64) WHERE row_id = '{refused}'",
    ),
    plant(
        "an invented digest",
        "fact_note:2",
        copied("fact_digest", "row_id = '{refused}' AND fact = 'call.ended'", row_id="'x'"),
    ),
    plant("a date in a digest rewritten", "fact_note:2", "UPDATE fact_digest SET least = NULL WHERE note = 2"),
    plant("a note removed", "fact_note:2", "DELETE FROM fact_note WHERE number = 2"),
    plant(
        "a note of another time", "fact_note:2", f"UPDATE fact_note SET noted_at = noted_at + {MINUTE} WHERE number = 2"
    ),
    plant("an act rewritten", "audit_entry:40", """UPDATE audit_entry SET facts = '{{"x": 1}}' WHERE id = 40"""),
    plant(
        "a note's act rewritten",
        "fact_note:2",
        """UPDATE audit_entry SET facts = '[]' WHERE act = 'audit.facts_noted'""",
    ),
    plant(
        "subjects rewritten to what is no key",
        "audit_entry:40",
        "UPDATE audit_entry SET subject = 'case:none' WHERE id >= 40",
    ),
    plant("an act removed", "audit_entry:41", "DELETE FROM audit_entry WHERE id = 40"),
)
SEALS = (
    plant(
        "two names exchanged",
        "lead:{lead}",
        "UPDATE lead t SET name_sealed = o.name_sealed FROM lead o"
        " WHERE (t.id, o.id) IN (({lead}, {other lead}), ({other lead}, {lead}))",
    ),
    plant(
        "name and address exchanged",
        "lead:{lead}",
        "UPDATE lead SET name_sealed = address_sealed, address_sealed = name_sealed WHERE id = {lead}",
    ),
    plant(
        "the number of an older customer",
        "lead:{lead}",
        "UPDATE lead SET phone_sealed = (SELECT phone_sealed FROM lead WHERE id = {first lead}) WHERE id = {lead}",
    ),
    plant(
        "another number shown with an entry",
        "dnc_entry:{entry}",
        "UPDATE dnc_entry SET phone_sealed = (SELECT phone_sealed FROM lead WHERE phone_index <> dnc_entry.phone_index"
        " LIMIT 1) WHERE id = {entry}",
    ),
    change("the text of another complaint", "complaint_case", "case", f"text_sealed = {OF_LATE_CASE}"),
    change("a complaint's text as its decision", "complaint_case", "case", "decision_sealed = text_sealed"),
    plant(
        "the note of another call",
        "call:{success}",
        "UPDATE call SET details = jsonb_set(details, '{{note}}', (SELECT details -> 'note' FROM call"
        " WHERE id = '{failed success}')) WHERE id = '{success}'",
    ),
    plant(
        "the note of another review",
        "review:{review of success}",
        "UPDATE review SET note_sealed = (SELECT o.note_sealed FROM review o WHERE o.id <> {review of success}"
        " AND o.note_sealed IS NOT NULL LIMIT 1) WHERE id = {review of success}",
    ),
    plant(
        "old and new value of a correction exchanged",
        "lead_change:{change}",
        "UPDATE lead_change SET old_sealed = new_sealed, new_sealed = old_sealed WHERE id = {change}",
    ),
    change("a value that is bound to no row", "lead", "lead", "address_sealed = '{unbound}'"),
    change("a value of a customer who is gone", "lead", "lead", "address_sealed = '{elsewhere}'"),
    plant(
        "a value that is bound to no row made lawful",
        "installation_note:seals",
        "UPDATE lead SET address_sealed = '{unbound}' WHERE id = {lead}",
        "DELETE FROM installation_note WHERE name = 'seals'",
    ),
)
PLANTS = (*CALLS, *RECORDINGS, *COMPLAINTS, *QUALITY, *ALLOCATION, *RULES, *CUSTOMERS, *TRAIL, *SEALS)

OF_AN_EARLIER_DAY = (
    *(plant for plant in RULES if "alone" not in plant.what and "invented" not in plant.what),
    *(plant for plant in COMPLAINTS if plant.does[-1] == "DELETE FROM complaint_case WHERE id = {case}"),
    gone("an entry of do-not-call removed", "dnc_entry", "entry"),
    gone("an assignment removed", "assignment", "open assignment"),
    plant(
        "an entry of do-not-call removed with its digests",
        "fact_note:2",
        "DELETE FROM fact_digest WHERE fact LIKE 'dnc_entry%' AND row_id = '{entry}'",
        "DELETE FROM dnc_entry WHERE id = {entry}",
    ),
)
"""What was in force or held on later days too: their certificates find it as well."""

LAWFUL: Mapping[str, tuple[str, ...]] = {
    "a late signal that makes the outcome more precise": (
        "INSERT INTO call_signal (call_id, key, kind, at, received_at, facts) SELECT id, 'late', 'CustomerHungUp',"
        " ended_at, (SELECT max(noted_at) FROM fact_note) + interval '1 minute', '{{}}' FROM call"
        " WHERE id = '{refused}'",
        "UPDATE call SET hangup_cause = 31 WHERE id = '{refused}'",
    ),
    "columns of the moment": (
        "UPDATE assignment SET position = position + 1 WHERE state = 'open'",
        "UPDATE recording SET due_at = due_at + interval '1 day', attempts = attempts + 1",
        "UPDATE review SET claim_expires_at = NULL",
    ),
}
"""Changes that are part of the work after a note."""


class _UndoneError(Exception):
    pass


async def named_after(day: LivedDay, statements: Iterable[str], *, days_later: int = 0) -> set[str]:
    """Returns the subjects that the certificate of a day names after these statements, which are undone again."""
    later = timedelta(days=days_later)
    named: set[str] = set()
    with contextlib.suppress(_UndoneError):
        async with day.stage.system.works.begin() as work:
            await work.session.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                said = statement.format_map(day.names).replace(":", r"\:")
                done = await work.session.execute(text(said))
                assert done.rowcount > 0, said  # type: ignore[attr-defined]
            certificate = await day.stage.system.certificates.certify(
                work, SINCE + later, UNTIL + later, with_store=True
            )
            named = {subject for subjects in broken(certificate).values() for subject in subjects}
            raise _UndoneError
    return named


async def count_statements(stage: Stage) -> None:
    """Certifies by connections of its own: engine and recorder go on beside it."""
    auditors = Database(stage.system.settings.async_database_url)
    try:
        with counted(auditors) as statements:
            async with Works(auditors, stage.clock, Bus()).begin() as work:
                await stage.system.certificates.certify(work, SINCE, UNTIL, with_store=True)
    finally:
        await auditors.close()
    assert statements.count <= MOST_STATEMENTS, statements.per_life(1)


async def test_every_plant_turns_the_certificate_red_and_names_its_row(stage: Stage) -> None:
    day = await live(stage)
    vault = stage.system.settings.vault
    day.names |= {"unbound": vault.seal_unbound("某路"), "elsewhere": vault.seal("某路", "lead.address:0:0")}
    assert broken(await day.certify()) == {}
    await count_statements(stage)
    assert await named_after(day, ["UPDATE call SET channel = NULL"], days_later=5) == set()
    unseen = {
        plant.what: named
        for plant in OF_AN_EARLIER_DAY
        if plant.names.format_map(day.names) not in (named := await named_after(day, plant.does, days_later=5))
    }
    assert unseen == {}
    missed = {
        plant.what: named
        for plant in PLANTS
        if plant.names.format_map(day.names) not in (named := await named_after(day, plant.does))
    }
    assert missed == {}
    assert len({plant.what for plant in PLANTS}) == len(PLANTS) >= 60
    red = {what: named for what, does in LAWFUL.items() if (named := await named_after(day, does))}
    assert red == {}
    await review(day, "returned success", ReviewVerdict.PASS)
    await stage.system.recordings.retention.keep_locked(stage.system.works)
    assert broken(await day.certify()) == {}
    await stage.ask(stage.system.fact_notes.take)
    assert broken(await day.certify()) == {}
