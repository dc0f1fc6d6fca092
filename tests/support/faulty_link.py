"""Stands between the engine and Asterisk's control port: cuts the link at any byte, doubles and reorders events, and
notes which facts have reached the engine for certain."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from asterisk.ami.event import Event as AmiEvent

from callcenter.embedded.process import free_ports
from callcenter.telephony.asterisk import wire
from callcenter.telephony.asterisk.translate import translate
from callcenter.telephony.events import CallSignal, CustomerDialled

_END = b"\r\n\r\n"
_SURE = 5.0
"""Seconds for which a link must have lived on, so that the engine has taken what came over it before."""
_HELD = 0.2
"""Seconds after which an event that was held back comes even without another one behind it."""

Fact = tuple[UUID, str]
"""A call, and the key of a signal about it."""


@dataclass
class _Link:
    """One connection of an engine, and what has come over it."""

    writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    facts: dict[Fact, float] = field(default_factory=dict)
    """Fact → when it was passed on whole."""
    held: bytes = b""
    closed_at: float | None = None

    def abort(self) -> None:
        for writer in self.writers:
            writer.transport.abort()


class FaultyLink:
    """Passes messages on, as long as no fault is ordered."""

    def __init__(self, chance: Random) -> None:
        self.port = free_ports(1)[0]
        self.target = 0
        self.mixes = False
        """Doubles three events in ten, and holds two in ten back behind the next."""
        self._chance = chance
        self._channels: dict[UUID, set[str]] = {}
        """Call → the channels by which its customer was dialled."""
        self._cut_after: int | None = None
        self._links: list[_Link] = []

    def cut_after(self, size: int) -> None:
        """Orders that the link breaks when so many more bytes have come from the switch."""
        self._cut_after = size

    @property
    def dialled_twice(self) -> int:
        """Returns how many calls had their customer dialled more than once."""
        return sum(len(channels) > 1 for channels in self._channels.values())

    @property
    def waits_to_cut(self) -> bool:
        return self._cut_after is not None

    def taken(self) -> Collection[Fact]:
        """Returns the facts that an engine must have written: its link has lived on for seconds."""
        now = time.monotonic()
        return {fact for link in self._links for fact, at in link.facts.items() if (link.closed_at or now) - at > _SURE}

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator["FaultyLink"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        try:
            yield self
        finally:
            server.close()
            for link in self._links:
                link.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            switch_reader, switch_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        link = _Link((writer, switch_writer))
        self._links.append(link)
        try:
            await asyncio.gather(self._commands(reader, link), self._messages(switch_reader, link))
        finally:
            link.closed_at = time.monotonic()
            link.abort()

    async def _commands(self, reader: asyncio.StreamReader, link: _Link) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                link.writers[1].write(data)
        link.abort()

    async def _messages(self, reader: asyncio.StreamReader, link: _Link) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            link.writers[0].write(await reader.readuntil(b"\r\n"))  # the greeting
            while not link.writers[0].transport.is_closing():
                try:
                    async with asyncio.timeout(_HELD if link.held else None):
                        message = await reader.readuntil(_END)
                except TimeoutError:
                    message = b""
                for one in self._mixed(message, link):
                    self._pass_on(one, link)
        link.abort()

    def _mixed(self, message: bytes, link: _Link) -> list[bytes]:
        """Returns what is passed on now: one message as it came, or events doubled and behind each other."""
        before, link.held = link.held, b""
        plain = not message.startswith(b"Event:") or b"\r\nActionID:" in message
        if not self.mixes or plain or not message:
            return [one for one in (before, message) if one]
        if not before and self._chance.random() < 0.2:
            link.held = message
            return []
        copies = 2 if self._chance.random() < 0.3 else 1
        return [message] * copies + ([before] if before else [])

    def _pass_on(self, message: bytes, link: _Link) -> None:
        if self._cut_after is not None:
            self._cut_after -= len(message)
            if self._cut_after < 0:
                link.writers[0].write(message[: self._cut_after])
                self._cut_after = None
                link.abort()
                return
        link.writers[0].write(message)
        for signal in _signals(message):
            link.facts.setdefault((signal.call_id, signal.key), time.monotonic())
            if isinstance(signal, CustomerDialled):
                self._channels.setdefault(signal.call_id, set()).add(signal.channel)


def _signals(message: bytes) -> list[CallSignal]:
    parsed = wire.parse(message.removesuffix(_END))
    if not isinstance(parsed, AmiEvent):
        return []
    signals = translate(parsed.name, parsed.keys, datetime.now(UTC), timedelta(0))
    return [signal for signal in signals if isinstance(signal, CallSignal)]
