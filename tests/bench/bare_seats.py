"""The reference of ``seats``: a loop of calls on the bare control interface, with the node, carrier, legs and recorder
of a rehearsal, and nothing else: no database, no screen, no rule."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import uuid4

from tests.bench.ami import Ami, Event, Voices

_RING_SECONDS = 8
_LONGEST_CALL = 300.0
_BYTES_A_SECOND = 32_000
"""Of the recorder's file: two sides, 8 kHz, 16 bit."""


@dataclass
class BareCall:
    ended_at: float = 0.0
    answered_at: float | None = None
    lost: bool = False

    def is_whole(self, file: Path, tolerance: float) -> bool:
        """Returns whether the recorder's file is as long as the conversation."""
        assert self.answered_at is not None
        seconds = file.stat().st_size / _BYTES_A_SECOND if file.exists() else 0.0
        return seconds >= self.ended_at - self.answered_at - tolerance


@dataclass
class BareSeats:
    """Seats that call at once whenever they are free, and pause after each conversation."""

    ami_port: int
    trunk: str
    wrap_up: float
    chance: Random
    voices: Voices = field(default_factory=Voices)
    calls: dict[str, BareCall] = field(default_factory=dict)
    lags: list[float] = field(default_factory=list)
    _ups: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    _ends: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    _on: dict[str, str] = field(default_factory=dict)
    """Leg → its present call."""

    async def work(self, seats: int) -> None:
        """Works until it is cancelled."""
        ami = await Ami.open(self.ami_port, self._take)
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(1, seats + 1):
                    group.create_task(self._seat(ami, number))
                    await asyncio.sleep(0.05)
        finally:
            await ami.close()

    async def _seat(self, ami: Ami, number: int) -> None:
        leg, loop = f"leg-bare-{number}", asyncio.get_running_loop()
        self._ups[leg] = loop.create_future()
        ami.send(
            "Originate",
            Channel=f"PJSIP/9{number:03d}@{self.trunk}",
            ChannelId=leg,
            Context="agent",
            Exten="leg",
            Priority=1,
            Async="true",
            Timeout=10_000,
            Variable=f"LEG_ID={leg}",
        )
        async with asyncio.timeout(30):
            await self._ups[leg]
        while True:
            call_id = str(uuid4())
            number_called = f"139{self.chance.randrange(10**6):06d}{self.chance.randrange(100):02d}"
            call, end = BareCall(), loop.create_future()
            self._ends[call_id], self._on[leg] = end, call_id
            self.calls[call_id] = call
            value = f"{call_id},{number_called},{self.trunk},0771955001,{_RING_SECONDS}"
            names = "ARRAY(DIAL_ID,DIAL_NUMBER,DIAL_TRUNK,DIAL_CALLER,DIAL_RING)"
            ami.send("Setvar", Channel=leg, Variable=names, Value=value)
            ami.send("Redirect", Channel=leg, Context="agent", Exten="call", Priority=1)
            try:
                async with asyncio.timeout(_LONGEST_CALL):
                    await end
            except TimeoutError:
                call.lost, call.ended_at = True, time.time()
            if call.answered_at is not None:
                await asyncio.sleep(self.wrap_up * self.chance.uniform(1 / 3, 5 / 3))

    def _take(self, event: Event) -> None:
        self.voices.take(event)
        at = float(event.get("Timestamp", 0))
        if at:
            self.lags.append(time.time() - at)
        if event.get("UserEvent") == "AgentLegUp" and not self._ups[event["LegId"]].done():
            self._ups[event["LegId"]].set_result(None)
        elif event["Event"] == "DialEnd" and event.get("DialStatus") == "ANSWER":
            if (call_id := self._on.get(event.get("Uniqueid", ""))) is not None:
                self.calls[call_id].answered_at = at
        elif event.get("UserEvent") == "CallDone" and (end := self._ends.pop(event["CallId"], None)) is not None:
            self.calls[event["CallId"]].ended_at = at
            if not end.done():
                end.set_result(None)
