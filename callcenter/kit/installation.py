"""Holds what every process of an installation compares before it works: its keys, and the form of its tables."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from callcenter.kit.crypto import INDEX_CHECK
from callcenter.kit.db import instant_field


class InstallationNote(SQLModel, table=True):
    """One fact that must be the same for every process, such as the check value of a key."""

    __tablename__ = "installation_note"

    name: str = Field(primary_key=True, max_length=80)
    """``key:index``, ``key:field:<key id>``, ``tables`` or ``seals``."""
    value: str = Field(max_length=64)
    """64 hexadecimal digits."""
    noted_at: datetime = instant_field()


BOUND_NOTE = "seals"
ALL_BOUND = hashlib.sha256(b"every sealed value is bound to its place").hexdigest()
"""The note that no sealed value of the database may be one of no place."""


class KeyTrouble(StrEnum):
    """What keeps a process with these keys from working on this database."""

    FOREIGN_INDEX = "foreign_index"
    FOREIGN_FIELD = "foreign_field"
    """A key id of the database stands for another key here."""
    LACKING_FIELD = "lacking_field"
    """Rows may be encrypted with a key that this process does not have."""


def key_trouble(noted: Mapping[str, str], given: Mapping[str, str]) -> tuple[KeyTrouble, str] | None:
    """Compares the check values noted in the database with those of this process's keys.

    Returns what is wrong and the id of the key, or None. A field key the database does not know is no trouble: that is
    how a new key begins.
    """
    for name in sorted(noted, key=lambda name: name != INDEX_CHECK):
        key_id = name.removeprefix("field:")
        if name not in given:
            return KeyTrouble.LACKING_FIELD, key_id
        if noted[name] != given[name]:
            return (KeyTrouble.FOREIGN_INDEX if name == INDEX_CHECK else KeyTrouble.FOREIGN_FIELD), key_id
    return None
