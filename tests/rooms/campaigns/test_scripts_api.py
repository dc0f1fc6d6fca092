"""A campaign's script over HTTP: published with a reason, every version shown, an old one never changed."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from callcenter.campaigns.script_api import router
from callcenter.campaigns.types import CampaignRules
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.people.types import Role
from tests.support.events import listen
from tests.support.http import Endpoints
from tests.support.leads import campaign_service, create_campaign
from tests.support.rows import make_staff

NAMES = {"text": "您好，我是{company}的{agent}，证号{licence}。", "text_en": None, "mandatory": True}
BYE = {"text": "再见。", "text_en": "Goodbye.", "mandatory": False}
FIRST = {"title": "邀约", "statements": [NAMES, BYE], "based_on": None, "reason": "开始活动"}


@pytest.fixture
async def office(works: Works) -> AsyncIterator[tuple[httpx.AsyncClient, CampaignRules]]:
    async with works.begin() as work:
        officer = await make_staff(work, Role.DATA_OFFICER, name="陈数据")
        campaign = await create_campaign(work)
    endpoints = Endpoints(works, [campaign_service()], [router])
    yield endpoints.as_(officer), campaign
    await endpoints.close()


async def test_a_script_is_published_and_its_versions_are_kept(
    office: tuple[httpx.AsyncClient, CampaignRules], clock: FrozenClock, bus: Bus
) -> None:
    client, campaign = office
    announced = listen(bus, Noted)
    url = f"/campaigns/{campaign.campaign_id}/scripts"
    assert (await client.get(url)).json() == {"versions": []}
    [first] = (await client.post(url, json=FIRST)).json()["versions"]
    assert [statement["key"] for statement in first["statements"]] == ["s1", "s2"]
    assert (first["version"], first["by"], first["reason"], first["in_force"]) == (1, "陈数据", "开始活动", True)

    clock.advance(timedelta(hours=1))
    kept = first["statements"][0]
    answer = await client.post(
        url,
        json={"title": "邀约", "statements": [{**kept, "text": kept["text"] + "！"}], "based_on": 1, "reason": "更短"},
    )
    second, again = answer.json()["versions"]
    assert (second["version"], second["in_force"], [one["key"] for one in second["statements"]]) == (2, True, ["s1"])
    assert again == {**first, "in_force": False}
    assert (await client.get(url)).json() == answer.json()
    noted = [event for event in announced if isinstance(event, Noted)]
    assert [(event.act, event.facts) for event in noted] == [
        ("campaigns.script_published", {"version": 1, "reason": "开始活动"}),
        ("campaigns.script_published", {"version": 2, "reason": "更短"}),
    ]


async def test_the_same_script_again_is_no_new_version(office: tuple[httpx.AsyncClient, CampaignRules]) -> None:
    client, campaign = office
    url = f"/campaigns/{campaign.campaign_id}/scripts"
    [first] = (await client.post(url, json=FIRST)).json()["versions"]
    same = {"title": first["title"], "statements": first["statements"], "based_on": 1, "reason": "again"}
    assert (await client.post(url, json=same)).json() == {"versions": [first]}


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
async def test_a_script_that_may_not_be_published(
    office: tuple[httpx.AsyncClient, CampaignRules], change: dict[str, object], status: int, code: str
) -> None:
    client, campaign = office
    url = f"/campaigns/{campaign.campaign_id}/scripts"
    answer = await client.post(url, json={**FIRST, **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await client.get(url)).json() == {"versions": []}
