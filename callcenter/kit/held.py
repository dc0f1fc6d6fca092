"""Keeps the rows that a transaction holds, and writes those that it has changed, all in one statement (C5).

It is what a session of SQLAlchemy does for its objects, for rows that are plain objects: read by a ``Prepared``
statement, changed as any object, written before the next statement and before the commit. The room says how they are
written (``write``); nothing has to say which were changed.
"""

from collections.abc import Callable, Hashable, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState

from callcenter.kit.cache import NotingSession

RowT = TypeVar("RowT")
HeldT = TypeVar("HeldT", bound="Held[Any]")

_HELD = "callcenter.held"


class Held(Generic[RowT]):
    """Keeps the rows of one table that a transaction holds: locked, or in the version it knows."""

    columns: Sequence[str] = ()
    """Those that may change."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._values: Callable[[RowT], tuple[Any, ...]] = attrgetter(*self.columns)
        self._rows: dict[Hashable, tuple[RowT, tuple[Any, ...]]] = {}

    def hold(self, key: Hashable, row: RowT) -> RowT:
        """Holds a row as it is in the database, under a unique key."""
        self._rows[key] = (row, self._values(row))
        return row

    def find(self, key: Hashable) -> RowT | None:
        """Returns the row of a key as this transaction has changed it; None where it is not held."""
        held = self._rows.get(key)
        return None if held is None else held[0]

    async def write_changes(self) -> None:
        """Writes the rows that were changed since they were read or written."""
        changed = [(key, row) for key, (row, written) in self._rows.items() if self._values(row) != written]
        for key, row in changed:
            self._rows[key] = (row, self._values(row))
        if changed:
            await self.write([row for _, row in changed])

    def is_changed(self) -> bool:
        """Returns whether there is something to write."""
        return any(self._values(row) != written for row, written in self._rows.values())

    async def write(self, rows: Sequence[RowT]) -> None:
        """Writes rows that were changed."""
        raise NotImplementedError


def held_by(session: AsyncSession, kind: type[HeldT]) -> HeldT:
    """Returns the rows of a kind that the transaction of a session holds."""
    kinds: dict[type, Any] = session.info.setdefault(_HELD, {})
    found: HeldT | None = kinds.get(kind)
    if found is None:
        found = kinds[kind] = kind(session)
    return found


async def write_changes(session: AsyncSession) -> None:
    """Writes what a transaction has changed: what its session holds, and what rooms hold besides."""
    if session.sync_session.new or session.sync_session.dirty or session.sync_session.deleted:
        await session.flush()
    for held in _changed(session.info):
        await held.write_changes()


def _changed(info: dict[Any, Any]) -> list[Held[Any]]:
    return [held for held in info.get(_HELD, {}).values() if held.is_changed()]


@event.listens_for(NotingSession, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    """Writes the changes before a statement of the session, too."""
    for held in _changed(state.session.info):
        driver = state.session.connection().connection.dbapi_connection
        assert driver is not None, "a session in use has its connection"
        driver.run_async(lambda _, held=held: held.write_changes())
