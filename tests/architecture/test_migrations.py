"""A database in use is migrated without losing its rows."""

import json
import os

import asyncpg
import pytest
from alembic import command
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from callcenter.campaigns.agent_fields import DEFAULT_AGENT_FIELDS, agent_fields_of
from callcenter.migrations.run import configuration
from tests.support.databases import TestDatabases, sqlalchemy_url
from tests.support.settings import VAULT

IN_USE = """
INSERT INTO staff (id, login, name, password_hash, role, branch, active, created_at)
    VALUES (1, 'a', 'A', '-', 'agent', 'B', true, now()), (2, 'b', 'B', '-', 'data_officer', 'B', true, now());
INSERT INTO roster (staff_id, "on", working) VALUES (1, '2026-11-23', false), (1, '2026-11-24', true);
INSERT INTO campaign (id, name, product, company_full_name, state, mode, outer_opens, outer_closes, shifts, quota,
    ring_seconds, wrap_up_seconds, caller_id, trunk, cap_per_day, cap_per_7_days, max_attempts, retries, created_at)
    VALUES (1, 'c', 'p', 'f', 'running', 'preview', '08:00', '21:00', '[["10:00", "12:00"]]', 30, 30, 60, '0771', 't',
        1, 3, 3, '{}', now());
INSERT INTO lead_list (id, campaign_id, name, file_name, sha256, imported_at, rows, good, rejected, reasons)
    VALUES (1, 1, 'l', 'l.csv', 'x', now(), 3, 1, 2, '{"landline_or_short": 2}');
INSERT INTO lead_reject (list_id, line, reason, row_sealed) VALUES (1, 3, 'landline_or_short', 'sealed');
INSERT INTO lead (id, campaign_id, list_id, line, state, name_sealed, phone_sealed, phone_index, phone_last4,
    address_sealed, district, occupation, customer_class, basis_kind, basis_reference, extra_sealed, imported_at)
    VALUES (1, 1, 1, 2, 'assigned', 'n', 'sealed number', 'i', '0001', 'a', 'd', 'o', 'k', 'written_consent', 'r',
        'sealed fields', now());
INSERT INTO dnc_entry (phone_index, reason, lead_id, call_id, entered_at)
    VALUES ('i', 'refused', 1, '7b0b9a9e-0000-4000-8000-000000000001', now()), ('j', 'other', NULL, NULL, now());
INSERT INTO allocation_run (id, campaign_id, work_on, made_at, seed, quota, agents, assigned, carried, returned,
    shortage, stock_left, shares)
    VALUES (1, 1, '2026-11-24', now(), 1, 30, 1, 1, 2, 0, 0, 0, '[{"agent_id": 1, "carried": 2, "new": 1}]');
INSERT INTO assignment (run_id, campaign_id, lead_id, agent_id, work_on, position, state, due_at, attempts, last_note,
    reason, assigned_at)
    VALUES (1, 1, 1, 1, '2026-11-24', 1, 'open', now(), 0, '', 'why', now());
"""


async def upgrade(url: str, revision: str) -> None:
    engine = create_async_engine(sqlalchemy_url(url), poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(configuration(sync, VAULT), revision))
    await engine.dispose()


async def test_migrating_keeps_the_rows(databases: TestDatabases) -> None:
    name = f"in_use_{os.getpid()}"
    await databases.server.ensure_database(name)
    url = databases.server.url(name)
    await upgrade(url, "0001")
    database = await asyncpg.connect(url)
    await database.execute(IN_USE)

    await upgrade(url, "head")

    assert [tuple(row) for row in await database.fetch('SELECT working, part FROM roster ORDER BY "on"')] == [
        (False, 0),
        (True, 100),
    ]
    assert await database.fetchval("SELECT fields_sealed FROM lead") == "sealed fields"
    assert [tuple(row) for row in await database.fetch("SELECT source, phone_sealed FROM dnc_entry ORDER BY id")] == [
        ("call", "sealed number"),
        ("office", None),
    ]
    assert await database.fetchval("SELECT reason FROM lead_reject") == "landline"
    assert await database.fetchval("SELECT reasons ->> 'landline' FROM lead_list") == "2"
    assert await database.fetchval("SELECT warnings FROM lead_list") == "{}"
    share = await database.fetchrow("SELECT agent_id, carried, new, quota, part, day_quota FROM allocation_share")
    assert share is not None
    assert tuple(share) == (1, 2, 1, 30, 100, 30)
    members = await database.fetch("SELECT campaign_id, staff_id, weight, set_by FROM campaign_member")
    assert [tuple(row) for row in members] == [(1, 1, 1, None)], "every agent goes on serving every campaign"
    assert await database.fetchval("SELECT open_to_all_branches FROM campaign") is False
    assert await database.fetchval("SELECT count(*) FROM assignment") == 1
    await database.close()
    await databases.drop(url)


