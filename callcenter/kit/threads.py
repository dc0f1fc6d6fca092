"""Runs what blocks in a thread, and ends what it made when the caller has gone."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


async def made_in_thread(make: Callable[..., T], /, *args: Any, unused: Callable[[T], None], **options: Any) -> T:
    """Returns what ``make`` makes in a thread; passes it to ``unused`` when the caller is cancelled before it comes.

    For what holds a socket or a file: a thread cannot be stopped, and ``asyncio.to_thread`` drops its late result.
    """
    thread = ThreadPoolExecutor(1)
    making = thread.submit(partial(make, *args, **options))
    thread.shutdown(wait=False)
    try:
        return await asyncio.wrap_future(making)
    except asyncio.CancelledError:
        # Called in the thread, at its end: the event loop may be gone by then.
        making.add_done_callback(partial(_end_unused, unused))
        raise


def _end_unused(unused: Callable[[T], None], making: Future[T]) -> None:
    if not making.cancelled() and making.exception() is None:
        unused(making.result())
