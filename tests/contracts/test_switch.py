"""The contract of a switch, run on the simulated one and on a real Asterisk with a simulated carrier behind it."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest

from callcenter.dialer.recorders import LOOK_EVERY
from callcenter.kit.clock import SystemClock
from callcenter.recordings.settings import RecordingSettings
from callcenter.recordings.stopping import GrowingFiles
from callcenter.telephony import carrier
from callcenter.telephony.asterisk import provision
from callcenter.telephony.events import (
    AgentLegDown,
    CustomerAnswered,
    CustomerDialled,
    CustomerEarlyMedia,
    CustomerHungUp,
    CustomerRinging,
    DialStatus,
    LinkDown,
    LinkUp,
    RecordingStarted,
)
from callcenter.telephony.port import SwitchUnavailable
from callcenter.telephony.simulated import SimulatedSwitch
from callcenter.telephony.simulation import Tempo
from tests.contracts.bench import CALLER_ID, AsteriskBench, Bench, ContractBench, SimulatedBench, loudest_hz
from tests.support.waiting import eventually
from tests.telephony.lab import Lab, proxied, running_lab

TALKS, EARLY_MEDIA, NO_ANSWER, EARLY_HANG_UP = "13912340000", "13912340055", "13912340065", "13912340098"


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("asterisk")) as running:
        yield running


@pytest.fixture(params=["simulated", pytest.param("asterisk", marks=[pytest.mark.e2e, pytest.mark.quiet])])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ContractBench]:
    async with contextlib.AsyncExitStack() as stack:
        made: ContractBench
        if request.param == "simulated":
            simulated = SimulatedSwitch(tmp_path, SystemClock(), Random(1), tempo=Tempo(speed=5))
            stack.push_async_callback(simulated.close)
            made = SimulatedBench(simulated, tmp_path)
        else:
            lab: Lab = request.getfixturevalue("lab")
            proxy = await stack.enter_async_context(proxied(lab.ami_port))
            made = AsteriskBench(lab.gateway(proxy.port), lab.spool, lab=lab, cut=proxy.cut)
        async with made.listening():
            yield made
            with contextlib.suppress(SwitchUnavailable):
                state = await made.gateway.read_state()
                for call_id in state.calls:  # a customer without an agent would be held, into the next test
                    await made.gateway.hang_up(call_id)
                for leg_id in state.legs:
                    await made.gateway.disconnect_agent(leg_id)


async def test_an_agents_leg_is_parked_until_it_is_disconnected(bench: ContractBench) -> None:
    leg_id = await bench.leg()
    assert leg_id in (await bench.gateway.read_state()).legs
    await bench.gateway.disconnect_agent(leg_id)
    await bench.until(AgentLegDown, leg_id=leg_id)
    assert leg_id not in (await bench.gateway.read_state()).legs


async def test_a_phone_that_is_not_registered_gives_no_leg(bench: ContractBench) -> None:
    await bench.gateway.connect_agent("leg-of-nobody", "1001")
    await bench.until(AgentLegDown, leg_id="leg-of-nobody")
    assert (await bench.gateway.read_state()).legs == frozenset()


async def test_a_call_is_recorded_then_dialled_then_answered_and_ended_by_us(bench: ContractBench) -> None:
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


async def test_five_agents_at_once_are_all_recorded(bench: ContractBench) -> None:
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


async def test_the_customer_ends_the_call_and_the_leg_takes_the_next(bench: ContractBench) -> None:
    leg_id = await bench.leg()
    for number in (TALKS, EARLY_HANG_UP):
        call_id = await bench.dial(leg_id, number)
        await bench.until(CustomerAnswered, call_id=call_id)
        finished, hung_up = await bench.over(call_id)
        assert (finished.status, hung_up.cause) == (DialStatus.ANSWERED, 16)
        assert (await bench.gateway.read_state()).legs == {leg_id}


async def test_early_media_is_no_ringing_and_is_recorded(bench: ContractBench) -> None:
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
    bench: ContractBench, ending: str, cause: int, sip_code: int, status: DialStatus
) -> None:
    leg_id = await bench.leg()
    call_id = await bench.dial(leg_id, f"139123456{ending}")
    finished, hung_up = await bench.over(call_id)
    assert (hung_up.cause, hung_up.sip_code, finished.status) == (cause, sip_code, status)
    assert CustomerAnswered not in bench.of(call_id)
    assert (await bench.gateway.read_state()).legs == {leg_id}


async def test_a_call_that_is_not_answered_ends_with_the_ring_time(bench: ContractBench) -> None:
    leg_id = await bench.leg()
    busy = await bench.dial(leg_id, "13912345680")
    await bench.over(busy)
    call_id = await bench.dial(leg_id, NO_ANSWER, ring_seconds=1)
    await bench.until(CustomerRinging, call_id=call_id)
    finished, hung_up = await bench.over(call_id)
    assert finished.status is DialStatus.NO_ANSWER
    assert (hung_up.cause, hung_up.sip_code) == (None, None), "nothing is left of the busy call before"


@pytest.mark.parametrize("rings_already", [True, False])
async def test_a_call_can_be_ended_before_it_is_answered(bench: ContractBench, rings_already: bool) -> None:
    leg_id = await bench.leg()
    call_id = await bench.dial(leg_id, NO_ANSWER, ring_seconds=30)
    if rings_already:
        await bench.until(CustomerRinging, call_id=call_id)
    await bench.gateway.hang_up(call_id)
    finished, _ = await bench.over(call_id)
    assert finished.status is DialStatus.CANCELLED
    assert (await bench.gateway.read_state()).legs == {leg_id}


async def test_without_a_recorder_no_number_is_dialled(bench: ContractBench) -> None:
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


async def test_a_recorder_that_stops_is_noticed_and_one_that_writes_is_not(bench: ContractBench) -> None:
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


async def test_hanging_up_a_channel_that_is_gone_is_no_error(bench: ContractBench) -> None:
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


async def test_a_held_customer_can_be_hung_up_and_is_not_rejoined_then(bench: ContractBench) -> None:
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


async def test_a_call_outlives_a_lost_link(bench: ContractBench) -> None:
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


async def test_a_switch_that_died_comes_back_empty(bench: ContractBench) -> None:
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
@pytest.mark.quiet
async def test_the_customer_sees_the_approved_number_and_asterisk_complains_of_nothing(lab: Lab) -> None:
    assert provision.errors_in_log(lab.carrier.directory) == []
    bench = Bench(lab.gateway(), lab.spool)
    async with bench.listening():
        leg_id = await bench.leg()
        await bench.over(await bench.dial(leg_id, "13912340580"))
        assert f"arrival 13912340580 from {CALLER_ID}" in lab.carrier.log()
        await bench.gateway.disconnect_agent(leg_id)
