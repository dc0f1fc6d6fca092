"""Two nodes, each with its switch and its engine: agents are spread, and one node goes on when the other is lost."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from callcenter.agents.types import AgentState, LegState
from callcenter.alerts.types import AlertKind
from callcenter.audit.certificate.types import Certificate
from callcenter.bootstrap import Part, System, build, running
from callcenter.bootstrap.web import application
from callcenter.calls.types import CallCard, CallState, Disposition, Outcome
from callcenter.desk.schemas import Snapshot
from callcenter.health.types import Keeping
from callcenter.kit.work import Work
from callcenter.telephony.carrier import STEADY_NUMBER
from callcenter.telephony.port import DialRequest
from callcenter.telephony.settings import SwitchSettings
from callcenter.telephony.simulated import SimulatedSwitch
from callcenter.telephony.simulation import Faults, Tempo
from tests.scenarios.acts import (
    assign_first,
    dial,
    dispose,
    never_answers,
    never_hangs_up,
    ring_longer_than_any_wait,
    snapshot,
    wait_for,
    wait_for_call,
)
from tests.scenarios.conftest import PASSWORD, SLOWLY, Stage
from tests.scenarios.test_faults import broken, certificate_of, everybody_works, wait_for_calls
from tests.support.browser import browser_of, log_in
from tests.support.settings import core_settings
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.simulation(robots=4, customers=120, first_number=STEADY_NUMBER, speed=SLOWLY),
]

BEAT = "0.2"
N1, N2 = "n1", "n2"


@pytest.fixture
def environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Judges silence as in use, at the clock's speed."""
    for name, value in (
        ("BEAT_SECONDS", BEAT),
        ("LOOK_SECONDS", "0.05"),
        ("SILENT_AFTER", "PT20S"),
        ("MISSING_AFTER", "PT40S"),
        ("GONE_AFTER", "PT30S"),
    ):
        monkeypatch.setenv(f"CALLCENTER_HEALTH_{name}", value)
    return environment


class NotingSwitch(SimulatedSwitch):
    """A switch that notes which calls it was given."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.dialled: list[UUID] = []

    async def dial(self, request: DialRequest) -> None:
        self.dialled.append(request.call_id)
        await super().dial(request)


@dataclass
class Installation:
    """The stage is the web and the office; each node has an engine and a recorder of its own."""

    stage: Stage
    switches: dict[str, NotingSwitch]
    systems: dict[str, System]
    _nodes: dict[str, AsyncExitStack] = field(default_factory=dict)

    async def start(self, node: str) -> None:
        """Starts the engine and the recorder of a node; their process registers it."""
        self._nodes[node] = stack = AsyncExitStack()
        system = self.systems[node]
        await stack.enter_async_context(running(system, {Part.ENGINE, Part.RECORDER}, gateway=self.switches[node]))

    async def die(self, node: str) -> None:
        """Ends a node's engine without its last heartbeat, as the loss of the machine would."""
        self.systems[node].health.end = forget  # type: ignore[method-assign]
        await self._nodes.pop(node).aclose()

    async def stop(self) -> None:
        for stack in self._nodes.values():
            await stack.aclose()
        for switch in self.switches.values():
            await switch.close()

    async def node_of(self, agent: int) -> str | None:
        seat = await self.stage.ask(lambda work: self.stage.system.agents.seat(work, agent))
        return seat.node if seat else None

    async def carrier_of(self, call: CallCard) -> str:
        """Waits until a switch was given the call; returns its node."""

        def given() -> str | None:
            return next((name for name, switch in self.switches.items() if call.id in switch.dialled), None)

        node = await eventually(given)
        assert node
        return node

    async def sees(self, node: str, keeping: Keeping) -> None:
        """Waits until the web has read this state of a node's engine."""

        async def seen() -> bool:
            engine = self.stage.system.health.engine(node)
            return engine is not None and engine.keeping is keeping

        await eventually(seen)

    async def alerted(self, kind: AlertKind, subject: str) -> None:
        """Waits until this is the only open alert of the kind."""

        async def open_ones() -> bool:
            cards = await self.stage.ask(lambda work: self.stage.system.alerts.list_of_kinds(work, [kind]))
            return [card.subject for card in cards] == [subject]

        await eventually(open_ones, 60)


