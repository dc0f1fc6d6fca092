"""Takes every signal in the end: a signal is a fact and must not be lost (law 7).

What the database could not take for a moment is tried again, in order. What our own code cannot take is kept aside,
and the signals behind it go on.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from callcenter.dialer.keeping import KeptSignals
from callcenter.kit.log import get_logger
from callcenter.kit.passing import may_pass
from callcenter.kit.work import Works
from callcenter.telephony import events as tel
from callcenter.telephony.signal_json import to_json

log = get_logger(__name__)

S = TypeVar("S", bound=tel.Signal)

_TRY_AGAIN_AFTER = 0.5
"""Seconds."""


class CertainTaker:
    """Takes the signals of one switch, or keeps them aside."""

    def __init__(self, *, works: Works, node: str, kept: KeptSignals) -> None:
        self._works = works
        self._node = node
        self._kept = kept

    async def take(self, signal: S, take: Callable[[S], Awaitable[None]]) -> None:
        """Takes a signal as soon as the database does; keeps one aside that breaks our code."""
        try:
            await self._when_possible(signal, lambda: take(signal))
        except Exception as error:
            log.exception("signal could not be taken", signal=signal.key)
            await self._keep(signal, error)

    async def _keep(self, signal: tel.Signal, error: Exception) -> None:
        async def keep() -> None:
            async with self._works.begin() as work:
                await self._kept.keep(work, self._node, signal, error)

        try:
            await self._when_possible(signal, keep)
        except Exception:  # a second fault of ours: the log is the last place that holds what is known of the signal
            known = None if isinstance(signal, tel.UnreadEvent) else to_json(signal)  # law 10: an event names a number
            log.critical("signal could not be kept aside", signal=signal.key, known=known, exc_info=True)

    async def _when_possible(self, signal: tel.Signal, act: Callable[[], Awaitable[None]]) -> None:
        """Acts as soon as the database lets it; raises what does not pass by itself."""
        while True:
            try:
                return await act()
            except Exception as error:
                if not may_pass(error):
                    raise
                log.warning("signal waits for the database", signal=signal.key, error=type(error).__name__)
                await asyncio.sleep(_TRY_AGAIN_AFTER)
