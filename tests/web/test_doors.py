"""Bodies before the door: nothing is received, kept or parsed before session and right are known, nor without end."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import Message, Scope
from uvicorn.server import ServerState

from callcenter.bootstrap import System
from callcenter.people.types import Role
from callcenter.web.connections import timed
from callcenter.web.doors import Doors
from tests.support.browser import browser_of, log_in
from tests.support.people import hire
from tests.web.rights_table import MAY
from tests.web.test_rights import address

pytestmark = pytest.mark.db

PIECE = b"x" * 16_384


class Flood:
    """A client that sends pieces without end, and counts how many were received."""

    def __init__(self, kind: str, *, cookie: str = "", most: int = 200) -> None:
        self.received = 0
        self._most = most
        self._headers = [(b"content-type", kind.encode()), (b"x-requested-with", b"callcenter")]
        self._headers += [(b"cookie", cookie.encode())] if cookie else []

    async def send(self, app: FastAPI, method: str, path: str) -> tuple[int, str]:
        """Returns status and code of the answer."""
        sent: list[Message] = []
        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": self._headers,
            "client": ("10.0.0.9", 4711),
            "server": ("callcenter.test", 80),
        }

        async def receive() -> Message:
            if self.received >= self._most:
                return {"type": "http.disconnect"}
            self.received += 1
            return {"type": "http.request", "body": PIECE, "more_body": True}

        async def send(message: Message) -> None:
            sent.append(message)

        await app(scope, receive, send)
        body = b"".join(message.get("body", b"") for message in sent)
        return int(sent[0]["status"]), str(json.loads(body)["code"])


async def test_of_a_stranger_nothing_is_received(app: FastAPI) -> None:
    """Seen before: 2 MiB of each request, and the whole of an upload spooled to disk, before the 401."""
    wrong = []
    for route in sorted(MAY):
        method, path = address(route)
        for kind in ("application/json", "multipart/form-data; boundary=b", "application/x-www-form-urlencoded"):
            flood = Flood(kind)
            answer = await flood.send(app, method, path)
            if answer != (401, "not_logged_in") or flood.received:
                wrong.append((route, kind, answer, flood.received))
    assert wrong == []


async def test_without_the_right_nothing_is_received(system: System, app: FastAPI) -> None:
    cookies = {}
    for role in Role:
        await hire(system.works, system.people, f"the-{role.value}", role)
        async with browser_of(app) as client:
            answer = await log_in(client, f"the-{role.value}")
            assert answer.status_code == 200, answer.text
            cookies[role] = f"callcenter_session={client.cookies['callcenter_session']}"
    wrong = []
    for route, roles in sorted(MAY.items()):
        for role in [role for role in Role if role not in roles][:1]:
            flood = Flood("multipart/form-data; boundary=b", cookie=cookies[role])
            got = await flood.send(app, *address(route))
            if got != (403, "not_allowed") or flood.received:
                wrong.append((route, role, got, flood.received))
    assert wrong == []


async def test_the_log_in_takes_a_few_kilobytes(app: FastAPI) -> None:
    """Seen before: 60 MB froze the service for 18 s."""
    flood = Flood("application/json")
    assert await flood.send(app, "POST", "/api/v1/session") == (413, "body_too_large")
    assert flood.received == 1


async def test_a_body_is_received_up_to_the_limit_of_its_endpoint(system: System, app: FastAPI) -> None:
    await hire(system.works, system.people, "data", Role.DATA_OFFICER)
    async with browser_of(app) as client:
        await log_in(client, "data")
        cookie = f"callcenter_session={client.cookies['callcenter_session']}"
        small, long = Flood("application/json", cookie=cookie), Flood("", cookie=cookie)
        form = Flood("application/x-www-form-urlencoded", cookie=cookie)
        assert await small.send(app, "POST", "/api/v1/dnc/entries") == (413, "body_too_large")
        assert small.received <= 65_536 // len(PIECE) + 1
        assert await long.send(app, "POST", "/api/v1/lead-imports/1/preview") == (413, "body_too_large")
        assert long.received == (1 << 20) // len(PIECE) + 1
        assert await form.send(app, "POST", "/api/v1/lead-imports") == (413, "body_too_large")
        assert form.received == (2 << 20) // len(PIECE) + 1, "a body that is no form is held in memory"
        declared = await client.post("/api/v1/session", content=b"{}", headers={"Content-Length": "999999999"})
    assert (declared.status_code, declared.json()["code"]) == (413, "body_too_large")
    assert declared.headers["connection"] == "close"


def test_every_endpoint_that_takes_a_form_with_a_file_declares_its_limit(app: FastAPI) -> None:
    takers = {
        f"{method} {path}"
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
        if "multipart/form-data" in operation.get("requestBody", {}).get("content", {})
    }
    assert takers == {"post /api/v1/lead-imports", "post /api/v1/dnc/deliveries"}


class Late:
    """A clock that a slow client moves on with each piece."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def doors(endpoint: Callable[..., Awaitable[Any]], now: Callable[[], float]) -> FastAPI:
    """Returns an application with one endpoint behind doors that take 64 KiB in ten seconds."""
    app = FastAPI()
    app.router.routes.append(APIRoute("/", endpoint, methods=["POST"]))
    app.add_middleware(Doors, services={}, most_bytes=65_536, seconds=10, now=now)
    return app


async def keep(body: dict[str, Any]) -> dict[str, Any]:
    return body


async def test_a_body_that_trickles_is_refused_and_one_that_flows_is_not() -> None:
    clock = Late()
    app = doors(keep, clock)

    async def trickle(seconds: float) -> AsyncIterator[bytes]:
        for piece in [b'{"a": "', *([b"x" * 4096] * 8), b'"}']:
            clock.now += seconds
            yield piece

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
        quick = await client.post("/", content=trickle(1.0), headers={"Content-Type": "application/json"})
        slow = await client.post("/", content=trickle(3.0), headers={"Content-Type": "application/json"})
    assert quick.status_code == 200
    assert (slow.status_code, slow.json()["code"]) == (408, "body_too_slow")


# --- connections -----------------------------------------------------------------------------------------------------


@asynccontextmanager
async def served(head_seconds: float) -> AsyncIterator[int]:
    """Serves an application on a free port; yields the port."""
    config = uvicorn.Config(doors(keep, asyncio.get_running_loop().time), log_config=None, access_log=False)
    config.load()
    (protocol, _), state = timed(head_seconds, 30), ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: protocol(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.close()
        await server.wait_closed()


async def test_connections_that_send_no_head_are_closed() -> None:
    """Seen before: a hundred of them stayed."""
    async with served(0.3) as port:
        slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(100)]
        for number, (_, writer) in enumerate(slow):
            writer.write(b"POST / HTTP/1.1\r\nHost: t\r\nX-A" if number % 2 else b"")
        async with asyncio.timeout(20):
            answers = [await reader.read() for reader, _ in slow]
        assert {answer.split(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 408 Request Timeout"}
        for _, writer in slow:
            writer.close()


async def test_a_request_whose_head_came_is_answered_whatever_its_body_takes() -> None:
    async with served(0.3) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        writer.write(b"POST / HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n")
        await writer.drain()
        idle, other = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(20):
            assert (await idle.read()).startswith(b"HTTP/1.1 408"), "the time for a head has passed by now"
            writer.write(b'{"a": 1}')
            assert (await reader.readline()) == b"HTTP/1.1 200 OK\r\n"
        for each in (writer, other):
            each.close()
