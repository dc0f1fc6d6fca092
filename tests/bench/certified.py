"""Weeks of lawful calls for the bench of the certificate: each recorded, heard once, in the trail and in the notes."""

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import asyncpg

from callcenter.audit.facts.noting import FactNotes
from callcenter.audit.handlers import subscribe
from callcenter.audit.rules import GENESIS, Entry, hash_entry
from callcenter.audit.service import AuditService
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.db import Database
from callcenter.kit.trail import place_of
from callcenter.kit.work import Works
from callcenter.leads.types import LEAD_ADDRESS, LEAD_NAME, NUMBER
from callcenter.people.types import Role
from callcenter.recordings.types import ACCESS_WHY
from tests.bench.server import sqlalchemy_url
from tests.support.rows import VAULT, make_campaign, make_lead_list, make_rule_set, make_staff, phone_number

AGENTS = 100
DAYS = [date(2026, 11, day) for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 16, 17, 18, 19, 20)]
"""Working days."""
_EVERY = timedelta(seconds=90)
_AT_ONCE = 20_000
_WHY = "quality: was the customer informed?"

_ASSIGNMENTS = """
    INSERT INTO assignment (run_id, campaign_id, lead_id, agent_id, work_on, position, state, due_at, attempts,
                            last_note, reason, reason_facts, ended_as, end_detail, assigned_at, opened_at, done_at)
    SELECT r.id, $1, s.lead_id, s.agent_id, s.on_day, s.place, 'done', r.made_at, 1, '', 'least_loaded', '{}',
           'disposition', 'thinking', r.made_at, s.at, s.at + interval '60 seconds'
    FROM stage s JOIN allocation_run r ON r.work_on = s.on_day
"""
_RUNS = """
    INSERT INTO allocation_run (campaign_id, work_on, made_at, seed, quota, agents, assigned, carried, returned,
                                shortage, stock_left, digest, by_class, stock_by_class)
    SELECT $1, on_day, min(at) - interval '14 hours', 1, 100000, 100, count(*), 0, 0, 0, 0, '', '{}', '{}'
    FROM stage GROUP BY on_day
"""
_CALLS = """
    INSERT INTO call (id, kind, state, outcome, disposition, agent_id, lead_id, campaign_id, assignment_id, node,
                      leg_id, phone_index, caller_id, trunk, ring_seconds, is_probe, verdict, planned_at, dialled_at,
                      ringing_at, answered_at, ended_at, disposed_at, end_estimated, hung_up_by_us, details)
    SELECT s.call_id, 'lead', 'ended', 'answered', 'thinking', s.agent_id, s.lead_id, $1, a.id, 'n1', 'l',
           s.phone_index, '07715550000', 'carrier', 30, false,
           jsonb_build_object('allowed', true, 'rule', 'none', 'rule_set', 't1', 'reason', 'every rule holds',
                              'at', s.at, 'campaign_version', 1, 'service_hours', 0,
                              'calendar', jsonb_build_object('edition', 't1', 'change', 0)),
           s.at, s.at, s.at + interval '2 seconds', s.at + interval '5 seconds', s.at + interval '50 seconds',
           s.at + interval '60 seconds', false, false, '{}'
    FROM stage s JOIN assignment a ON a.lead_id = s.lead_id
"""
_SIGNALS = """
    INSERT INTO call_signal (call_id, key, kind, at, received_at, facts)
    SELECT s.call_id, k.kind, k.kind, s.at + k.after, s.at + k.after, '{}'
    FROM stage s CROSS JOIN (VALUES ('CustomerDialled', interval '0'), ('CustomerAnswered', interval '5 seconds'))
        AS k (kind, after)
"""
_RECORDINGS = """
    INSERT INTO recording (id, call_id, node, state, agent_id, lead_id, campaign_id, discarded, open_ended,
                           retention_facts, armed_at, attempts, due_at, object_key, version_id, sha256, size_bytes,
                           duration_ms, stored_at, retain_until, wanted_until)
    SELECT s.n, s.call_id, 'n1', 'stored', s.agent_id, s.lead_id, $1, '{}', false, '{}', s.at, 0, s.at,
           s.on_day || '/' || s.call_id || '.flac', 'v1', md5(s.n::text), 1, 46000, s.at + interval '55 seconds',
           s.at + interval '1 year', s.at + interval '1 year'
    FROM stage s
"""
_ACCESSES = """
    INSERT INTO recording_access (recording_id, staff_id, actor, act, at, why_sealed)
    SELECT s.n, $1::bigint, 'staff:' || $1::bigint, 'listen', s.heard_at, s.why_sealed FROM stage s
"""
_STAGE = """
    CREATE TABLE stage (n bigint PRIMARY KEY, lead_id bigint, agent_id bigint, on_day date, place int,
                        at timestamptz, heard_at timestamptz, call_id uuid, phone_index text, why_sealed text)
"""
_LEAD = (
    *("id", "campaign_id", "list_id", "line", "state", "name_sealed", "phone_sealed", "phone_index", "phone_last4"),
    *("address_sealed", "district", "occupation", "name_index", "carrier", "city", "customer_class", "class_rank"),
    *("basis_kind", "basis_reference", "imported_at"),
)


@dataclass(frozen=True, slots=True)
class Weeks:
    """What was made: the period of all calls, and its last day."""

    since: datetime
    until: datetime
    last_day: datetime


