"""Describes what a look at the chain finds."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    CHANGED = "changed"
    """The entry does not have the hash it was written with."""
    REMOVED = "removed"
    """Entries are missing before this one, or after the last one."""
    UNCHAINED = "unchained"
    """The entry does not follow from the one before: one was inserted, replaced or rewritten."""


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the chain does not hold."""

    entry_id: int
    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """The chain's head as somebody noted it earlier, outside the database (a certificate, a print).

    Whoever owns the database can rewrite the whole chain; what they cannot rewrite is an anchor kept elsewhere.
    """

    entry_id: int
    hash: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    entries: int
    head: Anchor | None
    """The last entry; None when there is none."""
    broken: tuple[Break, ...]

    @property
    def whole(self) -> bool:
        return not self.broken
