"""Implements ``callcenter restore``: an empty folder and an empty database become the installation of a backup.

Nothing is written before every digest fits and the passphrase opens the settings. Nothing that is there is
overwritten. A run that was interrupted is finished by the same command: its mark names the backup.
"""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from callcenter.backup import folders
from callcenter.backup.errors import BackupRefused
from callcenter.backup.postgres import find_tools, tables_at
from callcenter.backup.rules import settings as kept_settings
from callcenter.backup.rules.manifests import differing_tables
from callcenter.backup.sealing import open_sealed
from callcenter.backup.types import MANIFEST, Manifest, PartName, SealedSettings
from callcenter.embedded.kept import kept_postgres
from callcenter.embedded.parts import postgres_part
from callcenter.embedded.settings import KeptServer, KeptSettings
from callcenter.kit.config import CoreSettings
from callcenter.setup.files import write_private
from callcenter.setup.probes.database import require_database
from callcenter.setup.probes.machine import ANSWERS_FILE, SETTINGS_FILE
from callcenter.setup.rules.settings import merged
from callcenter.supervision.supervisor import Supervisor

_MARK = ".restoring"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    settings: Path


@dataclass
class Restoring:
    """Restores one backup into one folder."""

    backup: Path
    folder: Path
    passphrase: str = field(repr=False)
    choices: Mapping[str, str] = field(repr=False)
    """Settings that read otherwise in the new place: the address of the database, ports."""
    say: Say

    @property
    def settings_file(self) -> Path:
        return self.folder / SETTINGS_FILE

    def prepare(self) -> Manifest:
        """Writes settings and answers; what reads settings may run then. Raises BackupRefused. Blocks."""
        manifest = folders.require_backup(self.backup)
        self.say(f"备份完好 the backup is whole: {manifest.made_at}, {sum(manifest.tables.values())} 行 rows")
        sealed = (self.backup / PartName.SETTINGS).read_text(encoding="utf-8")
        held = kept_settings.from_text(open_sealed(sealed, self.passphrase, PartName.SETTINGS.value))
        settings = self._settings(held)
        for name, value in settings.items():
            if os.environ.get(name, value) != value:
                raise BackupRefused("variable_set", name=name)
        self._take_place()
        write_private(self.settings_file, merged("", dict(settings)))
        if held.answers:
            write_private(self.folder / ANSWERS_FILE, held.answers)
        self.say(f"{SETTINGS_FILE}: {len(settings)} 项 settings")
        return manifest

    async def fill(self, manifest: Manifest) -> Restored:
        """Fills the database that the settings name, and compares it with the backup. Raises BackupRefused."""
        core = CoreSettings()
        url = core.database_url.get_secret_value()
        async with database_server(core):
            await self._require_empty(url)
            await find_tools(manifest.postgres).restore(self.backup / PartName.DATABASE, url)
            if differing := differing_tables(manifest.tables, await tables_at(url)):
                raise BackupRefused("restored_otherwise", tables=", ".join(differing))
        self.say(f"{PartName.DATABASE}: {len(manifest.tables)} 张表 tables, 行数一致 the rows agree")
        (self.folder / _MARK).unlink()
        return Restored(manifest, self.settings_file)

    def _settings(self, held: SealedSettings) -> dict[str, str]:
        return kept_settings.moved(held.settings, held.folder, str(self.folder)) | dict(self.choices)

    def _take_place(self) -> None:
        """Makes the folder this restore's own. Raises BackupRefused when it is used."""
        own = hashlib.sha256((self.backup / MANIFEST).read_bytes()).hexdigest()
        try:
            self.folder.mkdir(parents=True, mode=0o700, exist_ok=True)
            mark = self.folder / _MARK
            if mark.exists():
                if mark.read_text() != own:
                    raise BackupRefused("place_other", path=self.folder)
                self.say("继续未完成的恢复 going on with an unfinished restore")
                return
            if any(self.folder.iterdir()):
                raise BackupRefused("place_used", path=self.folder)
            write_private(mark, own)
        except OSError as error:
            raise BackupRefused("backup_unwritable", path=self.folder, why=error.strerror) from None

    async def _require_empty(self, url: str) -> None:
        await asyncio.to_thread(require_database, url)
        if tables := await tables_at(url):
            raise BackupRefused("database_not_empty", count=len(tables))


@contextlib.asynccontextmanager
async def database_server(core: CoreSettings) -> AsyncIterator[None]:
    """Runs the kept PostgreSQL until the block ends; where the database is elsewhere it is there already."""
    if KeptServer.POSTGRES not in KeptSettings().kept:
        yield
        return
    core.log_dir.mkdir(parents=True, mode=0o700, exist_ok=True)
    async with Supervisor([postgres_part(*kept_postgres(core), core.log_dir.absolute())]):
        yield


def choices_of(texts: Sequence[str]) -> dict[str, str]:
    """Reads what was given with ``--set``. Raises BackupRefused."""
    choices = {}
    for text in texts:
        choice = kept_settings.choice_of(text)
        if choice is None:
            raise BackupRefused("set_form", text=text.partition("=")[0])
        choices[choice[0]] = choice[1]
    return choices