async def make_weeks(url: str, calls: int) -> Weeks:
    """Fills a database with ``calls`` calls over three weeks and notes their facts, as every night does."""
    base = Database(sqlalchemy_url(url))
    clock = FrozenClock(at_business_time(date(2026, 10, 30), 9))
    bus = Bus()
    subscribe(bus, AuditService(VAULT))
    works = Works(base, clock, bus)
    async with works.begin() as work:
        await make_rule_set(work, name="t1", digest="")  # from before the permissions named versions
        campaign = await make_campaign(work, quota=100_000, shifts=[["08:00", "21:00"]])
        lead_list = await make_lead_list(work, campaign_id=campaign.id, rows=calls, good=calls)
        agents = [(await make_staff(work)).id for _ in range(AGENTS)]
        officer = (await make_staff(work, Role.QA)).id
    connection = await asyncpg.connect(url, server_settings={"maintenance_work_mem": "256MB"}, command_timeout=3600)
    try:
        await connection.execute(_STAGE)
        await _make_leads(connection, calls, campaign.id, lead_list.id)
        await _stage(connection, calls, agents, officer)
        await connection.execute("ANALYZE stage")
        await connection.execute(_RUNS, campaign.id)
        await connection.execute(_ASSIGNMENTS, campaign.id)
        await connection.execute("ANALYZE assignment")
        for statement in (_CALLS, _RECORDINGS):
            await connection.execute(statement, campaign.id)
        await connection.execute(_SIGNALS)
        await connection.execute(_ACCESSES, officer)
        await _make_trail(connection, officer)
        await connection.execute("DROP TABLE stage")
        await connection.execute("VACUUM ANALYZE")
        clock.set(at_business_time(DAYS[-1], 22))
        async with works.begin() as work:
            await FactNotes().take(work)
        await connection.execute("VACUUM ANALYZE fact_digest")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
        await base.close()
    until = at_business_time(DAYS[-1] + timedelta(days=1), 0)
    return Weeks(at_business_time(DAYS[0], 0), until, at_business_time(DAYS[-1], 0))


async def _make_leads(connection: asyncpg.Connection, count: int, campaign_id: int, list_id: int) -> None:
    imported_at = at_business_time(date(2026, 10, 30), 9)
    for first in range(1, count + 1, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, count + 1))
        phones = [phone_number(number) for number in numbers]
        indexes = VAULT.index_many(phones)
        names = VAULT.seal_many(["王小明"] * len(numbers), [LEAD_NAME.place(list_id, number) for number in numbers])
        sealed = VAULT.seal_many(phones, [NUMBER.place(index) for index in indexes])
        addresses = VAULT.seal_many(
            ["某路"] * len(numbers), [LEAD_ADDRESS.place(list_id, number) for number in numbers]
        )
        rows = [
            (
                number,
                campaign_id,
                list_id,
                number,
                "closed",
                name,
                phone,
                index,
                clear[-4:],
                address,
                "district",
                "",
                "",
                "",
                "",
                "",
                1,
                "written_consent",
                "r",
                imported_at,
            )
            for number, name, phone, index, clear, address in zip(
                numbers, names, sealed, indexes, phones, addresses, strict=True
            )
        ]
        await connection.copy_records_to_table("lead", records=rows, columns=_LEAD)


async def _stage(connection: asyncpg.Connection, count: int, agents: list[int], officer: int) -> None:
    """Writes who calls whom when, and when an officer hears it."""
    per_day = -(-count // len(DAYS))
    for first in range(1, count + 1, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, count + 1))
        rows = []
        for number in numbers:
            day, place = divmod(number - 1, per_day)
            at = at_business_time(DAYS[day], 8, 30) + _EVERY * (place // len(agents))
            heard_at = at + timedelta(minutes=5, microseconds=number % 1_000_000)
            rows.append([number, number, agents[place % len(agents)], DAYS[day], place, at, heard_at])
        phones = VAULT.index_many([phone_number(number) for number in numbers])
        whys = VAULT.seal_many(
            [_WHY] * len(rows), [ACCESS_WHY.place(row[0], f"staff:{officer}", row[6]) for row in rows]
        )
        records = [
            (*row, uuid.UUID(int=number), phone, why)
            for number, row, phone, why in zip(numbers, rows, phones, whys, strict=True)
        ]
        await connection.copy_records_to_table("stage", records=records)


async def _make_trail(connection: asyncpg.Connection, officer: int) -> None:
    """Chains an entry for each hearing behind the entries that are there."""
    head = await connection.fetchrow("SELECT entry_id, hash FROM audit_head")
    last_id, last_hash = (head["entry_id"], head["hash"]) if head else (0, GENESIS)
    heard = await connection.fetch("SELECT call_id, heard_at FROM stage ORDER BY heard_at, n")
    for first in range(0, len(heard), _AT_ONCE):
        rows = []
        for call_id, heard_at in heard[first : first + _AT_ONCE]:
            last_id += 1
            facts = {"why_sealed": VAULT.seal(_WHY, place_of(last_id, "why"))}
            entry = Entry(
                last_id, heard_at, f"staff:{officer}", "recordings.listened", f"call:{call_id}", facts, last_hash
            )
            last_hash = hash_entry(entry)
            rows.append(
                (
                    last_id,
                    heard_at,
                    entry.actor,
                    entry.act,
                    entry.subject,
                    json.dumps(facts),
                    entry.previous_hash,
                    last_hash,
                )
            )
        columns = ("id", "at", "actor", "act", "subject", "facts", "previous_hash", "hash")
        await connection.copy_records_to_table("audit_entry", records=rows, columns=columns)
    await connection.execute(
        "INSERT INTO audit_head (id, entry_id, hash) VALUES (1, $1, $2)"
        " ON CONFLICT (id) DO UPDATE SET entry_id = $1, hash = $2",
        last_id,
        last_hash,
    )
