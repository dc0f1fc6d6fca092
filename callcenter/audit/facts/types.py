"""Describes a fact: which columns of which rows do not change any more, from when on, and by which act they may."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

NOTED = "audit.facts_noted"
"""The act of a note: counts and digests of what it found, per fact and day."""


EVER = 100_000
"""Days of a fact that every certificate looks at from the first one on."""


class Key(StrEnum):
    """Type of a table's key, as the database names it."""

    NUMBER = "bigint"
    UUID = "uuid"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something a row says that stays as it is. Expressions are SQL over the row, ``t``."""

    name: str
    """Table and moment: ``call.ended``."""
    table: str
    at: str
    """The fact's instant: it decides the day."""
    columns: tuple[str, ...]
    """What does not change any more. Of a sealed column: whether it holds a text, because a new key seals it anew."""
    when: str = "true"
    """From when on a row is noted."""
    key: str = "t.id"
    key_type: Key = Key.NUMBER
    prompt: bool = True
    """The instant is that of the transaction which wrote it, so no note later than it can have missed it."""
    amended: str = ""
    """When it may be noted anew: a condition over ``t`` and the earlier note, ``d``. Empty: never."""
    reach: int = 0
    """How many days before its period a certificate looks at it too: what was in force or held on a day is older."""
    least: str = ""
    """A date that may be moved on and never back. Empty: there is none."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What one note found of one fact on one day."""

    fact: str
    day_on: date
    count: int
    digest: str
    """SHA-256 over the rows' keys and digests, hexadecimal."""


@dataclass(frozen=True, slots=True)
class NoteCard:
    number: int
    noted_at: datetime
    covers: frozenset[str]
    """The names of the facts that were looked for."""
