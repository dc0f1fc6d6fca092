"""A running switch takes further trunks and changed passwords without a restart; the calls on it go on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.telephony.asterisk import provision
from callcenter.telephony.asterisk.applying import plan_reload, reload, unknown_trunks
from callcenter.telephony.asterisk.node import NodeFiles
from callcenter.telephony.events import CustomerAnswered, CustomerHungUp, DialStatus
from tests.contracts.bench import Bench
from tests.support.waiting import eventually
from tests.telephony.lab import Node, written_node
from tests.telephony.sipp_carrier import DESK, TALKS, SippCarrier, sipp_carrier

pytestmark = pytest.mark.e2e


@pytest.fixture
def carriers(tmp_path: Path) -> Iterator[tuple[SippCarrier, SippCarrier]]:
    with sipp_carrier(tmp_path / "sipp1") as first, sipp_carrier(tmp_path / "sipp2") as second:
        yield first, second


@pytest.fixture
def node(carriers: tuple[SippCarrier, SippCarrier], tmp_path: Path) -> Iterator[Node]:
    written = written_node(tmp_path, carriers[0].trunk)
    with written.instance.running():
        yield written


@pytest.fixture
async def bench(node: Node) -> AsyncIterator[Bench]:
    made = Bench(node.gateway(), node.spool)
    async with made.listening():
        yield made


async def apply(node: Node, *entered: provision.TrunkConfig) -> NodeFiles:
    """Does what ``callcenter switch apply`` does."""
    files = NodeFiles(replace(node.config, entered=entered), node.instance.directory)
    plan = plan_reload(files.drift())
    files.write()
    await reload(node.settings, plan.modules)
    assert plan.restart == ()
    assert files.drift() == []
    return files


async def test_a_trunk_is_added_changed_and_removed_while_a_call_goes_on(
    bench: Bench, node: Node, carriers: tuple[SippCarrier, SippCarrier]
) -> None:
    first, second = carriers
    await eventually(lambda: first.registrations() > 0)
    leg_id = await bench.leg(DESK)
    going_on = await bench.dial(leg_id, TALKS)
    await bench.until(CustomerAnswered, call_id=going_on)

    wrong = replace(second.trunk, name="second", password="not-yet-right")
    await apply(node, wrong)
    assert await unknown_trunks(node.settings, ["carrier", "second", "third"]) == ["third"]
    await eventually(lambda: "403 Forbidden" in second.messages())
    assert second.registrations() == 0

    await apply(node, replace(second.trunk, name="second"))
    await eventually(lambda: second.registrations() > 0)
    leg_of_second = await bench.leg(DESK, trunk="second")
    over_second = await bench.dial(leg_of_second, TALKS, trunk="second")
    await bench.until(CustomerAnswered, call_id=over_second)
    assert set(second.proofs()) == {True}
    await bench.gateway.hang_up(over_second)
    finished, _ = await bench.over(over_second)
    assert finished.status is DialStatus.ANSWERED
    await bench.gateway.disconnect_agent(leg_of_second)

    await apply(node)
    await eventually(lambda: asyncio.create_task(unknown_trunks(node.settings, ["second"])))
    assert CustomerHungUp not in bench.of(going_on), "the call from before goes on"
    await bench.gateway.hang_up(going_on)
    await bench.over(going_on)
    assert len(await bench.recording(going_on)) / 8000 > 1


async def test_a_changed_transport_waits_for_a_restart(node: Node) -> None:
    files = NodeFiles(replace(node.config, sip_port=node.config.sip_port + 1), node.instance.directory)
    plan = plan_reload(files.drift())
    assert [change.place for change in plan.restart] == ["[udp transport] bind"]
