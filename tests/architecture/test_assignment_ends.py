"""Every kind of text that said how an assignment ended becomes an end, a code and a sealed note; nothing is lost."""

import os
from collections.abc import AsyncIterator

import asyncpg
import pytest
from alembic import command
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from callcenter.kit.crypto import Vault
from callcenter.migrations.run import configuration, migrate
from tests.support.databases import TestDatabases, sqlalchemy_url

CAMPAIGN = """
INSERT INTO staff (id, login, name, password_hash, role, branch, active, created_at)
    VALUES (1, 'a', 'A', '-', 'agent', 'B', true, now());
INSERT INTO campaign (id, name, product, company_full_name, state, mode, outer_opens, outer_closes, shifts, quota,
    ring_seconds, wrap_up_seconds, caller_id, trunk, cap_per_day, cap_per_7_days, max_attempts, retries, created_at)
    VALUES (1, 'c', 'p', 'f', 'running', 'preview', '08:00', '21:00', '[["10:00", "12:00"]]', 30, 30, 60, '0771', 't',
        1, 3, 3, '{}', now());
INSERT INTO lead_list (id, campaign_id, name, file_name, sha256, imported_at, rows, good, rejected, reasons)
    VALUES (1, 1, 'l', 'l.csv', 'x', now(), 1, 1, 0, '{}');
INSERT INTO allocation_run (id, campaign_id, work_on, made_at, seed, quota, agents, assigned, carried, returned,
    shortage, stock_left, shares)
    VALUES (1, 1, '2026-11-24', now(), 1, 30, 1, 1, 0, 0, 0, 0, '[]');
"""
LEAD = """
INSERT INTO lead (id, campaign_id, list_id, line, state, name_sealed, name_index, phone_sealed, phone_index,
    phone_last4, address_sealed, carrier, city, district, occupation, customer_class, class_rank, basis_kind,
    basis_reference, imported_at)
    VALUES ($1::bigint, 1, 1, 1, 'closed', 'n', '', 'p', 'i' || $1::bigint, '0001', 'a', '', '', 'd', 'o', 'k', 1000,
        'written_consent', 'r', now())
"""
ASSIGNMENT = """
INSERT INTO assignment (id, run_id, campaign_id, lead_id, agent_id, work_on, position, state, due_at, attempts,
    last_note, reason, reason_facts, result, recalled_as, assigned_at, done_at)
    VALUES ($1, 1, 1, $1, 1, '2026-11-24', 1, $2, now(), 0, '', 'dealt', '{}', $3, $4, now(), now())
"""
CALL = """
INSERT INTO call (id, kind, state, outcome, disposition, agent_id, lead_id, campaign_id, assignment_id, node, leg_id,
    phone_index, caller_id, trunk, ring_seconds, verdict, details, planned_at, end_estimated,
    hung_up_by_us)
    VALUES (gen_random_uuid(), 'lead', 'ended', 'answered', 'machine', 1, $1, 1, $1, 'n1', 'leg', 'x', '0771', 't', 30,
        '{}', '{}', now(), false, false)
"""

ILL = "她发烧请假 because of flu"

ENDS: dict[tuple[str, str | None], tuple[str | None, str | None, str | None]] = {
    ("done", "success"): ("disposition", "success", None),
    ("done", "do_not_call"): ("disposition", "do_not_call", None),
    ("done", "callback"): ("disposition", "callback", None),
    ("done", "no_answer"): ("outcome", "no_answer", None),
    ("done", "invalid_number"): ("outcome", "invalid_number", None),
    ("done", "C3.attempts"): ("rule", "C3.attempts", None),
    ("done", "C3.per_7_days"): ("rule", "C3.per_7_days", None),
    ("done", "L6.do_not_call"): ("do_not_call", "L6.do_not_call", None),
    ("done", "L9.legal_basis"): ("basis_withdrawn", "L9.legal_basis", None),
    ("done", "an old word"): ("other", None, "an old word"),
    ("done", None): ("other", None, None),
    ("returned", "given_back"): ("returned_leads", None, None),
    ("returned", "left"): ("left", None, None),
    ("returned", "over_quota"): ("over_quota", None, None),
    ("returned", "not_eligible"): ("not_eligible", None, None),
    ("returned", "licence"): ("not_eligible", "licence", None),
    ("returned", "off_roster"): ("not_eligible", "off_roster", None),
    ("returned", "do_not_call"): ("do_not_call", None, None),
    ("returned", "barred"): ("do_not_call", None, None),
    ("returned", "L6.do_not_call"): ("do_not_call", "L6.do_not_call", None),
    ("returned", "basis_withdrawn"): ("basis_withdrawn", None, None),
    ("returned", "success"): ("returned_leads", None, "success"),
    ("returned", ILL): ("returned_leads", None, ILL),
    ("returned", None): ("returned_leads", None, None),
    ("open", None): (None, None, None),
}
"""State and text → end, detail, note in clear."""

