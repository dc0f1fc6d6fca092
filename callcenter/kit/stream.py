"""Sends live updates: whole snapshots over a WebSocket or as server-sent events (``snapshots``, ``boards``).

Whether the session is still valid is checked when it is announced that one of this person has ended, and at each beat;
when it has ended, or its rights have changed, the stream ends.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator

from fastapi.requests import HTTPConnection
from fastapi.responses import StreamingResponse
from fastapi.websockets import WebSocket, WebSocketDisconnect

from callcenter.kit.actor import Actor, session_topic
from callcenter.kit.boards import Boards
from callcenter.kit.http import actor_of
from callcenter.kit.snapshots import BEAT, Snapshot, body_of, snapshots
from callcenter.kit.wake import Waker
from callcenter.kit.work import Work, Works

SESSION_OVER = 4401
"""Close code of a WebSocket whose session has ended."""
REPLACED = 4409
"""Close code of a WebSocket whose person has opened as many others since as one person may have."""

MOST_STREAMS = 6
"""Streams of one person in this process: a few windows. Each costs a snapshot at every change."""

Produce = Callable[[Work], Awaitable[Snapshot]]
"""Makes the snapshot for the actor of the work."""


class Streams:
    """Keeps the streams of each person in this process, and closes the oldest where there would be too many."""

    def __init__(self, most: int = MOST_STREAMS) -> None:
        self._most = most
        self._open: dict[int | None, list[asyncio.Event]] = {}

    @contextlib.contextmanager
    def opened(self, staff_id: int | None) -> Iterator[asyncio.Event]:
        """Counts a stream until the block ends; yields the event that closes it in favour of a newer one."""
        mine = asyncio.Event()
        streams = self._open.setdefault(staff_id, [])
        streams.append(mine)
        for oldest in streams[: -self._most]:
            oldest.set()
        try:
            yield mine
        finally:
            streams.remove(mine)
            if not streams:
                self._open.pop(staff_id, None)


async def stream_to_websocket(
    websocket: WebSocket, topics: tuple[str, ...], produce: Produce, *, beat: float = BEAT
) -> None:
    """Serves a snapshot WebSocket until it is closed: accepts it, sends snapshots, notices when the browser is gone."""
    actor = actor_of(websocket)
    await websocket.accept()

    async def send() -> None:
        made = _own(websocket, actor, topics, produce, beat)
        streams: Streams = websocket.app.state.streams
        with streams.opened(actor.staff_id) as replaced:
            async for body in _while_logged_in(websocket, actor, made, beat, replaced):
                await websocket.send_text(body)
        if replaced.is_set():
            await websocket.close(REPLACED, "opened in other windows")
        else:
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


def board_stream(
    connection: HTTPConnection, event: str, topics: tuple[str, ...], produce: Produce, *, beat: float = BEAT
) -> StreamingResponse:
    """Returns a board's snapshots as server-sent events named ``event``; a last event says why it ends: ``over``
    with the session, ``replaced`` when this person has opened too many others since.

    All viewers of one scope share them, so they must depend on the actor's scope alone.
    """
    actor = actor_of(connection)
    boards: Boards = connection.app.state.boards
    made = boards.follow(event, actor, topics, produce)

    streams: Streams = connection.app.state.streams

    async def lines() -> AsyncIterator[str]:
        with streams.opened(actor.staff_id) as replaced:
            async for body in _while_logged_in(connection, actor, made, beat, replaced):
                yield f"event: {event}\ndata: {body}\n\n"
        yield f"event: {'replaced' if replaced.is_set() else 'over'}\ndata: {{}}\n\n"

    return StreamingResponse(
        lines(), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


async def _own(
    connection: HTTPConnection, actor: Actor, topics: tuple[str, ...], produce: Produce, beat: float
) -> AsyncGenerator[str, None]:
    """Yields snapshots made for this viewer alone."""
    works: Works = connection.app.state.works

    async def make() -> Snapshot:
        async with works.begin(actor) as work:
            return await produce(work)

    made: AsyncGenerator[Snapshot, None] = snapshots(connection.app.state.waker, topics, make, beat=beat)
    async with contextlib.aclosing(made):
        async for snapshot in made:
            yield body_of(snapshot)


async def _while_logged_in(
    connection: HTTPConnection,
    actor: Actor,
    made: AsyncGenerator[str, None],
    beat: float,
    replaced: asyncio.Event,
) -> AsyncGenerator[str, None]:
    """Yields what is made until the viewer's session has ended, or this stream is closed in favour of a newer one."""
    over = asyncio.create_task(_session_over(connection, actor, beat))
    newer = asyncio.create_task(replaced.wait())
    following: asyncio.Future[str] | None = None
    try:
        while True:
            following = asyncio.ensure_future(anext(made))
            await asyncio.wait({over, newer, following}, return_when=asyncio.FIRST_COMPLETED)
            if newer.done():
                return
            if over.done():
                over.result()  # raises what kept it from knowing
                return
            yield following.result()
    finally:
        tasks = [task for task in (over, newer, following) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await made.aclose()


async def _session_over(connection: HTTPConnection, actor: Actor, beat: float) -> None:
    """Returns when the session has ended, or its person's rights or scope are others than when the stream began."""
    works: Works = connection.app.state.works
    waker: Waker = connection.app.state.waker
    still_in: Callable[[Work], Awaitable[Actor | None]] = connection.state.still_logged_in
    with waker.listen(session_topic(actor.staff_id)) as wake:
        while True:
            await wake.wait(timeout=beat)
            async with works.begin(actor) as work:
                if await still_in(work) != actor:
                    return