BEFORE_THE_WORDS = """
INSERT INTO class_scheme (id, key, name_zh, name_en, created_at) VALUES (1, 'value', '价值', 'value', now());
INSERT INTO class_value (id, scheme_id, code, name_zh, name_en, rank, is_default)
    VALUES (1, 1, 'core', '核心', 'core', 1, true);
INSERT INTO lead_class (lead_id, scheme_id, class_id, how, reason, set_by, set_at)
    VALUES (1, 1, 1, 'hand', 'asked by the branch', 2, now());
INSERT INTO dnc_entry (phone_index, reason, source, entered_at) VALUES ('k', 'other', 'outside_list', now());
INSERT INTO errand (kind, params, state, done, figures, ordered_by, ordered_at, cancel_wished_at, attempts)
    VALUES ('classes.steer', '{}', 'cancelled', 3, '{}', 2, now(), now(), 1);
INSERT INTO ledger_export (errand_id, ordered_by, filters, filters_sha256, scope, as_of, made_at, rows, object_key,
    version_id, size_bytes, sha256, keep_until)
    VALUES (1, 2, '{}', 'x', 'all', now(), now(), 1, 'k', 'v', 1, 'x', now());
UPDATE campaign
    SET retries = '{"busy": {"delay_minutes": 45, "most": 2}, "congestion": {"delay_minutes": 9, "most": 1}}';
INSERT INTO job_run (job, due_at, started_at, attempts) VALUES ('campaigns.watch_calendar', now(), now(), 1),
    ('leads.sweep_uploads', now(), now(), 1), ('allocation.run', now(), now(), 1);
UPDATE assignment SET reason = 'dealt';
INSERT INTO call (id, kind, state, agent_id, lead_id, campaign_id, node, leg_id, phone_index, caller_id, trunk,
    ring_seconds, verdict, planned_at, end_estimated, hung_up_by_us, details, outcome)
    VALUES ('7b0b9a9e-0000-4000-8000-000000000009', 'lead', 'ended', 1, 1, 1, 'n1', 'l', 'i', '0771', 't', 30, '{}',
        now(), false, false, '{"callback_at": "2026-11-28T10:00:00+08:00"}', 'answered');
INSERT INTO callback (kind, state, lead_id, campaign_id, agent_id, due_at, opens_to_team_at, attempts,
    attempts_demanded, sign_off_reason, end_reason, subject, created_at, origin_call_id, priority)
    VALUES ('agent_promise', 'due', 1, 1, 1, '2026-11-30T02:05:00Z', now(), 0, 3, '', '', '', now(),
        '7b0b9a9e-0000-4000-8000-000000000009', 1);
INSERT INTO complaint_case (id, lead_id, category, text_sealed, state, opened_at, answer_due_at, decide_due_at)
    VALUES (4, 1, 'other', 't', 'open', now(), '2026-11-29T02:00:00Z', now()),
        (5, 1, 'other', 't', 'answered', now(), '2026-11-29T03:00:00Z', now());
INSERT INTO callback (kind, state, lead_id, campaign_id, case_id, due_at, opens_to_team_at, attempts,
    attempts_demanded, sign_off_reason, end_reason, subject, created_at, priority, done_at, done_call_id)
    VALUES ('complaint', 'due', 1, 1, 4, now(), now(), 0, 6, '', '', 'other', now(), 1, NULL, NULL),
        ('complaint', 'done', 1, 1, 5, now(), now(), 1, 6, '', '', 'other', now(), 1, now(),
            '7b0b9a9e-0000-4000-8000-000000000009');
INSERT INTO hand_over (call_id, lead_id, campaign_id, district, state, due_at, wished_at, handed_at, reason)
    VALUES ('7b0b9a9e-0000-4000-8000-000000000009', 1, 1, 'd', 'unknown_region', now(), now(), now(), '');
"""
"""Rows of revision 0002 in each place that 0003 renames."""

