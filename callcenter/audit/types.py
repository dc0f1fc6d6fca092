"""Results of a check of the chain."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    CHANGED = "changed"
    """The entry's content does not match the hash with which it was written."""
    REMOVED = "removed"
    """Entries are missing before this one, or after the last one."""
    UNCHAINED = "unchained"
    """The entry does not follow from the one before: one was inserted, replaced or rewritten."""


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the chain is broken."""

    entry_id: int
    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """The chain's head as it was noted earlier, outside the database (in the object store, in a file).

    The owner of the database can rewrite the whole chain, but not an anchor that is kept elsewhere.
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
