"""A backup is restored for real: what comes out is what went in, and nothing is overwritten or half done."""

import asyncio
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest

from callcenter.backup.drill import drill
from callcenter.backup.errors import BackupRefused
from callcenter.backup.folders import read_manifest
from callcenter.backup.postgres import Tools, find_tools, tables_at
from callcenter.backup.types import PartName
from callcenter.embedded.process import free_ports
from callcenter.kit.config import ENV_FILE, CoreSettings
from callcenter.setup.files import read_settings
from tests.backup.conftest import PASSPHRASE, restore, take
from tests.rooms.audit.certified_day import Day

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("day")]


async def execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def content_of(url: str) -> Mapping[str, str]:
    """A digest of all rows of each table."""
    connection = await asyncpg.connect(url)
    try:
        names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        query = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{}\" t"
        return {row["tablename"]: await connection.fetchval(query.format(row["tablename"])) for row in names}
    finally:
        await connection.close()


def refusal(code: str) -> pytest.RaisesExc[BackupRefused]:
    return pytest.RaisesExc(BackupRefused, check=lambda error: error.code == code)


async def test_what_is_restored_is_what_was_backed_up(
    installed: CoreSettings, empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = installed.database_url.get_secret_value()
    certificate = await take(installed, tmp_path / "b")
    before = await content_of(url)
    manifest = read_manifest(tmp_path / "b")
    assert manifest is not None
    assert manifest.complete
    assert manifest.objects == 1
    lines = (tmp_path / "b" / PartName.OBJECTS).read_text().splitlines()
    assert [json.loads(line)["key"] for line in lines] == ["recordings/a.flac"]
    for file in (tmp_path / "b").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    everything = b"".join(file.read_bytes() for file in (tmp_path / "b").iterdir())
    assert installed.index_key.get_secret_value().encode() not in everything
    assert os.environ["CALLCENTER_S3_SECRET_KEY"].encode() not in everything

    for name in list(os.environ):
        if name.startswith("CALLCENTER_") and "ARGON2" not in name and name != "CALLCENTER_CACHE_DIR":
            monkeypatch.delenv(name)
    file = await restore(tmp_path / "b", tmp_path / "new", monkeypatch, DATABASE_URL=empty_url)
    assert await content_of(empty_url) == before
    _, settings = read_settings(file)
    assert settings["CALLCENTER_DATABASE_URL"] == empty_url
    assert settings["CALLCENTER_FIELD_KEYS"] == installed.field_keys.get_secret_value()
    assert settings["CALLCENTER_SWITCH_SPOOL_DIR"] == str(tmp_path / "new" / "spool")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert certificate is not None


async def test_a_cluster_is_made_where_postgres_is_kept(
    installed: CoreSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: None
) -> None:
    await _take_with_environment(installed, tmp_path, monkeypatch)
    kept = {
        "KEPT_SERVERS": "postgres",
        "DATABASE_URL": f"postgresql://callcenter:pw@127.0.0.1:{free_ports(1)[0]}/callcenter",
        "LOG_DIR": str(tmp_path / "new" / "log"),
    }
    await restore(tmp_path / "b", tmp_path / "new", monkeypatch, **kept)
    assert (tmp_path / "new/postgres/data/PG_VERSION").exists()
    assert not (tmp_path / "new/.restoring").exists()


async def _take_with_environment(core: CoreSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as settings:
        settings.setenv("CALLCENTER_DATABASE_URL", core.database_url.get_secret_value())
        settings.setenv("CALLCENTER_FIELD_KEYS", core.field_keys.get_secret_value())
        settings.setenv("CALLCENTER_INDEX_KEY", core.index_key.get_secret_value())
        settings.setenv("CALLCENTER_KEPT_FOLDER", str(tmp_path / "old"))
        settings.setenv("CALLCENTER_SWITCH_SPOOL_DIR", str(tmp_path / "old/spool"))
        await take(core, tmp_path / "b")


async def test_a_drill_says_the_same_whatever_is_written_meanwhile(
    installed: CoreSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The archive and the certificate of the source are of one snapshot: work that goes on makes no difference."""
    dump, url = Tools.dump, installed.database_url.get_secret_value()

    async def and_work(self: Tools, address: str, snapshot: str, target: Path) -> None:
        await execute(url, "UPDATE call SET outcome = 'busy' WHERE outcome = 'answered'")
        await dump(self, address, snapshot, target)

    monkeypatch.setattr(Tools, "dump", and_work)
    certificate = await take(installed, tmp_path / "b")
    assert certificate is not None
    drilled = await drill(tmp_path / "b", PASSPHRASE, certificate)
    assert drilled.differing == []
    assert certificate.figures.answered > 0


async def test_a_drill_finds_an_archive_that_lacks_rows(
    installed: CoreSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = await take(installed, tmp_path / "b")
    restore_all = Tools.restore

    async def lossy(self: Tools, source: Path, address: str) -> None:
        await restore_all(self, source, address)
        await execute(address, "SET session_replication_role = replica; DELETE FROM call_signal")

    monkeypatch.setattr(Tools, "restore", lossy)
    assert certificate is not None
    drilled = await drill(tmp_path / "b", PASSPHRASE, certificate)
    assert any(name.startswith("call_signal ") for name in drilled.differing)


@pytest.mark.parametrize("name", list(PartName))
async def test_a_damaged_part_is_found_before_anything_is_written(
    name: PartName, installed: CoreSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await take(installed, tmp_path / "b")
    part = tmp_path / "b" / name
    body = bytearray(part.read_bytes())
    body[len(body) // 2] ^= 1
    part.write_bytes(body)
    with refusal("part_damaged"):
        await restore(tmp_path / "b", tmp_path / "new", monkeypatch)
    part.unlink()
    with refusal("part_missing"):
        await restore(tmp_path / "b", tmp_path / "new", monkeypatch)
    assert not (tmp_path / "new").exists()


async def test_an_interrupted_backup_goes_on_where_it_was(
    installed: CoreSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Tools, "dump", _fails)
        with refusal("tool_failed"):
            await take(installed, tmp_path / "b")
    with refusal("backup_unfinished"):
        await restore(tmp_path / "b", tmp_path / "new", monkeypatch)
    sealed = (tmp_path / "b" / PartName.SETTINGS).read_bytes()
    await take(installed, tmp_path / "b")
    assert (tmp_path / "b" / PartName.SETTINGS).read_bytes() == sealed
    with refusal("backup_complete"):
        await take(installed, tmp_path / "b")


async def _fails(*_: object) -> None:
    raise BackupRefused("tool_failed", tool="pg_dump", why="no space left")


async def test_an_interrupted_restore_goes_on_and_takes_no_other_backup(
    installed: CoreSettings, elsewhere: None, empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _take_with_environment(installed, tmp_path, monkeypatch)
    with monkeypatch.context() as broken:
        broken.setattr(Tools, "restore", _fails)
        with refusal("tool_failed"):
            await restore(tmp_path / "b", tmp_path / "new", monkeypatch, DATABASE_URL=empty_url)
    (tmp_path / "b").rename(tmp_path / "first")
    await _take_with_environment(installed, tmp_path, monkeypatch)
    with refusal("place_other"):
        await restore(tmp_path / "b", tmp_path / "new", monkeypatch, DATABASE_URL=empty_url)
    await restore(tmp_path / "first", tmp_path / "new", monkeypatch, DATABASE_URL=empty_url)
    with refusal("place_used"):
        await restore(tmp_path / "first", tmp_path / "new", monkeypatch, DATABASE_URL=empty_url)


async def test_nothing_is_overwritten(
    installed: CoreSettings, elsewhere: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _take_with_environment(installed, tmp_path, monkeypatch)
    url = installed.database_url.get_secret_value()
    before = await content_of(url)
    with refusal("database_not_empty"):
        await restore(tmp_path / "b", tmp_path / "new", monkeypatch, DATABASE_URL=url)
    assert await content_of(url) == before
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "note").touch()
    with refusal("place_used"):
        await restore(tmp_path / "b", tmp_path / "used", monkeypatch, DATABASE_URL=url)
    with refusal("backup_foreign"):
        await _take_into(installed, tmp_path / "used", monkeypatch)
    with refusal("passphrase_wrong"):
        await restore(tmp_path / "b", tmp_path / "third", monkeypatch, "another passphrase")
    monkeypatch.setenv("CALLCENTER_INDEX_KEY", "x")
    with refusal("variable_set"):
        await restore(tmp_path / "b", tmp_path / "third", monkeypatch)
    assert not (tmp_path / "third").exists()


async def _take_into(core: CoreSettings, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as settings:
        settings.setenv("CALLCENTER_SWITCH_SPOOL_DIR", str(folder.parent / "old/spool"))
        await take(core, folder)


async def test_a_newer_server_needs_newer_programs() -> None:
    with refusal("tools_missing"):
        await asyncio.to_thread(find_tools, 99)


async def test_a_password_is_not_among_the_arguments(installed: CoreSettings, tmp_path: Path) -> None:
    said: list[str] = []
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "pg_restore").write_text('#!/bin/sh\nprintf "%s " "$@" >&2\nexit 1\n')
    (fake / "pg_restore").chmod(0o700)
    with pytest.raises(BackupRefused) as refused:
        await Tools(fake).restore(tmp_path, "postgresql://u:p%40w@db.example:5432/cc?ssl=require")
    said.append(str(refused.value))
    assert "p%40w" not in said[0]
    assert "postgresql://u@db.example:5432/cc?sslmode=require" in said[0]


async def test_tables_are_counted(installed: CoreSettings, day: Day) -> None:
    counts = await tables_at(installed.database_url.get_secret_value())
    assert counts["call"] == len(day.calls)
    assert ENV_FILE not in os.environ
