"""Runs background loops, which are restarted with a log message when they end or fail."""

import asyncio
from collections.abc import Awaitable, Callable

from callcenter.kit.log import get_logger

log = get_logger(__name__)


async def keep_running(name: str, loop: Callable[[], Awaitable[None]], *, pause: float = 1.0) -> None:
    """Runs ``loop`` until cancelled; when it raises or returns, logs it and starts it again after ``pause`` seconds."""
    while True:
        try:
            await loop()
            log.warning("background loop ended", loop=name)
        except Exception:
            log.exception("background loop failed", loop=name)
        await asyncio.sleep(pause)


async def every(seconds: float, act: Callable[[], Awaitable[object]], name: str) -> None:
    """Calls ``act`` again and again, ``seconds`` apart; a failure is logged and does not end the loop."""
    while True:
        try:
            await act()
        except Exception:
            log.exception("tick failed", tick=name)
        await asyncio.sleep(seconds)
