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
MOST_STATEMENTS = 90
MOST_COMMITS = 22
"""Each signal by itself; those that come together take fewer. The customer refuses, which enters the number as well."""


@pytest.mark.simulation(robots=1, customers=60)
async def test_a_call_takes_few_statements(stage: Stage, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLCENTER_DIALER_TICK_SECONDS", "3")
    monkeypatch.setenv("CALLCENTER_DIALER_SWEEP_SECONDS", "600")
    [agent] = stage.agents
    await dial_at_once(stage)
    await stage.start({Part.ENGINE})
    await go_to_work(stage, agent)
    await wait_for(stage, agent, AgentState.WRAP_UP)
    await dispose(stage, agent, Disposition.REFUSED)
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
                await dispose(stage, agent, Disposition.REFUSED)
    finally:
        await watch.close()
    assert statements.count / LIVES <= MOST_STATEMENTS, statements.per_life(LIVES)
    assert statements.commits / LIVES <= MOST_COMMITS
