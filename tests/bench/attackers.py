"""What a stranger, or one person of the staff, can do to a running system from this machine: each attack is bounded.

Every attack returns what it got for answers, how many bytes were taken of it, and how many of its connections the
system kept. What an attack did before it was refused stands beside it (``before``): the figures of issue 10.
"""

import asyncio
import json
import re
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

import httpx
import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from callcenter.telephony.port import PhoneAccount
from tests.support.bombs import bombs
from tests.support.sip import UPGRADE, invite
from tests.telephony.sip_phone import registered_phone

_CROWD = 150
"""Clients of one attack; the system has a place for six streams of a person, and two hundred slow clients in all."""
_STREAMS = 6
_PIECE = bytes(64 * 1024)
_LARGE = 60_000_000
"""Bytes of the body that froze the log-in."""
_SIP_CROWD = 300
_SILENT = 100
"""Connections to the switch: as many as it has places for beside its phones."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where the system listens, and sessions that its people have lost to the attacker."""

    port: int
    cookies: Mapping[str, str]
    """Login → the cookie of a session."""
    web: int
    """Process id of the web."""
    switch: int
    """Process id of the switch."""
    sip_port: int
    phone: PhoneAccount

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1"

    def headers(self, login: str | None) -> dict[str, str]:
        own = {"X-Requested-With": "callcenter", "Connection": "close"}
        return {**own, "Cookie": self.cookies[login]} if login else own


@dataclass
class Got:
    """What an attack got."""

    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    taken: int = 0
    """Bytes of bodies that went out before the answer; some of them lie in the kernel."""
    slowest: float = 0.0
    """Seconds until the last one was answered or ended."""
    held: int = 0
    """Most connections of the attack that the system had at once."""
    kept: int = 0
    """Those that it still had when the attack gave up."""
    note: str = ""


Attack = Callable[[Target], Awaitable[Got]]


def _held(process: int, ports: Iterable[int]) -> int:
    """Returns how many of these connections a process has."""
    theirs = set(ports)
    connections = psutil.Process(process).net_connections("tcp4")
    return sum(bool(one.raddr) and one.raddr.port in theirs for one in connections)


@contextmanager
def _sockets(port: int, count: int, *, window: int | None = None) -> Iterator[list[socket.socket]]:
    """Yields so many connections; ``window`` is what a client receives at most before it reads."""
    opened = []
    try:
        for _ in range(count):
            one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            opened.append(one)
            if window:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
            one.connect(("127.0.0.1", port))
            one.setblocking(False)
        yield opened
    finally:
        for one in opened:
            one.close()


async def _wait_until_gone(
    process: int, sockets: Sequence[socket.socket], got: Got, seconds: float, *, but: int = 0
) -> None:
    """Waits until the system has none of these connections ``but`` so many, and notes how many it had."""
    ports, began = [one.getsockname()[1] for one in sockets], time.monotonic()
    while (held := _held(process, ports)) > but and time.monotonic() - began < seconds:
        got.held = max(got.held, held)
        await asyncio.sleep(0.5)
    got.kept, got.slowest = held, time.monotonic() - began


# --- slow clients ----------------------------------------------------------------------------------------------------


async def slow_heads(target: Target) -> Got:
    """Sends a head, a byte a second, and never its end."""
    return await _drip(target, b"GET /api/v1/session HTTP/1.1\r\nHost: t\r\nX-Slow: ")


async def slow_bodies(target: Target) -> Got:
    """Sends the body of a log-in, a byte a second."""
    head = (
        "POST /api/v1/session HTTP/1.1\r\nHost: t\r\nX-Requested-With: callcenter\r\nContent-Type: application/json\r\n"
    )
    return await _drip(target, f"{head}Content-Length: 4000\r\n\r\n".encode())


async def _drip(target: Target, beginning: bytes) -> Got:
    got = Got(sent=_CROWD)
    loop = asyncio.get_running_loop()
    with _sockets(target.port, _CROWD) as sockets:
        for one in sockets:
            await loop.sock_sendall(one, beginning)

        async def drip() -> None:
            while True:
                await asyncio.sleep(1)
                for one in sockets:
                    with suppress(OSError):
                        got.taken += one.send(b"x")

        dripping = asyncio.create_task(drip())
        await _wait_until_gone(target.web, sockets, got, 60)
        dripping.cancel()
        for one in sockets:
            with suppress(OSError):
                got.answers[one.recv(4096).split(b"\r\n")[0].decode().removeprefix("HTTP/1.1 ")] += 1
    return got


