"""Turns PostgreSQL notifications into wake-ups, by one LISTEN connection per process.

A wake-up carries no data and may come twice; a listener that gets none within its time-out looks at the database
anyway. So a lost connection delays work and never loses any.

A connection that stays open and says nothing (its server process hangs, a device between drops the packets) would
look like one without news. So each waker announces a topic of its own every few seconds, and connects anew when that
announcement does not come back.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator
from uuid import uuid4

import asyncpg

from callcenter.kit.cache import Cache, table_of
from callcenter.kit.log import get_logger
from callcenter.kit.work import CHANNEL

log = get_logger(__name__)

LISTENER = "callcenter listener"
"""Name of the listening connection in ``pg_stat_activity``."""
_BEAT = 10.0
"""Seconds between two tests of the connection, and the longest wait for its answers."""


class Wake:
    """Wakes one listener."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    def clear(self) -> None:
        """Forgets what has rung: the listener is about to look."""
        self._rung.clear()

    async def wait(self, timeout: float | None) -> bool:  # noqa: ASYNC109 - a time-out is no error here
        """Waits; returns True when woken, False when the time (seconds) has passed."""
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

    def __init__(self, database_url: str, *, cache: Cache | None = None, beat: float = _BEAT) -> None:
        self._url = database_url
        self._cache = cache or Cache()
        self._beat = beat
        self._wakes: dict[str, set[Wake]] = defaultdict(set)
        self._own_topic = f"{LISTENER} {uuid4()}"
        self._own = Wake()
        self.connected = False
        """Whether notifications arrive at present; without them listeners look only after their time-out."""

    @contextlib.contextmanager
    def listen(self, *topics: str, wake: Wake | None = None) -> Iterator[Wake]:
        """Listens to these topics until the block ends, with a wake of its own or with the one that is given."""
        wake = wake or Wake()
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
        if payload == self._own_topic:
            self._own.ring()
        elif (table := table_of(str(payload))) is not None:
            self._cache.forget([table])
        else:
            self.ring(str(payload))

    async def run(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("listening connection lost", error=type(error).__name__)
            await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        connection = await asyncpg.connect(
            self._url, timeout=self._beat, server_settings={"application_name": LISTENER}
        )
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _: gone.set())
        try:
            async with asyncio.timeout(self._beat):
                await connection.add_listener(CHANNEL, self._heard)
            self.connected = True
            self._cache.begin()
            # Notifications sent while the connection was down are lost, so every listener looks once.
            for topic in list(self._wakes):
                self.ring(topic)
            await self._test_until_gone(connection, gone)
        finally:
            self.connected = False
            self._cache.end()
            with contextlib.suppress(OSError, asyncpg.InterfaceError, asyncpg.PostgresError, TimeoutError):
                await connection.close(timeout=2)

    async def _test_until_gone(self, connection: "asyncpg.Connection[asyncpg.Record]", gone: asyncio.Event) -> None:
        """Returns when the connection is closed; raises when it does not bring its own announcement back."""
        while not gone.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._beat):
                    await gone.wait()
            if gone.is_set():
                return
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, self._own_topic, timeout=self._beat)
            if not await self._own.wait(timeout=self._beat):
                raise ConnectionError("the connection answers and brings no notification")
