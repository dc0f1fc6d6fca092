"""Snapshot streams: sent at once, on announcement and at the beat, merged in bursts, ended with the session."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import uvicorn
from sqlalchemy import text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from callcenter.embedded.process import free_ports
from callcenter.kit.clock import FrozenClock
from callcenter.kit.snapshots import GAP, snapshots
from callcenter.kit.stream import MOST_STREAMS, REPLACED, Streams
from callcenter.kit.wake import Waker
from callcenter.people.types import Role
from tests.support.waiting import eventually
from tests.web import room
from tests.web.conftest import Edge


@dataclass
class Made:
    """Counts how often a snapshot was asked for."""

    limit: int = 1000
    at: list[float] = field(default_factory=list)

    async def produce(self) -> int | None:
        self.at.append(time.monotonic())
        return len(self.at) if len(self.at) <= self.limit else None


async def test_a_snapshot_is_sent_at_once_and_at_every_beat() -> None:
    made = Made(limit=3)
    got = [snapshot async for snapshot in snapshots(Waker(""), ("a",), made.produce, beat=0.05)]
    assert got == [1, 2, 3]


async def test_a_burst_on_any_topic_becomes_one_snapshot() -> None:
    made, waker = Made(), Waker("")
    stream = snapshots(waker, ("a", "b"), made.produce, beat=60)
    assert await anext(stream) == 1
    following = asyncio.create_task(anext(stream))
    await asyncio.sleep(0)
    for _ in range(50):
        waker.ring("a")
        waker.ring("b")
    assert await asyncio.wait_for(following, 5) == 2
    assert made.at[1] - made.at[0] >= GAP
    quiet = asyncio.create_task(anext(stream))
    done, _ = await asyncio.wait({quiet}, timeout=GAP * 4)
    assert not done, "the burst was answered already"
    waker.ring("b")
    assert await asyncio.wait_for(quiet, 5) == 3
    await stream.aclose()
    assert not waker._wakes


async def test_an_announcement_during_a_snapshot_is_not_lost() -> None:
    waker, made = Waker(""), Made()

    async def slow() -> int | None:
        if not made.at:
            waker.ring("a")
        return await made.produce()

    stream = snapshots(waker, ("a",), slow, beat=60)
    assert await anext(stream) == 1
    assert await asyncio.wait_for(anext(stream), 5) == 2
    await stream.aclose()


@dataclass
class Server:
    """The edge behind a real HTTP server, with notifications arriving."""

    edge: Edge
    port: int

    async def cookie(self, login: str) -> str:
        async with self.edge.browser() as browser:
            answer = await self.edge.log_in(browser, login)
            assert answer.status_code == 200
            return browser.cookies["callcenter_session"]

    def open(self, cookie: str | None = None, origin: str | None = None, query: str = "") -> connect:
        return connect(
            f"ws://127.0.0.1:{self.port}/api/v1/room/stream{query}",
            origin=Origin(origin) if origin else None,
            additional_headers={"Cookie": f"callcenter_session={cookie}"} if cookie else None,
            proxy=None,
            open_timeout=60,  # the machine may be busy with other tests
        )


@pytest.fixture
async def server(edge: Edge) -> AsyncIterator[Server]:
    port = free_ports(1)[0]
    config = uvicorn.Config(
        edge.app, port=port, log_config=None, lifespan="off", ws="websockets-sansio", timeout_graceful_shutdown=2
    )
    running = uvicorn.Server(config)
    serving = asyncio.create_task(running.serve())
    listening = asyncio.create_task(edge.waker.run())
    await eventually(lambda: running.started and edge.waker.connected)
    yield Server(edge, port)
    running.should_exit = True
    await serving
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening


async def snapshot_of(socket: ClientConnection) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 10))
    return body


async def announce(edge: Edge, value: int) -> None:
    room.Figure.value = value
    async with edge.works.begin() as work:
        await work.notify(room.TOPIC)


async def closing_of(socket: ClientConnection) -> tuple[int | None, str | None]:
    async def read_on() -> None:
        while True:
            await asyncio.wait_for(socket.recv(), 10)

    with pytest.raises(ConnectionClosed) as closed:
        await read_on()
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


async def test_a_websocket_shows_what_is_committed_and_ends_with_the_session(server: Server) -> None:
    staff_id = await server.edge.hire("agent01", Role.AGENT)
    cookie = await server.cookie("agent01")
    async with server.open(cookie) as socket:
        room.Figure.value = 1
        first = await snapshot_of(socket)
        assert first == {"value": first["value"], "actor": staff_id, "now": "2026-11-23T02:30:00+00:00"}
        begun = time.monotonic()
        await announce(server.edge, 2)
        assert (await snapshot_of(socket))["value"] == 2
        assert time.monotonic() - begun < 5, "by announcement, not by the beat"
        async with server.edge.works.begin() as work:
            await server.edge.people.log_out(work, cookie)
            await work.notify(room.TOPIC)
        assert await closing_of(socket) == (4401, "session ended")


async def test_an_open_stream_keeps_its_session_for_an_agent_who_does_nothing_else(
    server: Server, clock: FrozenClock
) -> None:
    """Seen elsewhere: agents were logged out while their page was open and no call came."""
    await server.edge.hire("agent01", Role.AGENT)
    cookie = await server.cookie("agent01")
    server.edge.app.dependency_overrides[room._beat] = _often
    async with server.open(cookie) as socket:
        await snapshot_of(socket)
        for _ in range(3):  # an hour without use ends a session
            clock.advance(timedelta(minutes=45))
            seen = clock.now()
            await eventually(lambda: _used_since(server.edge, seen))  # noqa: B023 - awaited at once
    clock.advance(timedelta(minutes=61))
    async with server.edge.works.begin() as work:
        assert await server.edge.people.actor_for(work, cookie) is None, "nothing is open any more"


async def _often() -> float:
    return 0.05


async def _used_since(edge: Edge, at: datetime) -> bool:
    async with edge.works.begin() as work:
        used: datetime = await work.session.scalar(text("SELECT max(seen_at) FROM login_session"))
    return used >= at


async def test_a_websocket_that_is_refused_says_why(server: Server) -> None:
    await server.edge.hire("qa01", Role.QA)
    async with server.open() as socket:
        assert await closing_of(socket) == (4401, "not_logged_in")
    async with server.open(await server.cookie("qa01")) as socket:
        assert await closing_of(socket) == (4403, "not_allowed")


async def test_a_foreign_page_opens_no_websocket(server: Server) -> None:
    await server.edge.hire("agent01", Role.AGENT)
    cookie = await server.cookie("agent01")
    async with server.open(cookie, "http://evil.test") as socket:
        assert await closing_of(socket) == (4403, "foreign_origin")
    async with server.open(cookie, f"http://127.0.0.1:{server.port}") as socket:
        assert (await snapshot_of(socket))["actor"]


async def test_an_address_with_a_character_that_cannot_be_stored_opens_no_websocket(server: Server) -> None:
    await server.edge.hire("agent01", Role.AGENT)
    cookie = await server.cookie("agent01")
    async with server.open(cookie, query="?x=%00") as socket:
        assert await closing_of(socket) == (4422, "character_not_allowed")


async def test_a_browser_that_disconnects_leaves_no_listener_behind(server: Server) -> None:
    await server.edge.hire("agent01", Role.AGENT)
    async with server.open(await server.cookie("agent01")) as socket:
        await snapshot_of(socket)
        assert server.edge.waker._wakes
    await eventually(lambda: not server.edge.waker._wakes)


async def test_server_sent_events_carry_the_same_snapshots(server: Server) -> None:
    import httpx

    await server.edge.hire("agent01", Role.AGENT)
    cookie = await server.cookie("agent01")
    room.Figure.value = 5
    async with (
        httpx.AsyncClient(trust_env=False, cookies={"callcenter_session": cookie}) as client,
        client.stream("GET", f"http://127.0.0.1:{server.port}/api/v1/room/events") as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        lines = answer.aiter_lines()
        assert await anext(lines) == "event: room"
        assert json.loads((await anext(lines)).removeprefix("data: "))["value"] == 5
        assert await anext(lines) == ""
        async with server.edge.works.begin() as work:
            await server.edge.people.log_out(work, cookie)
            await work.notify(room.TOPIC)
        assert [line async for line in lines] == ["event: over", "data: {}", ""]


async def test_a_persons_oldest_stream_makes_way_for_the_newest(server: Server) -> None:
    """Seen before: a hundred streams of one agent made those of the others thirty times slower."""
    await server.edge.hire("agent01", Role.AGENT)
    await server.edge.hire("agent02", Role.AGENT)
    cookie, other = await server.cookie("agent01"), await server.cookie("agent02")
    async with contextlib.AsyncExitStack() as open_, server.open(other) as theirs:
        await theirs.recv()
        mine: list[ClientConnection] = []
        for _ in range(MOST_STREAMS + 3):
            mine.append(await open_.enter_async_context(server.open(cookie)))
            await mine[-1].recv()
        for stream in mine[:3]:
            assert await closing_of(stream) == (REPLACED, "opened in other windows")
        await announce(server.edge, 7)
        for stream in (*mine[3:], theirs):
            assert await asyncio.wait_for(stream.recv(), 5)


def test_the_streams_of_a_person_are_counted_until_they_end() -> None:
    streams = Streams(most=2)
    with streams.opened(1) as first, streams.opened(2) as other:
        with streams.opened(1) as second:
            assert not first.is_set()
            with streams.opened(1) as third:
                assert first.is_set()
            assert not second.is_set()
            assert not third.is_set()
        assert not other.is_set()
    assert streams._open == {}
