"""A campaign from nothing to its start, over HTTP: made, copied, changed, and started when nothing is missing (H4)."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from callcenter.allocation.errors import CampaignNotBegun
from callcenter.allocation.types import MemberDraft
from callcenter.bootstrap import System
from callcenter.bootstrap.web import application
from callcenter.campaigns.types import CampaignState, ScriptDraft, Statement, WindowRule
from callcenter.kit.clock import FrozenClock, at_business_time, business_date
from callcenter.people.types import Role
from tests.support.browser import browser_of, log_in
from tests.support.leads import import_leads
from tests.support.people import hire
from tests.support.rows import make_region

pytestmark = pytest.mark.db

APPROVED = "07715550000"
NEW = {
    "name": "spring",
    "product": "whole life",
    "company_full_name": "某某人寿保险股份有限公司",
    "caller_id": APPROVED,
}
SCRIPT = ScriptDraft("first", (Statement("greeting", "我是{company}的{agent}，证号{licence}。", True),))


@pytest.fixture(autouse=True)
def approved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLCENTER_CAMPAIGNS_CALLER_IDS", APPROVED)


@pytest.fixture
async def office(approved: None, system: System) -> AsyncIterator[httpx.AsyncClient]:
    """The administrator's browser."""
    await hire(system.works, system.people, "boss", Role.ADMINISTRATOR)
    async with browser_of(application(system), base_url="https://callcenter.test") as client:
        assert (await log_in(client, "boss")).status_code == 200
        yield client


async def made(office: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await office.post("/api/v1/campaigns", json={**NEW, **changes})
    assert answer.status_code == 201, answer.text
    campaign: dict[str, Any] = answer.json()
    return campaign


async def change(office: httpx.AsyncClient, campaign_id: int, **changes: Any) -> httpx.Response:
    return await office.patch(f"/api/v1/campaigns/{campaign_id}", json={"reason": "as decided", **changes})


async def missing(office: httpx.AsyncClient, campaign_id: int) -> list[str]:
    answer = (await office.get(f"/api/v1/campaigns/{campaign_id}/readiness")).json()
    return [one["need"] for one in answer["needs"] if not one["met"]]


async def supplied(system: System, campaign_id: int) -> None:
    """Gives a campaign all that its start needs."""
    agent = await hire(system.works, system.people, "agent", extension="1001")
    for role in (Role.AGENT_LEADER, Role.DISPATCHER, Role.QA):
        await hire(system.works, system.people, role.value, role)
    async with system.works.begin() as work:
        region = await make_region(work, districts=["青秀区"])
    leader = await hire(system.works, system.people, "east", Role.FIELD_LEADER, region_id=region.id)
    async with system.works.begin() as work:
        await system.field.regions.set_leader(work, region.id, leader.id)
        await system.campaigns.publish_script(work, campaign_id, SCRIPT, "start")
        await import_leads(work, campaign_id, 2)
        draft = MemberDraft(
            campaign_id=campaign_id,
            staff_ids=(agent.id,),
            weight=1,
            from_on=business_date(work.now),
            reason="start",
        )
        await system.members.set(work, draft)


async def test_a_new_campaign_is_prepared_with_the_values_of_the_plan(office: httpx.AsyncClient) -> None:
    campaign = await made(office)
    assert (campaign["state"], campaign["version"], campaign["quota"]) == ("preparing", 1, 30)
    assert (campaign["legal_preset"], campaign["first_on"], campaign["caller_id_approved"]) == (
        "regulation",
        None,
        True,
    )
    assert campaign["shifts"] == [{"opens": "10:00", "closes": "12:00"}, {"opens": "13:30", "closes": "18:00"}]
    choices = (await office.get("/api/v1/campaigns/choices")).json()
    assert choices["caller_ids"] == [APPROVED]
    assert choices["legal_hours"]["life_insurance"] == {"opens": "09:00", "closes": "21:00"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "spring"}, "campaign_name_taken"),
        ({"caller_id": "02100000000"}, "caller_id_not_approved"),
        ({"first_on": "2026-11-22"}, "first_day_past"),
        ({"cap_per_day": 5}, "caps_invalid"),
        ({"shifts": []}, "window_invalid"),
        ({"legal_preset": "life_insurance", "shifts": [{"opens": "08:30", "closes": "12:00"}]}, "window_invalid"),
    ],
)
async def test_what_cannot_be_is_refused(office: httpx.AsyncClient, changes: dict[str, Any], code: str) -> None:
    await made(office)
    answer = await office.post("/api/v1/campaigns", json={**NEW, "name": "autumn", **changes})
    assert answer.json()["code"] == code
    assert len((await office.get("/api/v1/campaigns")).json()["items"]) == 1


