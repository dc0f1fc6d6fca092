"""Names the places of sealed values. Copied to another row or column, a sealed value opens no more (requirement L7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Binding:
    """Names the place of each value of one sealed column.

    ``by`` are columns that a row has from its first moment and that never change. Most are not its id, because a row is
    sealed before the database gives it one.
    """

    name: str
    by: tuple[str, ...]

    def at(self, row: Any) -> str:
        """Returns the place of this column's value in a row; ``row`` has the columns of ``by``."""
        return self.place(*(getattr(row, column) for column in self.by))

    def place(self, *key: object) -> str:
        """Returns the same for a row that is not made yet, from the values of ``by``."""
        if len(key) != len(self.by):
            raise TypeError(f"{self.name} is bound by {', '.join(self.by)}")
        return self.stem + ":".join(map(_text, key))

    @property
    def stem(self) -> str:
        """Returns what all places of the column begin with."""
        return f"{self.name}:"


def line_places(binding: Binding, list_id: int, lines: Iterable[int]) -> list[str]:
    """Returns the places of many rows of one list by their lines, as ``place`` does for each."""
    head = f"{binding.stem}{list_id}:"
    return [f"{head}{line}" for line in lines]


def _text(value: object) -> str:
    # An instant is read in the time zone of the session or of the process that wrote it: one form for all.
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