RENAMED = {
    "SELECT source FROM lead_class": ["manual"],
    "SELECT source FROM dnc_entry ORDER BY id": ["call", "office", "external_list"],
    "SELECT kind FROM job WHERE cancel_requested_at IS NOT NULL AND requested_by = 2": ["classes.apply_order"],
    "SELECT job_id FROM ledger_export WHERE requested_by = 2": [1],
    "SELECT task FROM scheduled_run ORDER BY id": ["calendar.watch", "imports.sweep_uploads", "allocation.run"],
    "SELECT reason FROM assignment": ["allocated"],
    "SELECT retries -> 'rules' ->> 'busy' FROM campaign": ['{"most": 2, "spread": true, "delay_minutes": 45}'],
    "SELECT retries -> 'rules' ->> 'congestion' FROM campaign": [None],
    "SELECT retries ->> 'min_gap_minutes' FROM campaign": ["30"],
    "SELECT promised_at = '2026-11-28T02:00:00Z' FROM callback WHERE kind = 'agent_promise'": [True],
    "SELECT answer_by = '2026-11-29T02:00:00Z' FROM callback WHERE kind = 'complaint' ORDER BY id": [True, None],
    "SELECT question FROM hand_over": ["do_not_call"],
    "SELECT legal_opens::text || legal_closes::text FROM campaign": ["08:00:0021:00:00"],
}
"""Question → what a database of revision 0002 answers after all revisions behind it."""


async def test_values_of_the_old_words_are_renamed(databases: TestDatabases) -> None:
    name = f"words_{os.getpid()}"
    await databases.server.ensure_database(name)
    url = databases.server.url(name)
    await upgrade(url, "0001")
    database = await asyncpg.connect(url)
    await database.execute(IN_USE)
    await upgrade(url, "0002")
    await database.execute(BEFORE_THE_WORDS)

    await upgrade(url, "head")

    answers = {question: [row[0] for row in await database.fetch(question)] for question in RENAMED}
    assert answers == RENAMED
    await database.close()
    await databases.drop(url)


CHANGED_BEFORE_VERSIONS = """
INSERT INTO staff (id, login, name, password_hash, role, branch, active, created_at)
    VALUES (7, 'd', 'D', '-', 'data_officer', 'B', true, now());
INSERT INTO campaign (id, name, product, company_full_name, state, mode, legal_opens, legal_closes, shifts, quota,
    ring_seconds, wrap_up_seconds, caller_id, trunk, cap_per_day, cap_per_7_days, max_attempts, retries,
    open_to_all_branches, created_at)
    VALUES (1, 'c', 'p', 'f', 'closed', 'preview', '08:00', '21:00', '[["10:00", "12:00"]]', 25, 30, 60, '0771', 't',
        2, 3, 3, '{"busy": {"delay_minutes": 30, "most": 3}}', false, '2026-11-01T00:00Z');
INSERT INTO script_version (id, campaign_id, version, title, statements, created_at)
    VALUES (4, 1, 1, 's', '[]', '2026-11-02T00:00Z');
INSERT INTO audit_entry (id, at, actor, act, subject, facts, previous_hash, hash) VALUES
    (1, '2026-11-03T00:00Z', 'staff:7', 'campaigns.changed', 'campaign:1',
     '{"changes": {"quota": [30, 25], "state": ["preparing", "running"]}, "reason": "start"}', '', ''),
    (2, '2026-11-04T00:00Z', 'staff:99', 'campaigns.changed', 'campaign:1',
     '{"changes": {"cap_per_day": [1, 2], "state": ["running", "closed"]}, "reason": "pilot"}', '', ''),
    (3, '2026-11-05T00:00Z', 'staff:7', 'campaigns.day_overridden', 'day:2026-11-07',
     '{"working": true, "reason": "more"}', '', ''),
    (4, '2026-11-05T01:00Z', 'staff:7', 'campaigns.day_restored', 'day:2026-11-07', '{"reason": ""}', '', ''),
    (5, '2026-11-05T02:00Z', 'staff:7', 'campaigns.day_overridden', 'day:2026-11-08',
     '{"working": true, "reason": "known"}', '', '');
INSERT INTO calendar_override (day_on, working, reason, set_at, set_by) VALUES
    ('2026-11-08', true, 'known', '2026-11-05T02:00Z', 7), ('2026-11-14', false, 'older', '2026-10-01T00:00Z', NULL);
"""


