"""What a backup is: a folder with a manifest and three parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

FORMAT = 1
"""Of the manifest and of sealed parts; another one is refused."""
MANIFEST = "manifest.json"


class PartName(StrEnum):
    """The files of a backup, in the order in which they are made."""

    SETTINGS = "settings.sealed"
    """Settings with every key, and the answers of the installation, under the passphrase."""
    DATABASE = "database.dump"
    """The archive of ``pg_dump``; what is personal in it is sealed by the keys of the settings."""
    OBJECTS = "objects.jsonl"
    """A line for each version of each object in the store: key, version, size, end of its lock."""


@dataclass(frozen=True, slots=True)
class PartFacts:
    """A part that was written whole."""

    sha256: str
    """64 hexadecimal digits."""
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself. ``complete`` False: the run was interrupted, and the same command goes on."""

    made_at: str
    """ISO 8601, UTC."""
    release: str
    revision: str
    """Of the database."""
    postgres: int
    """Major version of the server."""
    keys: Mapping[str, str]
    """Check values of the keys, as the database notes them: by them a backup is matched to an escrow."""
    tables: Mapping[str, int]
    """Table → rows, in the snapshot that was dumped."""
    parts: Mapping[PartName, PartFacts]
    objects: int | None = None
    """Versions in the store; None: not listed yet."""
    complete: bool = False
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class SealedSettings:
    """What the sealed part holds."""

    folder: str
    """Of the installation: paths in the settings begin with it. Empty: the settings name no such folder."""
    settings: Mapping[str, str]
    answers: str
    """TOML as ``callcenter setup`` keeps it; empty where there is none."""