RECALLS = {
    "given_back": ("returned_leads", None, None),
    "L9.legal_basis": ("basis_withdrawn", "L9.legal_basis", None),
    ILL: ("returned_leads", None, ILL),
}
"""Text of what is asked back while it is on a screen → end, detail, note in clear."""


@pytest.fixture
def vault() -> Vault:
    return Vault(keys={"t1": bytes(32)}, active="t1", index_key=bytes(32))


async def upgrade(url: str, revision: str) -> None:
    engine = create_async_engine(sqlalchemy_url(url), poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(configuration(sync), revision))
    await engine.dispose()


@pytest.fixture
async def url(databases: TestDatabases) -> AsyncIterator[str]:
    """A database of revision 0002 with a campaign."""
    name = f"ends_{os.getpid()}"
    await databases.server.ensure_database(name)
    url = databases.server.url(name)
    await upgrade(url, "0001")
    connection = await asyncpg.connect(url)
    await connection.execute(CAMPAIGN)
    await connection.close()
    await upgrade(url, "0002")
    yield url
    await databases.drop(url)


@pytest.fixture
async def database(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


async def end_of(database: asyncpg.Connection, assignment_id: int, vault: Vault, kind: str, part: str) -> object:
    row = await database.fetchrow(
        f"SELECT {kind} AS kind, {part}_detail AS detail, {part}_note_sealed AS note FROM assignment WHERE id = $1",
        assignment_id,
    )
    assert row is not None
    return row["kind"], row["detail"], row["note"] and vault.open(row["note"], "of no place")


async def test_each_text_becomes_an_end(url: str, database: asyncpg.Connection, vault: Vault) -> None:
    for number, (state, text) in enumerate(ENDS, 1):
        await database.execute(LEAD, number)
        await database.execute(ASSIGNMENT, number, state, text, None)
    for number, text in enumerate(RECALLS, 101):
        await database.execute(LEAD, number)
        await database.execute(ASSIGNMENT, number, "open", None, text)
    for number, spoken in ((201, True), (202, False)):
        await database.execute(LEAD, number)
        await database.execute(ASSIGNMENT, number, "done", "machine", None)
        if spoken:
            await database.execute(CALL, number)
    await database.execute(
        "UPDATE assignment SET reason = 'redealt', reason_facts = jsonb_build_object('why', $1::text) WHERE id = 1", ILL
    )

    number_of_the_last = "UPDATE lead SET phone_sealed = $1, phone_index = $2 WHERE id = 202"
    await database.execute(number_of_the_last, vault.seal_unbound("13800000202"), vault.index("13800000202"))

    await migrate(url, vault)

    for number, ((state, text), end) in enumerate(ENDS.items(), 1):
        assert await end_of(database, number, vault, "ended_as", "end") == end, (state, text)
    for number, (text, end) in enumerate(RECALLS.items(), 101):
        assert await end_of(database, number, vault, "recalled_as", "recall") == end, text
    assert await end_of(database, 201, vault, "ended_as", "end") == ("disposition", "machine", None)
    assert await end_of(database, 202, vault, "ended_as", "end") == ("outcome", "machine", None)
    whole = "\n".join(await database.fetchval("SELECT array_agg(a::text) FROM assignment a"))
    assert ILL not in whole, "free text cannot be read without the keys"


async def test_free_text_is_not_touched_without_the_keys(url: str, database: asyncpg.Connection) -> None:
    await database.execute(LEAD, 1)
    await database.execute(ASSIGNMENT, 1, "returned", ILL, None)
    with pytest.raises(RuntimeError, match="CALLCENTER_FIELD_KEYS"):
        await migrate(url)
    assert await database.fetchval("SELECT result FROM assignment") == ILL, "the whole step is undone"
