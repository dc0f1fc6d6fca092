"""Makes the snapshot of a board once for all its viewers in this process who may see the same (requirement T3).

A board that many people watch would otherwise be computed for each of them at each change. Viewers of one scope share
one computation: it runs while any of them watches, at most once per ``BOARD_GAP``.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field

from callcenter.kit.actor import SYSTEM, Actor
from callcenter.kit.scope import Scope, ScopeKind
from callcenter.kit.snapshots import Newcomers, Snapshot, body_of, snapshots
from callcenter.kit.wake import Wake, Waker
from callcenter.kit.work import Work, Works

BOARD_GAP = 0.5
"""Least seconds between two snapshots of one board."""

Produce = Callable[[Work], Awaitable[Snapshot]]
"""Makes the snapshot for the scope of the work's actor."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Viewers who see the same of a board: those of one scope. With the scope *own* each person is one by itself."""

    board: str
    scope: Scope
    staff_id: int | None

    @classmethod
    def of(cls, board: str, actor: Actor) -> "Audience":
        return cls(board, actor.scope, actor.staff_id if actor.scope.kind is ScopeKind.OWN else None)

    @property
    def actor(self) -> Actor:
        """Returns the actor for whom the snapshot is made: it has the scope, and no right of any of the viewers."""
        return Actor(staff_id=self.staff_id, name=SYSTEM.name, role=SYSTEM.role, scope=self.scope)


@dataclass(slots=True)
class _Broadcast:
    """The latest snapshot of one audience, and its viewers."""

    topics: tuple[str, ...]
    produce: Produce
    newcomers: Newcomers = field(default_factory=Newcomers)
    viewers: set[Wake] = field(default_factory=set)
    task: "asyncio.Task[None] | None" = None
    body: str = ""
    number: int = 0
    """Of that snapshot; 0 before the first."""
    failure: Exception | None = None


class Boards:
    """Holds the boards that are watched in this process."""

    def __init__(self, works: Works, waker: Waker, *, gap: float = BOARD_GAP) -> None:
        self._works = works
        self._waker = waker
        self._gap = gap
        self._broadcasts: dict[Audience, _Broadcast] = {}

    async def follow(
        self, board: str, actor: Actor, topics: tuple[str, ...], produce: Produce
    ) -> AsyncGenerator[str, None]:
        """Yields the board's snapshots for the scope of this actor, as they are sent: one at once, then each new one.

        Raises what making a snapshot raises; all viewers of the audience then have to come again.
        """
        audience, mine = Audience.of(board, actor), Wake()
        with self._watching(audience, mine, topics, produce) as broadcast:
            shown = broadcast.number  # what was made before this viewer came may be a beat old
            broadcast.newcomers.come()
            while True:
                await mine.wait(timeout=None)
                if broadcast.failure is not None:
                    raise broadcast.failure
                if broadcast.number > shown:
                    shown = broadcast.number
                    yield broadcast.body

    @contextlib.contextmanager
    def _watching(
        self, audience: Audience, viewer: Wake, topics: tuple[str, ...], produce: Produce
    ) -> Iterator[_Broadcast]:
        broadcast = self._broadcasts.get(audience)
        if broadcast is None or broadcast.task is None:
            broadcast = self._broadcasts[audience] = _Broadcast(topics, produce)
            broadcast.task = asyncio.create_task(self._broadcast(audience, broadcast))
        broadcast.viewers.add(viewer)
        try:
            yield broadcast
        finally:
            broadcast.viewers.discard(viewer)
            if not broadcast.viewers and broadcast.task is not None:
                broadcast.task.cancel()
                self._remove(audience, broadcast)

    async def _broadcast(self, audience: Audience, broadcast: _Broadcast) -> None:
        async def make() -> Snapshot:
            async with self._works.begin(audience.actor) as work:
                return await broadcast.produce(work)

        made: AsyncGenerator[Snapshot, None] = snapshots(
            self._waker, broadcast.topics, make, gap=self._gap, newcomers=broadcast.newcomers
        )
        try:
            async with contextlib.aclosing(made):
                async for snapshot in made:
                    broadcast.body = body_of(snapshot)  # encoded once, too
                    broadcast.number += 1
                    self._ring(broadcast)
        except Exception as failure:
            broadcast.failure = failure
            self._remove(audience, broadcast)
            self._ring(broadcast)

    def _remove(self, audience: Audience, broadcast: _Broadcast) -> None:
        if self._broadcasts.get(audience) is broadcast:
            del self._broadcasts[audience]

    def _ring(self, broadcast: _Broadcast) -> None:
        for viewer in broadcast.viewers:
            viewer.ring()
