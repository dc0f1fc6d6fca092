"""The endpoints behind the data officer's allocation page; agents reach none of them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from callcenter.allocation.api import router
from callcenter.allocation.forecasting import ForecastService
from callcenter.allocation.quotas import QuotaService
from callcenter.allocation.returns import ReturnService
from callcenter.allocation.runs import RunService
from callcenter.allocation.service import AllocationService
from callcenter.kit.actor import Actor
from callcenter.kit.scope import ALL, Scope
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService
from callcenter.people.types import RIGHTS, Role
from tests.rooms.allocation.office import System
from tests.support.http import Endpoints


class Office:
    """The endpoints with the data officer logged in, until somebody else is."""

    def __init__(self, system: System) -> None:
        self.system = system
        services = {
            AllocationService: system.allocation,
            RunService: system.runs,
            ReturnService: system.returns,
            QuotaService: system.quotas,
            ForecastService: system.forecasts,
            LeadService: system.leads,
            PeopleService: system.board,
        }
        self.endpoints = Endpoints(system.works, services, [router])
        self.client = self.endpoints.client
        self.log_in(Role.DATA_OFFICER)

    def log_in(self, role: Role, scope: Scope = ALL) -> None:
        self.endpoints.as_(Actor(self.system.officer.id, "somebody", role, frozenset(RIGHTS[role]), scope))

    @property
    def body(self) -> dict[str, Any]:
        return {"campaign_id": self.system.campaign_id, "on": "2026-11-24"}


@pytest.fixture
async def office(system: System) -> AsyncIterator[Office]:
    office = Office(system)
    yield office
    await office.endpoints.close()


async def test_a_plan_is_shown_committed_and_found_again(office: Office) -> None:
    await office.system.stock(100, ranked=True)
    plan = (await office.client.post("/allocation/plans", json=office.body)).json()
    assert (plan["assigned"], plan["stock"]["by_class"]["高效客户"], len(plan["agents"])) == (12, 25, 3)
    done = await office.client.post("/allocation/runs", json={**office.body, "digest": plan["digest"]})
    run = done.json()
    assert [(share["new"], share["by_class"]) for share in run["shares"]] == [(4, {"高效客户": 4})] * 3
    page = (await office.client.get("/allocation/runs")).json()
    assert [shown["run_id"] for shown in page["items"]] == [run["run_id"]]
    assert (await office.client.get(f"/allocation/runs/{run['run_id']}")).json()["shares"] == run["shares"]
    mine = f"/allocation/runs/{run['run_id']}/assignments?agent_id={office.system.agents[0]}"
    items = (await office.client.get(mine)).json()["items"]
    assert [item["position"] for item in items] == [1, 2, 3, 4]
    assert items[0]["lead"]["phone_masked"].startswith("199****")
    assert (items[0]["reason_code"], items[0]["reason_facts"]["class"]) == ("allocated", "高效客户")
    first = (await office.client.get(f"{mine}&limit=3")).json()
    assert len((await office.client.get(f"{mine}&limit=3&cursor={first['next']}")).json()["items"]) == 1


async def test_a_plan_says_why_before_it_is_committed(office: Office) -> None:
    await office.system.stock(100, ranked=True)
    plan = (await office.client.post("/allocation/plans", json=office.body)).json()
    body = {**office.body, "digest": plan["digest"], "agent_id": office.system.agents[1]}
    planned = (await office.client.post("/allocation/plans/assignments", json=body)).json()
    assert await office.system.assignments() == []
    run = (await office.client.post("/allocation/runs", json={**office.body, "digest": plan["digest"]})).json()
    mine = f"/allocation/runs/{run['run_id']}/assignments?agent_id={body['agent_id']}"
    committed = (await office.client.get(mine)).json()["items"]
    columns = ("position", "reason", "reason_code", "reason_facts", "lead")
    assert [[item[column] for column in columns] for item in planned] == [
        [item[column] for column in columns] for item in committed
    ]
    outdated = await office.client.post("/allocation/plans/assignments", json=body)
    assert (outdated.status_code, outdated.json()["code"]) == (409, "plan_outdated")


async def test_an_outdated_plan_is_refused(office: Office) -> None:
    await office.system.stock(12)
    refused = await office.client.post("/allocation/runs", json={**office.body, "digest": "of another plan"})
    assert (refused.status_code, refused.json()["code"]) == (409, "plan_outdated")
    assert await office.system.assignments() == []


async def test_quotas_are_set_listed_and_removed(office: Office) -> None:
    agent = office.system.agents[0]
    body = {"campaign_id": office.system.campaign_id, "staff_id": agent, "quota": 2, "from_on": "2026-11-24"}
    assert (await office.client.put("/allocation/quotas", json=body)).status_code == 422, "a reason is required"
    saved = (await office.client.put("/allocation/quotas", json={**body, "reason": "new here"})).json()
    listed = (await office.client.get(f"/allocation/quotas?campaign_id={office.system.campaign_id}")).json()
    assert [(quota["staff_id"], quota["quota"], quota["from_on"]) for quota in listed] == [
        (None, 4, None),
        (agent, 2, "2026-11-24"),
    ]
    assert listed[1]["set_by"] == office.system.officer.id
    removed = await office.client.delete(f"/allocation/quotas/{saved['id']}?reason=experienced")
    assert removed.status_code == 204
    assert len((await office.client.get(f"/allocation/quotas?campaign_id={office.system.campaign_id}")).json()) == 1


async def test_leads_are_returned_and_the_use_of_the_day_is_shown(office: Office) -> None:
    await office.system.stock(20)
    await office.client.post("/allocation/runs", json=office.body)
    agent = office.system.agents[0]
    body = {"agent_id": agent, "reason": "sick", "reassign": True}
    assert (await office.client.post("/allocation/return-leads", json=body)).json() == {
        "returned": 4,
        "allocated": 0,
        "left": 4,
    }
    day = (await office.client.get(f"/allocation/days/2026-11-24?campaign_id={office.system.campaign_id}")).json()
    assert day["totals"] == {"agents": 2, "quota": 8, "held": 8, "open": 8, "active": 0, "done": 0, "attempts": 0}
    [forecast] = (await office.client.get("/allocation/forecast")).json()
    assert (forecast["stock"], forecast["daily_need"], forecast["low"]) == (12, 12, True)


@pytest.mark.parametrize("role", [Role.AGENT, Role.QA, Role.FIELD_AGENT])
async def test_other_roles_do_not_reach_the_allocation(office: Office, role: Role) -> None:
    office.log_in(role)
    quota = {"campaign_id": 1, "staff_id": None, "quota": 2, "from_on": "2026-11-24", "reason": "no"}
    answers = [
        await office.client.post("/allocation/plans", json=office.body),
        await office.client.post("/allocation/runs", json=office.body),
        await office.client.post("/allocation/return-leads", json={"agent_id": 1, "reason": "no", "reassign": False}),
        await office.client.put("/allocation/quotas", json=quota),
        await office.client.delete("/allocation/quotas/1?reason=no"),
        await office.client.get("/allocation/runs"),
        await office.client.get("/allocation/runs/1"),
        await office.client.get("/allocation/runs/1/assignments"),
        await office.client.get("/allocation/quotas?campaign_id=1"),
        await office.client.get("/allocation/days/2026-11-24"),
        await office.client.get("/allocation/forecast"),
    ]
    assert {answer.status_code for answer in answers} == {403}


async def test_a_leader_returns_leads_and_sets_quotas_only_in_the_same_branch(office: Office) -> None:
    await office.system.stock(20)
    await office.client.post("/allocation/runs", json=office.body)
    agent, client = office.system.agents[0], office.client
    return_leads = {"agent_id": agent, "reason": "sick", "reassign": False}
    quota = {"campaign_id": office.system.campaign_id, "quota": 2, "from_on": "2026-11-24", "reason": "new here"}
    office.log_in(Role.AGENT_LEADER, Scope.of_branch("elsewhere"))
    assert (await client.post("/allocation/return-leads", json=return_leads)).status_code == 404
    assert (await client.put("/allocation/quotas", json={**quota, "staff_id": agent})).status_code == 404
    assert (await client.get("/allocation/days/2026-11-24")).json()["totals"]["agents"] == 0
    office.log_in(Role.AGENT_LEADER, Scope.of_branch("b"))
    assert (await client.get("/allocation/days/2026-11-24")).json()["totals"]["agents"] == 3
    assert (await client.post("/allocation/return-leads", json=return_leads)).json()["returned"] == 4
    assert (await client.put("/allocation/quotas", json={**quota, "staff_id": agent})).status_code == 200
    assert (await client.put("/allocation/quotas", json={**quota, "staff_id": None})).status_code == 403
    assert (await client.post("/allocation/plans", json=office.body)).status_code == 403
    assert (await client.get("/allocation/runs/1/assignments")).status_code == 403
