"""Pages of rows by cursor: the common response, and the common computation of the next page's start."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, Protocol, TypeVar

from fastapi import Query
from pydantic import Field

from callcenter.kit.output import Output

T = TypeVar("T")

Cursor = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="``next`` of the page before")]
"""Where a page begins; None for the first page."""

Limit = Annotated[int, Query(ge=1, le=200, description="the most rows of a page")]


class Page(Output, Generic[T]):
    """Some rows in order, and the cursor of the next page."""

    items: list[T]
    next: str | None = Field(description="pass it as ``cursor`` to read on; null at the end")


class _HasId(Protocol):
    @property
    def id(self) -> Any: ...


def _id_of(row: _HasId) -> Any:
    return row.id


def next_cursor(rows: Sequence[T], limit: int, key: Callable[[T], Any] = _id_of) -> str | None:  # type: ignore[assignment]
    """Returns the cursor after the last row; None when the page is not full, because then no row follows."""
    return str(key(rows[-1])) if rows and len(rows) >= limit else None
