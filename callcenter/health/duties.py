"""Remembers which parts this process leads, for its heartbeat."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from callcenter.health.types import Part
from callcenter.kit.clock import Clock


class Duties:
    """Knows which parts this process leads, and since when. One per process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[str, datetime] = {}

    @property
    def held(self) -> Mapping[str, datetime]:
        """Returns the parts that this process leads now, but for its engine: the meter follows that one."""
        return dict(self._held)

    @contextmanager
    def leading(self, part: Part) -> Iterator[None]:
        """Leads a part within the block."""
        self._held[part.value] = self._clock.now()
        try:
            yield
        finally:
            self._held.pop(part.value, None)

    def while_leading(self, part: Part, act: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """Returns ``act``, during which this process counts as the leader of the part."""

        async def led() -> None:
            with self.leading(part):
                await act()

        return led
