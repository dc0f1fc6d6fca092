"""Draws keys and passwords, and keeps those of a rehearsal: once, in the state folder, readable by its owner alone.

If the file is lost, what the secrets protect is lost: encrypted fields, the database, encrypted objects.
"""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Self

from callcenter.embedded.objectstore import StoreKeys


def word() -> str:
    """Returns 32 letters and digits, fit for every configuration file."""
    return secrets.token_hex(16)


def key() -> str:
    """Returns 32 bytes in base64, as the settings of keys want them."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def store_key() -> str:
    """Returns 64 hexadecimal digits: the key that encrypts the keys of stored objects."""
    return secrets.token_hex(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """Everything secret in a rehearsal."""

    field_keys: str = field(default_factory=lambda: f"k1:{key()}", repr=False)
    """In the form of ``CALLCENTER_FIELD_KEYS``."""
    index_key: str = field(default_factory=key, repr=False)
    database_password: str = field(default_factory=word, repr=False)
    recorder_access_key: str = field(default_factory=word, repr=False)
    """Of the identity that stores recordings."""
    recorder_secret_key: str = field(default_factory=key, repr=False)
    player_access_key: str = field(default_factory=word, repr=False)
    """Of the identity that may only read: playback links are signed with it."""
    player_secret_key: str = field(default_factory=key, repr=False)
    store_key: str = field(default_factory=store_key, repr=False)
    """Encrypts the keys of the objects encrypted at rest."""
    ami_secret: str = field(default_factory=word, repr=False)
    phone_secret: str = field(default_factory=word, repr=False)
    """From which the passwords of the browser phones are derived."""
    demo_password: str = field(default_factory=lambda: secrets.token_hex(5), repr=False)
    """Of the demo accounts."""

    @classmethod
    def kept_in(cls, folder: Path) -> Self:
        """Reads the secrets in ``folder``/secrets.json; missing ones are generated and written first."""
        path = folder / "secrets.json"
        kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        known = {secret.name for secret in fields(cls)}
        secrets_ = cls(**{name: value for name, value in kept.items() if name in known})
        if not known <= kept.keys():
            folder.mkdir(parents=True, exist_ok=True)
            whole = {**kept, **{name: getattr(secrets_, name) for name in known}}
            part = path.with_suffix(f".part-{os.getpid()}")
            part.touch(mode=0o600)
            part.write_text(json.dumps(whole, indent=1, sort_keys=True))
            part.rename(path)
        return secrets_

    @property
    def store_keys(self) -> StoreKeys:
        return StoreKeys(
            recorder=(self.recorder_access_key, self.recorder_secret_key),
            player=(self.player_access_key, self.player_secret_key),
            encryption=self.store_key,
        )

    def environment(self) -> Mapping[str, str]:
        """Returns the secrets that every process of the system needs, as settings."""
        return {"CALLCENTER_FIELD_KEYS": self.field_keys, "CALLCENTER_INDEX_KEY": self.index_key}
