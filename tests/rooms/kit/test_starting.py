"""A command works only on a database of its own release and of its own keys; else one sentence and exit code 2."""

import asyncio
import base64
import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from callcenter.cli import main
from callcenter.kit import log
from callcenter.kit.config import CoreSettings
from callcenter.kit.crypto import Vault
from callcenter.kit.installation import KeyTrouble, key_trouble
from callcenter.migrations.run import migrate
from callcenter.migrations.starting import newest
from tests.support.databases import TestDatabases
from tests.support.processes import environment
from tests.support.settings import FIELD_KEYS, INDEX_KEY, VAULT

pytestmark = pytest.mark.db

OTHER_KEY = base64.b64encode(bytes(range(100, 132))).decode()


@pytest.fixture(scope="module")
def url(databases: TestDatabases) -> Iterator[str]:
    """A database that was migrated, with the keys of the tests."""
    name = f"starting_{os.getpid()}"
    asyncio.run(databases.server.ensure_database(name))
    asyncio.run(migrate(databases.server.url(name), VAULT))
    yield databases.server.url(name)
    asyncio.run(databases.drop(databases.server.url(name)))


@pytest.fixture(autouse=True)
def settings(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(url, tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(log, "set_up_logging", lambda **_: None)  # of the process, which is the tests'
    monkeypatch.setattr(gc, "freeze", lambda: None)


def run(url: str, *statements: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(execute())


def fetch(url: str, question: str) -> list[str]:
    async def ask() -> list[str]:
        connection = await asyncpg.connect(url)
        try:
            return [row[0] for row in await connection.fetch(question)]
        finally:
            await connection.close()

    return asyncio.run(ask())


def exit_of(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["callcenter", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


COMMANDS = [("verify", "--json"), ("members", "--campaign", "1"), ("signals",)]
"""One of each way in which a command begins; ``serve`` is in tests/supervision."""


def refusals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *further: tuple[str, ...]) -> str:
    """Returns the one sentence with which all commands end, with exit code 2."""
    sentences = set()
    for words in (*COMMANDS, *further):
        assert exit_of(monkeypatch, *words) == 2
        output = capsys.readouterr()
        assert output.out == ""
        assert len(output.err.splitlines()) == 1, output.err
        sentences.add(output.err)
    assert len(sentences) == 1
    return sentences.pop()


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("INDEX_KEY", OTHER_KEY, "CALLCENTER_INDEX_KEY is not the key of this database"),
        ("FIELD_KEYS", f"t1:{OTHER_KEY}", "key t1 of CALLCENTER_FIELD_KEYS is not the key t1 of this database"),
        ("FIELD_KEYS", f"t2:{OTHER_KEY}", "CALLCENTER_FIELD_KEYS lacks key t1"),
    ],
)
def test_foreign_keys(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"CALLCENTER_{name}", value)
    shown = refusals(monkeypatch, capsys, ("migrate",))
    assert sentence in shown
    assert value not in shown


def test_keys_that_belong_to_the_database_and_a_new_one(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLCENTER_FIELD_KEYS", f"t2:{OTHER_KEY},{FIELD_KEYS}")
    assert exit_of(monkeypatch, "signals") == 0
    noted = fetch(url, "SELECT name FROM installation_note ORDER BY name")
    assert noted == ["key:field:t1", "key:field:t2", "key:index", "seals", "tables"]
    assert not {INDEX_KEY, OTHER_KEY} & set(fetch(url, "SELECT value FROM installation_note"))
    monkeypatch.setenv("CALLCENTER_FIELD_KEYS", FIELD_KEYS)
    capsys.readouterr()
    assert "lacks key t2" in refusals(monkeypatch, capsys)
    run(url, "DELETE FROM installation_note WHERE name = 'key:field:t2'")


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"INDEX_KEY": OTHER_KEY}, "CALLCENTER_INDEX_KEY is not the key of this database"),
        ({"FIELD_KEYS": f"t1:{OTHER_KEY}"}, "CALLCENTER_FIELD_KEYS cannot decrypt the rows of table dnc_entry"),
    ],
)
def test_the_first_keys_must_find_the_numbers_that_are_there(
    keys: dict[str, str],
    sentence: str,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    number = "13800001234"
    run(
        url,
        "CREATE TABLE kept AS SELECT * FROM installation_note",
        "DELETE FROM installation_note WHERE name LIKE 'key:%'",
        "INSERT INTO dnc_entry (phone_index, phone_sealed, reason, source, entered_at)"
        f" VALUES ('{VAULT.index(number)}', '{VAULT.seal_unbound(number)}', 'other', 'office', now())",
        "UPDATE installation_note SET value = value",
    )
    try:
        for name, value in keys.items():
            monkeypatch.setenv(f"CALLCENTER_{name}", value)
        assert exit_of(monkeypatch, "migrate") == 2
        assert sentence in capsys.readouterr().err
        assert fetch(url, "SELECT name FROM installation_note WHERE name LIKE 'key:%'") == []
    finally:
        run(
            url,
            "INSERT INTO installation_note SELECT * FROM kept WHERE name LIKE 'key:%'",
            "DROP TABLE kept",
            "DELETE FROM dnc_entry",
        )


def test_a_database_of_an_older_and_of_a_newer_release(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        run(url, "UPDATE alembic_version SET version_num = '0001'")
        sentence = refusals(monkeypatch, capsys, ("migrate", "--check"))
        assert f"is at revision 0001 and this release needs {newest()}: run callcenter migrate" in sentence
        run(url, "UPDATE alembic_version SET version_num = '9999'")
        sentence = refusals(monkeypatch, capsys, ("migrate",), ("migrate", "--check"))
        assert f"is at revision 9999 and this release knows only {newest()}" in sentence
    finally:
        run(url, f"UPDATE alembic_version SET version_num = '{newest()}'")


def test_an_empty_database_and_none(
    databases: TestDatabases, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = databases.server.url(f"empty_{os.getpid()}")
    monkeypatch.setenv("CALLCENTER_DATABASE_URL", empty)
    assert "does not exist: create it" in refusals(monkeypatch, capsys, ("migrate",))
    asyncio.run(databases.server.ensure_database(f"empty_{os.getpid()}"))
    assert "the database is empty or is not one of this system" in refusals(monkeypatch, capsys, ("migrate", "--check"))
    asyncio.run(databases.drop(empty))


def test_a_server_that_refuses_and_one_that_does_not_answer(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(
        "CALLCENTER_DATABASE_URL",
        url.replace("://", "://nobody_knows_me:secret-word@", 1).replace(
            url.split("://")[1].rpartition("@")[0] + "@", "", 1
        ),
    )
    sentence = refusals(monkeypatch, capsys, ("migrate",))
    assert "PostgreSQL refuses the account or the password" in sentence
    assert "secret-word" not in sentence
    monkeypatch.setenv("CALLCENTER_DATABASE_URL", "postgresql://u:secret-word@127.0.0.1:1/callcenter")
    sentence = refusals(monkeypatch, capsys, ("migrate",))
    assert "PostgreSQL does not answer at 127.0.0.1:1/callcenter" in sentence
    assert "secret-word" not in sentence


@pytest.mark.parametrize(
    ("change", "undo", "difference"),
    [
        ("ALTER TABLE alert DROP CONSTRAINT ck_alert_kind", "", "constraint alert.ck_alert_kind is missing"),
        (
            "ALTER TABLE lead ADD COLUMN ours int NOT NULL DEFAULT 1",
            "ALTER TABLE lead DROP COLUMN ours",
            "column lead.ours is unknown",
        ),
        (
            "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only",
            "ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only",
            "trigger audit_entry.audit_entry_append_only differs",
        ),
    ],
)
def test_tables_that_were_changed_by_hand(
    change: str,
    undo: str,
    difference: str,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    checks = fetch(url, "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_alert_kind'")
    try:
        run(url, change)
        assert "tables were changed since callcenter migrate ran last" in refusals(monkeypatch, capsys)
        assert exit_of(monkeypatch, "migrate") == 2
        assert difference in capsys.readouterr().err
        assert exit_of(monkeypatch, "migrate", "--check", "--json") == 2
        assert difference in capsys.readouterr().out
    finally:
        run(url, undo or f"ALTER TABLE alert ADD CONSTRAINT ck_alert_kind {checks[0]}")
    assert exit_of(monkeypatch, "migrate", "--check") == 0


def test_an_index_of_the_operator_needs_only_a_further_migrate(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(url, "CREATE INDEX operators_own ON lead (district, city)")
    refusals(monkeypatch, capsys)
    assert exit_of(monkeypatch, "migrate") == 0
    assert exit_of(monkeypatch, "signals") == 0
    run(url, "DROP INDEX operators_own")
    assert exit_of(monkeypatch, "migrate") == 0


def test_the_index_key_is_named_before_others() -> None:
    noted = VAULT.check_values()
    others = Vault(keys={"t1": bytes(32)}, active="t1", index_key=bytes(32)).check_values()
    assert key_trouble(noted, noted) is None
    assert key_trouble({}, others) is None
    assert key_trouble(noted, others) == (KeyTrouble.FOREIGN_INDEX, "index")
    assert key_trouble(noted, {**others, "index": noted["index"]}) == (KeyTrouble.FOREIGN_FIELD, "t1")
    assert CoreSettings().vault.check_values() == noted