async def test_what_was_changed_before_there_were_versions_becomes_versions(databases: TestDatabases) -> None:
    name = f"before_versions_{os.getpid()}"
    await databases.server.ensure_database(name)
    url = databases.server.url(name)
    await upgrade(url, "0012")
    database = await asyncpg.connect(url)
    await database.execute(CHANGED_BEFORE_VERSIONS)

    await upgrade(url, "0030")  # the next one seals what people wrote

    versions = await database.fetch(
        "SELECT number, valid_from::date::text AS since, set_by, reason, origin, state, quota, cap_per_day, script_id,"
        " retries ->> 'busy' IS NOT NULL AS retries FROM campaign_version ORDER BY number"
    )
    assert [tuple(row) for row in versions] == [
        (1, "2026-11-01", None, "", "assumed", "preparing", 30, 1, None, True),
        (2, "2026-11-02", None, "", "reconstructed", "preparing", 30, 1, 4, True),
        (3, "2026-11-03", 7, "start", "reconstructed", "running", 25, 1, 4, True),
        (4, "2026-11-04", None, "pilot", "reconstructed", "closed", 25, 2, 4, True),
    ]
    assert await database.fetchval("SELECT version FROM campaign") == 4
    assert await database.fetchval("SELECT script_id FROM campaign") == 4
    decisions = await database.fetch("SELECT day_on::text, working, reason, set_by FROM calendar_override ORDER BY id")
    assert [tuple(row) for row in decisions] == [
        ("2026-11-14", False, "older", None),
        ("2026-11-07", True, "more", 7),
        ("2026-11-07", None, "", 7),
        ("2026-11-08", True, "known", 7),
    ]
    for table in ("campaign_version", "calendar_override"):
        with pytest.raises(asyncpg.RestrictViolationError, match="law 11"):
            await database.execute(f"DELETE FROM {table}")
    await database.close()
    await databases.drop(url)


BEFORE_THE_PAGES = """
INSERT INTO alert (kind, subject, facts, needs, raised_at, note)
    VALUES ('stock_low', 'campaign:1', '{}', 'allocate', now(), '');
INSERT INTO scheduled_run (task, due_at, started_at, ended_at, error, attempts)
    VALUES ('audit.note_head', now() - interval '1 day', now(), now(), 'RuntimeError: no', 3),
        ('audit.note_head', now(), now(), now(), NULL, 1),
        ('people.sweep', now(), now(), now(), 'RuntimeError: no', 2),
        ('calendar.watch', now(), now(), NULL, NULL, 1);
"""
"""Rows of revision 0008 that 0009 changes."""


async def test_the_latest_run_of_each_task_is_taken_over(databases: TestDatabases) -> None:
    name = f"pages_{os.getpid()}"
    await databases.server.ensure_database(name)
    url = databases.server.url(name)
    await upgrade(url, "0008")
    database = await asyncpg.connect(url)
    await database.execute(BEFORE_THE_PAGES)

    await upgrade(url, "head")

    runs = await database.fetch("SELECT name, failures, failed_at IS NULL, error FROM scheduled_task ORDER BY name")
    assert [tuple(run) for run in runs] == [
        ("audit.check_trail", 0, True, None),
        ("people.sweep", 2, False, "RuntimeError: no"),
    ]
    assert await database.fetchval("SELECT count(*) FROM scheduled_run WHERE task = 'audit.check_trail'") == 2
    assert await database.fetchval("SELECT kind FROM alert") == "stock_low"
    await database.close()
    await databases.drop(url)


IN_THE_LIST_OF_ANOTHER_CAMPAIGN = """
CREATE TEMPORARY TABLE one AS SELECT * FROM lead;
UPDATE one SET id = 2, campaign_id = 2, phone_index = 'other';
INSERT INTO lead OVERRIDING SYSTEM VALUE SELECT * FROM one;
"""


