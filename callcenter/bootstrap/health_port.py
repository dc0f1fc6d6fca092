"""Answers /healthz and /readyz of a process without a web: a supervisor can ask the engine itself.

It begins with the process and not with its loops, so that an engine which waits for its database or store says so.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callcenter.supervision.command import StartError

_PATIENCE = 5.0
"""Seconds that one request may take to come; a client that says nothing holds no connection."""
_LONGEST_LINE = 4096


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a process says of itself."""

    leading: bool
    """False: another process does the work, and this one waits to take over."""
    problems: Sequence[str]
    """Sentences; empty: it can work."""


class HealthPort:
    """Listens on one address of this machine."""

    def __init__(self, host: str, port: int, readiness: Callable[[], Readiness]) -> None:
        self._address = (host, port)
        self._readiness = readiness

    async def open(self) -> asyncio.Server:
        """Begins to answer, until the server that is returned is closed. Raises StartError if the port is taken."""
        host, port = self._address
        try:
            return await asyncio.start_server(self._serve, host, port, limit=_LONGEST_LINE)
        except OSError as error:
            raise StartError(
                f"port {port} of {host} cannot be used ({error.strerror}): set CALLCENTER_HEALTH_PORT to another one"
            ) from None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A client that is gone, silent, or sends something else than a request gets no answer.
        with contextlib.suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(_PATIENCE):
                words = (await reader.readline()).decode("latin-1").split()
                status, body = self._answer(words[1] if len(words) == 3 and words[0] == "GET" else "")
                text = json.dumps(body, ensure_ascii=False).encode()
                head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n"
                writer.write(head.encode() + b"Connection: close\r\n\r\n" + text)
                await writer.drain()
        writer.close()

    def _answer(self, path: str) -> tuple[str, dict[str, object]]:
        if path == "/healthz":
            return "200 OK", {"alive": True}
        if path != "/readyz":
            return "404 Not Found", {"detail": "ask for /healthz or /readyz"}
        said = self._readiness()
        body = {"ready": not said.problems, "leading": said.leading, "problems": list(said.problems)}
        return ("503 Service Unavailable" if said.problems else "200 OK"), body