async def slow_readers(target: Target) -> Got:
    """Asks for the description of the interface, again and again, and reads nothing of it."""
    got = Got(sent=_CROWD)
    ask = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: t\r\n\r\n" * 4
    with _sockets(target.port, _CROWD, window=4096) as sockets:
        for one in sockets:
            one.send(ask)
        await asyncio.sleep(1)
        await _wait_until_gone(target.web, sockets, got, 90)
    got.answers["cut off"] = got.sent - got.kept
    return got


# --- streams ---------------------------------------------------------------------------------------------------------


async def desk_streams(target: Target) -> Got:
    """Opens streams of one agent."""
    got = Got()
    cookie = {"Cookie": target.cookies["agent1"]}
    async with AsyncExitStack() as open_:
        streams: list[ClientConnection] = []
        for _ in range(_CROWD):
            url = f"ws://127.0.0.1:{target.port}/api/v1/desk/stream"
            opening = connect(url, additional_headers=cookie, proxy=None, open_timeout=60)
            streams.append(await open_.enter_async_context(opening))
            got.sent += 1
        ended = [asyncio.create_task(_closing(one)) for one in streams]
        await asyncio.wait(ended, timeout=5)
        ports = [one.local_address[1] for one in streams]
        got.held = got.kept = _held(target.web, ports)
        got.answers.update(f"closed {one.result()}" for one in ended if one.done())
        for one in ended:
            one.cancel()
    got.note = "the six that one person may have are open"
    return got


async def _closing(stream: ClientConnection) -> int:
    with suppress(ConnectionClosed):
        while True:
            await stream.recv()
    return stream.close_code or 0


async def deaf_streams(target: Target) -> Got:
    """Opens the floor's streams of one group leader, and reads nothing; six may stay."""
    got = Got(sent=_CROWD)
    ask = f"GET /api/v1/floor/stream HTTP/1.1\r\nHost: t\r\nCookie: {target.cookies['leader']}\r\n\r\n".encode()
    with _sockets(target.port, _CROWD, window=4096) as sockets:
        for one in sockets:
            one.send(ask)
        await asyncio.sleep(1)
        await _wait_until_gone(target.web, sockets, got, 60, but=_STREAMS)
        for one in sockets:
            with suppress(OSError):
                got.answers[one.recv(12).decode().removeprefix("HTTP/1.1 ") or "ended"] += 1
    return got


# --- bodies ----------------------------------------------------------------------------------------------------------


async def big_bodies(target: Target) -> Got:
    """Sends 60 MB where no session, no right, or a few kilobytes are taken."""
    form, plain = "multipart/form-data; boundary=b", "application/json"
    tries: tuple[tuple[str | None, str, str], ...] = (
        (None, "/session", plain),
        (None, "/lead-imports", form),
        ("agent1", "/lead-imports", form),
        ("data", "/dnc/entries", plain),
    )
    got = Got()
    await asyncio.gather(*(_pour(target, got, *one) for one in tries * 5))
    return got


