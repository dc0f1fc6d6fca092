"""The contract of a switch, run on the simulated one and on a real Asterisk with a simulated carrier behind it."""

import asyncio
import contextlib
import resource
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TypeVar
from uuid import UUID, uuid4

import numpy as np
import pytest

from callcenter.dialer.recorders import LOOK_EVERY
from callcenter.kit.clock import SystemClock
from callcenter.recordings.settings import RecordingSettings
from callcenter.recordings.stopping import GrowingFiles
from callcenter.telephony import carrier
from callcenter.telephony.asterisk import provision
from callcenter.telephony.events import (
    AgentLegDown,
    AgentLegUp,
    CallSignal,
    CustomerAnswered,
    CustomerDialled,
    CustomerEarlyMedia,
    CustomerHungUp,
    CustomerRinging,
    DialFinished,
    DialStatus,
    LinkDown,
    LinkUp,
    RecordingStarted,
    Signal,
)
from callcenter.telephony.port import DialRequest, SwitchGateway, SwitchUnavailable
from callcenter.telephony.simulated import SimulatedSwitch
from callcenter.telephony.simulation import Tempo
from tests.support.waiting import eventually
from tests.telephony.lab import Lab, proxied, running_lab

S = TypeVar("S", bound=Signal)
CALLER_ID = "4001234567"
TALKS, EARLY_MEDIA, NO_ANSWER, EARLY_HANG_UP = "13912340000", "13912340055", "13912340065", "13912340098"


