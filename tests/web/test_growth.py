"""Counts what the web holds for many clients: bounded by its limits, whatever their number, and given back at the end.

Connections, tasks and open files are counted, not times. Limits are small here, so that a hundred clients go past them.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pytest
import uvicorn

from callcenter.embedded.process import free_ports
from callcenter.kit.stream import MOST_STREAMS
from callcenter.people.types import Role
from callcenter.web.connections import timed
from callcenter.web.crowd import Crowd
from tests.support.waiting import eventually
from tests.web import room
from tests.web.conftest import Edge

pytestmark = pytest.mark.db

MOST = 20
"""Clients that are waited for at once."""
FEW, MANY = 10, 100
POOL = 20
"""Connections to the database that may be open."""
UNENDING = 3600.0
"""Seconds: what ends is ended by the number of clients, and not by its time."""


@dataclass
class Server:
    edge: Edge
    port: int
    running: uvicorn.Server
    crowd: Crowd
    clients: list[socket.socket]

    @property
    def connections(self) -> int:
        return len(self.running.server_state.connections)

    def held(self) -> tuple[int, int, int]:
        """Returns connections, tasks and open files, without those of the clients in this process."""
        own = len(os.listdir("/proc/self/fd")) - len(self.clients)
        return self.connections, len(asyncio.all_tasks()), own

    async def open(self, count: int, beginning: bytes) -> None:
        """Opens so many connections that send this and read nothing."""
        for _ in range(count):
            client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setblocking(False)
            self.clients.append(client)
            await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", self.port))
            await asyncio.get_running_loop().sock_sendall(client, beginning)

    def leave(self) -> None:
        for client in self.clients:
            client.close()
        self.clients.clear()


def has(server: Server, connections: int) -> bool:
    return server.connections == connections


def given_back(server: Server, before: tuple[int, int, int]) -> bool:
    """Returns whether nothing is held of clients that have left; the database's connections are kept for others."""
    connections, tasks, files = server.held()
    assert (connections, tasks) <= (0, before[1]), (server.held(), before)
    return files <= before[2] + POOL


@contextlib.asynccontextmanager
async def serving(edge: Edge, *, taking_seconds: float = UNENDING) -> AsyncIterator[Server]:
    port, crowd = free_ports(1)[0], Crowd(MOST)
    http, websockets = timed(UNENDING, taking_seconds, crowd)
    config = uvicorn.Config(
        edge.app, port=port, http=http, ws=websockets, log_config=None, lifespan="off", timeout_graceful_shutdown=1
    )
    running = uvicorn.Server(config)
    tasks = [asyncio.create_task(running.serve()), asyncio.create_task(edge.waker.run())]
    await eventually(lambda: running.started and edge.waker.connected)
    server = Server(edge, port, running, crowd, [])
    try:
        yield server
    finally:
        server.leave()
        running.should_exit = True
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def filling() -> Iterator[None]:
    """Lets snapshots be large."""
    room.Figure.bytes = 1 << 20
    yield
    room.Figure.bytes = 0


async def begin_heads(server: Server, count: int) -> None:
    await server.open(count, b"GET /healthz HTTP/1.1\r\nHost: t\r\nX-A")


async def begin_bodies(server: Server, count: int) -> None:
    """Begins log-ins whose bodies do not come."""
    head = "POST /api/v1/session HTTP/1.1\r\nHost: t\r\nX-Requested-With: callcenter\r\nContent-Type: application/json"
    await server.open(count, f"{head}\r\nContent-Length: 90\r\n\r\n{{".encode())


async def ask_and_never_read(server: Server, count: int) -> None:
    await server.open(count, b"GET /api/v1/room/large HTTP/1.1\r\nHost: t\r\n\r\n")


@pytest.mark.parametrize("attack", [begin_heads, begin_bodies, ask_and_never_read])
async def test_slow_clients_hold_what_the_limit_says(
    edge: Edge, attack: Callable[[Server, int], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.web.doors.Crowd", lambda: Crowd(MOST))
    async with serving(edge) as server:
        before = server.held()
        grown = {}
        for count in (FEW, MANY):
            await attack(server, count)
            await eventually(partial(has, server, min(count, MOST)))
            grown[count] = [now - then for now, then in zip(server.held(), before, strict=True)]
            server.leave()
            await eventually(lambda: given_back(server, before), 20)
        assert grown[FEW][0] == FEW
        assert grown[MANY][0] == MOST
        for few, many in zip(grown[FEW], grown[MANY], strict=True):
            assert many <= few * MOST / FEW + FEW, "each client that stays costs the same"
        assert len(server.crowd) == 0
        await edge.hire("agent01", Role.AGENT)
        async with edge.browser() as browser:
            assert (await edge.log_in(browser, "agent01")).status_code == 200


async def test_a_refused_request_leaves_nothing_behind(edge: Edge) -> None:
    """Seen elsewhere: each 401 kept its socket, and fourteen requests stopped a switchboard."""
    async with serving(edge) as server:
        before = server.held()
        head = "POST /api/v1/room/customers HTTP/1.1\r\nHost: t\r\nX-Requested-With: callcenter"
        await server.open(MANY, f"{head}\r\nContent-Length: 100000\r\n\r\nx".encode())
        await eventually(partial(has, server, 0), 20)
        server.leave()
        await eventually(lambda: given_back(server, before), 20)


async def streams_of(server: Server, path: str, count: int) -> None:
    """Opens streams of one agent, who reads none of them; announces until each has more than the kernel keeps."""
    async with server.edge.browser() as browser:
        await server.edge.log_in(browser, "agent01")
        cookie = browser.cookies["callcenter_session"]
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    upgrade += "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    lines = f"GET /api/v1/room/{path} HTTP/1.1\r\nHost: t\r\nCookie: callcenter_session={cookie}\r\n"
    await server.open(count, f"{lines}{upgrade if path == 'stream' else ''}\r\n".encode())


@pytest.mark.parametrize("path", ["stream", "events"])
@pytest.mark.usefixtures("filling")
async def test_streams_that_are_not_read_hold_what_one_person_may_have(edge: Edge, path: str) -> None:
    """Seen before: a stream whose client never read was kept for ever, also when it should have made way."""
    await edge.hire("agent01", Role.AGENT)
    async with serving(edge, taking_seconds=1.0) as server:
        before = server.held()
        for count in (FEW, MANY):
            await streams_of(server, path, count)
            await eventually(lambda: 0 < server.connections <= MOST_STREAMS)
            # Those that are left get more than the kernel keeps, and do not take it.
            for value in range(40):
                room.Figure.value = value
                async with edge.works.begin() as work:
                    await work.notify(room.TOPIC)
                await asyncio.sleep(0.05)
            await eventually(lambda: server.connections == 0)
            server.leave()
            await eventually(lambda: given_back(server, before), 20)
        assert edge.app.state.streams._open == {}
        assert not edge.waker._wakes


async def test_of_many_that_come_at_once_none_that_has_sent_its_request_makes_way(edge: Edge) -> None:
    """Seen before: connections that were accepted together pushed each other out before their heads were read."""
    async with serving(edge) as server:
        asked = b"GET /healthz HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
        clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(MANY)]  # none is accepted yet
        for client in clients:
            client.sendall(asked)
            client.setblocking(False)
        loop = asyncio.get_running_loop()
        answers = [await asyncio.wait_for(loop.sock_recv(client, 100), 30) for client in clients]
        for client in clients:
            client.close()
    assert {answer.split(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 200 OK"}
