"""Implements ``callcenter backup``: settings and keys under the passphrase, the database, the inventory of objects.

Everything of the database comes from one snapshot: the archive, the number of rows, and for a drill the certificate.
Objects are listed after it, so the inventory names at least every recording that the archive knows. A run that was
interrupted is finished by the same command: a part that is whole is not made again.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from dotenv import dotenv_values
from sqlalchemy import text

from callcenter.audit.certificate.types import Certificate
from callcenter.backup import folders
from callcenter.backup.errors import BackupRefused
from callcenter.backup.postgres import find_tools, rows_of_tables
from callcenter.backup.rules import settings as kept_settings
from callcenter.backup.rules.manifests import Beginning, beginning
from callcenter.backup.sealing import seal
from callcenter.backup.types import Manifest, PartName, SealedSettings
from callcenter.bootstrap import Verifier
from callcenter.bootstrap.settings import OTHERS
from callcenter.kit.config import CoreSettings, env_file
from callcenter.kit.work import Work
from callcenter.migrations.starting import present_revision
from callcenter.setup.probes.machine import ANSWERS_FILE
from callcenter.storage.port import ObjectStore

Say = Callable[[str], None]
_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_REFUSALS = {
    Beginning.COMPLETE: "backup_complete",
    Beginning.OTHER: "backup_other",
    Beginning.FOREIGN: "backup_foreign",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is backed up."""

    core: CoreSettings
    verifier: Verifier
    store: ObjectStore


@dataclass(frozen=True, slots=True)
class Taken:
    manifest: Manifest
    certificate: Certificate | None
    """Of the snapshot that was dumped; None unless it was asked for, or the archive is one of an earlier run."""


@dataclass
class Taking:
    """Writes one backup."""

    source: Source
    folder: Path
    passphrase: str = field(repr=False)
    say: Say
    certify_days: int | None = None

    async def run(self) -> Taken:
        """Makes what is missing. Raises BackupRefused."""
        manifest = await self._begin()
        certificate = None
        if PartName.SETTINGS not in manifest.parts:
            manifest = await self._seal_settings(manifest)
        if PartName.DATABASE not in manifest.parts:
            manifest, certificate = await self._dump(manifest)
        if PartName.OBJECTS not in manifest.parts:
            manifest = await self._list_objects(manifest)
        manifest = replace(manifest, complete=True)
        await asyncio.to_thread(folders.require_whole, self.folder, manifest)
        folders.write_manifest(self.folder, manifest)
        return Taken(manifest, certificate)

    async def _begin(self) -> Manifest:
        try:
            self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)
            names = [entry.name for entry in self.folder.iterdir()]
        except OSError as error:
            raise BackupRefused("backup_unwritable", path=self.folder, why=error.strerror) from None
        present = folders.read_manifest(self.folder)
        keys = self.source.core.vault.check_values()
        found = beginning(names, present, keys)
        if refusal := _REFUSALS.get(found):
            raise BackupRefused(refusal, path=self.folder)
        if present is not None:
            self.say(f"继续未完成的备份 going on with an unfinished backup: {', '.join(present.parts) or '–'}")
            return present
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(
            made_at=made_at, release=version("callcenter"), revision="", postgres=0, keys=keys, tables={}, parts={}
        )
        folders.write_manifest(self.folder, manifest)
        return manifest

    async def _seal_settings(self, manifest: Manifest) -> Manifest:
        held = settings_in_force()
        folder = kept_settings.folder_of(held)
        answers = Path(folder) / ANSWERS_FILE if folder else None
        text_ = answers.read_text(encoding="utf-8") if answers and answers.exists() else ""
        whole = kept_settings.to_text(SealedSettings(folder, held, text_))
        sealed = await asyncio.to_thread(seal, whole, self.passphrase, PartName.SETTINGS.value)
        with folders.writing(self.folder, PartName.SETTINGS) as path:
            path.write_text(sealed)
        return self._made(manifest, PartName.SETTINGS, f"{len(held)} 项 settings")

    async def _dump(self, manifest: Manifest) -> tuple[Manifest, Certificate | None]:
        url = self.source.core.database_url.get_secret_value()
        async with self._snapshot() as (work, snapshot):
            server = int(str(await work.session.scalar(text("SHOW server_version_num")))) // 10_000
            revision = await present_revision(work.session)
            with folders.writing(self.folder, PartName.DATABASE) as path:
                await find_tools(server).dump(url, snapshot, path)
            tables = await rows_of_tables(work.session)
            certificate = await self._certify(work)
        manifest = replace(manifest, revision=revision or "", postgres=server, tables=tables)
        return self._made(manifest, PartName.DATABASE, f"{sum(tables.values())} 行 rows"), certificate

    async def _certify(self, work: Work) -> Certificate | None:
        if self.certify_days is None:
            return None
        return await certificate_of(self.source.verifier, work, self.certify_days)

    @asynccontextmanager
    async def _snapshot(self) -> AsyncIterator[tuple[Work, str]]:
        """Yields a transaction that sees one instant of the database, and the name by which another one sees it."""
        async with self.source.verifier.works.begin() as work:
            await work.session.execute(text(_SNAPSHOT))
            yield work, str(await work.session.scalar(text("SELECT pg_export_snapshot()")))

    async def _list_objects(self, manifest: Manifest) -> Manifest:
        versions = await self.source.store.list_versions("")
        with folders.writing(self.folder, PartName.OBJECTS) as path, path.open("w", encoding="utf-8") as file:
            for one in versions:
                until = one.retain_until.isoformat() if one.retain_until else None
                line = {"key": one.key, "version": one.version_id, "size": one.size, "until": until}
                file.write(json.dumps(line) + "\n")
        return self._made(replace(manifest, objects=len(versions)), PartName.OBJECTS, f"{len(versions)} 个 objects")

    def _made(self, manifest: Manifest, name: PartName, what: str) -> Manifest:
        """Notes a part that is whole, so that a later run does not make it again."""
        facts = folders.facts_of(self.folder / name)
        noted = replace(manifest, parts={**manifest.parts, name: facts})
        folders.write_manifest(self.folder, noted)
        self.say(f"{name}: {what}, {facts.size} 字节 bytes")
        return noted


async def certificate_of(verifier: Verifier, work: Work, days: int) -> Certificate:
    """Certifies the last days up to now inside this transaction, without the store."""
    return await verifier.certificates.certify(work, work.now - timedelta(days=days), work.now)


def settings_in_force() -> dict[str, str]:
    """Returns every setting as this process reads it: the environment wins over its file."""
    path = env_file()
    lines: Mapping[str, str | None] = dotenv_values(path) if path else {}
    values = {name: value for name, value in lines.items() if value is not None}
    return kept_settings.kept({**values, **os.environ}, OTHERS)