async def forget(work: Work, process: str) -> None:
    """Stands for the last heartbeat of a process that had no time for it."""


@pytest.fixture
async def nodes(
    stage: Stage, database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Installation]:
    """Starts web and office, and two nodes."""
    mark = request.node.get_closest_marker("simulation")
    assert mark
    switches, systems = {}, {}
    for number, name in enumerate((N1, N2)):
        spool = tmp_path / f"spool-{name}"
        spool.mkdir()
        tempo = Tempo(mark.kwargs["speed"], pace=0.3)
        switches[name] = NotingSwitch(spool, stage.clock, Random(number), tempo=tempo, faults=Faults())
        settings = core_settings(database_url, rehearsal=True, node=name)
        switch = SwitchSettings(websocket_url=f"wss://{name}.bank.test/ws", realm=f"{name}.bank.test", spool_dir=spool)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CALLCENTER_RECORDINGS_SPOOL_DIR", str(spool))
            systems[name] = build(settings, switch=switch, store=stage.store, clock=stage.clock)
    installation = Installation(stage, switches, systems)
    await stage.start({Part.WEB, Part.OFFICE})
    for name in (N1, N2):
        await installation.start(name)
        await installation.sees(name, Keeping.IN_TIME)
    yield installation
    await installation.stop()


async def log_on_all(stage: Stage) -> None:
    for agent in stage.agents:
        await stage.ask(lambda work, agent=agent: stage.system.desk.log_on(work, agent))  # type: ignore[misc]


async def is_ready(stage: Stage, agent: int) -> None:
    async def leg_is_up() -> bool:
        return "ready" in (await snapshot(stage, agent)).allowed

    await eventually(leg_is_up)
    await stage.ask(lambda work: stage.system.desk.ready(work, agent))


async def talking(stage: Stage, agent: int) -> CallCard:
    """Dials the first customer of an agent, who answers."""
    await is_ready(stage, agent)
    await wait_for(stage, agent, AgentState.PREVIEW)
    call = await dial(stage, agent)
    return await wait_for_call(stage, call.id, CallState.ANSWERED)


async def dialling(nodes: Installation, agent: int) -> str:
    """Dials the first customer of an agent; returns the node whose switch does it."""
    await is_ready(nodes.stage, agent)
    await wait_for(nodes.stage, agent, AgentState.PREVIEW)
    call = await dial(nodes.stage, agent)
    return await nodes.carrier_of(call)


async def asked_to_move(stage: Stage, agent: int) -> Snapshot:
    """Waits until the agent's screen asks to log on again."""

    async def asked() -> Snapshot | None:
        shown = await snapshot(stage, agent)
        return shown if shown.engine and shown.engine.move else None

    shown = await eventually(asked, 90)
    assert shown
    return shown


async def move(nodes: Installation, agent: int) -> None:
    """Logs off and on again, as the button on the screen does."""
    await nodes.stage.ask(lambda work: nodes.stage.system.desk.log_off(work, agent))
    await nodes.stage.ask(lambda work: nodes.stage.system.desk.log_on(work, agent))


async def test_agents_are_spread_and_each_phone_belongs_to_its_node(nodes: Installation) -> None:
    stage = nodes.stage
    await log_on_all(stage)
    assert [await nodes.node_of(agent) for agent in stage.agents] == [N1, N2, N1, N2]
    for agent in stage.agents[:2]:
        assert await dialling(nodes, agent) == await nodes.node_of(agent)
    async with browser_of(application(stage.system), base_url="https://127.0.0.1") as browser:
        assert (await log_in(browser, "admin", PASSWORD)).status_code == 200
        listed = (await browser.get("/api/v1/nodes")).json()
        assert [(node["name"], node["agents"], node["keeping"]) for node in listed] == [
            (N1, 2, "in_time"),
            (N2, 2, "in_time"),
        ]
        policy = (await browser.get("/readyz")).headers["content-security-policy"]
        assert "wss://n1.bank.test" in policy
        assert "wss://n2.bank.test" in policy


