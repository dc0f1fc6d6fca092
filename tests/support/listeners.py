"""The server process behind a waker's connection: found, and stopped for a while."""

import contextlib
import os
import signal
from collections.abc import Iterator

import asyncpg

from callcenter.kit.wake import LISTENER


async def listeners_of(url: str) -> list[int]:
    """Returns the process ids of the server processes that serve LISTEN in this database, the oldest first."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1 "
            "ORDER BY backend_start",
            LISTENER,
        )
    finally:
        await connection.close()
    return [row["pid"] for row in rows]


@contextlib.contextmanager
def stopped(pid: int) -> Iterator[None]:
    """Stops a process (``kill -STOP``) until the block ends; its connections stay open and say nothing."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
