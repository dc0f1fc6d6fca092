"""The auditor and the administrator at their own pages: what was done is found, the chain is checked, a certificate is
made and kept, an incident is closed with a reason, a failed job says why (S3, S4, S6)."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
from playwright.async_api import expect

from callcenter.recordings.types import Detail, DetailCode, IncidentKind
from callcenter.rehearsal.run import Rehearsal
from callcenter.telephony import events as tel
from tests.e2e.conftest import Panel

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.asyncio(loop_scope="session"),
]

OpenPanel = Callable[..., Awaitable[Panel]]
WHY = "核对地址"


async def go(panel: Panel, path: str) -> None:
    await panel.page.goto(f"{panel.rehearsal.deployment.url}{path}")


async def pictures(panel: Panel, name: str) -> None:
    """Takes the page in both languages."""
    await panel.picture(f"{name}-zh")
    await panel.press("language-en")
    await expect(panel.page.locator("html")).to_have_attribute("lang", "en")
    await panel.picture(f"{name}-en")
    await panel.press("language-zh")
    await expect(panel.page.locator("html")).to_have_attribute("lang", "zh-CN")


async def reveal(officer: Panel) -> int:
    """Looks at a customer in clear, with a reason; returns the lead."""
    headers = {"X-Requested-With": "callcenter"}
    url = f"{officer.rehearsal.deployment.url}/api/v1"
    lists = await (await officer.context.request.get(f"{url}/lead-lists")).json()
    search = await officer.context.request.post(
        f"{url}/leads/search", headers=headers, data={"list_id": lists["items"][0]["id"], "limit": 1}
    )
    lead_id = int((await search.json())["items"][0]["id"])
    answer = await officer.context.request.post(f"{url}/leads/{lead_id}/reveal", headers=headers, data={"reason": WHY})
    assert answer.ok, await answer.text()
    return lead_id


async def test_the_auditor_finds_what_was_done_and_certifies_the_day(open_panel: OpenPanel) -> None:
    lead_id = await reveal(await open_panel("data"))
    auditor = await open_panel("auditor")
    await auditor.page.wait_for_url("**/audit")
    await auditor.see("alerts-bell").wait_for()
    await auditor.press("chain-check")
    await expect(auditor.see("chain")).to_contain_text("演示审计员", timeout=60_000)
    await auditor.state("chain", "good")
    await auditor.page.locator("[data-testid^=entry-][data-testid$=-open]").first.click()
    await auditor.see("entry-facts").wait_for()
    await pictures(auditor, "trail")

    await go(auditor, "/audit/access")
    await auditor.see("trail-subject").fill(str(lead_id))
    await auditor.see("trail-subject").press("Enter")
    row = auditor.page.locator("tr[data-testid^=access-]").filter(has_text=WHY)
    await expect(row).to_have_count(1)
    await pictures(auditor, "access")

    await go(auditor, "/audit/certificates")
    await auditor.press("certificate-make")
    await auditor.page.get_by_role("dialog").get_by_role("combobox").first.wait_for()
    await auditor.picture("certificate-make")
    await auditor.press("certificate-submit")
    made = auditor.page.locator("tr[data-testid^=certificate-][data-state=done]").first
    await made.wait_for(timeout=60_000)
    await pictures(auditor, "certificates")
    await made.locator("a").click()
    await auditor.see("certificate").wait_for()
    await auditor.see("section-S3.chain").wait_for()
    await pictures(auditor, "certificate")
    for page in ("tasks", "jobs", "signals", "incidents"):
        await go(auditor, f"/admin/{page}")
        await auditor.page.locator("h1").wait_for()
    await expect(auditor.page.locator("[data-testid$=-close]")).to_have_count(0)


async def test_a_kept_signal_is_taken_again_or_dismissed_with_a_reason(
    open_panel: OpenPanel, rehearsal: Rehearsal
) -> None:
    kept = rehearsal.system.kept_signals
    async with rehearsal.system.works.begin() as work:
        for signal in (
            tel.CustomerAnswered(at=work.now, call_id=uuid4()),  # of no call: taking it changes nothing
            tel.PhoneRegistered(at=work.now, extension="9999"),
        ):
            await kept.keep(work, rehearsal.system.settings.node, signal, ValueError("a fault of the test"))
        second, first = [card.id for card in await kept.page(work)]
    admin = await open_panel("admin")
    await go(admin, "/admin/signals")
    await pictures(admin, "signals")
    await admin.press(f"signal-{first}-take")
    await expect(admin.see(f"signal-{first}")).to_have_count(0, timeout=30_000)
    await admin.press(f"signal-{second}-dismiss")
    await admin.see("reason").fill("测试信号")
    await admin.press("reason-submit")
    await admin.press("signals-settled")
    await admin.state(f"signal-{first}", "taken")
    await expect(admin.page.locator("tr[data-state=dismissed]").filter(has_text="测试信号")).to_have_count(1)
    await pictures(admin, "signals-settled")


async def test_the_administrator_sees_what_needs_a_look_and_settles_it(
    open_panel: OpenPanel, rehearsal: Rehearsal
) -> None:
    async with rehearsal.system.works.begin() as work:
        await rehearsal.system.recordings.incidents.open(
            work, IncidentKind.ORPHAN, uuid4(), Detail(DetailCode.UNKNOWN_CALL)
        )
        job = await rehearsal.system.jobs.enqueue(work, "leads.dry_run", {"upload_id": 999_999})
    admin = await open_panel("admin")
    await admin.page.wait_for_url("**/admin/first-run")  # until each step of the first run is done
    await go(admin, "/admin")
    await admin.state("overview-incidentsOpen", "bad")
    await pictures(admin, "overview")

    await go(admin, "/admin/jobs")
    failed = admin.see(f"job-{job.id}")
    await admin.state(f"job-{job.id}", "failed", seconds=60)
    assert await failed.get_by_role("note").inner_text()
    await pictures(admin, "jobs")

    await go(admin, "/admin/tasks")
    await admin.state("task-recordings.reconcile", "fine", seconds=60)
    await pictures(admin, "tasks")

    await go(admin, "/admin/incidents")
    incident = admin.page.locator("tr[data-testid^=incident-][data-state=open]").first
    await pictures(admin, "incidents")
    await incident.locator("[data-testid$=-close]").click()
    await admin.see("reason").fill("测试呼叫")
    await admin.press("reason-submit")
    await admin.press("incidents-closed")
    await expect(admin.page.locator("tr[data-testid^=incident-]").filter(has_text="测试呼叫")).to_have_count(1)
    await pictures(admin, "incidents-closed")


async def test_an_administrator_takes_a_node_out_of_use_and_back(open_panel: OpenPanel) -> None:
    panel = await open_panel("admin")
    await panel.page.goto(f"{panel.rehearsal.deployment.url}/admin")
    await panel.state("node-n1", "open")
    await panel.press("node-n1-close")
    await panel.see("reason").fill("维护")
    await panel.press("reason-submit")
    await panel.state("node-n1", "closed")
    await expect(panel.see("node-n1")).to_contain_text("维护")
    agent = await open_panel("agent2")
    await agent.page.goto(f"{agent.rehearsal.deployment.url}/agent")
    await agent.press("verb-log-on")
    await expect(agent.page.get_by_text("所有交换机均已停用")).to_be_visible()
    await panel.press("node-n1-open")
    await panel.state("node-n1", "open")
