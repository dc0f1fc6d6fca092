"""A small AMI server that misbehaves on demand."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

Action = dict[str, str]


@dataclass
class FakeAmi:
    port: int = 0
    greeting: bytes = b"Asterisk Call Manager/11.0.0\r\n"
    secret_accepted: bool = True
    booted: bool = True
    mute: bool = False
    """Takes everything and answers nothing."""
    silent_about: set[str] = field(default_factory=set)
    """Actions that are taken and not answered."""
    started: str = "10:00:00"
    channels: list[str] = field(default_factory=list)
    contacts: dict[str, str] = field(default_factory=dict)
    """Extension → URI of each registered phone."""
    said_before: dict[str, list[str]] = field(default_factory=dict)
    """Action → lines of an event that is sent just before its answer."""
    actions: list[Action] = field(default_factory=list)
    connections: int = 0
    writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def names(self) -> list[str]:
        return [action["Action"] for action in self.actions]

    def say(self, *lines: str) -> None:
        """Sends one message to everybody who is connected."""
        for writer in self.writers:
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n")

    def reset(self) -> None:
        """Ends all connections with RST."""
        for writer in list(self.writers):
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def close(self) -> None:
        """Ends all connections in good order."""
        for writer in list(self.writers):
            writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.add(writer)
        writer.write(self.greeting)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                text = (await reader.readuntil(b"\r\n\r\n")).decode()
                self._answer(dict(line.split(": ", 1) for line in text.split("\r\n") if line), writer)
        self.writers.discard(writer)
        writer.close()

    def _answer(self, action: Action, writer: asyncio.StreamWriter) -> None:
        self.actions.append(action)
        if self.mute or action["Action"] in self.silent_about:
            return
        response, more, after = "Success", [], []
        match action["Action"]:
            case "Challenge":
                more = ["Challenge: 42"]
            case "Login" if not self.secret_accepted:
                response, more = "Error", ["Message: Authentication failed"]
            case "Login" if self.booted:
                after = [["Event: FullyBooted", "Status: Fully Booted"]]
            case "CoreStatus":
                more = ["CoreStartupDate: 2026-11-23", f"CoreStartupTime: {self.started}"]
            case "PJSIPShowContacts" if not self.contacts:
                response, more = "Error", ["Message: No Contacts found"]
            case "PJSIPShowContacts":
                tail = f"ActionID: {action['ActionID']}"
                after = [
                    ["Event: ContactList", tail, f"Endpoint: {extension}", f"Uri: {uri}", "Status: Reachable"]
                    for extension, uri in self.contacts.items()
                ]
                after.append(["Event: ContactListComplete", "EventList: Complete", tail])
            case "CoreShowChannels":
                tail = f"ActionID: {action['ActionID']}"
                after = [["Event: CoreShowChannel", tail, f"Channel: {name}"] for name in self.channels]
                after.append(["Event: CoreShowChannelsComplete", "EventList: Complete", tail])
            case _:
                pass
        before = [self.said_before[action["Action"]]] if action["Action"] in self.said_before else []
        messages = (*before, [f"Response: {response}", f"ActionID: {action['ActionID']}", *more], *after)
        writer.write("".join("\r\n".join(lines) + "\r\n\r\n" for lines in messages).encode())


@contextlib.asynccontextmanager
async def serving(fake: FakeAmi) -> AsyncIterator[FakeAmi]:
    server = await asyncio.start_server(fake.serve, "127.0.0.1", fake.port)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        server.close()
        fake.close()
        await asyncio.sleep(0)
