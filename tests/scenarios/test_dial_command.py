"""A command that breaks our own code: an alert says so, and the call is not commanded again."""

import pytest
from sqlalchemy import text

from callcenter.telephony.carrier import STEADY_NUMBER
from callcenter.telephony.port import DialRequest
from tests.scenarios.acts import dial, dial_at_once, go_to_work, preview
from tests.scenarios.conftest import SLOWLY, Stage
from tests.support.waiting import eventually

pytestmark = pytest.mark.simulation(first_number=STEADY_NUMBER, customers=80, speed=SLOWLY)


@pytest.mark.parametrize("at_once", [False, True])
async def test_a_command_that_breaks_our_code_is_an_alert_and_is_not_repeated(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    [agent] = stage.agents
    commands: list[DialRequest] = []

    async def broken(request: DialRequest) -> None:
        commands.append(request)
        raise KeyError("number")

    monkeypatch.setattr(stage.switch, "dial", broken)
    if at_once:
        await dial_at_once(stage)
        await stage.start()
        await go_to_work(stage, agent)
    else:
        await preview(stage, agent)
        await dial(stage, agent)

    async def alerted() -> bool:
        query = text("SELECT count(*) FROM alert WHERE kind = 'command_failed' AND facts ->> 'command' = 'dial'")
        return bool(await stage.ask(lambda work: work.session.scalar(query)))

    await eventually(alerted)
    ids = [request.call_id for request in commands]
    assert len(ids) == len(set(ids)), "each call is commanded once"
