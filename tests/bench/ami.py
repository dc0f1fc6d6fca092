"""A bare client of the switch's control interface: it sends actions, and passes each event to one function.

It waits for no answer and reconnects never: the least that a loop of calls needs, so the reference of the benches.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

USER = "bench"
SECRET = "only-for-benches"
_EVENTS = ("DialEnd", "BridgeEnter", "UserEvent", "OriginateResponse")

Event = Mapping[str, str]


def add_user(node: Path) -> None:
    """Adds the user of the benches to the configuration of a node that has not been started."""
    file = node / "etc" / "manager.conf"
    filters = "".join(f"eventfilter(action(include),name({event})) =\n" for event in _EVENTS)
    file.write_text(
        f"{file.read_text()}\n[{USER}]\nsecret = {SECRET}\ndeny = 0.0.0.0/0.0.0.0\npermit = 127.0.0.1/255.255.255.255\n"
        f"read = system,call,user\nwrite = system,call,originate\n{filters}"
    )


class Ami:
    """A logged-in connection. ``open`` makes it, ``close`` ends it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, take: Callable[[Event], None]):
        self._writer = writer
        self._reading = asyncio.create_task(self._read(reader, take))

    @classmethod
    async def open(cls, port: int, take: Callable[[Event], None]) -> "Ami":
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()  # the greeting
        ami = cls(reader, writer, take)
        ami.send("Login", Username=USER, Secret=SECRET)
        return ami

    def send(self, action: str, **headers: object) -> None:
        lines = [f"Action: {action}", *(f"{name}: {value}" for name, value in headers.items())]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    async def close(self) -> None:
        self._reading.cancel()
        with suppress(asyncio.CancelledError):
            await self._reading
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader, take: Callable[[Event], None]) -> None:
        while True:
            with suppress(asyncio.IncompleteReadError):
                message = (await reader.readuntil(b"\r\n\r\n")).decode()
                event = dict(line.split(": ", 1) for line in message.splitlines() if ": " in line)
                if "Event" in event:
                    take(event)
                continue
            return


class Voices:
    """Measures, from the switch's own events, how long after an answer both legs are in one bridge."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.unbridged: dict[str, float] = {}
        """Customer's channel → answered at, while the other voice is missing."""
        self._members: dict[str, set[str]] = {}
        self._bridged: dict[str, float] = {}

    def take(self, event: Event) -> None:
        at = float(event.get("Timestamp", 0))
        if event["Event"] == "DialEnd" and event.get("DialStatus") == "ANSWER":
            self.unbridged[event["DestUniqueid"]] = at
        elif event["Event"] == "BridgeEnter":
            members = self._members.setdefault(event["BridgeUniqueid"], set())
            members.add(event["Uniqueid"])
            if len(members) == 2:
                self._bridged |= dict.fromkeys(self._members.pop(event["BridgeUniqueid"]), at)
        for channel in self.unbridged.keys() & self._bridged.keys():  # their order is not fixed
            # A bridge of the same permanent leg, from a call before, is none of this customer's channel.
            self.seconds.append(max(0.0, self._bridged.pop(channel) - self.unbridged.pop(channel)))

    def forget(self) -> None:
        """Forgets what was measured of calls before this moment."""
        self.seconds.clear()