async def test_a_campaign_starts_when_nothing_is_missing(office: httpx.AsyncClient, system: System) -> None:
    campaign_id = (await made(office))["id"]
    everything = ["script", "agents", "leaders", "qa", "regions", "receiver", "stock"]
    assert await missing(office, campaign_id) == everything
    refused = await change(office, campaign_id, state="running")
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign_not_ready")
    assert refused.json()["params"]["missing"] == everything

    await supplied(system, campaign_id)
    assert await missing(office, campaign_id) == []
    started = await change(office, campaign_id, state="running")
    assert (started.status_code, started.json()["state"]) == (200, "running")


async def test_name_product_and_company_are_kept_once_it_has_run(office: httpx.AsyncClient, system: System) -> None:
    campaign_id = (await made(office))["id"]
    renamed = await change(office, campaign_id, name="summer", product="term life", caller_id=APPROVED)
    assert (renamed.json()["name"], renamed.json()["version"]) == ("summer", 2)
    await supplied(system, campaign_id)
    for state in ("running", "preparing"):
        assert (await change(office, campaign_id, state=state)).status_code == 200
    refused = await change(office, campaign_id, product="car insurance")
    assert (refused.status_code, refused.json()["code"]) == (409, "campaign_has_run")
    assert (await change(office, campaign_id, quota=20)).status_code == 200


async def test_hours_number_and_first_day_are_versioned(office: httpx.AsyncClient) -> None:
    campaign_id = (await made(office))["id"]
    changed = await change(office, campaign_id, legal_preset="life_insurance", first_on="2026-12-01")
    assert changed.json()["legal_hours"] == {"opens": "09:00", "closes": "21:00"}
    history = (await office.get(f"/api/v1/campaigns/{campaign_id}/history")).json()["versions"]
    assert {one["rule"]: (one["old"], one["new"]) for one in history[0]["changes"]} == {
        "legal_hours": (["08:00", "21:00"], ["09:00", "21:00"]),
        "first_on": (None, "2026-12-01"),
    }
    past = await change(office, campaign_id, first_on="2026-11-20")
    assert past.json()["code"] == "first_day_past"
    refused = await change(office, campaign_id, caller_id="02100000000")
    assert refused.json()["code"] == "caller_id_not_approved"


async def test_a_copy_has_the_rules_and_its_script_waits_for_a_second_person(
    office: httpx.AsyncClient, system: System
) -> None:
    first = await made(office, quota=12, legal_preset="life_insurance")
    async with system.works.begin() as work:
        await system.campaigns.publish_script(work, first["id"], SCRIPT, "start")
    copied = await office.post(f"/api/v1/campaigns/{first['id']}/copy", json={"name": " autumn "})
    assert copied.status_code == 201, copied.text
    copy = copied.json()
    kept = set(first) - {"id", "name", "version"}
    assert {name: copy[name] for name in kept} == {name: first[name] for name in kept}
    assert copy["name"] == "autumn"
    assert "script" in await missing(office, copy["id"])
    draft = (await office.get(f"/api/v1/campaigns/{copy['id']}/scripts/draft")).json()["draft"]
    assert draft["title"] == "first"
    again = await office.post(f"/api/v1/campaigns/{first['id']}/copy", json={"name": "autumn"})
    assert again.json()["code"] == "campaign_name_taken"


async def test_before_its_first_day_a_campaign_neither_calls_nor_gets_leads(
    office: httpx.AsyncClient, system: System, clock: FrozenClock
) -> None:
    first_on = date(2026, 11, 25)
    campaign_id = (await made(office, first_on=first_on.isoformat()))["id"]
    await supplied(system, campaign_id)
    started = await change(office, campaign_id, state="running")
    assert started.status_code == 200, started.text
    async with system.works.begin() as work:
        window = await system.campaigns.window(work, campaign_id)
        assert (window.open, window.rule) == (False, WindowRule.FIRST_DAY)
        assert window.opens_at == at_business_time(first_on, 10)
        with pytest.raises(CampaignNotBegun):
            await system.runs.allocate(work, campaign_id, date(2026, 11, 24))
        assert (await system.runs.allocate(work, campaign_id, first_on)).assigned == 2
        await system.allocation_watch.look_for_runs(work)
    clock.advance(timedelta(days=2))
    async with system.works.begin() as work:
        assert (await system.campaigns.window(work, campaign_id)).open
        assert [one.campaign_id for one in await system.campaigns.list(work, CampaignState.RUNNING)] == [campaign_id]
