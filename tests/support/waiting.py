"""Waiting for a state instead of for a time."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")


@overload
async def eventually(look: Callable[[], Awaitable[T | None]], deadline: float = 60.0, *, every: float = 0.05) -> T: ...
@overload
async def eventually(look: Callable[[], T | None], deadline: float = 60.0, *, every: float = 0.05) -> T: ...
async def eventually(look: Callable[[], Any], deadline: float = 60.0, *, every: float = 0.05) -> Any:
    """Calls ``look`` again and again until its answer is true, and returns it; fails after ``deadline`` seconds.

    The deadline says when to give up on a machine that does other work too; what is awaited usually comes at once.
    An AssertionError of ``look`` counts as "not yet"; the last one is shown when time is up.
    """
    until = time.monotonic() + deadline
    last: object = None
    while True:
        try:
            answer = look()
            value = await answer if inspect.isawaitable(answer) else answer
            if value:
                return value
            last = value
        except AssertionError as error:
            last = error
        if time.monotonic() >= until:
            name = getattr(look, "__name__", "the state")
            raise AssertionError(f"{name} did not come within {deadline} s; last seen: {last!r}")
        await asyncio.sleep(every)