async def test_leads_keep_their_list_and_none_gets_a_campaign_that_is_not_its_lists(databases: TestDatabases) -> None:
    name = f"lists_{os.getpid()}"
    await databases.server.ensure_database(name)
    url = databases.server.url(name)
    await upgrade(url, "0001")
    database = await asyncpg.connect(url)
    await database.execute(IN_USE)
    await upgrade(url, "0013")

    await upgrade(url, "head")

    assert [tuple(row) for row in await database.fetch("SELECT id, campaign_id, list_id FROM lead")] == [(1, 1, 1)]
    with pytest.raises(asyncpg.ForeignKeyViolationError, match="fk_lead_list_id_campaign_id"):
        await database.execute(IN_THE_LIST_OF_ANOTHER_CAMPAIGN)
    with pytest.raises(asyncpg.ForeignKeyViolationError, match="fk_lead_list_id_campaign_id"):
        await database.execute("DELETE FROM lead_reject; DELETE FROM lead_list")
    await database.close()
    await databases.drop(url)


CALL_BEFORE = """
INSERT INTO call (id, kind, state, agent_id, lead_id, campaign_id, node, leg_id, phone_index, caller_id, trunk,
    ring_seconds, verdict, planned_at, end_estimated, hung_up_by_us, details, outcome, is_probe)
    VALUES ($1, 'lead', 'ended', 1, 1, 1, 'n1', 'l', 'i', '0771', 't', 30, '{}', now(), false, false, '{}', 'answered',
        false)
"""
HAND_OVER_BEFORE = """
INSERT INTO hand_over (call_id, lead_id, campaign_id, district, state, due_at, requested_visit_at, handed_at, reason)
    VALUES ($1, 1, 1, 'd', 'unknown_region', now(), now(), now(), $2)
"""
CALLBACK_BEFORE = """
INSERT INTO callback (kind, state, lead_id, campaign_id, agent_id, promised_at, due_at, opens_to_team_at, attempts,
    attempts_demanded, sign_off_reason, end_reason, subject, created_at, priority)
    VALUES ('agent_promise', 'lapsed', 1, 1, 1, now(), now(), now(), 0, 3, '', $1, '', now(), 1)
"""
BEFORE_AGENT_FIELDS = """
INSERT INTO staff (id, login, name, password_hash, role, branch, active, created_at)
    VALUES (1, 'a', 'A', '-', 'agent', 'B', true, now());
INSERT INTO campaign (id, name, product, company_full_name, state, mode, legal_opens, legal_closes, shifts, quota,
    ring_seconds, wrap_up_seconds, caller_id, trunk, cap_per_day, cap_per_7_days, max_attempts, retries,
    open_to_all_branches, version, created_at)
    VALUES (1, 'c', 'p', 'f', 'running', 'preview', '08:00', '21:00', '[["10:00", "12:00"]]', 25, 30, 60, '0771', 't',
        2, 3, 3, '{}', false, 1, '2026-11-01T00:00Z');
INSERT INTO campaign_version (campaign_id, number, valid_from, reason, origin, state, mode, legal_opens, legal_closes,
    shifts, quota, ring_seconds, wrap_up_seconds, caller_id, trunk, cap_per_day, cap_per_7_days, max_attempts, retries,
    open_to_all_branches)
    VALUES (1, 1, '2026-11-01T00:00Z', '', 'created', 'running', 'preview', '08:00', '21:00', '[["10:00", "12:00"]]',
        25, 30, 60, '0771', 't', 2, 3, 3, '{}', false);
INSERT INTO dnc_entry (phone_index, reason, source, entered_at, lifted_at, lifted_why) VALUES
    ('i', 'other', 'office', now(), now(), 'case 5 decided'),
    ('j', 'other', 'office', now(), now(), 'not on the list''s next delivery'),
    ('k', 'other', 'office', now(), now(), 'the customer''s letter');
INSERT INTO lead_list (id, campaign_id, name, file_name, sha256, imported_at, source, branch, fields, mapping, titles,
    rows, good, rejected, reasons, warnings)
    VALUES (1, 1, 'l', 'l.csv', 'x', now(), '', '', '[]', '{}', '[]', 1, 1, 0, '{}', '{}');
INSERT INTO lead (id, campaign_id, list_id, line, state, name_sealed, name_index, phone_sealed, phone_index,
    phone_last4, address_sealed, carrier, city, district, occupation, customer_class, class_rank, basis_kind,
    basis_reference, imported_at)
    VALUES (1, 1, 1, 2, 'closed', 'n', '', 'p', 'i', '0001', 'a', '', '', '', '', '', 1000, 'written_consent', 'r',
        now());
"""


