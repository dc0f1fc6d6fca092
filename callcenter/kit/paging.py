"""Pages of rows by cursor: the common response, and the common way to write and read cursors.

Each list with pages names its own ``Paging`` beside its endpoint:

    _PAGES = by_number("reviews")

    async def list_reviews(work: Working, quality: Quality, cursor: Cursor = None, limit: Limit = 50) -> ReviewPage:
        reviews = await quality.reviews(work, after=_PAGES.position(cursor), limit=limit)
        return ReviewPage(items=reviews, next=_PAGES.next(reviews, limit))

A cursor is an opaque text. It holds the name of its list and a check sum: one that was damaged, or that comes from
another list, is refused with ``cursor_invalid`` and never reaches a statement.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, Protocol, TypeVar
from zlib import crc32

from fastapi import Query
from pydantic import Field

from callcenter.kit.errors import Invalid
from callcenter.kit.output import Output

T = TypeVar("T")
P = TypeVar("P")

_LONGEST = 400

Cursor = Annotated[str | None, Query(description="``next`` of the page before; null for the first page")]
"""The start of a page, as a parameter and as a field of a query or body."""

Limit = Annotated[int, Query(ge=1, le=200, description="the most rows of a page")]


class CursorInvalid(Invalid):
    """Refuses a cursor that does not come from a page of this list."""

    code = "cursor_invalid"


class Page(Output, Generic[T]):
    """Some rows in order, and the cursor of the next page."""

    items: list[T]
    next: str | None = Field(description="pass it as ``cursor`` to read on; null at the end")


class _HasId(Protocol):
    @property
    def id(self) -> Any: ...


def _id_of(row: _HasId) -> Any:
    return row.id


class Paging(Generic[P]):
    """Writes and reads the cursors of one list. A position is the last row's place in the order of the list."""

    def __init__(self, name: str, read: Callable[[str], P]) -> None:
        """Names the list; ``read`` parses ``str(position)`` and raises ValueError for anything else."""
        self.name = name
        self._read = read

    def position(self, cursor: str | None) -> P | None:
        """Returns the position after which a page begins; None for the first page. Raises CursorInvalid."""
        if cursor is None:
            return None
        try:
            return self._read(_unpack(self.name, cursor))
        except (ValueError, OverflowError) as error:
            raise CursorInvalid("this cursor is not from a page of this list: start again without one") from error

    def cursor(self, position: P) -> str:
        """Returns the cursor of a position."""
        return _pack(self.name, str(position))

    def next(self, rows: Sequence[T], limit: int, key: Callable[[T], P] = _id_of) -> str | None:  # type: ignore[assignment]
        """Returns the cursor after the last row; None when the page is not full, because then no row follows."""
        return self.cursor(key(rows[-1])) if rows and len(rows) >= limit else None


def by_number(name: str) -> Paging[int]:
    """Returns the paging of a list whose position is an id, or a count of rows."""
    return Paging(name, _number)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ValueError("not a number")
    number = int(text)
    if not 1 <= number < 2**63:
        raise ValueError("no id is so large")
    return number


def _pack(name: str, position: str) -> str:
    content = f"{name}:{position}".encode()
    return urlsafe_b64encode(crc32(content).to_bytes(4) + content).rstrip(b"=").decode()


def _unpack(name: str, cursor: str) -> str:
    if len(cursor) > _LONGEST:
        raise ValueError("too long")
    try:
        packed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not Base64") from error
    position = packed[4:].decode().removeprefix(f"{name}:")
    if _pack(name, position) != cursor:
        raise ValueError("damaged, or of another list")
    return position
