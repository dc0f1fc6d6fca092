"""A snapshot of a desk is one statement, whatever is on the screen; its script is sent once for each version."""

from datetime import timedelta

import pytest

from callcenter.agents.types import AgentState
from callcenter.bootstrap import System
from callcenter.campaigns.types import ScriptDraft, Statement
from callcenter.desk import rules
from callcenter.desk.schemas import ScriptView, Snapshot
from callcenter.kit.work import Work
from callcenter.telephony.carrier import STEADY_NUMBER
from tests.scenarios.acts import conversation, go_to_work, preview, wait_for
from tests.scenarios.conftest import SLOWLY, Stage
from tests.support.statements import counted


@pytest.fixture(autouse=True)
def an_offer_holds_however_slow_the_machine_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "OFFER_HOLDS", timedelta(hours=1))


async def shown(system: System, agent: int) -> tuple[int, Snapshot]:
    """Makes the snapshot that the stream of a desk sends; returns its statements, and it."""
    with counted(system.works.database) as statements:
        async with system.works.begin() as work:
            snapshot = await system.screen.of(work, agent, judge=False)
    return statements.count, snapshot


@pytest.mark.simulation(robots=2, customers=60, first_number=STEADY_NUMBER, speed=SLOWLY)
async def test_a_snapshot_of_a_desk_is_one_statement(stage: Stage) -> None:
    web = stage.build_system()
    first, second = stage.agents
    try:
        cost, snapshot = await shown(web, first)
        assert (cost, snapshot.seat) == (1, None)

        call, _, _ = await conversation(stage, first)
        cost, snapshot = await shown(web, first)
        assert cost == 1
        assert snapshot.lead
        assert snapshot.call
        assert snapshot.script_key

        await go_to_work(stage, second)
        await wait_for(stage, second, AgentState.PREVIEW)
        cost, snapshot = await shown(web, second)
        assert cost == 1
        assert snapshot.verdict
        assert snapshot.verdict.allowed

        stage.switch.customer_hangs_up(call.id)
        await wait_for(stage, first, AgentState.WRAP_UP)
        cost, snapshot = await shown(web, first)
        assert cost == 1
        assert snapshot.disposition_forms
    finally:
        await web.close()


@pytest.mark.simulation(customers=60, speed=SLOWLY)
async def test_the_verdict_of_an_offer_is_asked_anew_when_it_is_old_or_a_page_asks(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    [agent] = stage.agents
    await preview(stage, agent)
    stage.spool.rename(stage.spool.parent / "taken away")  # the recorder is not ready any more

    async def allowed(*, judge: bool) -> bool:
        snapshot = await stage.ask(lambda work: stage.system.screen.of(work, agent, judge=judge))
        assert snapshot.verdict
        return snapshot.verdict.allowed

    assert await allowed(judge=False), "as it was offered"
    assert not await allowed(judge=True)
    monkeypatch.setattr(rules, "OFFER_HOLDS", timedelta(0))
    assert not await allowed(judge=False)


@pytest.mark.simulation(customers=60, speed=SLOWLY)
async def test_a_script_is_sent_once_for_each_version_and_agent(stage: Stage) -> None:
    [agent] = stage.agents
    await preview(stage, agent)

    async def script(work: Work) -> ScriptView:
        return await stage.system.scripts.of_screen(work, agent)

    _, before = await shown(stage.system, agent)
    sent = await stage.ask(script)
    assert sent.key == before.script_key
    assert sent.statements
    assert "{" not in "".join(statement.text for statement in sent.statements), "names are filled in"
    _, again = await shown(stage.system, agent)
    assert again.script_key == sent.key, "the browser has it"

    async with stage.system.works.begin() as work:
        [campaign] = await stage.system.campaigns.list(work)
        hello = Statement(key="hello", text="我是{agent}，{company}，证号{licence}", mandatory=True)
        draft = ScriptDraft("新话术", (hello,), based_on=sent.version)
        await stage.system.campaigns.publish_script(work, campaign.campaign_id, draft, "clearer")
    _, after = await shown(stage.system, agent)
    assert after.script_key != sent.key
    published = await stage.ask(script)
    assert (published.key, published.title) == (after.script_key, "新话术")
    assert "{" not in published.statements[0].text
