"""Draws keys, and keeps them in escrow: one small file under a passphrase, for a safe."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from callcenter.backup.errors import BackupRefused
from callcenter.backup.sealing import open_sealed, seal
from callcenter.bootstrap import System
from callcenter.embedded.secrets import key as draw_key
from callcenter.kit.config import CoreSettings
from callcenter.kit.crypto import KEY_ID, Vault, index_key_of, keys_of
from callcenter.setup.files import read_settings, write_private
from callcenter.setup.rules.settings import merged

FIELD_KEYS, INDEX_KEY = "CALLCENTER_FIELD_KEYS", "CALLCENTER_INDEX_KEY"
ESCROWED = (FIELD_KEYS, INDEX_KEY, "CALLCENTER_KEPT_STORE_KEY")
"""Settings without which stored data cannot be read."""
_ESCROW = "callcenter keys"
_NOTED = text("SELECT replace(name, 'key:field:', ''), noted_at FROM installation_note WHERE name LIKE 'key:field:%'")


@dataclass(frozen=True, slots=True)
class KeyCard:
    """One field key; never the key itself."""

    id: str
    active: bool
    """Seals what is new."""
    noted_at: datetime | None
    """When the database was first used with it."""
    values: int
    """Stored values that it has sealed; entries of the audit trail are not counted."""


async def list_keys(system: System) -> list[KeyCard]:
    """Returns the field keys in their order, the active one first."""
    vault = system.settings.vault
    async with system.works.begin() as work:
        noted = {str(name): at for name, at in await work.session.execute(_NOTED)}
        counts = await system.resealing.count_by_key(work)
    return [KeyCard(one, one == vault.active, noted.get(one), counts.get(one, 0)) for one in vault.keys]


def add_key(env: Path | None, key_id: str) -> str:
    """Draws a key and puts it in front in the file of settings; returns its id. Raises BackupRefused. Blocks."""
    if env is None:
        raise BackupRefused("env_needed")
    if key_id and not KEY_ID.fullmatch(key_id):
        raise BackupRefused("key_form", key=key_id)
    written, present = read_settings(env)
    if not (before := present.get(FIELD_KEYS)):
        raise BackupRefused("keys_elsewhere", path=env)
    known = keys_of(before)
    chosen = key_id or next(name for number in range(1, 10_000) if (name := f"k{number}") not in known)
    if chosen in known:
        raise BackupRefused("key_there", key=chosen)
    write_private(env, merged(written, {FIELD_KEYS: f"{chosen}:{draw_key()},{before}"}))
    return chosen


def write_escrow(file: Path, settings: Mapping[str, str], passphrase: str) -> list[str]:
    """Seals the keys into a new file; returns the ids of the field keys. Raises BackupRefused. Blocks."""
    if file.exists():
        raise BackupRefused("escrow_there", path=file)
    held = {name: settings[name] for name in ESCROWED if settings.get(name)}
    try:
        write_private(file, seal(json.dumps(held), passphrase, _ESCROW))
    except OSError as error:
        raise BackupRefused("backup_unwritable", path=file, why=error.strerror) from None
    return list(keys_of(held[FIELD_KEYS]))


def open_escrow(file: Path, passphrase: str) -> dict[str, str]:
    """Returns the settings that an escrow holds. Raises BackupRefused. Blocks."""
    try:
        sealed = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise BackupRefused("escrow_unreadable", path=file, why=why) from None
    return dict(json.loads(open_sealed(sealed, passphrase, _ESCROW)))


def lacking_in(escrow: Mapping[str, str], core: CoreSettings) -> list[str]:
    """Names the keys in use that an escrow lacks, or has otherwise; empty: it opens everything."""
    keys = keys_of(escrow[FIELD_KEYS])
    kept = Vault(keys, next(iter(keys)), index_key_of(escrow[INDEX_KEY])).check_values()
    return sorted(name for name, value in core.vault.check_values().items() if kept.get(name) != value)
