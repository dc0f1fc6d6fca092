"""An engine that takes signals too late says so, offers no call while it is far behind, and goes on afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from callcenter.agents.types import AgentState
from callcenter.alerts.types import AlertKind
from callcenter.bootstrap import Part, System, running
from callcenter.desk.schemas import Snapshot
from callcenter.dialer.rules.waiting import WaitingCode
from callcenter.eligibility.gates import GateId
from callcenter.eligibility.types import Cause
from callcenter.floor.schemas import FloorSnapshot
from callcenter.health.types import Keeping
from callcenter.kit.work import Work
from callcenter.telephony.carrier import STEADY_NUMBER
from tests.scenarios.acts import conversation, go_to_work, on_screen, snapshot, wait_for
from tests.scenarios.conftest import SLOWLY, Stage
from tests.support.waiting import eventually


@pytest.fixture
def environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Judges lags as in use, but for a short calm."""
    monkeypatch.setenv("CALLCENTER_HEALTH_LAG_LATE", "PT1S")
    monkeypatch.setenv("CALLCENTER_HEALTH_LAG_BEHIND", "PT5S")
    monkeypatch.setenv("CALLCENTER_HEALTH_LAG_CALM", "PT2S")
    monkeypatch.setenv("CALLCENTER_HEALTH_LOOK_SECONDS", "0.05")
    return environment


@asynccontextmanager
async def web_process(stage: Stage) -> AsyncIterator[System]:
    """Runs a web process beside the engine: a system of its own, which knows the engine by its heartbeats alone."""
    system = stage.build_system()
    async with running(system, {Part.WEB}):
        await eventually(lambda: system.health.engine("n1"))
        yield system


@asynccontextmanager
async def held(database_url: str, agent: int) -> AsyncIterator[None]:
    """Keeps the session of an agent locked, so that the signals of its call wait for the database."""
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT 1 FROM agent_session WHERE agent_id = $1 FOR UPDATE", agent)
            yield
    finally:
        await connection.close()


async def desk_of(web: System, agent: int) -> Snapshot:
    async with web.works.begin() as work:
        return await web.screen.of(work, agent)


async def floor_of(web: System) -> FloorSnapshot:
    async with web.works.begin() as work:
        return await web.floor.snapshot(work)


async def shows(web: System, agent: int, keeping: Keeping) -> None:
    """Waits until the screen of an agent and the floor show this state of the engine."""

    async def both() -> bool:
        engine, [board] = (await desk_of(web, agent)).engine, (await floor_of(web)).engines
        return engine is not None and engine.keeping is board.keeping is keeping

    await eventually(both)


async def alerts(web: System) -> list[dict[str, object]]:
    async with web.works.begin() as work:
        return [dict(card.facts) for card in await web.alerts.list_of_kinds(work, [AlertKind.ENGINE_LATE])]


def count_rounds(stage: Stage, monkeypatch: pytest.MonkeyPatch, agent: int) -> list[bool]:
    """Notes of each round of the engine over its seats whether this agent waited for a customer in it."""
    rounds: list[bool] = []
    ask = stage.system.agents.waiting

    async def waiting(work: Work, node: str) -> object:
        answer = await ask(work, node)
        rounds.append(agent in answer.for_customer)
        return answer

    monkeypatch.setattr(stage.system.agents, "waiting", waiting)
    return rounds


@pytest.mark.simulation(robots=2, customers=60, first_number=STEADY_NUMBER, speed=SLOWLY)
async def test_a_lagging_engine_says_so_and_offers_no_call(
    stage: Stage, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = stage.agents
    call, _, _ = await conversation(stage, first)
    await go_to_work(stage, second)
    await wait_for(stage, second, AgentState.PREVIEW)
    _, lead_id = await on_screen(stage, second)
    async with web_process(stage) as web:
        await shows(web, second, Keeping.IN_TIME)
        assert await alerts(web) == []

        async with held(database_url, first):
            stage.switch.customer_hangs_up(call.id)
            await shows(web, second, Keeping.LATE)
            [facts] = await alerts(web)
            assert facts.keys() == {"node", "seconds", "behind"}
            await shows(web, second, Keeping.BEHIND)

            await stage.ask(lambda work: stage.system.desk.skip(work, second, "not now"))
            assert (await desk_of(web, second)).waiting.code is WaitingCode.ENGINE_BEHIND  # type: ignore[union-attr]
            async with web.works.begin() as work:
                explained = await web.explainer.explain(work, lead_id, second)
            [gate] = [gate for gate in explained.explanation.gates if gate.rule is GateId.ENGINE]
            assert gate.objection
            assert gate.objection.cause is Cause.ENGINE_BEHIND
            assert not explained.explanation.callable
            rounds = count_rounds(stage, monkeypatch, second)
            await eventually(lambda: len(rounds) > 5)
            assert all(rounds), "in each round of the engine the agent was ready and was offered no customer"
            assert (await snapshot(stage, second)).seat.state is AgentState.READY  # type: ignore[union-attr]

        await wait_for(stage, second, AgentState.PREVIEW)
        await wait_for(stage, first, AgentState.WRAP_UP)
        await shows(web, second, Keeping.IN_TIME)
        assert await alerts(web) == []
        async with web.works.begin() as work:
            explained = await web.explainer.explain(work, lead_id, second)
        assert [gate.passes for gate in explained.explanation.gates if gate.rule is GateId.ENGINE] == [True]
