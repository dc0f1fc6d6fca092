"""One AMI connection: the only owner of its socket and of its reader thread.

The library ``asterisk-ami`` gives the words (Action, Response, Event and their parsing). Its client is not used,
because, each reproduced in ``tests/telephony/test_connection.py``:

- three seconds of silence end its reader, and a callback that raises deafens it for good: here silence is no error,
  and no foreign code runs in the reader;
- a mute server is never noticed: here it is asked (``Ping``) all the time and given up after ``ping_timeout``;
- values are not checked, so a line break injects a second action: here every line separator is refused;
- values are cut at U+2028 and its like: here they are neutralised before the parsing;
- an action without an answer blocks or leaks: here each has a time-out, and all fail when the link is lost;
- it reconnects sometimes: here a lost connection is over, the gateway opens another one and reads the state again.
  Nothing is ever sent twice.

Threads: the reader hands messages to the event loop in batches; a writer (one worker, so actions never mix) keeps a
slow socket from stopping the event loop. Both end with ``close``.
"""

import asyncio
import contextlib
import hashlib
import itertools
import socket
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from asterisk.ami.event import Event as AmiEvent
from asterisk.ami.response import Response as AmiResponse

from callcenter.kit.log import get_logger
from callcenter.kit.threads import made_in_thread
from callcenter.telephony.asterisk import wire
from callcenter.telephony.asterisk.wire import AmiRefused, AmiTimeout, LinkLost, Message

log = get_logger(__name__)

_MESSAGE_END = b"\r\n\r\n"
_WAKE_SECONDS = 1.0
"""How often the reader looks whether it shall end; also how long a send may block."""
MESSAGE_LIMIT = 1 << 20
"""A message without end is not Asterisk's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AmiAddress:
    """Where and as whom to log in, and how long to wait. Durations are seconds."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)
    connect_timeout: float = 3.0
    action_timeout: float = 5.0
    ping_interval: float = 2.0
    ping_timeout: float = 3.0
    backlog: int = 50_000
    """Events that may wait for the consumer; a consumer further behind loses the link, and reads the state again."""


