"""A script is written, kept while it is typed, approved by another person, and read on a desk that is open."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from playwright.async_api import Locator, expect
from sqlmodel import col, select

from callcenter.campaigns.models import Campaign, ScriptReview
from callcenter.campaigns.types import ScriptDraft, Statement
from callcenter.kit.clock import business_date
from callcenter.rehearsal import cast
from callcenter.rehearsal.run import Rehearsal
from tests.e2e.conftest import Panel
from tests.e2e.test_dialogs import go

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenPanel = Callable[..., Awaitable[Panel]]
NAMES = "我是{公司全称}的{坐席姓名}，证号{执业证号}"


def greeting(panel: Panel) -> Locator:
    """Returns the field of the first statement."""
    return panel.see("script-line-1").locator("textarea").first


async def type_greeting(panel: Panel, words: str) -> None:
    """Types the first statement, and waits until the server has it."""
    kept = panel.page.expect_response(lambda answer: answer.url.endswith("/scripts/draft") and answer.status == 200)
    async with kept:
        await greeting(panel).fill(f"{words}，{NAMES}")
    await expect(panel.see("script-draft-state")).to_contain_text("草稿已于")


async def submit(panel: Panel) -> int:
    """Submits the draft; returns the number of the version."""
    before = await panel.page.locator("tr[data-testid^=script-version-]").count()
    await panel.press("script-submit")
    await panel.see("reason").fill("问候语更简短")
    await panel.press("reason-submit")
    await expect(panel.see(f"script-version-{before + 1}")).to_contain_text("待复核")
    return before + 1


async def publish(rehearsal: Rehearsal, words: str) -> int:
    """Puts a version in force as another person's work; returns its number."""
    campaigns = rehearsal.system.campaigns
    async with rehearsal.system.works.begin() as work:
        campaign_id = (await work.session.scalars(select(col(Campaign.id)).order_by(col(Campaign.id)))).first()
        assert campaign_id is not None
        now = await campaigns.script(work, campaign_id)
        assert now is not None
        first, *rest = now.statements
        said = Statement(first.key, f"{words}，我是{{company}}的{{agent}}，证号{{licence}}", True, None)
        draft = ScriptDraft(now.title, (said, *rest), now.version)
        return (await campaigns.publish_script(work, campaign_id, draft, "另一人的修改")).version


async def test_a_script_is_written_and_approved_by_another_person(open_panel: OpenPanel) -> None:
    officer = await open_panel("data")
    await go(officer, "/leads/scripts")
    await expect(officer.see("script-submit")).to_be_disabled()
    line = officer.see("script-line-1").locator("textarea").first
    assert "{公司全称}" in await line.input_value()
    before = await officer.page.locator("tr[data-testid^=script-version-]").count()

    await line.fill("您好，我是")
    await expect(officer.see("script-problem")).to_contain_text("公司全称、坐席姓名、执业证号")
    await officer.press("script-insert-company")
    await line.press_sequentially("的")
    await officer.press("script-insert-agent")
    await line.press_sequentially("，证号")
    await officer.press("script-insert-licence")
    await expect(line).to_have_value("您好，我是{公司全称}的{坐席姓名}，证号{执业证号}")
    await expect(officer.see("script-preview")).to_contain_text(f"您好，我是{cast.COMPANY}的〔坐席姓名〕")
    await officer.press("script-submit")
    await officer.see("reason").fill("问候语更简短")
    await officer.press("reason-submit")
    await expect(officer.see(f"script-version-{before + 1}")).to_contain_text("待复核")
    await expect(officer.see("script-approve")).to_have_count(0)

    leader = await open_panel("leader")
    await go(leader, "/leads/scripts")
    await expect(leader.see("script-comparison").first).to_contain_text("有改动")
    await expect(leader.see("script-waiting")).to_contain_text(f"您好，我是{cast.COMPANY}的〔坐席姓名〕")
    await leader.press("script-approve")
    await leader.press("script-approve-submit")
    await expect(leader.see(f"script-version-{before + 1}")).to_contain_text("生效中")
    await expect(leader.see("script-waiting")).to_have_count(0)


