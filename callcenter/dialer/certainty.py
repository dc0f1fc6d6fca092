"""Tries again what the database could not take for a moment: a signal is a fact and must not be lost (law 7)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from callcenter.kit.log import get_logger
from callcenter.kit.passing import may_pass
from callcenter.telephony import events as tel

log = get_logger(__name__)

S = TypeVar("S", bound=tel.Signal)

_TRY_AGAIN_AFTER = 0.5
"""Seconds."""


async def take_for_certain(signal: S, take: Callable[[S], Awaitable[None]]) -> None:
    """Takes a signal as soon as the database does; one that breaks our code is logged and dropped."""
    while True:
        try:
            await take(signal)
        except Exception as error:
            if not may_pass(error):
                log.exception("signal could not be taken", signal=signal.key)
                return
            log.warning("signal waits for the database", signal=signal.key, error=type(error).__name__)
            await asyncio.sleep(_TRY_AGAIN_AFTER)
        else:
            return
