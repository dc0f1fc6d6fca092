"""A browser phone without a browser: registers by SIP over WebSocket, and answers without ever sending sound."""

import asyncio
import contextlib
import hashlib
import re
from collections.abc import AsyncIterator
from uuid import uuid4

import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from callcenter.telephony.port import PhoneAccount

_SDP = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
m=audio 9 UDP/TLS/RTP/SAVPF 8
c=IN IP4 127.0.0.1
a=rtpmap:8 PCMA/8000
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 {fingerprint}
a=setup:active
a=rtcp-mux
a=sendrecv
a=mid:{mid}
"""


class SipPhone:
    """One tab of an agent's browser."""

    def __init__(self, socket: ClientConnection, account: PhoneAccount) -> None:
        self._socket = socket
        self._account = account
        self._host = f"{uuid4().hex[:12]}.invalid"
        self._call_id = uuid4().hex
        self._sequence = 0
        self.requests: list[str] = []

    async def register(self) -> str:
        """Returns the status line of the last answer."""
        await self._send_register("")
        answer = await self._answer()
        if not answer.startswith("SIP/2.0 401"):
            return answer.split("\r\n")[0]
        await self._send_register(self._proof(answer))
        return (await self._answer()).split("\r\n")[0]

    async def serve(self) -> None:
        """Answers what the switch asks: yes to everything, calls included."""
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                await self._reply(str(await self._socket.recv()))

    async def _answer(self) -> str:
        while not (message := str(await self._socket.recv())).startswith("SIP/2.0"):
            await self._reply(message)
        return message

    async def _reply(self, request: str) -> None:
        method = request.split(" ", 1)[0]
        self.requests.append(method)
        if method in ("ACK", "SIP/2.0"):
            return
        kept = [
            line for line in request.split("\r\n") if re.match(r"(Via|From|Call-ID|CSeq|Record-Route):", line, re.I)
        ]
        (to,) = [line for line in request.split("\r\n") if line.lower().startswith("to:")]
        body = ""
        if method == "INVITE":
            mid = re.search(r"a=mid:(\S+)", request)
            fingerprint = ":".join(["AB"] * 32)
            body = _SDP.format(fingerprint=fingerprint, mid=mid[1] if mid else "0").replace("\n", "\r\n")
        lines = ["SIP/2.0 200 OK", *kept, f"{to};tag=phone" if "tag=" not in to else to, self._contact()]
        lines += ["Content-Type: application/sdp"] * bool(body) + [f"Content-Length: {len(body)}", "", body]
        await self._socket.send("\r\n".join(lines))

    def _contact(self) -> str:
        return f"Contact: <sip:{self._account.extension}@{self._host};transport=ws>;expires=60"

    async def _send_register(self, authorization: str) -> None:
        self._sequence += 1
        address = f"<sip:{self._account.extension}@{self._account.realm}>"
        lines = [
            f"REGISTER sip:{self._account.realm} SIP/2.0",
            f"Via: SIP/2.0/WS {self._host};branch=z9hG4bK{uuid4().hex}",
            "Max-Forwards: 70",
            f"From: {address};tag=phone",
            f"To: {address}",
            f"Call-ID: {self._call_id}",
            f"CSeq: {self._sequence} REGISTER",
            self._contact(),
            *([authorization] if authorization else []),
            "Content-Length: 0",
        ]
        await self._socket.send("\r\n".join([*lines, "", ""]))

    def _proof(self, challenge: str) -> str:
        fields = dict(re.findall(r'(realm|nonce|opaque)="([^"]*)"', challenge))
        uri, user = f"sip:{self._account.realm}", self._account.extension
        first = _md5(f"{user}:{fields['realm']}:{self._account.password}")
        response = _md5(f"{first}:{fields['nonce']}:00000001:abc:auth:{_md5(f'REGISTER:{uri}')}")
        return (
            f'Authorization: Digest username="{user}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", '
            f'uri="{uri}", response="{response}", algorithm=MD5, qop=auth, nc=00000001, '
            f'cnonce="abc", opaque="{fields["opaque"]}"'
        )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


@contextlib.asynccontextmanager
async def registered_phone(account: PhoneAccount) -> AsyncIterator[SipPhone]:
    """A phone that stays registered for the block, then vanishes as a closed tab does."""
    async with connect(account.websocket_url, subprotocols=[Subprotocol("sip")]) as socket:
        phone = SipPhone(socket, account)
        assert await phone.register() == "SIP/2.0 200 OK"
        serving = asyncio.create_task(phone.serve())
        try:
            yield phone
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
