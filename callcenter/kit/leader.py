"""Lets exactly one process lead: an advisory lock held by a connection of its own (requirement S5).

When the leading process dies, PostgreSQL releases the lock at once; standby processes try to take it every second. The
leader checks its connection every few seconds and stops when there is no answer: another process may lead by then.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import asyncpg

from callcenter.kit.log import get_logger

log = get_logger(__name__)

_LOOK_EVERY = 1.0
_BEAT = 2.0
"""Seconds between two checks of the connection that holds the lock, and the longest wait for the answer."""


async def lead(database_url: str, name: str, act: Callable[[], Awaitable[None]]) -> None:
    """Runs ``act`` whenever, and only while, this process holds the lock ``name``; until cancelled.

    When the lock is lost ``act`` is cancelled, and run again once the lock is held again. An error of ``act`` releases
    the lock and is raised to the caller.
    """
    while True:
        try:
            await _lead_once(database_url, name, act)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            log.warning("leadership lost", leader=name, error=type(error).__name__)
        await asyncio.sleep(_LOOK_EVERY)


async def _lead_once(database_url: str, name: str, act: Callable[[], Awaitable[None]]) -> None:
    connection = await asyncpg.connect(database_url, server_settings={"application_name": f"callcenter leader {name}"})
    try:
        while True:
            if await connection.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", name):
                break
            await asyncio.sleep(_LOOK_EVERY)
        log.info("leading", leader=name)
        acting = asyncio.ensure_future(act())
        holding = asyncio.ensure_future(_hold(connection))
        try:
            await asyncio.wait({acting, holding}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            acting.cancel()
            holding.cancel()
            results = await asyncio.gather(acting, holding, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result
    finally:
        with contextlib.suppress(OSError, asyncpg.InterfaceError, asyncpg.PostgresError):
            await connection.close(timeout=2)


async def _hold(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Returns when the connection is gone, raises when it does not answer."""
    gone = asyncio.Event()
    connection.add_termination_listener(lambda _: gone.set())
    while not gone.is_set():
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_BEAT):
                await gone.wait()
        if not gone.is_set():
            await connection.fetchval("SELECT 1", timeout=_BEAT)