class AmiConnection:
    """Keeps a logged-in connection. ``open`` makes it; loss or ``close`` ends it."""

    def __init__(self, address: AmiAddress, stream: socket.socket, loop: asyncio.AbstractEventLoop) -> None:
        self._address = address
        self._socket = stream
        self._loop = loop
        self._ids = itertools.count(1)
        self._answers: dict[str, asyncio.Future[AmiResponse]] = {}
        self._lists: dict[str, list[Message]] = {}
        self._list_ends: dict[str, asyncio.Future[None]] = {}
        self._lock = threading.Lock()
        self._inbox: deque[AmiEvent | AmiResponse] = deque()
        self._drain_planned = False
        self._waiting = 0
        self._events: deque[Message] = deque()
        self._news = asyncio.Event()
        self._ending = threading.Event()
        self._booted = asyncio.Event()
        self.lost: str | None = None
        """Why the connection is over."""
        self._heard = time.monotonic()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="ami-writer")
        self._reader = threading.Thread(target=self._read, name="ami-reader", daemon=True)
        self._pinger: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, address: AmiAddress) -> "AmiConnection":
        """Connects, logs in and waits until Asterisk is fully booted; raises AmiError otherwise."""
        try:
            stream = await made_in_thread(_open_socket, address, unused=socket.socket.close)
        except OSError as error:
            raise LinkLost(f"no connection: {type(error).__name__}") from error
        connection = cls(address, stream, asyncio.get_running_loop())
        connection._reader.start()
        try:
            await connection._log_in()
        except BaseException:
            await connection.close()
            raise
        connection._pinger = asyncio.create_task(connection._ping(), name="ami-ping")
        return connection

    async def __aenter__(self) -> "AmiConnection":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def act(
        self,
        name: str,
        headers: Mapping[str, object] | None = None,
        variables: Mapping[str, object] | None = None,
        *,
        within: float | None = None,
    ) -> Mapping[str, str]:
        """Performs an action and returns the headers of its answer; raises AmiError. Never sent twice."""
        return await self._act(str(next(self._ids)), name, headers or {}, variables or {}, within)

    async def read_list(self, name: str, headers: Mapping[str, object] | None = None) -> list[Message]:
        """Performs an action that is answered by a list of events, and returns them."""
        action_id = str(next(self._ids))
        items = self._lists[action_id] = []
        end = self._list_ends[action_id] = self._loop.create_future()
        try:
            await self._act(action_id, name, headers or {}, {}, None)
            async with asyncio.timeout(self._address.action_timeout):
                await end
        except TimeoutError as error:
            raise AmiTimeout(f"the list of {name} did not end in time") from error
        finally:
            del self._lists[action_id], self._list_ends[action_id]
            if end.done() and not end.cancelled():
                end.exception()
        return items

    async def batches(self, most: int = 500) -> AsyncIterator[list[Message]]:
        """Yields the events in their order, until the connection is over and nothing is left."""
        while True:
            while self._events:
                batch = [self._events.popleft() for _ in range(min(most, len(self._events)))]
                with self._lock:
                    self._waiting -= len(batch)
                yield batch
            if self.lost is not None:
                return
            self._news.clear()
            await self._news.wait()

    @property
    def silent_for(self) -> float:
        """Returns the seconds since Asterisk last sent anything: a mute server is lost long before that is noticed."""
        return time.monotonic() - self._heard

    async def close(self) -> None:
        """Ends the connection and its threads. May be called twice."""
        self._lose("closed")
        if self._pinger is not None:
            self._pinger.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pinger
        await asyncio.to_thread(self._end_threads)

    # ---- in the event loop

    async def _log_in(self) -> None:
        challenge = await self.act("Challenge", {"AuthType": "MD5"})
        proof = hashlib.md5((challenge["Challenge"] + self._address.secret).encode()).hexdigest()  # noqa: S324
        await self.act("Login", {"AuthType": "MD5", "Username": self._address.user, "Key": proof, "Events": "on"})
        try:
            async with asyncio.timeout(30):
                await self._booted.wait()
        except TimeoutError as error:
            raise AmiTimeout("Asterisk does not finish booting") from error
        if self.lost is not None:
            raise LinkLost(self.lost)

    async def _ping(self) -> None:
        while self.lost is None:
            await asyncio.sleep(self._address.ping_interval)
            try:
                await self.act("Ping", within=self._address.ping_timeout)
            except AmiTimeout:
                self._lose("no answer to a ping")
            except AmiRefused as error:
                self._lose(f"ping refused: {error}")
            except LinkLost:
                return

    async def _act(
        self,
        action_id: str,
        name: str,
        headers: Mapping[str, object],
        variables: Mapping[str, object],
        within: float | None,
    ) -> Mapping[str, str]:
        data = wire.compose(name, action_id, headers, variables)
        if self.lost is not None:
            raise LinkLost(self.lost)
        answer = self._answers[action_id] = self._loop.create_future()
        self._writer.submit(self._write, data)
        try:
            async with asyncio.timeout(within or self._address.action_timeout):
                response = await answer
        except TimeoutError as error:
            raise AmiTimeout(f"no answer to {name} in time") from error
        finally:
            del self._answers[action_id]
        if response.is_error():
            raise AmiRefused(str(response.keys.get("Message", "no reason given")))
        keys: Mapping[str, str] = response.keys
        return keys

    def _drain(self) -> None:
        """Takes what the reader has passed on; in the event loop, so that nothing below needs a lock."""
        with self._lock:
            messages = list(self._inbox)
            self._inbox.clear()
            self._drain_planned = False
        for message in messages:
            try:
                self._take(message)
            except Exception:
                log.exception("a message of the switch could not be taken")
        self._news.set()

    def _take(self, message: AmiEvent | AmiResponse) -> None:
        action_id = str(message.keys.get("ActionID", ""))
        if isinstance(message, AmiResponse):
            answer = self._answers.get(action_id)
            if answer is not None and not answer.done():
                answer.set_result(message)
            return
        with self._lock:
            self._waiting -= 1
        if message.name == "FullyBooted":
            self._booted.set()
        event = Message(message.name, message.keys)
        if (items := self._lists.get(action_id)) is None:
            self._events.append(event)
            with self._lock:
                self._waiting += 1
        elif message.keys.get("EventList") == "Complete":
            if not (end := self._list_ends[action_id]).done():
                end.set_result(None)
        else:
            items.append(event)

    def _lose(self, reason: str) -> None:
        """Ends the connection once, and wakes the tasks that wait for an answer, a list or an event."""
        if self.lost is not None:
            return
        self.lost = reason
        self._ending.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        for future in (*self._answers.values(), *self._list_ends.values()):
            if not future.done():
                future.set_exception(LinkLost(reason))
        self._booted.set()
        self._news.set()

    # ---- in the threads

    def _end_threads(self) -> None:
        self._reader.join(_WAKE_SECONDS * 3)
        self._writer.shutdown(wait=True, cancel_futures=True)
        self._socket.close()

    def _post(self, reason: str) -> None:
        """Reports the loss to the event loop, if there is still one."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._lose_after_news, reason)

    def _lose_after_news(self, reason: str) -> None:
        """Takes what was read before the loss: those are facts that will not be repeated."""
        self._drain()
        self._lose(reason)

    def _write(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            self._post(f"sending failed: {type(error).__name__}")

    def _read(self) -> None:
        reason = "reader failed"
        try:
            reason = self._read_until_end()
        except OSError as error:
            reason = f"connection lost: {type(error).__name__}"
        except Exception as error:
            log.exception("the reader of the switch failed")
            reason = f"reader failed: {type(error).__name__}"
        finally:
            self._post(reason)

    def _read_until_end(self) -> str:
        data, greeted = b"", False
        while not self._ending.is_set():
            try:
                received = self._socket.recv(1 << 16)
            except TimeoutError:
                continue
            if not received:
                return "closed by the switch"
            self._heard = time.monotonic()
            data += received
            if not greeted:
                greeting, end, data = data.partition(b"\r\n")
                if not end:
                    data = greeting
                    continue
                if not greeting.startswith(b"Asterisk Call Manager/"):
                    return "this is no Asterisk manager"
                greeted = True
            *packs, data = data.split(_MESSAGE_END)
            if len(data) > MESSAGE_LIMIT:
                return "a message without end"
            if packs and (reason := self._pass_on(packs)):
                return reason
        return "closed"

    def _pass_on(self, packs: list[bytes]) -> str | None:
        """Passes messages to the event loop; returns why the connection has to end, if it has to.

        One wake-up of the loop takes whatever has gathered until it runs: a burst costs one switch of threads.
        """
        messages = []
        for pack in packs:
            try:
                message = wire.parse(pack)
            except Exception:
                log.warning("a message of the switch could not be read", size=len(pack))
                continue
            if message is not None:
                messages.append(message)
        with self._lock:
            self._inbox.extend(messages)
            self._waiting += sum(isinstance(message, AmiEvent) for message in messages)
            behind = self._waiting
            plan, self._drain_planned = not self._drain_planned, True
        if plan:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._drain)
        return f"the consumer is {behind} events behind" if behind > self._address.backlog else None


def _open_socket(address: AmiAddress) -> socket.socket:
    stream = socket.create_connection((address.host, address.port), address.connect_timeout)
    try:
        stream.settimeout(_WAKE_SECONDS)
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:  # the switch has closed it already
        stream.close()
        raise
    return stream
