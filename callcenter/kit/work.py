"""Runs one request, one scheduled task or one batch of signals as one transaction (law 8).

A ``Work`` carries what that transaction needs: the session, the instant, the actor. An effect outside the process (a
switch command, mail, an upload) is put into the outbox with ``enqueue`` and carried out after the commit; ``notify``
wakes the waiting listeners, also after the commit.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import String, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from callcenter.kit.actor import SYSTEM, Actor
from callcenter.kit.cache import Cache, Cached, topic_of, touched
from callcenter.kit.clock import Clock
from callcenter.kit.db import Database
from callcenter.kit.effects import Effect, OutboxEntry, queue_topic
from callcenter.kit.events import Event
from callcenter.kit.held import write_changes
from callcenter.kit.prepared import Prepared, unnested

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")

CHANNEL = "callcenter"
"""The one LISTEN/NOTIFY channel; the payload is the topic."""


_TOPIC = unnested("topic", {"name": String()})
_NOTIFY = Prepared(select(func.count(func.pg_notify(CHANNEL, _TOPIC.c.name))))


class Publisher(Protocol):
    """Passes events to their handlers. ``kit.bus.Bus`` implements it; as a protocol here, so that ``bus`` can import
    ``work`` without a circle."""

    async def publish(self, work: "Work", event: Event) -> None: ...


@dataclass
class Work:
    """Carries one transaction: its session, its instant, its actor, and the publisher of its events."""

    session: AsyncSession
    now: datetime
    """Aware UTC; the same for everything within the transaction."""
    actor: Actor
    bus: Publisher
    cache: Cache = field(default_factory=Cache)
    """The process's; ``cached`` reads it."""
    _at_end: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    _after_commit: list[Callable[[], None]] = field(default_factory=list)
    _topics: dict[str, None] = field(default_factory=dict)
    """Whom to wake, each once, in the order of the first ``notify``."""

    def at_end(self, act: Callable[[], Awaitable[None]]) -> None:
        """Plans ``act`` as the last thing inside this transaction, just before the commit.

        For acts that take a lock which many transactions need: taken last, it is held briefly and cannot be part of a
        deadlock.
        """
        self._at_end.append(act)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Plans what this process remembers of the transaction, once it is committed; ``act`` must not fail."""
        self._after_commit.append(act)

    async def announce(self, event: Event) -> None:
        """Announces an event to the rooms above, inside this transaction."""
        await self.bus.publish(self, event)

    async def enqueue(self, effect: Effect) -> None:
        """Plans an effect; the queue's runner carries it out after the commit."""
        self.session.add(OutboxEntry.of(effect, self.now))
        await self.notify(queue_topic(effect.queue))

    async def notify(self, topic: str) -> None:
        """Wakes the listeners of a topic when this transaction commits."""
        self._topics[topic] = None

    async def cached(self, facts: Cached[KeyT, ValueT], key: KeyT, read: Callable[[], Awaitable[ValueT]]) -> ValueT:
        """Returns a fact that changes rarely, as this process keeps it, else read by ``read``.

        A transaction that has changed one of its tables reads it itself, and keeps nothing: it may yet be undone.
        """
        if not facts.tables.isdisjoint(touched(self.session.sync_session)):
            return await read()
        return await self.cache.get(facts, key, read)

    async def lock(self, key: str) -> None:
        """Waits for the advisory lock of this name and holds it until the end of the transaction."""
        await self.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})

    def committed(self) -> None:
        """Does what was planned for after the commit; ``Works.begin`` calls it."""
        self.cache.forget(touched(self.session.sync_session))
        for act in self._after_commit:
            act()

    async def finish(self) -> None:
        """Does what was planned for the end of the transaction; ``Works.begin`` calls it before the commit."""
        await write_changes(self.session)
        for act in self._at_end:
            await act()
        await write_changes(self.session)
        self._topics |= {topic_of(table): None for table in touched(self.session.sync_session)}
        if self._topics:
            await _NOTIFY.all(self.session, {"name": list(self._topics)})


class Works:
    """Begins transactions. One per process; bootstrap makes it."""

    def __init__(self, database: Database, clock: Clock, bus: Publisher, cache: Cache | None = None) -> None:
        self.database = database
        self.clock = clock
        self.bus = bus
        self.cache = cache or Cache()

    @asynccontextmanager
    async def begin(self, actor: Actor = SYSTEM) -> AsyncIterator[Work]:
        """Commits when the block ends, undoes everything when it raises."""
        async with self.database.session() as session:
            async with session.begin():
                work = Work(session=session, now=self.clock.now(), actor=actor, bus=self.bus, cache=self.cache)
                yield work
                await work.finish()
            # Not left to the notification: who waited for this commit sees its effect at once.
            work.committed()
