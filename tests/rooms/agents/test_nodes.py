"""An agent who logs on gets the node with the fewest agents that works, and the phone is that of this node."""

import asyncio

import pytest

from callcenter.agents.errors import NoNode, NotLoggedOn
from callcenter.agents.nodes import AgentNodes
from callcenter.agents.service import AgentService
from callcenter.agents.types import AgentState
from callcenter.alerts.service import AlertService
from callcenter.alerts.types import AlertKind
from callcenter.health.errors import NodeAsItIs, NodeNotFound
from callcenter.health.nodes import NodeService
from callcenter.health.settings import HealthSettings
from callcenter.health.types import Keeping
from callcenter.kit.clock import FrozenClock
from callcenter.kit.work import Works
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.telephony.relays import RelaySettings
from callcenter.telephony.settings import SwitchSettings
from tests.rooms.health.test_heartbeats import SECOND, Process, health_of, kinds_open
from tests.support.rows import VAULT, make_agent_session, make_staff
from tests.support.settings import core_settings


class OtherNode(Process):
    """The engine of another node."""

    def __init__(self, works: Works, node: str) -> None:
        super().__init__(works, f"engine of {node}", "engine", node)


@pytest.fixture
def nodes(works: Works) -> AgentNodes:
    """A web process, whose own settings name the node w and must not matter."""
    switch = SwitchSettings(ami_secret="-", spool_dir="/", phone_secret="one for all nodes", websocket_url="wss://w/ws")
    return AgentNodes(
        health_of(works, HealthSettings()), core_settings("postgresql://-/-", node="w"), switch, RelaySettings()
    )


@pytest.fixture
async def two(works: Works) -> tuple[OtherNode, OtherNode]:
    """Two nodes whose engines keep up."""
    for name in ("n1", "n2"):
        async with works.begin() as work:
            await NodeService(AlertService(VAULT)).register(work, name, f"wss://{name}/ws", f"{name}.bank.test")
    engines = OtherNode(works, "n1"), OtherNode(works, "n2")
    for engine in engines:
        await engine.beat(Keeping.IN_TIME)
    return engines


async def new_agent(works: Works) -> int:
    async with works.begin() as work:
        return (await make_staff(work)).id


async def log_on(works: Works, nodes: AgentNodes, agent_id: int | None = None) -> str:
    """Logs an agent on, by default a new one; returns the node."""
    agent_id = agent_id or await new_agent(works)
    async with works.begin() as work:
        phone = await nodes.phone(work, await PeopleService(PeopleSettings()).card(work, agent_id))
        await AgentService().log_on(work, agent_id, phone)
    return phone.node


async def close(works: Works, name: str) -> None:
    async with works.begin() as work:
        await NodeService(AlertService(VAULT)).close(work, name, "the machine is mended")


@pytest.mark.usefixtures("two")
async def test_agents_are_spread_over_the_nodes(works: Works, nodes: AgentNodes) -> None:
    assert [await log_on(works, nodes) for _ in range(4)] == ["n1", "n2", "n1", "n2"]


@pytest.mark.usefixtures("two")
async def test_agents_who_log_on_at_the_same_moment_are_spread_too(works: Works, nodes: AgentNodes) -> None:
    agents = [await new_agent(works) for _ in range(8)]
    chosen = await asyncio.gather(*(log_on(works, nodes, agent) for agent in agents))
    assert sorted(chosen) == ["n1"] * 4 + ["n2"] * 4


@pytest.mark.usefixtures("two")
async def test_an_agent_who_has_logged_off_counts_no_more(works: Works, nodes: AgentNodes) -> None:
    async with works.begin() as work:
        for _ in range(3):
            await make_agent_session(work, await make_staff(work), node="n1", state=AgentState.OFFLINE, pause_code=None)
        await make_agent_session(work, await make_staff(work), node="n2")
    assert await log_on(works, nodes) == "n1"


async def test_a_node_whose_engine_is_silent_or_without_switch_gets_no_agent(
    works: Works, nodes: AgentNodes, two: tuple[OtherNode, OtherNode], clock: FrozenClock
) -> None:
    clock.advance(11 * SECOND)
    await two[1].beat(Keeping.IN_TIME)
    assert [await log_on(works, nodes) for _ in range(3)] == ["n2"] * 3
    await two[0].beat(Keeping.IN_TIME)
    await two[1].beat(Keeping.NO_SWITCH)
    assert [await log_on(works, nodes) for _ in range(5)] == ["n1"] * 5


@pytest.mark.usefixtures("two")
async def test_a_node_out_of_use_gets_no_agent_and_raises_no_alert(
    works: Works, nodes: AgentNodes, clock: FrozenClock
) -> None:
    clock.advance(31 * SECOND)
    web = Process(works, "web", "web")
    await web.beat()
    assert await kinds_open(works, AlertKind.ENGINE_SILENT) == ["engine:n1", "engine:n2"]
    await close(works, "n1")
    assert await kinds_open(works, AlertKind.ENGINE_SILENT) == ["engine:n2"]
    await web.beat()
    async with works.begin() as work:
        assert {card.subject for card in await web.health.parts(work)} == {"engine:n2", "recorder:n2", "office", "web"}
    assert await log_on(works, nodes) == "n2"
    await close(works, "n2")
    with pytest.raises(NoNode):
        await log_on(works, nodes)
    async with works.begin() as work:
        await NodeService(AlertService(VAULT)).open(work, "n1")
    assert await log_on(works, nodes) == "n1"


@pytest.mark.usefixtures("two")
async def test_what_is_closed_already_or_unknown_is_refused(works: Works) -> None:
    await close(works, "n1")
    with pytest.raises(NodeAsItIs):
        await close(works, "n1")
    with pytest.raises(NodeNotFound):
        await close(works, "n3")


async def test_before_the_first_engine_has_started_the_node_is_that_of_the_process(
    works: Works, nodes: AgentNodes
) -> None:
    assert await log_on(works, nodes) == "w"


@pytest.mark.usefixtures("two")
async def test_a_phone_registers_at_the_node_of_its_agent_where_alone_its_password_is_valid(
    works: Works, nodes: AgentNodes
) -> None:
    async with works.begin() as work:
        first, second, third = [await make_staff(work) for _ in range(3)]
        await make_agent_session(work, first, node="n1")
        await make_agent_session(work, second, node="n2")
    async with works.begin() as work:
        at_n1 = await nodes.phone_account(work, first.id, "1001")
        at_n2 = await nodes.phone_account(work, second.id, "1001")
        with pytest.raises(NotLoggedOn):
            await nodes.phone_account(work, third.id, "1001")
    assert (at_n1.websocket_url, at_n1.realm) == ("wss://n1/ws", "n1.bank.test")
    assert (at_n2.websocket_url, at_n2.realm) == ("wss://n2/ws", "n2.bank.test")
    assert at_n1.password != at_n2.password


async def test_an_engine_that_starts_anew_says_where_its_phones_register_now(works: Works, nodes: AgentNodes) -> None:
    for address in ("wss://old/ws", "wss://new/ws", "wss://new/ws"):
        async with works.begin() as work:
            await NodeService(AlertService(VAULT)).register(work, "n1", address, "n1")
    async with works.begin() as work:
        [card] = await nodes.list(work)
    assert (card.node.websocket_url, card.agents, card.engine) == ("wss://new/ws", 0, None)
