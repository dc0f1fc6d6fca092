"""A carrier that refuses as it is asked to: answers each INVITE over UDP with the responses written for its number.

The simulated carrier is an Asterisk, which chooses status and ``Reason`` itself; a carrier's session border controller
refuses in ways that an Asterisk never does.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True, slots=True)
class Response:
    """One answer to an INVITE."""

    status: str
    """``503 Service Unavailable``."""
    cause: int | None = None
    """Q.850 cause in the header ``Reason``."""
    header: str = ""
    """A further header."""


_KEPT = re.compile(r"(Via|From|Call-ID|CSeq):", re.IGNORECASE)
_EARLY = "\r\n".join(
    (
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        "m=audio 9 RTP/AVP 8",
        "a=rtpmap:8 PCMA/8000",
        "",
    )
)
"""Where early media would come from."""


class ScriptedCarrier(asyncio.DatagramProtocol):
    """Speaks as much SIP as it takes to be dialled and to refuse."""

    def __init__(self, script: dict[str, tuple[Response, ...]]) -> None:
        self._script = script
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        request = data.decode()
        method, uri = request.split(" ", 2)[:2]
        if method == "INVITE":
            number = uri.removeprefix("sip:").partition("@")[0]
            for response in self._script.get(number, ()):
                self._reply(request, response, addr)
        elif method != "ACK":
            self._reply(request, Response("200 OK"), addr)

    def _reply(self, request: str, response: Response, addr: tuple[str | object, int]) -> None:
        assert self._transport is not None
        lines = request.split("\r\n\r\n", 1)[0].split("\r\n")
        (to,) = [line for line in lines if line.lower().startswith("to:")]
        body = _EARLY if response.status.startswith("183") else ""
        reply = [f"SIP/2.0 {response.status}", *(line for line in lines if _KEPT.match(line))]
        reply.append(to if ";tag=" in to else f"{to};tag=scripted")
        reply.append("Contact: <sip:scripted@127.0.0.1>")
        if response.cause is not None:
            reply.append(f"Reason: Q.850;cause={response.cause}")
        if response.header:
            reply.append(response.header)
        reply += ["Content-Type: application/sdp"] * bool(body) + [f"Content-Length: {len(body)}", "", body]
        self._transport.sendto("\r\n".join(reply).encode(), addr)


@contextlib.asynccontextmanager
async def scripted_carrier(port: int, script: dict[str, tuple[Response, ...]]) -> AsyncIterator[None]:
    """Serves as the carrier on a port for as long as the block lasts."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: ScriptedCarrier(script), ("127.0.0.1", port))
    try:
        yield
    finally:
        transport.close()
