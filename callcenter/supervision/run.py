"""What a supervising run needs around it: a folder that is its own, and stop signals that do not end it at once."""

import asyncio
import contextlib
import fcntl
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from callcenter.supervision.command import StartError


@contextlib.contextmanager
def state_dir(folder: Path) -> Iterator[Path]:
    """Makes a run's folder and locks it for this run. Raises StartError when another run uses it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a+")
    except OSError as error:
        raise StartError(f"the folder {folder} cannot be written: {error.strerror}") from None
    with lock as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise StartError(
                f"{folder} is in use by another run (process {holder}): stop that one or choose another folder"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield folder


@contextlib.asynccontextmanager
async def stop_signals() -> AsyncIterator[asyncio.Event]:
    """Yields an event that SIGINT (Ctrl-C) and SIGTERM set instead of ending the process, until the block ends."""
    loop = asyncio.get_running_loop()
    requested = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, requested.set)
    try:
        yield requested
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
