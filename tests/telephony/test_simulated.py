"""The simulated switch beyond the contract: faults on demand, and the same chance gives the same signals."""

import asyncio
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import numpy as np
import pytest

from callcenter.kit.clock import FrozenClock
from callcenter.telephony.events import (
    AgentLegUp,
    CallSignal,
    CustomerAnswered,
    CustomerHungUp,
    DialFinished,
    LinkDown,
    LinkUp,
    PhoneRegistered,
    PhoneUnregistered,
    RecordingStarted,
    Signal,
)
from callcenter.telephony.port import DialRequest, SwitchUnavailable
from callcenter.telephony.simulated import SimulatedSwitch
from callcenter.telephony.simulation import Faults, Tempo
from tests.support.waiting import eventually

CALL = UUID(int=7)
TEN_SECONDS = "13912340001"


class Story:
    """A switch and the signals it reports."""

    def __init__(self, spool: Path, clock: FrozenClock, **options: object) -> None:
        self.switch = SimulatedSwitch(spool, clock, Random(3), tempo=Tempo(speed=200), phones=["1001"], **options)  # type: ignore[arg-type]
        self.heard: list[Signal] = []

    async def __aenter__(self) -> "Story":
        self._listening = asyncio.create_task(self._listen())
        await self.heard_a(LinkUp)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        await self.switch.close()

    async def _listen(self) -> None:
        async for batch in self.switch.run():
            self.heard += batch

    async def heard_a(self, kind: type[Signal]) -> None:
        await eventually(lambda: any(isinstance(signal, kind) for signal in self.heard))

    async def call(self, number: str = TEN_SECONDS, call_id: UUID = CALL) -> None:
        await self.switch.dial(
            DialRequest(call_id=call_id, leg_id="leg", number=number, trunk="carrier", caller_id="4001", ring_seconds=5)
        )

    def reported(self) -> list[str]:
        return [type(signal).__name__ for signal in self.heard if isinstance(signal, CallSignal)]


async def test_ten_seconds_of_talk_pass_quickly_and_last_ten_seconds(tmp_path: Path, clock: FrozenClock) -> None:
    async with Story(tmp_path, clock) as bench:
        await bench.switch.connect_agent("leg", "1001")
        await bench.call()
        await bench.heard_a(DialFinished)
        (answered,) = [signal for signal in bench.heard if isinstance(signal, CustomerAnswered)]
        (hung_up,) = [signal for signal in bench.heard if isinstance(signal, CustomerHungUp)]
        talked = hung_up.at - answered.at
        assert timedelta(seconds=10) <= talked < timedelta(seconds=14)
        assert answered.at >= clock.now() + timedelta(seconds=0.8)
        samples = np.fromfile(tmp_path / f"{CALL}.raw", dtype="<i2").reshape(-1, 2)
        assert len(samples) / 8000 == pytest.approx(talked.total_seconds(), abs=0.5)


async def test_a_signal_that_is_reported_twice_changes_nothing(tmp_path: Path, clock: FrozenClock) -> None:
    async with Story(tmp_path, clock, faults=Faults(doubled=1)) as bench:
        await bench.switch.connect_agent("leg", "1001")
        await bench.call()
        await eventually(lambda: bench.reported().count("DialFinished") == 2)
        assert bench.reported().count("CustomerAnswered") == 2
        finished = [signal for signal in bench.heard if isinstance(signal, DialFinished)]
        assert finished[0].key == finished[1].key


async def test_signals_may_be_reported_out_of_order(tmp_path: Path, clock: FrozenClock) -> None:
    async with Story(tmp_path, clock, faults=Faults(reordered=1)) as bench:
        await bench.switch.connect_agent("leg", "1001")
        await bench.call("13912340080")
        await eventually(lambda: len(bench.reported()) == 4)
        assert sorted(bench.reported()) == ["CustomerDialled", "CustomerHungUp", "DialFinished", "RecordingStarted"]
        assert bench.reported() != ["RecordingStarted", "CustomerDialled", "CustomerHungUp", "DialFinished"]


async def test_a_loss_is_dated_by_the_cut_however_late_it_is_read(tmp_path: Path, clock: FrozenClock) -> None:
    switch = SimulatedSwitch(tmp_path, clock, Random(3))
    async with aclosing(switch.run()) as batches:
        assert isinstance((await anext(batches))[0], LinkUp)
        cut_at = clock.now()
        switch.lose_link(0)
        clock.advance(timedelta(seconds=9))
        switch.lose_link(0)
        clock.advance(timedelta(seconds=9))
        assert [(type(signal), signal.at) for signal in await anext(batches)] == [(LinkDown, cut_at)]


async def test_lost_signals_are_made_up_for_by_reading_the_state(tmp_path: Path, clock: FrozenClock) -> None:
    async with Story(tmp_path, clock) as bench:
        await bench.switch.connect_agent("leg", "1001")
        await bench.heard_a(AgentLegUp)
        bench.switch.faults.lost = 1
        await bench.call()
        await eventually(lambda: (tmp_path / f"{CALL}.done").exists())
        assert bench.reported() == []
        assert (await bench.switch.read_state()).legs == {"leg"}


async def test_late_signals_are_all_reported(tmp_path: Path, clock: FrozenClock) -> None:
    async with Story(tmp_path, clock, faults=Faults(late=1)) as bench:
        await bench.switch.connect_agent("leg", "1001")
        await bench.call()
        await eventually(lambda: {"RecordingStarted", "CustomerAnswered", "DialFinished"} <= set(bench.reported()))


async def test_a_command_that_timed_out_may_have_been_carried_out(tmp_path: Path, clock: FrozenClock) -> None:
    async with Story(tmp_path, clock) as bench:
        await bench.switch.connect_agent("leg", "1001")
        bench.switch.faults.commands_time_out = 1
        calls = [UUID(int=number) for number in range(20)]
        for call_id in calls:
            with pytest.raises(SwitchUnavailable):
                await bench.call("13912340080", call_id)
        await eventually(lambda: "DialFinished" in bench.reported())
        carried_out = {signal.call_id for signal in bench.heard if isinstance(signal, RecordingStarted)}
        assert 0 < len(carried_out) < len(calls)


async def test_phones_register_and_disappear(tmp_path: Path, clock: FrozenClock) -> None:
    async with Story(tmp_path, clock) as bench:
        bench.switch.register_phone("1002")
        bench.switch.unregister_phone("1001")
        await bench.heard_a(PhoneUnregistered)
        phones = [(type(signal), signal.extension) for signal in bench.heard if hasattr(signal, "extension")]
        assert phones == [(PhoneRegistered, "1001"), (PhoneRegistered, "1002"), (PhoneUnregistered, "1001")]
        assert (await bench.switch.read_state()).phones == {"1002"}


async def test_without_a_listener_there_is_no_link(tmp_path: Path, clock: FrozenClock) -> None:
    switch = SimulatedSwitch(tmp_path, clock, Random(1))
    with pytest.raises(SwitchUnavailable):
        await switch.connect_agent("leg", "1001")
