"""A campaign's retry rules over HTTP: shown, changed as a whole with a reason, refused where they contradict."""

from collections.abc import AsyncIterator

import httpx
import pytest

from callcenter.campaigns.retries import DEFAULT_RETRIES, RetryAfter, RetryPolicy, RetryRule
from callcenter.campaigns.retry_api import router
from callcenter.campaigns.types import CampaignRules
from callcenter.kit.bus import Bus
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.people.types import Role
from tests.support.events import listen
from tests.support.http import Endpoints
from tests.support.leads import campaign_service, create_campaign
from tests.support.rows import make_staff

NEW = {
    "rules": [{"after": "busy", "delay_minutes": 90, "most": 2, "spread": False}],
    "min_gap_minutes": 45,
    "day_parts": ["11:00"],
    "reason": "the branch asks for fewer calls",
}


@pytest.fixture
async def office(works: Works) -> AsyncIterator[tuple[httpx.AsyncClient, CampaignRules, Endpoints]]:
    async with works.begin() as work:
        officer = await make_staff(work, Role.DATA_OFFICER)
        campaign = await create_campaign(work)
    endpoints = Endpoints(works, [campaign_service()], [router])
    yield endpoints.as_(officer), campaign, endpoints
    await endpoints.close()


async def test_retry_rules_are_shown_and_changed(
    office: tuple[httpx.AsyncClient, CampaignRules, Endpoints], works: Works, bus: Bus
) -> None:
    client, campaign, _ = office
    announced = listen(bus, Noted)
    url = f"/campaigns/{campaign.campaign_id}/retries"
    shown = (await client.get(url)).json()
    assert {rule["after"] for rule in shown["rules"]} == {after.value for after in DEFAULT_RETRIES.rules}
    answer = await client.put(url, json=NEW)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {name: value for name, value in NEW.items() if name != "reason"}
    async with works.begin() as work:
        policy = (await campaign_service().rules(work, campaign.campaign_id)).retries
    assert policy.rules == {RetryAfter.BUSY: RetryRule(DEFAULT_RETRIES.min_gap * 3, 2, spread=False)}
    assert isinstance(policy, RetryPolicy)
    (noted,) = [event for event in announced if isinstance(event, Noted)]
    assert (noted.act, noted.facts["reason"]) == ("campaigns.changed", NEW["reason"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"day_parts": ["15:00", "12:00"]}, "retries_invalid"),
        ({"day_parts": ["noon"]}, "invalid"),
        ({"reason": " "}, "invalid"),
        ({"rules": [{"after": "refused", "delay_minutes": 1, "most": 1, "spread": True}]}, "invalid"),
    ],
)
async def test_rules_that_contradict_are_refused(
    office: tuple[httpx.AsyncClient, CampaignRules, Endpoints], change: dict[str, object], code: str
) -> None:
    client, campaign, _ = office
    answer = await client.put(f"/campaigns/{campaign.campaign_id}/retries", json={**NEW, **change})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
