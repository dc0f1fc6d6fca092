"""A campaign's script over HTTP: submitted with a reason, decided on by another person, in force from its day."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from callcenter.alerts.service import AlertService
from callcenter.campaigns.drafts import ScriptDrafts
from callcenter.campaigns.script_api import router
from callcenter.campaigns.script_reviews import ScriptReviews
from callcenter.campaigns.service import CampaignService
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time, business_date
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.people.types import Role
from tests.support.events import listen
from tests.support.http import Endpoints
from tests.support.leads import campaign_service, create_campaign
from tests.support.rows import VAULT, make_staff

NAMES = {"text": "您好，我是{company}的{agent}，证号{licence}。", "text_en": None, "mandatory": True}
BYE = {"text": "再见。", "text_en": "Goodbye.", "mandatory": False}
FIRST = {"title": "邀约", "statements": [NAMES, BYE], "based_on": None, "reason": "开始活动"}


@dataclass
class Office:
    url: str
    writer: httpx.AsyncClient
    approver: httpx.AsyncClient
    both: httpx.AsyncClient
    """An administrator may write and may approve."""
    campaigns: CampaignService
    reviews: ScriptReviews
    campaign_id: int

    async def submit(self, client: httpx.AsyncClient | None = None, **changes: object) -> dict[str, Any]:
        """Submits ``FIRST`` with changes; returns the newest version."""
        answer = await (client or self.writer).post(self.url, json={**FIRST, **changes})
        assert answer.status_code == 200, answer.text
        newest: dict[str, Any] = answer.json()["versions"][0]
        return newest

    async def versions(self, client: httpx.AsyncClient | None = None) -> list[dict[str, Any]]:
        versions: list[dict[str, Any]] = (await (client or self.writer).get(self.url)).json()["versions"]
        return versions


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
async def office(works: Works) -> AsyncIterator[Office]:
    async with works.begin() as work:
        writer = await make_staff(work, Role.DATA_OFFICER, name="陈数据")
        approver = await make_staff(work, Role.QA_LEAD, name="林质检")
        both = await make_staff(work, Role.ADMINISTRATOR, name="管理员")
        campaign = await create_campaign(work)
    campaigns = campaign_service()
    alerts = AlertService(VAULT)
    reviews = ScriptReviews(campaigns, alerts, VAULT)
    endpoints = [
        Endpoints(works, [campaigns, reviews, ScriptDrafts(campaigns)], [router], one)
        for one in (writer, approver, both)
    ]
    url = f"/campaigns/{campaign.campaign_id}/scripts"
    first, second, third = (one.client for one in endpoints)
    yield Office(url, first, second, third, campaigns, reviews, campaign.campaign_id)
    for one in endpoints:
        await one.close()


async def in_force(works: Works, office: Office) -> int | None:
    """Returns the number of the version the desk reads, by the cache that is kept across works."""
    async with works.begin() as work:
        script = await office.campaigns.script(work, office.campaign_id)
    return None if script is None else script.version


async def open_alerts(works: Works) -> list[tuple[str, str]]:
    async with works.begin() as work:
        rows = await work.session.execute(text("SELECT kind, subject FROM alert WHERE cleared_at IS NULL"))
        return [(row.kind, row.subject) for row in rows]


async def test_a_script_is_in_force_when_a_second_person_has_approved_it(
    office: Office, works: Works, bus: Bus, clock: FrozenClock
) -> None:
    announced = listen(bus, Noted)
    first = await office.submit()
    assert [one["key"] for one in first["statements"]] == ["s1", "s2"]
    assert (first["state"], first["by"], first["own"], first["in_force"]) == ("submitted", "陈数据", True, False)
    assert await in_force(works, office) is None
    assert await open_alerts(works) == [("script_waits", f"campaign:{office.campaign_id}")]

    clock.advance(timedelta(minutes=5))
    today = business_date(clock.now()).isoformat()
    answer = await office.approver.post(f"{office.url}/1/approve", json={"from_on": today})
    assert answer.status_code == 204
    [shown] = await office.versions(office.approver)
    assert (shown["state"], shown["in_force"], shown["decided_by"], shown["own"]) == (
        "published",
        True,
        "林质检",
        False,
    )
    assert await in_force(works, office) == 1
    assert await open_alerts(works) == []
    noted = [event for event in announced if isinstance(event, Noted) and event.act.startswith("campaigns.")]
    assert [(event.act, event.facts) for event in noted] == [
        ("campaigns.script_submitted", {"version": 1, "reason": "开始活动"}),
        ("campaigns.script_approved", {"version": 1, "from": today}),
        ("campaigns.script_published", {"version": 1, "reason": "开始活动"}),
    ]


async def test_a_later_day_is_kept_by_the_clock_and_the_cache_follows(
    office: Office, works: Works, clock: FrozenClock
) -> None:
    await office.submit()
    today = business_date(clock.now())
    await office.approver.post(f"{office.url}/1/approve", json={"from_on": today.isoformat()})
    await office.submit(based_on=1, title="第二版")
    tomorrow = today + timedelta(days=1)
    await office.approver.post(f"{office.url}/2/approve", json={"from_on": tomorrow.isoformat()})
    midnight = at_business_time(tomorrow, 0, 0)

    clock.advance(midnight - timedelta(seconds=1) - clock.now())
    async with works.begin() as work:
        await office.reviews.put_in_force(work)
    assert await in_force(works, office) == 1
    clock.advance(timedelta(seconds=1))
    for _ in range(2):
        async with works.begin() as work:
            await office.reviews.put_in_force(work)
        assert await in_force(works, office) == 2
    second, first = await office.versions()
    assert datetime.fromisoformat(second["valid_from"]) == midnight
    assert (first["state"], first["in_force"]) == ("published", False)


async def test_the_person_who_submitted_a_script_does_not_decide(office: Office, clock: FrozenClock) -> None:
    await office.submit(office.both)
    today = business_date(clock.now()).isoformat()
    for act, body in (("approve", {"from_on": today}), ("return", {"reason": "x"})):
        answer = await office.both.post(f"{office.url}/1/{act}", json=body)
        assert refusal(answer) == (403, "script_second_person")
    assert [one["state"] for one in await office.versions()] == ["submitted"]


async def test_a_returned_script_is_corrected_as_the_next_version(office: Office, clock: FrozenClock) -> None:
    await office.submit()
    waits = await office.writer.post(office.url, json={**FIRST, "title": "另一版"})
    assert refusal(waits) == (409, "script_waits")
    await office.approver.post(f"{office.url}/1/return", json={"reason": "缺少问候"})
    second = await office.submit(title="改正")
    assert second["version"] == 2
    [_, first] = await office.versions()
    assert (first["state"], first["decided_why"], first["valid_from"]) == ("returned", "缺少问候", None)
    today = business_date(clock.now()).isoformat()
    answer = await office.approver.post(f"{office.url}/1/approve", json={"from_on": today})
    assert refusal(answer) == (409, "script_not_waiting")


async def test_a_writer_does_not_approve_the_own_text_that_another_person_submits_again(
    office: Office, clock: FrozenClock
) -> None:
    await office.submit(office.both)
    await office.approver.post(f"{office.url}/1/return", json={"reason": "由数据专员提交"})
    await office.submit()
    today = business_date(clock.now()).isoformat()
    own = await office.both.post(f"{office.url}/2/approve", json={"from_on": today})
    assert refusal(own) == (403, "script_second_person")
    another = await office.approver.post(f"{office.url}/2/approve", json={"from_on": today})
    assert another.status_code == 204, another.text


async def test_what_waits_can_be_withdrawn_until_its_day(office: Office, works: Works, clock: FrozenClock) -> None:
    await office.submit()
    tomorrow = business_date(clock.now()) + timedelta(days=1)
    await office.approver.post(f"{office.url}/1/approve", json={"from_on": tomorrow.isoformat()})
    answer = await office.writer.post(f"{office.url}/1/withdraw", json={"reason": "活动推迟"})
    assert answer.status_code == 204
    clock.advance(timedelta(days=2))
    async with works.begin() as work:
        await office.reviews.put_in_force(work)
    assert await in_force(works, office) is None
    assert [one["state"] for one in await office.versions()] == ["withdrawn"]
    again = await office.writer.post(f"{office.url}/1/withdraw", json={"reason": "x"})
    assert refusal(again) == (409, "script_not_waiting")
    assert await open_alerts(works) == []


async def test_a_day_that_is_over_and_an_unchanged_script_are_refused(office: Office, clock: FrozenClock) -> None:
    await office.submit()
    today = business_date(clock.now())
    past = (today - timedelta(days=1)).isoformat()
    answer = await office.approver.post(f"{office.url}/1/approve", json={"from_on": past})
    assert refusal(answer) == (422, "script_date_past")
    await office.approver.post(f"{office.url}/1/approve", json={"from_on": today.isoformat()})
    [first] = await office.versions()
    same = {"title": first["title"], "statements": first["statements"], "based_on": 1, "reason": "again"}
    assert refusal(await office.writer.post(office.url, json=same)) == (422, "script_unchanged")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"statements": [BYE]}, 422, "script_name_missing"),
        ({"statements": [NAMES, {**BYE, "text": "{phone}"}]}, 422, "script_name_unknown"),
        ({"statements": []}, 422, "script_invalid"),
        ({"statements": [NAMES, {**BYE, "text": " "}]}, 422, "invalid"),
        ({"title": " "}, 422, "invalid"),
        ({"reason": " "}, 422, "invalid"),
        ({"based_on": 3}, 409, "script_outdated"),
    ],
)
async def test_a_script_that_may_not_be_submitted(
    office: Office, change: dict[str, object], status: int, code: str
) -> None:
    answer = await office.writer.post(office.url, json={**FIRST, **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await office.versions() == []


DRAFT = {
    "title": "邀",
    "statements": [{"key": None, **NAMES}, {"key": "s9", "text": "", "text_en": None, "mandatory": True}],
    "based_on": 1,
    "number": None,
}
"""Half typed: a statement has no text yet."""


class TestDrafts:
    async def draft(self, office: Office, client: httpx.AsyncClient | None = None) -> Any:
        return (await (client or office.writer).get(f"{office.url}/draft")).json()["draft"]

    async def save(self, office: Office, **changes: object) -> httpx.Response:
        return await office.writer.put(f"{office.url}/draft", json={**DRAFT, **changes})

    async def test_what_is_typed_is_kept_for_the_person_who_types_it(self, office: Office, clock: FrozenClock) -> None:
        assert await self.draft(office) is None
        assert (await self.save(office)).json()["number"] == 1
        clock.advance(timedelta(seconds=2))
        saved = (await self.save(office, title="邀约", number=1)).json()
        assert (saved["number"], datetime.fromisoformat(saved["saved_at"])) == (2, clock.now())
        kept = await self.draft(office)
        assert kept == saved
        assert (kept["title"], kept["statements"], kept["based_on"]) == ("邀约", DRAFT["statements"], 1)
        assert await self.draft(office, office.both) is None, "another person's own"
        assert await office.versions() == [], "a draft is no version"

    async def test_a_page_that_has_not_read_the_latest_draft_overwrites_nothing(self, office: Office) -> None:
        await self.save(office)
        await self.save(office, title="家里", number=1)
        for outdated in (None, 1, 3):
            assert refusal(await self.save(office, title="单位", number=outdated)) == (409, "script_draft_changed")
        assert (await self.draft(office))["title"] == "家里"

    async def test_a_late_save_brings_no_discarded_draft_back(self, office: Office) -> None:
        await self.save(office)
        assert (await office.writer.delete(f"{office.url}/draft")).status_code == 204
        assert refusal(await self.save(office, number=1)) == (409, "script_draft_changed")
        assert await self.draft(office) is None
        assert (await self.save(office)).json()["number"] == 1, "a new one begins"

    async def test_a_submitted_draft_is_gone_and_a_refused_one_stays(self, office: Office) -> None:
        await self.save(office, title="邀约", statements=[{"key": None, **BYE}])
        assert (await office.writer.post(office.url, json={**FIRST, "statements": [BYE]})).status_code == 422
        assert await self.draft(office) is not None
        await office.both.put(f"{office.url}/draft", json=DRAFT)
        await office.submit()
        assert await self.draft(office) is None
        assert await self.draft(office, office.both) is not None, "of another person"

    async def test_an_approver_and_an_unknown_campaign_have_no_draft(self, office: Office) -> None:
        assert (await office.approver.get(f"{office.url}/draft")).status_code == 403
        for answer in (
            await office.writer.get("/campaigns/99/scripts/draft"),
            await office.writer.put("/campaigns/99/scripts/draft", json=DRAFT),
            await office.writer.delete("/campaigns/99/scripts/draft"),
        ):
            assert refusal(answer) == (404, "campaign_not_found")