@dataclass
class Bench(ABC):
    """A switch under test, the signals it has reported, and what can be done to it."""

    gateway: SwitchGateway
    spool: Path
    heard: list[Signal] = field(default_factory=list)

    async def listen(self) -> None:
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

    async def leg(self, number: str = "9030") -> str:
        """A robot agent's leg, up and parked."""
        leg_id = f"leg-{uuid4().hex[:8]}"
        await self.gateway.connect_robot(leg_id, number, "carrier")
        await self.until(AgentLegUp, leg_id=leg_id)
        return leg_id

    async def dial(self, leg_id: str, number: str, ring_seconds: int = 10) -> UUID:
        call_id = uuid4()
        await self.gateway.dial(
            DialRequest(
                call_id=call_id,
                leg_id=leg_id,
                number=number,
                trunk="carrier",
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
class SimulatedBench(Bench):
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
class AsteriskBench(Bench):
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


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("asterisk")) as running:
        yield running


@pytest.fixture(params=["simulated", pytest.param("asterisk", marks=pytest.mark.e2e)])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    async with contextlib.AsyncExitStack() as stack:
        made: Bench
        if request.param == "simulated":
            simulated = SimulatedSwitch(tmp_path, SystemClock(), Random(1), tempo=Tempo(speed=5))
            stack.push_async_callback(simulated.close)
            made = SimulatedBench(simulated, tmp_path)
        else:
            lab: Lab = request.getfixturevalue("lab")
            proxy = await stack.enter_async_context(proxied(lab.ami_port))
            made = AsteriskBench(lab.gateway(proxy.port), lab.spool, lab=lab, cut=proxy.cut)
        listening = asyncio.create_task(made.listen())
        try:
            await made.until(LinkUp)
            yield made
            with contextlib.suppress(SwitchUnavailable):
                for leg_id in (await made.gateway.read_state()).legs:
                    await made.gateway.disconnect_agent(leg_id)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


def loudest_hz(samples: np.ndarray) -> int:
    """The strongest frequency of the middle of a recording; 0 for silence."""
    middle = samples[len(samples) // 4 : len(samples) * 3 // 4].astype(float)
    if np.abs(middle).max() < 200:
        return 0
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    return round(float(np.fft.rfftfreq(len(middle), 1 / 8000)[spectrum.argmax()]))


async def test_an_agents_leg_is_parked_until_it_is_disconnected(bench: Bench) -> None:
    leg_id = await bench.leg()
    assert leg_id in (await bench.gateway.read_state()).legs
    await bench.gateway.disconnect_agent(leg_id)
    await bench.until(AgentLegDown, leg_id=leg_id)
    assert leg_id not in (await bench.gateway.read_state()).legs


async def test_a_phone_that_is_not_registered_gives_no_leg(bench: Bench) -> None:
    await bench.gateway.connect_agent("leg-of-nobody", "1001")
    await bench.until(AgentLegDown, leg_id="leg-of-nobody")
    assert (await bench.gateway.read_state()).legs == frozenset()


async def test_a_call_is_recorded_then_dialled_then_answered_and_ended_by_us(bench: Bench) -> None:
    leg_id = await bench.leg("9030")
    call_id = await bench.dial(leg_id, carrier.STEADY_NUMBER)
    answered = await bench.until(CustomerAnswered, call_id=call_id)
    state = await bench.gateway.read_state()
    assert (call_id in state.calls, call_id in state.answered) == (True, True)
    await asyncio.sleep(0.6)  # something to record
    await bench.gateway.hang_up(call_id)
    finished, hung_up = await bench.over(call_id)

    order = [kind for kind in bench.of(call_id) if kind is not CustomerRinging]
    assert order[:3] == [RecordingStarted, CustomerDialled, CustomerAnswered]
    assert (finished.status, hung_up.cause, hung_up.sip_code) == (DialStatus.ANSWERED, 16, None)
    samples = await bench.recording(call_id)
    talked = (hung_up.at - answered.at).total_seconds()
    assert talked - 0.1 <= len(samples) / 8000 <= talked + 0.1
    assert abs(loudest_hz(samples[:, 0]) - carrier.CUSTOMER_TONE_HZ) <= 3, "the customer is on the left"
    assert abs(loudest_hz(samples[:, 1]) - (carrier.ROBOT_TONE_HZ + 60)) <= 3, "the agent is on the right"
    state = await bench.gateway.read_state()
    assert (set(state.calls), set(state.legs)) == (set(), {leg_id})


async def test_five_agents_at_once_are_all_recorded(bench: Bench) -> None:
    async def talk(robot: str) -> None:
        call_id = await bench.dial(await bench.leg(robot), carrier.STEADY_NUMBER)
        answered = await bench.until(CustomerAnswered, call_id=call_id)
        await asyncio.sleep(0.6)  # something to record
        await bench.gateway.hang_up(call_id)
        _, hung_up = await bench.over(call_id)
        samples = await bench.recording(call_id)
        talked = (hung_up.at - answered.at).total_seconds()
        assert len(samples) / 8000 == pytest.approx(talked, abs=0.15), "nothing is lost, not even after the first dial"
        voices = [loudest_hz(samples[:, side]) for side in (0, 1)]
        assert voices == [pytest.approx(440, abs=3), pytest.approx(700 + 2 * int(robot[-2:]), abs=3)]

    await asyncio.gather(*(talk(f"90{robot}") for robot in range(41, 46)))


async def test_the_customer_ends_the_call_and_the_leg_takes_the_next(bench: Bench) -> None:
    leg_id = await bench.leg()
    for number in (TALKS, EARLY_HANG_UP):
        call_id = await bench.dial(leg_id, number)
        await bench.until(CustomerAnswered, call_id=call_id)
        finished, hung_up = await bench.over(call_id)
        assert (finished.status, hung_up.cause) == (DialStatus.ANSWERED, 16)
        assert (await bench.gateway.read_state()).legs == {leg_id}


async def test_early_media_is_no_ringing_and_is_recorded(bench: Bench) -> None:
    leg_id = await bench.leg()
    call_id = await bench.dial(leg_id, EARLY_MEDIA)
    announced = await bench.until(CustomerEarlyMedia, call_id=call_id)
    answered = await bench.until(CustomerAnswered, call_id=call_id)
    assert CustomerRinging not in bench.of(call_id)
    waited = (answered.at - announced.at).total_seconds()
    assert waited == pytest.approx(1.0, abs=0.3)
    await bench.gateway.hang_up(call_id)
    await bench.over(call_id)
    assert len(await bench.recording(call_id)) / 8000 == pytest.approx(waited, abs=0.35)


@pytest.mark.parametrize(
    ("ending", "cause", "sip_code", "status"),
    [
        ("80", 17, 486, DialStatus.BUSY),
        ("86", 21, 603, DialStatus.UNAVAILABLE),
        ("89", 19, 480, DialStatus.NO_ANSWER),
        ("93", 1, 404, DialStatus.UNAVAILABLE),
        ("96", 34, 503, DialStatus.CONGESTION),
    ],
)
async def test_kinds_of_refusals_are_distinguished(
    bench: Bench, ending: str, cause: int, sip_code: int, status: DialStatus
) -> None:
    leg_id = await bench.leg()
    call_id = await bench.dial(leg_id, f"139123456{ending}")
    finished, hung_up = await bench.over(call_id)
    assert (hung_up.cause, hung_up.sip_code, finished.status) == (cause, sip_code, status)
    assert CustomerAnswered not in bench.of(call_id)
    assert (await bench.gateway.read_state()).legs == {leg_id}


async def test_a_call_that_is_not_answered_ends_with_the_ring_time(bench: Bench) -> None:
    leg_id = await bench.leg()
    busy = await bench.dial(leg_id, "13912345680")
    await bench.over(busy)
    call_id = await bench.dial(leg_id, NO_ANSWER, ring_seconds=1)
    await bench.until(CustomerRinging, call_id=call_id)
    finished, hung_up = await bench.over(call_id)
    assert finished.status is DialStatus.NO_ANSWER
    assert (hung_up.cause, hung_up.sip_code) == (None, None), "nothing is left of the busy call before"


@pytest.mark.parametrize("rings_already", [True, False])
async def test_a_call_can_be_ended_before_it_is_answered(bench: Bench, rings_already: bool) -> None:
    leg_id = await bench.leg()
    call_id = await bench.dial(leg_id, NO_ANSWER, ring_seconds=30)
    if rings_already:
        await bench.until(CustomerRinging, call_id=call_id)
    await bench.gateway.hang_up(call_id)
    finished, _ = await bench.over(call_id)
    assert finished.status is DialStatus.CANCELLED
    assert (await bench.gateway.read_state()).legs == {leg_id}


async def test_without_a_recorder_no_number_is_dialled(bench: Bench) -> None:
    leg_id = await bench.leg()
    arrivals = bench.arrivals()
    with bench.recorder_refuses():
        call_id = await bench.dial(leg_id, carrier.STEADY_NUMBER)
        finished, hung_up = await bench.over(call_id)
        assert (finished.status, hung_up.cause, hung_up.sip_code) == (DialStatus.UNAVAILABLE, 47, None)
        assert not {RecordingStarted, CustomerDialled} & set(bench.of(call_id))
        assert bench.arrivals() == arrivals
    again = await bench.dial(leg_id, carrier.STEADY_NUMBER)
    await bench.until(CustomerAnswered, call_id=again)
    assert bench.arrivals() == arrivals + 1


async def test_a_recorder_that_stops_is_noticed_and_one_that_writes_is_not(bench: Bench) -> None:
    call_id = await bench.dial(await bench.leg(), carrier.STEADY_NUMBER)
    await bench.until(CustomerAnswered, call_id=call_id)
    files, began = GrowingFiles(RecordingSettings(spool_dir=bench.spool)), time.monotonic()
    while time.monotonic() < began + 4:
        assert files.look({call_id}, time.monotonic()) == frozenset(), "it writes"
        await asyncio.sleep(LOOK_EVERY)
    with bench.stop_recorders():
        await eventually(lambda: files.look({call_id}, time.monotonic()))
        await bench.gateway.hang_up(call_id)
        await bench.over(call_id)


async def test_hanging_up_a_channel_that_is_gone_is_no_error(bench: Bench) -> None:
    leg_id = await bench.leg()
    await bench.gateway.disconnect_agent(leg_id)
    await bench.until(AgentLegDown, leg_id=leg_id)
    await bench.gateway.disconnect_agent(leg_id)
    await bench.gateway.hang_up(uuid4())
    with pytest.raises(SwitchUnavailable) as refusal:
        await bench.dial(leg_id, TALKS)
    assert not refusal.value.sent


async def test_an_agent_who_leaves_before_the_answer_ends_the_call(bench: Bench) -> None:
    leg_id = await bench.leg()
    call_id = await bench.dial(leg_id, NO_ANSWER)
    await bench.until(CustomerRinging, call_id=call_id)
    await bench.gateway.disconnect_agent(leg_id)
    await bench.until(CustomerHungUp, call_id=call_id)
    await bench.until(AgentLegDown, leg_id=leg_id)
    assert (await bench.gateway.read_state()).calls == frozenset()


async def test_a_customer_whose_agent_is_gone_is_held_for_the_next_leg_and_recorded_throughout(bench: Bench) -> None:
    first = await bench.leg()
    call_id = await bench.dial(first, carrier.STEADY_NUMBER)
    answered = await bench.until(CustomerAnswered, call_id=call_id)
    await asyncio.sleep(1)
    await bench.gateway.disconnect_agent(first)
    await bench.until(AgentLegDown, leg_id=first)
    assert call_id in (await bench.gateway.read_state()).answered, "the customer is held"
    second = await bench.leg("9031")
    await bench.gateway.rejoin(call_id, second)
    await asyncio.sleep(2)
    await bench.gateway.hang_up(call_id)
    finished, hung_up = await bench.over(call_id)
    assert finished.status is DialStatus.ANSWERED
    assert second in (await bench.gateway.read_state()).legs, "parked again"
    samples = await bench.recording(call_id)
    talked = (hung_up.at - answered.at).total_seconds()
    assert len(samples) / 8000 == pytest.approx(talked, abs=1)
    assert loudest_hz(samples[-8000:, 1]) == carrier.behaviour_of("9031").tone_hz, "of the second leg"


async def test_a_held_customer_can_be_hung_up_and_is_not_rejoined_then(bench: Bench) -> None:
    leg_id = await bench.leg()
    call_id = await bench.dial(leg_id, carrier.STEADY_NUMBER)
    await bench.until(CustomerAnswered, call_id=call_id)
    await bench.gateway.disconnect_agent(leg_id)
    await bench.until(AgentLegDown, leg_id=leg_id)
    await bench.gateway.hang_up(call_id)
    await bench.until(CustomerHungUp, call_id=call_id)
    await bench.recording(call_id)
    with pytest.raises(SwitchUnavailable) as refusal:
        await bench.gateway.rejoin(call_id, await bench.leg())
    assert not refusal.value.sent


async def test_a_call_outlives_a_lost_link(bench: Bench) -> None:
    leg_id = await bench.leg()
    call_id = await bench.dial(leg_id, carrier.STEADY_NUMBER)
    await bench.until(CustomerAnswered, call_id=call_id)
    since = len(bench.heard)
    bench.cut_link()
    await bench.until(LinkDown, since)
    with pytest.raises(SwitchUnavailable) as refusal:
        await bench.gateway.hang_up(call_id)
    assert not refusal.value.sent
    await bench.until(LinkUp, since, restarted=False)
    state = await bench.gateway.read_state()
    assert (set(state.calls), set(state.answered), set(state.legs)) == ({call_id}, {call_id}, {leg_id})
    await bench.gateway.hang_up(call_id)
    await bench.over(call_id)


async def test_a_switch_that_died_comes_back_empty(bench: Bench) -> None:
    leg_id = await bench.leg()
    call_id = await bench.dial(leg_id, carrier.STEADY_NUMBER)
    await bench.until(CustomerAnswered, call_id=call_id)
    since = len(bench.heard)
    await bench.restart()
    await bench.until(LinkDown, since)
    await bench.until(LinkUp, since, restarted=True)
    state = await bench.gateway.read_state()
    assert (state.calls, state.legs) == (frozenset(), frozenset())
    assert (bench.spool / f"{call_id}.raw").exists()
    assert not (bench.spool / f"{call_id}.done").exists(), "that recording was not closed"
    call_id = await bench.dial(await bench.leg(), carrier.STEADY_NUMBER)
    await bench.until(CustomerAnswered, call_id=call_id)


@pytest.mark.e2e
async def test_the_customer_sees_the_approved_number_and_asterisk_complains_of_nothing(lab: Lab) -> None:
    assert provision.errors_in_log(lab.carrier.directory) == []
    bench = AsteriskBench(lab.gateway(), lab.spool, lab=lab, cut=lambda: None)
    listening = asyncio.create_task(bench.listen())
    try:
        await bench.until(LinkUp)
        leg_id = await bench.leg()
        await bench.over(await bench.dial(leg_id, "13912340580"))
        assert f"arrival 13912340580 from {CALLER_ID}" in lab.carrier.log()
        await bench.gateway.disconnect_agent(leg_id)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
