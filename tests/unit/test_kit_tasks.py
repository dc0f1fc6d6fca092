"""Background loops do not end unnoticed."""

import asyncio
import contextlib

from callcenter.kit.tasks import every, keep_running
from tests.support.waiting import eventually


async def test_a_background_loop_that_fails_or_ends_is_started_again() -> None:
    starts = 0

    async def loop() -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            raise RuntimeError("broke")

    running = asyncio.create_task(keep_running("loop", loop, pause=0.01))
    await eventually(lambda: starts >= 3)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert running.cancelled()


async def test_a_tick_that_fails_does_not_stop_the_loop() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        ticks += 1
        raise RuntimeError("broke")

    running = asyncio.create_task(every(0.01, tick, "tick"))
    await eventually(lambda: ticks >= 3)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
