"""Sends live updates: whole snapshots over a WebSocket or as server-sent events.

A snapshot is sent at once, again whenever one of the topics is announced, and every ``BEAT`` seconds in any case. A
burst of announcements becomes one snapshot. Each snapshot is made in its own transaction, after a check that the
session is still valid; when it is not, the stream ends.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar

from fastapi.encoders import jsonable_encoder
from fastapi.requests import HTTPConnection
from fastapi.responses import StreamingResponse
from fastapi.websockets import WebSocket, WebSocketDisconnect
from pydantic import BaseModel

from callcenter.kit.actor import Actor
from callcenter.kit.http import actor_of
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work, Works

BEAT = 15.0
"""Seconds after which a snapshot is sent although nothing was announced."""
GAP = 0.1
"""Least seconds between two snapshots; announcements in between lead to one."""

SESSION_OVER = 4401
"""Close code of a WebSocket whose session has ended."""

T = TypeVar("T")
Snapshot = BaseModel | Mapping[str, Any]
Produce = Callable[[Work], Awaitable[Snapshot]]
"""Makes the snapshot for the actor of the work."""


async def snapshots(
    waker: Waker, topics: tuple[str, ...], produce: Callable[[], Awaitable[T | None]], *, beat: float = BEAT
) -> AsyncGenerator[T, None]:
    """Yields snapshots of ``produce`` at once and after every announcement or beat, until it returns None."""
    with waker.listen(*topics) as wake:  # before the first read: a change after that read is then never missed
        while (snapshot := await produce()) is not None:
            yield snapshot
            await asyncio.sleep(GAP)
            await wake.wait(timeout=beat)


async def stream_to_websocket(
    websocket: WebSocket, topics: tuple[str, ...], produce: Produce, *, beat: float = BEAT
) -> None:
    """Serves a snapshot WebSocket until it is closed: accepts it, sends snapshots, notices when the browser is gone."""
    actor = actor_of(websocket)
    await websocket.accept()

    async def send() -> None:
        async for body in _bodies(websocket, actor, topics, produce, beat):
            await websocket.send_text(body)
        await websocket.close(SESSION_OVER, "session ended")

    async def watch() -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await websocket.receive_text()

    sending = asyncio.create_task(send())
    watching = asyncio.create_task(watch())
    try:
        await asyncio.wait({sending, watching}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sending.cancel()
        watching.cancel()
        results = await asyncio.gather(sending, watching, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
            raise result


def event_stream(
    connection: HTTPConnection, event: str, topics: tuple[str, ...], produce: Produce, *, beat: float = BEAT
) -> StreamingResponse:
    """Returns a snapshot stream of server-sent events named ``event``; a last event ``over`` ends the session."""
    actor = actor_of(connection)

    async def lines() -> AsyncIterator[str]:
        async for body in _bodies(connection, actor, topics, produce, beat):
            yield f"event: {event}\ndata: {body}\n\n"
        yield "event: over\ndata: {}\n\n"

    return StreamingResponse(
        lines(), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


async def _bodies(
    connection: HTTPConnection, actor: Actor, topics: tuple[str, ...], produce: Produce, beat: float
) -> AsyncGenerator[str, None]:
    works: Works = connection.app.state.works
    still_in: Callable[[Work], Awaitable[Actor | None]] = connection.state.still_logged_in

    async def make() -> str | None:
        async with works.begin(actor) as work:
            if await still_in(work) is None:
                return None
            return json.dumps(jsonable_encoder(await produce(work)), ensure_ascii=False, separators=(",", ":"))

    async with contextlib.aclosing(snapshots(connection.app.state.waker, topics, make, beat=beat)) as made:
        async for body in made:
            yield body
