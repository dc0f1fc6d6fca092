"""A day in a database, the settings of its installation, and what is backed up of it."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from callcenter import bootstrap
from callcenter.audit.certificate.types import Certificate
from callcenter.backup.restoring import Restoring
from callcenter.backup.taking import Source, Taking
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.config import ENV_FILE, CoreSettings
from callcenter.kit.work import Works
from callcenter.migrations.starting import require_ready
from callcenter.storage.memory import MemoryStore
from tests.rooms.audit.certified_day import UNTIL, Day, make_day
from tests.support.databases import TestDatabases
from tests.support.processes import environment
from tests.support.rows import VAULT

PASSPHRASE = "horse battery staple 7"
DAYS = 30


@pytest.fixture
async def day(works: Works, bus: Bus, clock: FrozenClock) -> Day:
    async with works.begin() as work:
        await require_ready(work.session, VAULT)  # as the first start does: it notes the keys
    return await make_day(works, bus, clock)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> CoreSettings:
    """The settings of this test's database, in the environment."""
    for name, value in environment(database_url, tmp_path / "old" / "spool").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CALLCENTER_KEPT_FOLDER", str(tmp_path / "old"))
    return CoreSettings()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, installed: CoreSettings) -> None:
    """Leaves the environment as it is on the machine of a restore: without any setting."""
    for name in list(os.environ):
        if name.startswith("CALLCENTER_") and name != "CALLCENTER_CACHE_DIR" and "ARGON2" not in name:
            monkeypatch.delenv(name)


Opened = Callable[[CoreSettings], AbstractAsyncContextManager[Source]]


@asynccontextmanager
async def source_of(core: CoreSettings) -> AsyncIterator[Source]:
    """What is backed up, with the clock in the evening of the day and a store with one object."""
    clock = FrozenClock(UNTIL)
    store = MemoryStore(clock)
    file = Path(os.environ["CALLCENTER_SWITCH_SPOOL_DIR"]).parent / "object"
    await asyncio.to_thread(_write, file)
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    await store.put(
        "recordings/a.flac", file, sha256=digest, retain_until=UNTIL + timedelta(days=1), content_type="audio/flac"
    )
    async with bootstrap.verifying(core, with_store=True, store=store, clock=clock) as verifier:
        yield Source(core=core, verifier=verifier, store=store)


def _write(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"hello")


def silent(_: str) -> None:
    """Takes a line of progress."""


async def take(core: CoreSettings, folder: Path, passphrase: str = PASSPHRASE) -> Certificate | None:
    async with source_of(core) as source:
        return (await Taking(source, folder, passphrase, silent, DAYS).run()).certificate


@pytest.fixture
async def empty_url(databases: TestDatabases) -> AsyncIterator[str]:
    """An address at which a database may be made."""
    url = databases.server.url(f"restored_{os.getpid()}")
    await databases.drop(url)
    yield url
    await databases.drop(url)


async def restore(
    backup: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, passphrase: str = PASSPHRASE, **choices: str
) -> Path:
    """Restores as the command does; returns the file of settings."""
    restoring = Restoring(backup, folder, passphrase, {f"CALLCENTER_{n}": v for n, v in choices.items()}, silent)
    manifest = await asyncio.to_thread(restoring.prepare)
    monkeypatch.setenv(ENV_FILE, str(restoring.settings_file))
    try:
        return (await restoring.fill(manifest)).settings
    finally:
        monkeypatch.delenv(ENV_FILE)
