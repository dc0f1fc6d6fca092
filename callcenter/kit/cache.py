"""Keeps facts that change rarely in the memory of a process: rules, calendar, fitness of staff.

What a cached fact is read from is named by its tables. A transaction that changes such a table reads past the cache
itself, empties the caches of its own process when it commits, and those of all others by a notification. So no code
that writes has to remember which caches there are. As long as no notifications arrive, nothing is kept.

Not for facts that the judgement at the moment of dialling must see without any delay: do-not-call, legal basis,
calls of a number, quota.
"""

from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable
from typing import Any, Generic, TypeVar

from sqlalchemy import Delete, Insert, Table, Update, event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlmodel import SQLModel

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")

_TOUCHED = "callcenter.touched"
_MOST_VALUES = 10_000
"""Of one cache; a full one begins anew."""

_PREFIX = "changed:"

_watched: set[str] = set()
"""The tables that any cached fact is read from."""


class Cached(Generic[KeyT, ValueT]):
    """Names facts of one kind, and the tables they are read from. A module constant; its values are immutable."""

    def __init__(self, *tables: type[SQLModel]) -> None:
        self.tables = frozenset(str(table.__tablename__) for table in tables)
        _watched.update(self.tables)


class Cache:
    """Holds the cached facts of one process."""

    def __init__(self) -> None:
        self._values: dict[Cached[Any, Any], dict[Any, Any]] = {}
        self._rounds: dict[str, int] = {}
        """How often each table was changed: a value read before a change must not be kept after it."""
        self._live = False

    def begin(self) -> None:
        """Keeps values from now on: notifications arrive."""
        self._values.clear()
        self._live = True

    def end(self) -> None:
        """Keeps nothing from now on: changes of other processes are not heard of."""
        self._values.clear()
        self._live = False

    def forget(self, tables: Iterable[str]) -> None:
        """Forgets what was read from these tables."""
        changed = _watched.intersection(tables)
        for table in changed:
            self._rounds[table] = self._rounds.get(table, 0) + 1
        for facts in [facts for facts in self._values if facts.tables & changed]:
            del self._values[facts]

    async def get(self, facts: Cached[KeyT, ValueT], key: KeyT, read: Callable[[], Awaitable[ValueT]]) -> ValueT:
        """Returns the value of a key, read where it is not kept."""
        if not self._live:
            return await read()
        kept = self._values.get(facts)
        if kept is not None and key in kept:
            value: ValueT = kept[key]
            return value
        before = self._round_of(facts)
        value = await read()
        if self._live and before == self._round_of(facts):
            kept = self._values.setdefault(facts, {})
            if len(kept) >= _MOST_VALUES:
                kept.clear()
            kept[key] = value
        return value

    def _round_of(self, facts: Cached[Any, Any]) -> int:
        return sum(self._rounds.get(table, 0) for table in facts.tables)


def topic_of(table: str) -> str:
    """Returns the topic that says a table of cached facts has changed."""
    return f"{_PREFIX}{table}"


def table_of(topic: str) -> str | None:
    """Returns the table a topic speaks of; None for a topic of another kind."""
    return topic.removeprefix(_PREFIX) if topic.startswith(_PREFIX) else None


class NotingSession(Session):
    """Notes which tables of cached facts its transaction changes."""


def touched(session: Session) -> Collection[str]:
    """Returns the tables of cached facts this transaction has changed, or will when it is flushed."""
    pending = {row.__tablename__ for row in (*session.new, *session.dirty, *session.deleted)}
    noted: set[str] = session.info.get(_TOUCHED, set())
    return noted | (pending & _watched)


def note_changed(session: Session, tables: Iterable[str]) -> None:
    """Notes that a transaction changes these tables."""
    if changed := _watched.intersection(tables):
        session.info.setdefault(_TOUCHED, set()).update(changed)


@event.listens_for(NotingSession, "after_flush")
def _flushed(session: Session, _context: object) -> None:
    note_changed(session, (row.__tablename__ for row in (*session.new, *session.dirty, *session.deleted)))


@event.listens_for(NotingSession, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    statement = state.statement
    if isinstance(statement, Insert | Update | Delete) and isinstance(statement.table, Table):
        note_changed(state.session, [statement.table.name])
