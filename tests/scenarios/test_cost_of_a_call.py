"""One life of a call, from the offer to the disposition, takes a stated number of statements and commits (C5)."""

import pytest

from callcenter.agents.types import AgentState
from callcenter.bootstrap import Part
from callcenter.calls.types import Disposition
from callcenter.kit.db import Database
from callcenter.kit.work import Works
from tests.scenarios.acts import dial_at_once, dispose, go_to_work, wait_for
from tests.scenarios.conftest import Stage
from tests.support.statements import counted
from tests.support.waiting import eventually

LIVES = 4


@pytest.fixture(autouse=True)
def no_part_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The alerts about the parts that this scenario does not start come with time, and not with calls."""
    monkeypatch.setenv("CALLCENTER_HEALTH_MISSING_AFTER", "PT1H")


@pytest.mark.simulation(robots=1, customers=60)
@pytest.mark.parametrize(
    ("disposition", "most_statements", "most_commits"),
    [
        pytest.param(Disposition.THINKING, 35, 10, id="the usual call"),
        # The number is entered as do-not-call, with its audit record, and screens that show it are cleared.
        pytest.param(Disposition.REFUSED, 58, 15, id="a refusal"),
    ],
)
async def test_a_call_takes_few_statements(
    stage: Stage,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    disposition: Disposition,
    most_statements: int,
    most_commits: int,
) -> None:
    monkeypatch.setenv("CALLCENTER_DIALER_TICK_SECONDS", "3")
    monkeypatch.setenv("CALLCENTER_DIALER_SWEEP_SECONDS", "600")
    [agent] = stage.agents
    await dial_at_once(stage)
    await stage.start({Part.ENGINE})
    await go_to_work(stage, agent)
    await wait_for(stage, agent, AgentState.WRAP_UP)
    await dispose(stage, agent, disposition)
    watch = Database(database_url.replace("postgresql:", "postgresql+asyncpg:", 1))
    works = Works(watch, stage.clock, stage.system.works.bus)

    async def wraps_up() -> bool:
        async with works.begin() as work:
            seat = await stage.system.agents.seat(work, agent)
        return seat is not None and seat.state is AgentState.WRAP_UP

    try:
        with counted(stage.system.works.database) as statements:
            for _ in range(LIVES):
                await eventually(wraps_up)
                await dispose(stage, agent, disposition)
    finally:
        await watch.close()
    beats = sum(number for text, number in statements.texts.items() if "INTO heartbeat" in text)  # one commit each
    assert (statements.count - beats) / LIVES <= most_statements, statements.per_life(LIVES)
    assert (statements.commits - beats) / LIVES <= most_commits
