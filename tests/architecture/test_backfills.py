"""Each revision keeps what a filled database holds: one database with rows goes through all of them, one by one."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import asyncpg

from tests.architecture.test_migrations import BEFORE_THE_WORDS, IN_USE, upgrade
from tests.support.databases import TestDatabases
from tests.support.settings import VAULT

HERE = Path(__file__).parent
VERSIONS = HERE.parents[1] / "callcenter/migrations/versions"


@dataclass(frozen=True)
class Step:
    """What is written before a revision, and what the database answers after it."""

    rows: str = "SELECT"
    answers: Mapping[str, list[Any]] = field(default_factory=dict)


def call(number: int, **columns: str) -> str:
    """Returns the statement that writes an ended call."""
    values = {
        "id": f"'7b0b9a9e-0000-4000-8000-0000000001{number:02d}'",
        "kind": "'lead'",
        "state": "'ended'",
        "agent_id": "1",
        "lead_id": "1",
        "campaign_id": "1",
        "node": "'n1'",
        "leg_id": "'l'",
        "phone_index": "'i'",
        "caller_id": "'0771'",
        "trunk": "'t'",
        "ring_seconds": "30",
        "verdict": "'{}'",
        "planned_at": "now()",
        "end_estimated": "false",
        "hung_up_by_us": "false",
        "details": "'{}'",
        "outcome": "'answered'",
        **columns,
    }
    return f"INSERT INTO call ({', '.join(values)}) VALUES ({', '.join(values.values())});\n"


TWICE = "called twice"


def open_call(number: int, *, agent: int, lead: int, **columns: str) -> str:
    """Returns the statement that writes a call to one number that has not ended."""
    columns |= {"verdict": """'{"allowed": true}'""", "is_probe": "false", "outcome": "NULL", "state": "'dialling'"}
    return call(number, agent_id=str(agent), lead_id=str(lead), phone_index=f"'{TWICE}'", **columns)


def reviewed(number: int, disposition: str, state: str, verdict: str | None) -> str:
    """Returns the statements that write a call, and its review."""
    by = "2, now()" if verdict else "NULL, NULL"
    claim = "2, now(), now()" if state == "claimed" else "NULL, NULL, NULL"
    said = f"'{verdict}'" if verdict else "NULL"
    return (
        call(number, disposition=f"'{disposition}'", is_probe="false")
        + "INSERT INTO review (call_id, agent_id, lead_id, campaign_id, state, verdict, failed_items, decided_by,"
        " decided_at, claimed_by, claimed_at, claim_expires_at, created_at) VALUES ("
        f"'7b0b9a9e-0000-4000-8000-0000000001{number:02d}', 1, 1, 1, '{state}', {said}, '[]', {by}, {claim}, now());\n"
    )


def verdict_of(number: int) -> str:
    return f"SELECT success_verdict FROM call WHERE id = '7b0b9a9e-0000-4000-8000-0000000001{number:02d}'"


ALERT = (
    "INSERT INTO alert (kind, subject, facts, needs, raised_at, note)"
    " VALUES ('{}', 'x', '{{}}', 'allocate', now(), '') RETURNING kind"
)

ALERT_NOW = ALERT.replace("facts, needs", "facts").replace(" 'allocate',", "")
"""Since the right is no column any more."""

ALERT_SEALED = ALERT_NOW.replace("note)", "note_sealed)")
"""Since what a person adds to an alert is sealed."""

STEPS: Mapping[str, Step] = {
    "0004": Step(
        ALERT.format("shortage").split(" RETURNING")[0],
        {
            ALERT.format("command_lost"): ["command_lost"],
            "SELECT kind FROM alert ORDER BY id": ["shortage", "command_lost"],
        },
    ),
    "0005": Step(
        call(1, outcome="'congestion'", ended_at="now()"),
        {
            "SELECT outcome FROM call WHERE id::text LIKE '%101'": ["congestion"],
            "SELECT DISTINCT is_probe FROM call": [False],
            "SELECT DISTINCT hung_up_at FROM call": [None],
        },
    ),
    "0006": Step(
        """
        UPDATE campaign SET retries = '{"thinking": {"delay_minutes": 600, "most": 2},
            "busy": {"delay_minutes": 45, "most": 2}, "cancelled": {"delay_minutes": 1, "most": 9}}';
        """,
        {
            "SELECT jsonb_object_keys(retries -> 'rules') FROM campaign ORDER BY 1": ["busy", "thinking"],
            "SELECT retries -> 'rules' -> 'thinking' ->> 'spread' FROM campaign": ["false"],
            "SELECT retries -> 'rules' -> 'busy' ->> 'spread' FROM campaign": ["true"],
            "SELECT retries -> 'rules' -> 'busy' ->> 'delay_minutes' FROM campaign": ["45"],
            "SELECT retries ->> 'min_gap_minutes' FROM campaign": ["30"],
        },
    ),
    "0007": Step(
        """
        INSERT INTO staff (id, login, name, password_hash, role, branch, active, created_at)
            VALUES (3, 'gone', 'G', '-', 'agent', 'B', false, now());
        INSERT INTO campaign (id, name, product, company_full_name, state, mode, legal_opens, legal_closes, shifts,
            quota, ring_seconds, wrap_up_seconds, caller_id, trunk, cap_per_day, cap_per_7_days, max_attempts, retries,
            created_at)
            SELECT 2, 'old', product, company_full_name, 'closed', mode, legal_opens, legal_closes, shifts, 25,
            ring_seconds, wrap_up_seconds, caller_id, trunk, cap_per_day, cap_per_7_days, max_attempts, retries,
            created_at FROM campaign;
        """,
        {
            "SELECT campaign_id || ' ' || staff_id || ' ' || weight FROM campaign_member": ["1 1 1"],
            "SELECT day_quota - quota FROM allocation_share": [0],
            "SELECT DISTINCT open_to_all_branches FROM campaign": [False],
        },
    ),
    "0008": Step(
        """
        INSERT INTO lead SELECT (jsonb_populate_record(l, jsonb_build_object(
            'id', 2, 'line', 9, 'state', 'closed', 'phone_index', 'free', 'basis_withdrawn_at', now()))).*
            FROM lead l WHERE id = 1;
        """
        + call(2, is_probe="false", lead_id="2")
        + call(3, is_probe="false")
        + """
        INSERT INTO hand_over (call_id, lead_id, campaign_id, district, state, region_id, due_at, requested_visit_at,
            handed_at, reason)
            VALUES ('7b0b9a9e-0000-4000-8000-000000000102', 2, 1, 'd', 'unknown_region', NULL, now(), now(), now(), '');
        INSERT INTO callback (kind, state, lead_id, campaign_id, agent_id, due_at, opens_to_team_at, attempts,
            attempts_demanded, sign_off_reason, end_reason, subject, created_at, priority, case_id) VALUES
            ('agent_promise', 'due', 2, 1, 1, '2026-11-30T02:05:00Z', now(), 0, 3, '', '', '', now(), 1, NULL),
            ('complaint', 'due', 2, 1, NULL, '2026-11-30T02:05:00Z', now(), 0, 3, '', '', '', now(), 1, 55);
        """,
        {
            "SELECT question FROM hand_over ORDER BY lead_id": ["do_not_call", "basis_withdrawn"],
            "SELECT DISTINCT questioned_at IS NOT NULL FROM hand_over": [True],
            "SELECT promised_at::text FROM callback WHERE kind <> 'complaint' OR case_id = 55 ORDER BY id": [
                "2026-11-28 02:00:00+00",  # as the call says in which it was promised
                "2026-11-30 02:05:00+00",
                None,
            ],
        },
    ),
    "0010": Step(
        """
        INSERT INTO lead_upload (file_name, size, sha256, encoding, sheets, source, uploaded_at)
            VALUES ('a.csv', 1, 'a', 'utf-8-sig', '[]', 'page', now()),
            ('b.csv', 1, 'b', 'gb18030', '[]', 'page', now());
        INSERT INTO lead_reject (list_id, line, reason, detail, row_sealed) VALUES (1, 4, 'do_not_call', '', 'x');
        """,
        {
            "SELECT encoding FROM lead_upload ORDER BY id": ["utf-8", "gb18030"],
            "SELECT warnings FROM lead_list": ["{}"],
            "SELECT reason FROM lead_reject ORDER BY line": ["landline", "do_not_call"],
            "SELECT DISTINCT id_number_index FROM lead": [None],
            "SELECT DISTINCT repeats_line FROM lead_reject": [None],
        },
    ),
    "0011": Step(
        reviewed(11, "success", "decided", "pass")
        + reviewed(12, "success", "decided", "fail")
        + reviewed(13, "success", "decided", "return")
        + reviewed(14, "success", "open", None)
        + reviewed(15, "thinking", "decided", "pass"),
        {
            verdict_of(11): ["passed"],
            verdict_of(12): ["failed"],
            verdict_of(13): [None],
            verdict_of(14): [None],
            verdict_of(15): [None],
            "SELECT count(*) FROM call WHERE success_verdict IS NOT NULL": [2],
        },
    ),
    "0012": Step(
        answers={
            "SELECT count(*) FROM lead_change": [0],
            "SELECT fields_sealed FROM lead ORDER BY id": ["sealed fields"] * 2,
        }
    ),
    "0017": Step(
        answers={
            "SELECT answer_by::text FROM callback WHERE kind = 'complaint' ORDER BY id": [
                "2026-11-29 02:00:00+00",
                None,  # it has ended
                None,  # its case is unknown
            ],
        }
    ),
    "0018": Step(
        """
        INSERT INTO recording_incident (kind, call_id, detail, opened_at)
            VALUES ('orphan', '7b0b9a9e-0000-4000-8000-000000000101', 'audio of an unknown call', now());
        """,
        {
            "SELECT detail FROM recording_incident": ["audio of an unknown call"],
            "SELECT facts::text FROM recording_incident": ["{}"],
        },
    ),
    "0019": Step(
        open_call(21, agent=1, lead=1, dialled_at="now() - interval '2 minutes'")
        + open_call(22, agent=2, lead=2, dialled_at="now()", answered_at="now()")
        + "INSERT INTO agent_session (agent_id, node, state, since, duty, phone_registered, leg_state, leg_attempts,"
        " call_id, logged_on_at) VALUES (2, 'n1', 'on_call', now(), 'marketing', false, 'up', 0,"
        " '7b0b9a9e-0000-4000-8000-000000000122', now());\n",
        {
            f"SELECT state, outcome FROM call WHERE phone_index = '{TWICE}' ORDER BY id": ["dialling", "ended"],
            f"SELECT outcome FROM call WHERE phone_index = '{TWICE}' ORDER BY id": [None, "answered"],
            "SELECT state FROM agent_session WHERE agent_id = 2 AND logged_off_at IS NULL": ["wrap_up"],
        },
    ),
    "0020": Step(
        ALERT_NOW.format("task_overdue"),
        {
            "SELECT kind FROM alert WHERE kind = 'task_overdue'": ["task_overdue"],
            ALERT_NOW.format("engine_late"): ["engine_late"],
            ALERT_NOW.format("engine_silent"): ["engine_silent"],
            "SELECT count(*) FROM heartbeat": [0],
        },
    ),
    "0021": Step(
        ALERT_NOW.format("line_refuses"),
        {
            "SELECT kind FROM alert WHERE kind = 'line_refuses'": ["line_refuses"],
            ALERT_NOW.format("signal_kept"): ["signal_kept"],
            "SELECT count(*) FROM kept_signal": [0],
        },
    ),
    "0022": Step("SELECT 1", {"SELECT count(*) FROM installation_note": [0]}),
    "0023": Step(
        ALERT_NOW.format("stock_low"),
        {
            "SELECT kind FROM alert WHERE kind = 'stock_low'": ["stock_low"],
            ALERT_NOW.format("rate_exceeded"): ["rate_exceeded"],
            "SELECT count(*) FROM rate_window": [0],
            "SELECT count(*) FROM known_device": [0],
        },
    ),
    "0024": Step(
        """
        INSERT INTO heartbeat (process, node, parts, pid, started_at, beat_at, keeping, keeping_since, lag_seconds,
            figures) VALUES ('an engine', 'n1', '["engine"]', 7, now(), now(), 'in_time', now(), 0, '{}');
        """
        + ALERT_NOW.format("command_failed"),
        {
            "SELECT count(*) FROM heartbeat": [0],
            "SELECT count(*) FROM node": [0],
            "SELECT kind FROM alert WHERE kind = 'command_failed'": ["command_failed"],
            ALERT_NOW.format("switch_gone"): ["switch_gone"],
            ALERT_NOW.format("part_missing"): ["part_missing"],
        },
    ),
    "0025": Step(answers={"SELECT count(*) FROM fact_note": [0], "SELECT count(*) FROM fact_digest": [0]}),
    "0026": Step(
        "SELECT 1",
        {ALERT_NOW.format(kind): [kind] for kind in ("spool_blocked", "store_down", "caller_id_refused")},
    ),
    "0027": Step(
        ALERT_NOW.format("audit_broken"),
        {
            "SELECT kind FROM alert WHERE kind = 'audit_broken'": ["audit_broken"],
            ALERT_NOW.format("message_failed"): ["message_failed"],
            "SELECT count(*) FROM message_route": [0],
            "SELECT count(*) FROM message": [0],
        },
    ),
    "0028": Step(
        "INSERT INTO recording_incident (kind, call_id, opened_at, detail, facts)"
        " VALUES ('late', '00000000-0000-0000-0000-000000000001', now(), 'not_stored', '{}')",
        {
            ALERT_NOW.format("recording_stopped"): ["recording_stopped"],
            "SELECT DISTINCT final FROM recording_incident": [False],
            "SELECT count(*) FROM recording WHERE stopped_at IS NOT NULL": [0],
        },
    ),
    "0029": Step(
        answers={
            "SELECT state FROM job WHERE kind = 'audit.reseal'": ["queued"],
            "SELECT count(*) FROM installation_note WHERE name = 'seals'": [0],
        }
    ),
    "0030": Step(
        "INSERT INTO script_version (campaign_id, version, title, statements, created_at)"
        " VALUES (1, 7, 'kept', '[]', now())",
        {
            "SELECT title FROM script_version WHERE version = 7": ["kept"],
            "SELECT count(*) FROM script_review": [0],
            ALERT_NOW.format("script_waits"): ["script_waits"],
        },
    ),
    "0031": Step(
        """
        UPDATE lead SET basis_withdrawn_why = 'has moved' WHERE id = 1;
        INSERT INTO script_review (campaign_id, script_id, state, submitted_at, submitted_by, reason, decided_why)
            SELECT 1, id, 'submitted', now(), 1, 'clearer words', '' FROM script_version WHERE version = 7;
        UPDATE hand_over SET reason = 'lives nearby' WHERE lead_id = 1;
        UPDATE hand_over SET reason = 'least_loaded' WHERE lead_id = 2;
        UPDATE recording_incident SET closed_at = now(), closed_by = 'staff:2', closing_reason = 'the disk was full'
            WHERE kind = 'orphan';
        UPDATE recording_incident SET closed_at = now(), closed_by = 'system:callcenter', closing_reason = 'found right'
            WHERE kind = 'late';
        UPDATE dnc_entry SET lifted_at = now(), lifted_why = 'wrong number' WHERE phone_index = 'i';
        UPDATE dnc_entry SET lifted_at = now(), lifted_why = 'not_delivered_again' WHERE phone_index = 'j';
        INSERT INTO job (kind, params, state, done, figures, requested_at, attempts) VALUES ('classes.apply',
            '{"scheme_id": 1, "version": 3, "reason": "by value"}', 'done', 0, '{}', now(), 1);
        """,
        {
            "SELECT DISTINCT reason_sealed = '' FROM campaign_version WHERE origin <> 'changed'": [True],
            "SELECT reason FROM hand_over ORDER BY lead_id": ["manual", "least_loaded"],
            "SELECT closing_reason FROM recording_incident ORDER BY kind": ["found right", None],
            "SELECT lifted_why FROM dnc_entry WHERE phone_index IN ('i', 'j') ORDER BY phone_index": [
                None,
                "not_delivered_again",
            ],
            "SELECT count(*) FROM job WHERE params ? 'reason'": [0],
        },
    ),
    "0032": Step(
        """
        INSERT INTO visit (hand_over_id, number, field_agent_id, visit_at, state, result, reported_at)
            SELECT max(id), 7, 1, '2026-11-27 02:00+00', 'reported', 'signed', '2026-11-27 03:00+00' FROM hand_over;
        """,
        {
            "SELECT count(*) FROM script_draft": [0],
            "SELECT state || ' ' || signed_at FROM policy_application": ["applied 2026-11-27 03:00:00+00"],
        },
    ),
    "0033": Step(
        "INSERT INTO login_session (token_sha256, staff_id, created_at, seen_at, expires_at)"
        " SELECT decode('33', 'hex'), min(id), now(), now(), now() FROM staff",
        {
            "SELECT count(*) FROM staff WHERE one_time_until IS NOT NULL OR exam_valid_until IS NOT NULL": [0],
            "SELECT address FROM login_session WHERE token_sha256 = decode('33', 'hex')": [""],
            "SELECT count(*) FROM staff_change": [0],
            ALERT_SEALED.format("proof_expired"): ["proof_expired"],
        },
    ),
    "0034": Step(
        "INSERT INTO trunk (name, state, refusals, sip_code, changed_at) VALUES ('carrier', 'in_use', 2, 403, now())",
        {
            "SELECT refusals FROM trunk WHERE name = 'carrier'": [2],
            "SELECT count(*) FROM configured_trunk": [0],
        },
    ),
    "0035": Step(
        answers={
            "SELECT count(*) FROM campaign WHERE first_on IS NOT NULL": [0],
            "SELECT count(*) FROM campaign_version WHERE first_on IS NOT NULL": [0],
        },
    ),
    "0036": Step("SELECT 1", {"SELECT count(*) FROM desk_draft": [0]}),
    "0037": Step(
        """
        INSERT INTO recording (call_id, node, state, discarded, open_ended, retention_facts, armed_at, attempts, due_at)
            SELECT c.id, c.node, 'armed', '[]', false, '{}', now(), 0, now() FROM call c
            WHERE NOT EXISTS (SELECT 1 FROM recording r WHERE r.call_id = c.id) LIMIT 1;
        """,
        {
            "SELECT count(*) FROM recording r JOIN call c ON c.id = r.call_id WHERE r.kind IS DISTINCT FROM c.kind": [
                0
            ],
            "SELECT count(*) > 0 FROM recording WHERE kind IS NOT NULL": [True],
            "SELECT count(*) FROM recording_export": [0],
            ALERT_SEALED.format("lock_refused"): ["lock_refused"],
        },
    ),
    "0041": Step(
        answers={
            "SELECT count(*) FROM login_session WHERE proven_at IS NOT NULL OR challenge IS NOT NULL": [0],
            "SELECT count(*) FROM totp_key": [0],
            "SELECT count(*) FROM second_factor_demand": [0],
        },
    ),
}

SEALED_BY_0031 = {
    "SELECT basis_withdrawn_why_sealed, 'lead.basis_withdrawn_why:' || id FROM lead WHERE id = 1": "has moved",
    "SELECT reason_sealed, 'script_review.reason:' || script_id FROM script_review": "clearer words",
    "SELECT words_sealed, 'hand_over.words:' || id FROM hand_over WHERE lead_id = 1": "lives nearby",
    "SELECT closing_words_sealed, 'recording_incident.closing_words:' || id FROM recording_incident"
    " WHERE kind = 'orphan'": "the disk was full",
    "SELECT lifted_words_sealed, 'dnc_entry.lifted_words:' || id FROM dnc_entry"
    " WHERE phone_index = 'i'": "wrong number",
    "SELECT reason_sealed, 'lead_class.reason:1:1' FROM lead_class": "asked by the branch",
    "SELECT params ->> 'reason_sealed', 'class_rule_set.activated_why:1:3' FROM job"
    " WHERE params ? 'reason_sealed'": "by value",
}
"""What opens at the places that the models name."""


def revisions() -> list[str]:
    return sorted(file.name[:4] for file in VERSIONS.glob("0*.py"))


def test_each_revision_is_tested_on_a_filled_database() -> None:
    """Here, or by a test that fills a database of the revision before it."""
    sources = "".join(file.read_text() for file in HERE.glob("test_*.py"))
    untested = [
        revision
        for before, revision in pairwise(revisions())
        if revision not in STEPS and f'upgrade(url, "{before}")' not in sources
    ]
    assert untested == []


async def test_each_revision_keeps_what_there_is(databases: TestDatabases) -> None:
    name = f"backfills_{os.getpid()}"
    await databases.server.ensure_database(name)
    url = databases.server.url(name)
    await upgrade(url, "0001")
    database = await asyncpg.connect(url, server_settings={"timezone": "UTC"}, statement_cache_size=0)
    try:
        await database.execute(IN_USE)
        await upgrade(url, "0002")
        await database.execute(BEFORE_THE_WORDS)
        await upgrade(url, "0003")
        before = {revision: earlier for earlier, revision in pairwise(revisions())}
        for revision, step in STEPS.items():
            await upgrade(url, before[revision])
            await database.execute(step.rows)
            await upgrade(url, revision)
            answers = {question: [row[0] for row in await database.fetch(question)] for question in step.answers}
            assert answers == step.answers, revision
            if revision == "0031":
                for question, words in SEALED_BY_0031.items():
                    assert [VAULT.open(*row) for row in await database.fetch(question)] == [words], question
    finally:  # a connection that is left to the garbage collector fails another test
        await database.close()
    await databases.drop(url)