async def test_a_switch_that_dies_ends_its_calls_as_unknown_and_its_agents_move(nodes: Installation) -> None:
    stage = nodes.stage
    first, second, _, fourth = stage.agents
    await ring_longer_than_any_wait(stage)
    await assign_first(stage, first, never_answers)
    await assign_first(stage, second, never_hangs_up)
    await log_on_all(stage)
    talk = await talking(stage, second)
    await is_ready(stage, first)
    await wait_for(stage, first, AgentState.PREVIEW)
    ringing = await dial(stage, first)
    await wait_for_call(stage, ringing.id, CallState.RINGING)

    nodes.switches[N1].crash(10_000)
    await nodes.sees(N1, Keeping.NO_SWITCH)
    [mark] = [one for one in (await stage.ask(stage.system.floor.snapshot)).engines if one.node == N1]
    assert mark.keeping is Keeping.NO_SWITCH
    await nodes.alerted(AlertKind.SWITCH_GONE, "engine:n1")
    shown = await asked_to_move(stage, first)
    assert shown.engine
    assert shown.engine.node == N1
    assert not (await snapshot(stage, second)).engine.move, "the other node works"  # type: ignore[union-attr]

    assert (await wait_for_call(stage, ringing.id, CallState.ENDED)).outcome is Outcome.UNKNOWN
    assert (await stage.ask(lambda work: stage.system.calls.card(work, talk.id))).state is CallState.ANSWERED
    await wait_for(stage, first, AgentState.PAUSED)
    seat = await stage.ask(lambda work: stage.system.agents.seat(work, first))
    assert seat
    assert seat.leg_state is LegState.NONE

    await move(nodes, first)
    assert await nodes.node_of(first) == N2
    assert await dialling(nodes, first) == N2
    assert await nodes.node_of(fourth) == N2
    assert await dialling(nodes, fourth) == N2


async def test_an_engine_that_dies_without_a_standby_leaves_nothing_open(nodes: Installation) -> None:
    stage = nodes.stage
    first = stage.agents[0]
    await assign_first(stage, first, never_hangs_up)
    await log_on_all(stage)
    call = await talking(stage, first)
    await nodes.die(N1)
    await nodes.sees(N1, Keeping.SILENT)
    await nodes.alerted(AlertKind.ENGINE_SILENT, "engine:n1")
    await wait_for_call(stage, call.id, CallState.ENDED)
    await dispose(stage, first, Disposition.THINKING)
    await asked_to_move(stage, first)
    await move(nodes, first)
    assert await nodes.node_of(first) == N2
    await nodes.alerted(AlertKind.PART_MISSING, "recorder:n1")


@pytest.mark.simulation(robots=4, customers=200, first_number=None, speed=6.0)
async def test_the_certificate_holds_over_two_nodes_and_the_loss_of_one(nodes: Installation) -> None:
    stage = nodes.stage
    async with everybody_works(stage):
        await wait_for_calls(stage, 16)
        nodes.switches[N2].crash(0.5)
        await wait_for_calls(stage, 28)
    used = await stage.ask(lambda work: stage.system.agent_nodes.list(work))
    assert {card.node.name for card in used} == {N1, N2}
    assert broken(await certificate_of_all(nodes)) == {}
    assert all(switch.dialled for switch in nodes.switches.values())
    given = [call for switch in nodes.switches.values() for call in switch.dialled]
    assert len(given) == len(set(given)), "no call is given to a switch twice"


async def certificate_of_all(nodes: Installation) -> Certificate:
    """Waits until both nodes are quiet, then certifies."""

    async def quiet() -> bool:
        for name, system in nodes.systems.items():
            async with system.works.begin() as work:
                if await system.recordings.arming.count_waiting(work) or await system.calls.open_calls(work, name):
                    return False
        return True

    await eventually(quiet, 90)
    return await certificate_of(nodes.stage)
