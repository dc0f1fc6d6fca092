"""The steps of a new installation, as the rooms report them (requirement S6)."""

from collections.abc import AsyncIterator

import httpx
import pytest

from callcenter.bootstrap import System
from callcenter.bootstrap.web import application
from callcenter.people.types import Role
from callcenter.readiness.types import Step
from callcenter.recordings.types import RecordingState
from tests.support.browser import browser_of, log_in
from tests.support.leads import import_leads
from tests.support.people import hire
from tests.support.rows import make_campaign, make_recording, make_region

pytestmark = pytest.mark.db


@pytest.fixture
async def office(system: System) -> AsyncIterator[httpx.AsyncClient]:
    """The administrator's browser."""
    await hire(system.works, system.people, "boss", Role.ADMINISTRATOR)
    async with browser_of(application(system), base_url="https://callcenter.test") as client:
        assert (await log_in(client, "boss")).status_code == 200
        yield client


async def steps(office: httpx.AsyncClient) -> dict[str, dict[str, object]]:
    answer = await office.get("/api/v1/first-run")
    assert answer.status_code == 200, answer.text
    return {one["step"]: one for one in answer.json()["steps"]}


async def test_a_fresh_installation_has_every_step_before_it(office: httpx.AsyncClient) -> None:
    shown = await steps(office)
    assert list(shown) == [step.value for step in Step]
    assert not any(one["done"] for one in shown.values())
    assert shown["staff"]["facts"] == {
        "people": 1,
        "roles": ["agent", "agent_leader", "qa", "data_officer", "dispatcher", "complaint_officer"],
    }
    assert shown["list"]["doers"] == ["data_officer"]
    assert shown["script"]["doers"] == ["agent_leader", "qa_lead", "administrator"]


async def test_steps_are_ticked_as_they_are_done(office: httpx.AsyncClient, system: System) -> None:
    async with system.works.begin() as work:
        campaign = await make_campaign(work)
        region = await make_region(work, districts=["青秀区"])
        await import_leads(work, campaign.id, 1)
    shown = await steps(office)
    assert {name for name, one in shown.items() if one["done"]} == {"campaign", "list", "start"}
    assert shown["regions"]["facts"] == {"regions": 1, "unready": [region.name]}

    leader = await hire(system.works, system.people, "east", Role.FIELD_LEADER, region_id=region.id)
    async with system.works.begin() as work:
        await system.field.regions.set_leader(work, region.id, leader.id)
        await make_recording(work, state=RecordingState.STORED)
    done = {name for name, one in (await steps(office)).items() if one["done"]}
    assert done == {"campaign", "list", "start", "regions", "first_call"}
