"""Makes snapshots when something was announced: not more often than a gap allows, and none that says nothing new.

A burst of announcements becomes one snapshot. What is equal to the one before, its time left out, is not sent; after
``BEAT`` seconds one is sent in any case, so that the other side knows that the line is up.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any, TypeVar

from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel

from callcenter.kit.wake import Wake, Waker

BEAT = 15.0
"""Seconds after which a snapshot is sent although nothing was announced."""
GAP = 0.2
"""Least seconds between two snapshots of a desk: at most five a second (requirement C5)."""

T = TypeVar("T")
Snapshot = BaseModel | Mapping[str, Any]

_TIME = "now"
"""The field that says when a snapshot was made."""


class Newcomers(Wake):
    """Wakes the maker of snapshots for viewers who have come and are to be shown one, changed or not."""

    def __init__(self) -> None:
        super().__init__()
        self._came = False

    def come(self) -> None:
        self._came = True
        self.ring()

    def take(self) -> bool:
        """Returns whether a viewer has come since it was asked last."""
        came, self._came = self._came, False
        return came


async def snapshots(
    waker: Waker,
    topics: tuple[str, ...],
    produce: Callable[[], Awaitable[T | None]],
    *,
    beat: float = BEAT,
    gap: float = GAP,
    newcomers: Newcomers | None = None,
) -> AsyncGenerator[T, None]:
    """Yields snapshots of ``produce`` at once, after announcements and at each beat, until it returns None."""
    now = asyncio.get_running_loop().time
    with waker.listen(*topics, wake=newcomers) as wake:  # before the first read: a change after it is then never missed
        sent, sent_at = None, now() - beat
        while True:
            wake.clear()  # what has rung before this read is in it
            asked = newcomers is not None and newcomers.take()
            snapshot = await produce()
            if snapshot is None:
                return
            if sent is None or asked or now() - sent_at >= beat or not _says_the_same(sent, snapshot):
                yield snapshot
                sent, sent_at = snapshot, now()
            await asyncio.sleep(gap)
            await wake.wait(timeout=max(0.0, sent_at + beat - now()))


def body_of(snapshot: Snapshot) -> str:
    """Returns a snapshot as it is sent."""
    if isinstance(snapshot, BaseModel):
        return snapshot.model_dump_json()
    return json.dumps(jsonable_encoder(snapshot), ensure_ascii=False, separators=(",", ":"))


def _says_the_same(before: object, after: object) -> bool:
    if isinstance(before, BaseModel) and isinstance(after, BaseModel):
        if _TIME in type(before).model_fields:
            before = before.model_copy(update={_TIME: getattr(after, _TIME, None)})
        return before == after
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return {**before, _TIME: None} == {**after, _TIME: None}
    return before == after