async def test_reasons_of_the_system_become_codes_and_those_of_people_stay(databases: TestDatabases) -> None:
    name = f"reasons_{os.getpid()}"
    await databases.server.ensure_database(name)
    url = databases.server.url(name)
    await upgrade(url, "0014")
    database = await asyncpg.connect(url)
    await database.execute(BEFORE_AGENT_FIELDS)
    sentences = [
        *("least loaded of 兴宁", "field agent is away; no field agent of 兴宁 is free: all 2 are full that day"),
        *("thinking: next appointment made", "not_met, without a next appointment", "the customer moved house"),
    ]
    for number, sentence in enumerate(sentences):
        call = f"7b0b9a9e-0000-4000-8000-00000000000{number}"
        await database.execute(CALL_BEFORE, call)
        await database.execute(HAND_OVER_BEFORE, call, sentence)
    for sentence in ("overtaken: refused", "not reached in 3 attempts", "L6.do_not_call"):
        await database.execute(CALLBACK_BEFORE, sentence)

    await upgrade(url, "0030")  # the next one seals what people wrote

    found = {
        question: [row[0] for row in await database.fetch(f"SELECT {question} ORDER BY id")]
        for question in ("reason FROM hand_over", "end_reason FROM callback", "lifted_why FROM dnc_entry")
    }
    assert found == {
        "reason FROM hand_over": [
            *("least_loaded", "agent_away", "next_appointment", "left_open", "the customer moved house")
        ],
        "end_reason FROM callback": ["overtaken", "not_reached", "L6.do_not_call"],
        "lifted_why FROM dnc_entry": ["complaint_decided", "not_delivered_again", "the customer's letter"],
    }
    await database.close()
    await databases.drop(url)


async def test_campaigns_and_their_versions_show_agents_what_they_showed(databases: TestDatabases) -> None:
    name = f"agent_fields_{os.getpid()}"
    await databases.server.ensure_database(name)
    url = databases.server.url(name)
    await upgrade(url, "0014")
    database = await asyncpg.connect(url)
    await database.execute(BEFORE_AGENT_FIELDS)

    await upgrade(url, "head")

    for table in ("campaign", "campaign_version"):
        stored = json.loads(await database.fetchval(f"SELECT agent_fields FROM {table}"))
        assert agent_fields_of(stored) == DEFAULT_AGENT_FIELDS
    with pytest.raises(asyncpg.RestrictViolationError, match="law 11"):
        await database.execute("UPDATE campaign SET agent_fields = '{}'")
    await database.close()
    await databases.drop(url)


BEFORE_THE_OVERDUE = """
INSERT INTO scheduled_run (task, due_at, started_at, ended_at, error, attempts)
    VALUES ('people.sweep', '2026-11-22T19:00:00Z', now(), now(), NULL, 1),
        ('people.sweep', '2026-11-23T19:00:00Z', now(), now(), 'StoreUnavailable: no', 10);
INSERT INTO scheduled_task (name, due_at, started_at, ended_at, failures, failed_at, error)
    VALUES ('people.sweep', '2026-11-23T19:00:00Z', now(), now(), 10, now(), 'StoreUnavailable: no'),
        ('dialer.sweep_screens', '2026-11-23T20:00:00Z', now(), now(), 0, NULL, NULL);
"""
"""Rows of revision 0015 that 0016 changes."""


async def test_a_task_that_was_given_up_is_due_again(databases: TestDatabases) -> None:
    name = f"overdue_{os.getpid()}"
    await databases.server.ensure_database(name)
    url = databases.server.url(name)
    await upgrade(url, "0015")
    database = await asyncpg.connect(url)
    await database.execute(BEFORE_THE_OVERDUE)

    await upgrade(url, "head")

    runs = await database.fetch("SELECT retry_at <= now() AS due FROM scheduled_run ORDER BY due_at")
    assert [run["due"] for run in runs] == [None, True]
    tasks = await database.fetch("SELECT name, done_due_at AT TIME ZONE 'UTC' FROM scheduled_task ORDER BY name")
    assert [tuple(map(str, task)) for task in tasks] == [
        ("dialer.sweep_screens", "2026-11-23 20:00:00"),
        ("people.sweep", "2026-11-22 19:00:00"),
    ]
    await database.close()
    await databases.drop(url)
