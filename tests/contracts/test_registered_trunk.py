"""A trunk with an account: the switch registers with a carrier that is no Asterisk, and calls over it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.telephony.events import AgentLegDown, CustomerAnswered, DialStatus
from tests.contracts.bench import Bench, loudest_hz
from tests.support.waiting import eventually
from tests.telephony.lab import Node, written_node
from tests.telephony.sipp_carrier import (
    BROKEN,
    CUSTOMER_TONE_HZ,
    DESK,
    DESK_TONE_HZ,
    FORBIDDEN,
    HANGS_UP,
    TALKS,
    SippCarrier,
    sipp_carrier,
)

pytestmark = pytest.mark.e2e


def registered(node: Node) -> bool:
    return "Registered" in node.instance.console("pjsip show registrations")


@pytest.fixture(scope="module")
def carrier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SippCarrier]:
    with sipp_carrier(tmp_path_factory.mktemp("sipp")) as running:
        yield running


@pytest.fixture(scope="module")
def node(carrier: SippCarrier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    written = written_node(tmp_path_factory.mktemp("asterisk"), carrier.trunk)
    with written.instance.running():
        yield written


@pytest.fixture
async def bench(node: Node) -> AsyncIterator[Bench]:
    made = Bench(node.gateway(), node.spool)
    await eventually(lambda: registered(node))
    async with made.listening():
        yield made
        for leg_id in (await made.gateway.read_state()).legs:
            await made.gateway.disconnect_agent(leg_id)


async def test_the_switch_registers_and_both_voices_are_recorded(bench: Bench, carrier: SippCarrier) -> None:
    call_id = await bench.dial(await bench.leg(DESK), TALKS)
    await bench.until(CustomerAnswered, call_id=call_id)
    await asyncio.sleep(1)  # something to record
    await bench.gateway.hang_up(call_id)
    finished, hung_up = await bench.over(call_id)
    assert (finished.status, hung_up.cause, hung_up.sip_code) == (DialStatus.ANSWERED, 16, None)
    samples = await bench.recording(call_id)
    assert len(samples) / 8000 > 0.9
    assert abs(loudest_hz(samples[:, 0]) - CUSTOMER_TONE_HZ) <= 3, "the customer is on the left"
    assert abs(loudest_hz(samples[:, 1]) - DESK_TONE_HZ) <= 3, "the agent is on the right"
    assert set(carrier.proofs()) == {True}, "each call was signed"


async def test_the_carrier_ends_the_call_and_the_leg_takes_the_next(bench: Bench) -> None:
    leg_id = await bench.leg(DESK)
    for _ in range(2):
        call_id = await bench.dial(leg_id, HANGS_UP)
        await bench.until(CustomerAnswered, call_id=call_id)
        finished, hung_up = await bench.over(call_id)
        assert (finished.status, hung_up.cause) == (DialStatus.ANSWERED, 16)
        assert len(await bench.recording(call_id)) / 8000 == pytest.approx(1.5, abs=0.3)
        assert (await bench.gateway.read_state()).legs == {leg_id}


@pytest.mark.parametrize(("number", "cause", "sip_code"), [(FORBIDDEN, 21, 403), (BROKEN, 34, 503)])
async def test_refusals_of_the_carrier_are_distinguished(bench: Bench, number: str, cause: int, sip_code: int) -> None:
    call_id = await bench.dial(await bench.leg(DESK), number)
    _, hung_up = await bench.over(call_id)
    assert (hung_up.cause, hung_up.sip_code) == (cause, sip_code)


async def test_the_switch_registers_again_with_a_carrier_that_has_forgotten_it(
    bench: Bench, carrier: SippCarrier
) -> None:
    await bench.gateway.disconnect_agent(await bench.leg(DESK))
    before = carrier.registrations()
    carrier.stop()
    carrier.start()
    await eventually(lambda: carrier.registrations() > before)
    call_id = await bench.dial(await bench.leg(DESK), TALKS)
    await bench.until(CustomerAnswered, call_id=call_id)
    await bench.gateway.hang_up(call_id)
    await bench.over(call_id)


async def test_a_wrong_password_is_said_and_no_call_is_taken(tmp_path: Path) -> None:
    with sipp_carrier(tmp_path / "sipp") as carrier:
        written = written_node(tmp_path, replace(carrier.trunk, password="wrong-password"), name="n2")
        with written.instance.running():
            await eventually(lambda: "Rejected" in written.instance.console("pjsip show registrations"))
            bench = Bench(written.gateway(), written.spool)
            async with bench.listening():
                await bench.gateway.connect_robot("leg-1", DESK, "carrier")
                await bench.until(AgentLegDown, leg_id="leg-1")
        assert set(carrier.proofs()) == {False}
        assert carrier.registrations() == 0
        assert "registration attempt" in written.instance.log(), "and the log says it, with the answer"
