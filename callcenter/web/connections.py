"""Closes connections that do not send the head of a request in time.

Uvicorn waits for ever for a client that has connected and sends nothing, or a header every minute: a hundred of them
keep a hundred connections. What comes after the head has its own time (``doors``).
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class TimedHeads(HttpToolsProtocol):
    """Speaks HTTP with one client; closes the connection when a head is begun, or awaited first, for too long."""

    head_seconds = 10.0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def on_message_begin(self) -> None:
        self._await_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._stop_timer()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(self.head_seconds, self._close)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.write(_TOO_SLOW)
            self.transport.close()


def timed_heads(seconds: float) -> type[Any]:
    """Returns the protocol with this time for a head, for uvicorn to make one per connection."""
    return type("TimedHeads", (TimedHeads,), {"head_seconds": seconds})
