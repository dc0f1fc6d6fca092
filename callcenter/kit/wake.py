"""Turns PostgreSQL notifications into wake-ups, by one LISTEN connection per process.

A wake-up carries no data and may be doubled; a listener that hears nothing for its time-out looks anyway. So a lost
connection delays, and never loses, anything.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator

import asyncpg

from callcenter.kit.log import get_logger
from callcenter.kit.work import CHANNEL

log = get_logger(__name__)


class Wake:
    """Wakes one listener."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - the time-out is the point: look anyway
        """Returns True when rung, False when the time (seconds) has passed. The next wait begins anew."""
        try:
            async with asyncio.timeout(timeout):
                await self._rung.wait()
        except TimeoutError:
            return False
        finally:
            self._rung.clear()
        return True


class Waker:
    """Distributes notifications by topic. ``run`` keeps the connection up until cancelled."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._wakes: dict[str, set[Wake]] = defaultdict(set)
        self.connected = False
        """Whether notifications arrive at this moment; without them listeners look on time-out only."""

    @contextlib.contextmanager
    def listen(self, *topics: str) -> Iterator[Wake]:
        """Listens to these topics as long as the block lasts."""
        wake = Wake()
        for topic in topics:
            self._wakes[topic].add(wake)
        try:
            yield wake
        finally:
            for topic in topics:
                self._wakes[topic].discard(wake)
                if not self._wakes[topic]:
                    del self._wakes[topic]

    def ring(self, topic: str) -> None:
        """Rings this process's listeners of a topic."""
        for wake in self._wakes.get(topic, ()):
            wake.ring()

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        self.ring(str(payload))

    async def run(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("listening connection lost", error=type(error).__name__)
            await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        connection = await asyncpg.connect(self._url)
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _: gone.set())
        try:
            await connection.add_listener(CHANNEL, self._heard)
            self.connected = True
            for topic in list(self._wakes):  # what was announced while nobody listened
                self.ring(topic)
            await gone.wait()
        finally:
            self.connected = False
            with contextlib.suppress(OSError, asyncpg.InterfaceError, asyncpg.PostgresError, TimeoutError):
                await connection.close(timeout=2)