async def test_a_draft_is_taken_up_again_and_discarded_with_a_question(
    open_panel: OpenPanel, rehearsal: Rehearsal
) -> None:
    officer = await open_panel("admin")
    await go(officer, "/leads/scripts")
    await type_greeting(officer, "早上好")
    await officer.page.reload()
    await expect(greeting(officer)).to_have_value(f"早上好，{NAMES}")

    elsewhere = await open_panel("admin")
    await go(elsewhere, "/leads/scripts")
    await expect(greeting(elsewhere)).to_have_value(f"早上好，{NAMES}")
    await type_greeting(elsewhere, "下午好")
    await greeting(officer).fill("晚上好")
    await officer.see("script-draft-conflict").wait_for()
    await officer.picture("script-draft-conflict-zh")
    await officer.press("script-draft-other")
    await expect(greeting(officer)).to_have_value(f"下午好，{NAMES}")
    await expect(officer.see("script-draft-conflict")).to_have_count(0)

    version = await publish(rehearsal, "久等了")
    await officer.page.reload()
    await expect(officer.see("script-draft-overtaken")).to_contain_text(f"第 {version} 版已生效")
    await expect(officer.see("script-submit")).to_be_disabled()
    await officer.picture("script-draft-overtaken-zh")
    await officer.press("script-draft-rebase")
    await expect(officer.see("script-draft-overtaken")).to_have_count(0)
    await expect(officer.see("script-submit")).to_be_enabled()
    await expect(greeting(officer)).to_have_value(f"下午好，{NAMES}")

    await officer.press("script-discard")
    await expect(officer.page.get_by_role("dialog")).to_contain_text("无法恢复")
    await officer.press("ask-submit")
    await expect(greeting(officer)).to_have_value(f"久等了，{NAMES}")
    await officer.page.reload()
    await expect(greeting(officer)).to_have_value(f"久等了，{NAMES}")


async def desk_with_a_customer(open_panel: OpenPanel) -> Panel:
    """Logs an agent on and waits for the first customer, with whom the script comes."""
    agent = await open_panel("agent1")
    await agent.press("verb-log-on")
    await agent.state("phone-state", "up", seconds=40)
    await agent.press("verb-ready")
    await agent.state("seat-state", "preview", seconds=40)
    await agent.see("script").wait_for()
    return agent


async def test_a_script_for_a_later_day_reaches_an_open_desk_on_that_day(
    open_panel: OpenPanel, rehearsal: Rehearsal
) -> None:
    agent = await desk_with_a_customer(open_panel)
    shown = agent.see("script")

    officer = await open_panel("data")
    await go(officer, "/leads/scripts")
    await type_greeting(officer, "打扰了")
    version = await submit(officer)
    leader = await open_panel("leader")
    await go(leader, "/leads/scripts")
    await leader.press("script-approve")
    tomorrow = business_date(rehearsal.system.clock.now()) + timedelta(days=1)
    await leader.page.get_by_role("dialog").locator("input").first.fill(tomorrow.isoformat())
    await leader.page.keyboard.press("Enter")
    await leader.press("script-approve-submit")
    await expect(leader.see(f"script-version-{version}")).to_contain_text("待生效")
    served = await agent.context.request.get(f"{rehearsal.deployment.url}/api/v1/desk/script")
    assert (await served.json())["version"] < version, "its day has not come"
    assert "打扰了" not in await shown.inner_text()

    async with rehearsal.system.works.begin() as work:  # the day comes: the clock of running processes cannot be moved
        waiting = (await work.session.scalars(select(ScriptReview).where(col(ScriptReview.from_on) == tomorrow))).one()
        waiting.from_on = tomorrow - timedelta(days=1)
    await expect(shown).to_contain_text("打扰了", timeout=120_000)
    await agent.picture("script-on-an-open-desk-zh")


async def test_a_script_for_today_reaches_an_open_desk(open_panel: OpenPanel) -> None:
    agent = await desk_with_a_customer(open_panel)
    shown = agent.see("script")

    officer = await open_panel("data")
    await go(officer, "/leads/scripts")
    await type_greeting(officer, "冒昧来电")
    version = await submit(officer)
    leader = await open_panel("leader")
    await go(leader, "/leads/scripts")
    await leader.press("script-approve")
    await leader.press("script-approve-submit")
    await expect(leader.see(f"script-version-{version}")).to_contain_text("生效中")
    await expect(shown).to_contain_text("冒昧来电")
