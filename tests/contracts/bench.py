"""A switch under test: the signals it has reported, and what can be done to it."""

import asyncio
import contextlib
import resource
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import numpy as np

from callcenter.telephony.events import (
    AgentLegUp,
    CallSignal,
    CustomerDialled,
    CustomerHungUp,
    DialFinished,
    LinkUp,
    Signal,
)
from callcenter.telephony.port import DialRequest, SwitchGateway
from callcenter.telephony.simulated import SimulatedSwitch
from tests.support.waiting import eventually
from tests.telephony.lab import Lab

S = TypeVar("S", bound=Signal)
CALLER_ID = "4001234567"


@dataclass
class Bench:
    """A switch under test."""

    gateway: SwitchGateway
    spool: Path
    heard: list[Signal] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Keeps the link up until the block ends."""
        task = asyncio.create_task(self._listen())
        try:
            await self.until(LinkUp)
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _listen(self) -> None:
        async for batch in self.gateway.run():
            self.heard += batch

    async def until(self, kind: type[S], since: int = 0, **fields: object) -> S:
        """Waits for the first signal of a kind with these fields, after a position in the signals; returns it."""

        def found() -> S | None:
            for signal in self.heard[since:]:
                if isinstance(signal, kind) and all(getattr(signal, name) == value for name, value in fields.items()):
                    return signal
            return None

        found.__name__ = f"{kind.__name__} {fields}"
        signal = await eventually(found)
        assert signal is not None
        return signal

    def of(self, call_id: UUID) -> list[type[Signal]]:
        return [type(signal) for signal in self.heard if isinstance(signal, CallSignal) and signal.call_id == call_id]

    async def leg(self, number: str = "9030", trunk: str = "carrier") -> str:
        """A robot agent's leg, up and parked."""
        leg_id = f"leg-{uuid4().hex[:8]}"
        await self.gateway.connect_robot(leg_id, number, trunk)
        await self.until(AgentLegUp, leg_id=leg_id)
        return leg_id

    async def dial(self, leg_id: str, number: str, ring_seconds: int = 10, trunk: str = "carrier") -> UUID:
        call_id = uuid4()
        await self.gateway.dial(
            DialRequest(
                call_id=call_id,
                leg_id=leg_id,
                number=number,
                trunk=trunk,
                caller_id=CALLER_ID,
                ring_seconds=ring_seconds,
            )
        )
        return call_id

    async def over(self, call_id: UUID) -> tuple[DialFinished, CustomerHungUp]:
        """Waits for both ends of a call; their order is not fixed."""
        return await self.until(DialFinished, call_id=call_id), await self.until(CustomerHungUp, call_id=call_id)

    async def recording(self, call_id: UUID) -> np.ndarray:
        """The samples of a closed recording: one row each, customer and agent."""
        await eventually((self.spool / f"{call_id}.done").exists)
        return np.fromfile(self.spool / f"{call_id}.raw", dtype="<i2").reshape(-1, 2)


@dataclass
class ContractBench(Bench, ABC):
    """A switch whose faults can be planted, too."""

    @abstractmethod
    def arrivals(self) -> int:
        """How many calls to customers have reached the carrier so far."""

    @abstractmethod
    def cut_link(self) -> None: ...

    @abstractmethod
    async def restart(self) -> None:
        """Kills the switch and starts it again."""

    @abstractmethod
    def stop_recorders(self) -> contextlib.AbstractContextManager[None]:
        """Lets the spool take no further byte, as a full disk."""

    @abstractmethod
    def recorder_refuses(self) -> contextlib.AbstractContextManager[None]: ...


@dataclass
class SimulatedBench(ContractBench):
    def arrivals(self) -> int:
        return sum(isinstance(signal, CustomerDialled) for signal in self.heard)

    def cut_link(self) -> None:
        assert isinstance(self.gateway, SimulatedSwitch)
        self.gateway.lose_link()

    async def restart(self) -> None:
        assert isinstance(self.gateway, SimulatedSwitch)
        self.gateway.crash()

    @contextlib.contextmanager
    def recorder_refuses(self) -> Iterator[None]:
        assert isinstance(self.gateway, SimulatedSwitch)
        self.gateway.faults.recorder_refuses = True
        yield
        self.gateway.faults.recorder_refuses = False

    @contextlib.contextmanager
    def stop_recorders(self) -> Iterator[None]:
        assert isinstance(self.gateway, SimulatedSwitch)
        self.gateway.faults.recorder_stops = True
        yield
        self.gateway.faults.recorder_stops = False


@dataclass
class AsteriskBench(ContractBench):
    lab: Lab = field(kw_only=True)
    cut: Callable[[], None] = field(kw_only=True)

    def arrivals(self) -> int:
        return self.lab.carrier.log().count(": arrival ")

    def cut_link(self) -> None:
        self.cut()

    async def restart(self) -> None:
        self.lab.node.kill()
        self.lab.node.start()

    @contextlib.contextmanager
    def recorder_refuses(self) -> Iterator[None]:
        aside = self.spool.with_name("spool-aside")
        self.spool.rename(aside)
        self.spool.touch()
        yield
        self.spool.unlink()
        aside.rename(self.spool)

    @contextlib.contextmanager
    def stop_recorders(self) -> Iterator[None]:
        # A limit on the length of its files needs neither root nor a disk of our own; writing fails as on a full disk.
        assert self.lab.node.process is not None
        pid, longest = self.lab.node.process.pid, max(file.stat().st_size for file in self.spool.glob("*.raw"))
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (longest, before[1]))
        yield
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def loudest_hz(samples: np.ndarray) -> int:
    """The strongest frequency of the middle of a recording; 0 for silence."""
    middle = samples[len(samples) // 4 : len(samples) * 3 // 4].astype(float)
    if np.abs(middle).max() < 200:
        return 0
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    return round(float(np.fft.rfftfreq(len(middle), 1 / 8000)[spectrum.argmax()]))