async def _pour(target: Target, got: Got, login: str | None, path: str, kind: str) -> None:
    began, sent = time.monotonic(), 0
    reader, writer = await asyncio.open_connection("127.0.0.1", target.port)
    headers = {**target.headers(login), "Host": "t", "Content-Type": kind, "Transfer-Encoding": "chunked"}
    lines = [f"POST /api/v1{path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    answered = asyncio.create_task(reader.readline())
    with suppress(OSError):
        while sent < _LARGE and not answered.done():
            writer.write(b"%x\r\n%s\r\n" % (len(_PIECE), _PIECE))
            await writer.drain()
            sent += len(_PIECE)
            await asyncio.sleep(0)
    try:
        line = await answered
    except OSError:
        line = b""
    got.answers[line.decode().strip().removeprefix("HTTP/1.1 ") or "cut off"] += 1
    got.sent, got.taken = got.sent + 1, got.taken + sent
    got.slowest = max(got.slowest, time.monotonic() - began)
    writer.close()


async def workbook_bombs(target: Target) -> Got:
    """Uploads workbooks that take seconds to minutes, or gigabytes, to read."""
    got = Got()

    async def upload(client: httpx.AsyncClient, name: str, content: bytes) -> None:
        began = time.monotonic()
        answer = await client.post("/lead-imports", files={"file": (f"{name}.xlsx", content)})
        if answer.is_success:  # it is kept as it is; what it costs to read shows here
            answer = await client.post(f"/lead-imports/{answer.json()['id']}/preview", json={})
        got.answers[_says(answer)] += 1
        got.sent, got.taken = got.sent + 1, got.taken + len(content)
        got.slowest = max(got.slowest, time.monotonic() - began)

    async with _client(target, "data") as client:
        made = await asyncio.to_thread(bombs)
        await asyncio.gather(*(upload(client, name, file.getvalue()) for name, file in made.items()))
    return got


# --- guesses ---------------------------------------------------------------------------------------------------------


async def log_ins(target: Target) -> Got:
    """Guesses passwords of many accounts from one address."""
    names = [f"robot{number:02d}" for number in range(1, 13)] + [f"user{number}" for number in range(288)]
    bodies = [{"login": name, "password": "not the password"} for name in names]
    async with _client(target, None) as client:
        return await _ask(client, [("/session", json.dumps(body).encode()) for body in bodies], at_once=8)


_ODD: tuple[object, ...] = (
    *("\x00", "\ud800", "%", "_", "'; DROP TABLE lead; --", "张" * 10_000, "1" * 5_000, "\u202e", "𠮷" * 100, ""),
    *(2**63, -1, 10**400, 1e300, float("nan"), True, None, [], {}, ["a"] * 1000, "0001-01-01", "9999-12-31T23:59:59Z"),
)
_FIELDS = (
    "name",
    "phone",
    "last4",
    "id_number",
    "list_id",
    "campaign_id",
    "customer_class",
    "state",
    "cursor",
    "limit",
)


async def odd_searches(target: Target) -> Got:
    """Searches with what no database, number or text can hold, in every field."""
    bodies = [json.dumps({"last4": "1234", name: odd}).encode() for name in _FIELDS for odd in _ODD]
    bodies += [b"[" * 50_000, b"{", b"\xff\xfe", b'{"last4": 1e999}', b'{"name": "\\ud800\\udc00\\ud800"}', b""]
    got = Got()
    for login in ("auditor", "data"):
        async with _client(target, login) as client:
            mine = await _ask(client, [("/leads/search", body) for body in bodies[:: 1 if login == "data" else 2]])
        got.sent, got.answers, got.taken = got.sent + mine.sent, got.answers + mine.answers, got.taken + mine.taken
        got.slowest = max(got.slowest, mine.slowest)
    return got


async def _ask(client: httpx.AsyncClient, requests: Sequence[tuple[str, bytes]], *, at_once: int = 4) -> Got:
    got, waiting = Got(), iter(requests)

    async def worker() -> None:
        for path, body in waiting:
            began = time.monotonic()
            answer = await client.post(path, content=body, headers={"Content-Type": "application/json"})
            got.answers[_says(answer)] += 1
            got.sent, got.taken = got.sent + 1, got.taken + len(body)
            got.slowest = max(got.slowest, time.monotonic() - began)

    await asyncio.gather(*(worker() for _ in range(at_once)))
    return got


@asynccontextmanager
async def _client(target: Target, login: str | None) -> AsyncIterator[httpx.AsyncClient]:
    headers = target.headers(login)
    async with httpx.AsyncClient(base_url=target.api, headers=headers, timeout=120, trust_env=False) as client:
        yield client


def _says(answer: httpx.Response) -> str:
    code = answer.json().get("code", "") if "json" in answer.headers.get("content-type", "") else ""
    return f"{answer.status_code} {code}".strip()


# --- the switch ------------------------------------------------------------------------------------------------------


async def switch_sockets(target: Target) -> Got:
    """Opens a hundred connections that say nothing, half of them after their handshake; then a phone comes."""
    got = Got(sent=_SILENT)
    port = int(re.findall(r":(\d+)", target.phone.websocket_url)[0])
    with _sockets(port, _SILENT) as silent:
        for one in silent[::2]:
            one.send(UPGRADE)
        await asyncio.sleep(1)
        for one in silent[::2]:
            with suppress(OSError):
                got.answers[one.recv(4096).split(b"\r\n")[0].decode().removeprefix("HTTP/1.1 ") or "refused"] += 1
        began = time.monotonic()
        async with registered_phone(target.phone):
            got.note = f"a phone registered beside them within {time.monotonic() - began:.2f} s"
        await _wait_until_gone(target.switch, silent, got, 45)
    got.answers["closed"] = len(silent) - got.kept
    return got


async def invites(target: Target) -> Got:
    """Sends INVITEs from foreign addresses, under the trunk's name too."""
    got, loop = Got(), asyncio.get_running_loop()
    began = time.monotonic()
    for place, address in enumerate(("127.0.0.1", "127.0.0.9")):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind((address, 0))
            stranger.setblocking(False)
            for number in range(_SIP_CROWD // 2):
                sender = ("carrier", "stranger", target.phone.extension)[number % 3]
                message = invite(stranger.getsockname()[1], sender, number + place * _SIP_CROWD)
                await loop.sock_sendto(stranger, message, ("127.0.0.1", target.sip_port))
                got.sent, got.taken = got.sent + 1, got.taken + len(message)
                try:
                    answer = await asyncio.wait_for(loop.sock_recv(stranger, 4096), 5)
                    got.answers[answer.split()[1].decode()] += 1
                except TimeoutError:
                    got.answers["no answer"] += 1
    got.slowest = time.monotonic() - began
    return got
