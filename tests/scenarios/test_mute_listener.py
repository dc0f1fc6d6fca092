"""The server process behind LISTEN is stopped (``kill -STOP``): noticed, said, and mended by itself."""

import time

import pytest

from callcenter.agents.types import AgentState
from callcenter.bootstrap.web import application
from callcenter.calls.types import CallState, Disposition
from callcenter.telephony.carrier import STEADY_NUMBER
from tests.scenarios.acts import conversation, dispose, wait_for, wait_for_call
from tests.scenarios.conftest import SLOWLY, Stage
from tests.support.browser import browser_of
from tests.support.listeners import listeners_of, stopped
from tests.support.waiting import eventually


@pytest.mark.simulation(first_number=STEADY_NUMBER, customers=60, speed=SLOWLY)
async def test_a_listening_process_that_is_stopped_is_replaced_within_a_minute(stage: Stage, database_url: str) -> None:
    [agent] = stage.agents
    call, _, _ = await conversation(stage, agent)
    waker = stage.system.waker
    async with browser_of(application(stage.system), base_url="https://127.0.0.1") as monitor:

        async def is_ready() -> bool:
            return (await monitor.get("/readyz")).status_code == 200

        await eventually(is_ready, 30)
        [mute] = await listeners_of(database_url)
        with waker.listen("the test") as wake, stopped(mute):
            began = time.monotonic()
            answer = await monitor.get("/readyz")
            assert (answer.status_code, answer.json()["database"], answer.json()["listening"]) == (503, True, False)
            assert "notifications of PostgreSQL do not arrive" in answer.json()["problems"][0]

            # the switch's signals are taken meanwhile, and what is announced is found when the connection is back
            stage.switch.customer_hangs_up(call.id)
            await stage.ask(lambda work: work.notify("the test"))
            await wait_for_call(stage, call.id, CallState.ENDED)
            await wait_for(stage, agent, AgentState.WRAP_UP)
            assert await wake.wait(timeout=60), "woken for what was missed"
            await eventually(is_ready, 60 - (time.monotonic() - began))
            [_, new] = await listeners_of(database_url)

        async def one_is_left() -> bool:
            return await listeners_of(database_url) == [new]

        await eventually(one_is_left, 30)
        with waker.listen("the test") as wake:
            await stage.ask(lambda work: work.notify("the test"))
            assert await wake.wait(timeout=10)
        assert await is_ready()
    await dispose(stage, agent, Disposition.THINKING)
    await wait_for(stage, agent, AgentState.READY, AgentState.PREVIEW)
