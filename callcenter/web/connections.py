"""Ends connections whose client does not send the head of a request in time, or does not take what is sent to it.

Uvicorn waits for ever for a client that has connected and sends nothing, or a header every minute; and for one that
asks for a page, or for a stream, and never reads: a hundred of them keep a hundred connections with their tasks. What
comes after the head has its own time (``doors``).
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from callcenter.web.crowd import HURRY, Crowd

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
_LEAST_BYTES_PER_SECOND = 1024
"""What a client takes at least of what waits for it; one that takes less is as good as gone."""


class Taking:
    """Watches over one client that has not taken all that was sent to it."""

    def __init__(self, transport: asyncio.Transport, seconds: float, crowd: Crowd) -> None:
        self._transport = transport
        self._seconds = seconds
        self._crowd = crowd
        self._left = 0
        self._timer: asyncio.TimerHandle | None = None
        # Any byte that waits pauses the writer: else uvicorn would close a connection with up to 64 KiB on their way,
        # and wait without a time for a client that never takes them.
        transport.set_write_buffer_limits(high=0)

    def begin(self) -> None:
        """Gives the client its time, from now on."""
        self._crowd.enter(self, self._transport.abort)
        self._look_again()

    def end(self) -> None:
        """Stops watching: everything was taken, or the connection is over."""
        self._crowd.leave(self)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look_again(self) -> None:
        self._left = self._transport.get_write_buffer_size()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._look)

    def _look(self) -> None:
        taken = self._left - self._transport.get_write_buffer_size()
        if taken < self._seconds * _LEAST_BYTES_PER_SECOND:
            self._transport.abort()
        else:
            self._look_again()


class TimedClients(HttpToolsProtocol):
    """Speaks HTTP with one client; ends the connection when a head, or the taking of an answer, lasts too long."""

    head_seconds = 10.0
    taking_seconds = 30.0
    crowd = Crowd()
    _timer: asyncio.TimerHandle | None = None
    _taking: Taking

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._taking = Taking(transport, self.taking_seconds, self.crowd)
        self._await_head()

    def on_message_begin(self) -> None:
        self._await_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._stop_timer()
        super().on_headers_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._taking.begin()

    def resume_writing(self) -> None:
        self._taking.end()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        self._taking.end()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.head_seconds, self._close)
            self.crowd.enter(self, self._make_way)

    def _make_way(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = self.loop.call_later(HURRY, self._close)

    def _stop_timer(self) -> None:
        self.crowd.leave(self)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close(self) -> None:
        self._stop_timer()
        if not self.transport.is_closing():
            self.transport.write(_TOO_SLOW)
            self.transport.close()


class TimedSockets(WebSocketsSansIOProtocol):
    """Speaks WebSocket with one client; ends the connection when the client does not take what is sent."""

    taking_seconds = 30.0
    crowd = Crowd()
    _taking: Taking

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.close_timeout = min(self.close_timeout, self.taking_seconds)
        self._taking = Taking(self.transport, self.taking_seconds, self.crowd)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._taking.begin()

    def resume_writing(self) -> None:
        self._taking.end()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._taking.end()
        super().connection_lost(exc)


def timed(head_seconds: float, taking_seconds: float, crowd: Crowd | None = None) -> tuple[type[Any], type[Any]]:
    """Returns the protocols of HTTP and of WebSockets with these times, for uvicorn to make one per connection."""
    shared = {"taking_seconds": taking_seconds, "crowd": Crowd() if crowd is None else crowd}
    return (
        type("TimedClients", (TimedClients,), {"head_seconds": head_seconds, **shared}),
        type("TimedSockets", (TimedSockets,), shared),
    )
