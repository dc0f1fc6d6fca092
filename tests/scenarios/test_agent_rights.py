"""An agent at work over HTTP, with every endpoint an agent may call: one masked customer at a time, never a list."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from callcenter.bootstrap import application
from callcenter.campaigns.agent_fields import AgentField, AgentFields, Showing
from callcenter.campaigns.types import CampaignChanges
from callcenter.kit.crypto import mask_phone
from callcenter.kit.work import Work
from callcenter.people.types import Role
from tests.scenarios.conftest import PASSWORD, Stage
from tests.support.browser import browser_of, log_in
from tests.support.rows import Assignment, Lead
from tests.support.sealing import opened
from tests.support.waiting import eventually
from tests.web.rights_table import MAY

CUSTOMERS = 3
"""Conversations the agent has."""


@dataclass
class Agent:
    """An agent's browser that keeps every answer."""

    client: httpx.AsyncClient
    bodies: list[str] = field(default_factory=list)

    async def send(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        options: dict[str, Any] = {} if method == "GET" else {"json": body or {}}
        answer = await self.client.request(method, f"/api/v1{path}", **options)
        self.bodies.append(answer.text)
        return answer

    async def desk(self) -> dict[str, Any]:
        snapshot: dict[str, Any] = (await self.send("GET", "/desk")).json()
        return snapshot

    async def verb(self, verb: str, **body: Any) -> httpx.Response:
        return await self.send("POST", f"/desk/{verb}", body)

    async def until(self, *states: str) -> dict[str, Any]:
        async def reached() -> dict[str, Any] | None:
            snapshot = await self.desk()
            return snapshot if snapshot["seat"]["state"] in states else None

        return dict(await eventually(reached))

    async def try_everything(self, ids: list[str]) -> None:
        """Calls every endpoint of an agent with ids that exist, except those that would end the day."""
        for route in (route for route, roles in MAY.items() if Role.AGENT in roles):
            method, path = route.split()
            if path.startswith("/desk/") and path != "/desk/phone":
                continue
            for id_ in ids if "{" in path else [""]:
                await self.send(method, re.sub(r"{\w+}", id_, path))


@pytest.fixture
async def agent(stage: Stage) -> AsyncIterator[Agent]:
    async with browser_of(application(stage.system), base_url="https://callcenter.test") as client:
        answer = await log_in(client, "robot01", PASSWORD)
        assert answer.status_code == 200
        yield Agent(client)


async def clear_customers(stage: Stage) -> dict[int, tuple[str, str, str]]:
    """Returns number, name and address of every customer, by lead."""
    vault = stage.system.settings.vault

    async def look(work: Work) -> dict[int, tuple[str, str, str]]:
        leads = (await work.session.scalars(select(Lead))).all()
        return {
            lead.id: (
                opened(vault, lead, "phone_sealed"),
                opened(vault, lead, "name_sealed"),
                opened(vault, lead, "address_sealed"),
            )
            for lead in leads
        }

    return await stage.ask(look)


async def opened_leads(stage: Stage) -> set[int]:
    """Returns the leads that have been on the agent's screen."""

    async def look(work: Work) -> set[int]:
        query = select(col(Assignment.lead_id)).where(
            col(Assignment.agent_id) == stage.agents[0], col(Assignment.opened_at).is_not(None)
        )
        return set((await work.session.scalars(query)).all())

    return await stage.ask(look)


async def test_an_agent_sees_one_masked_customer_and_cannot_enumerate_others(stage: Stage, agent: Agent) -> None:
    customers = await clear_customers(stage)
    masked = {mask_phone(phone): lead_id for lead_id, (phone, _, _) in customers.items()}
    assert len(masked) == len(customers) > 40, "masked numbers are different for each customer"
    await stage.start()
    await agent.verb("log-on")

    async def ready() -> bool:
        return "ready" in (await agent.desk())["allowed"]

    await eventually(ready)
    await agent.verb("ready")
    talked = 0
    while talked < CUSTOMERS:
        shown = await agent.until("preview", "wrap_up")
        assert masked[shown["lead"]["phone"]]
        await agent.try_everything([str(lead_id) for lead_id in list(customers)[:5]])
        if shown["seat"]["state"] == "preview":
            await agent.verb("call")
            await agent.until("ready", "preview", "wrap_up")
            continue
        at = (stage.system.clock.now() + timedelta(days=2)).isoformat()
        disposition = ("refused", "success", "callback")[talked]
        moments = {"success": {"visit_at": at}, "callback": {"callback_at": at}}.get(disposition, {})
        answer = await agent.verb("dispose", disposition=disposition, note="下午方便", **moments)
        assert answer.status_code == 200, answer.text
        talked += 1

    stranger = min(set(customers) - await opened_leads(stage))
    complaint = {"category": "other", "text": "客户来电投诉", "lead_id": stranger}
    of_stranger = await agent.send("POST", "/complaints", complaint)
    of_nobody = await agent.send("POST", "/complaints", {**complaint, "lead_id": max(customers) + 1})
    assert of_stranger.status_code == of_nobody.status_code == 404
    assert of_stranger.json() == of_nobody.json(), "the answer does not show which customers exist"
    known = next(iter(await opened_leads(stage)))
    assert (await agent.send("POST", "/complaints", {**complaint, "lead_id": known})).status_code == 201

    seen: set[int] = set()
    for body in agent.bodies:
        named = {lead_id for number, lead_id in masked.items() if number in body}
        assert len(named) <= 1, "more than one customer in one answer"
        seen |= named
    everything = "\n".join(agent.bodies)
    for phone, name, address in customers.values():
        assert phone not in everything
        assert name not in everything
        assert address not in everything
    assert CUSTOMERS <= len(seen) < len(customers) / 2
    assert seen <= await opened_leads(stage), "only customers that were on the screen"


HIDDEN = {"district": "某某暗区", "occupation": "某某暗业"}
SHOWN: AgentFields = {AgentField.AGE: Showing.CLEAR}


async def give_everybody_what_is_hidden(stage: Stage) -> None:
    async def write(work: Work) -> None:
        for lead in (await work.session.scalars(select(Lead))).all():
            lead.district, lead.occupation = HIDDEN["district"], HIDDEN["occupation"]

    await stage.ask(write)


async def change_what_agents_see(stage: Stage, fields: AgentFields) -> None:
    async def change(work: Work) -> None:
        for rules in await stage.system.campaigns.list(work):
            changes = CampaignChanges(agent_fields=fields)
            await stage.system.campaigns.change(work, rules.campaign_id, changes, "pilot")

    await stage.ask(change)


async def test_what_the_campaign_hides_is_in_no_answer_to_an_agent(stage: Stage, agent: Agent) -> None:
    await give_everybody_what_is_hidden(stage)
    await change_what_agents_see(stage, SHOWN)
    await stage.start()
    await agent.verb("log-on")

    async def ready() -> bool:
        return "ready" in (await agent.desk())["allowed"]

    await eventually(ready, 30)
    await agent.verb("ready")
    shown = await agent.until("preview", "wrap_up")
    assert {fact["key"] for fact in shown["lead"]["facts"]} <= {"age"}
    await agent.try_everything([str(lead_id) for lead_id in list(await clear_customers(stage))[:5]])
    # A guess at a hidden field is neither confirmed nor refused.
    for guess in (HIDDEN["occupation"], "厨师"):
        answer = await agent.verb("customer", values={"occupation": guess}, why="客户告知")
        assert answer.status_code == 200
    everything = "\n".join(agent.bodies)
    for value in (*HIDDEN.values(), "厨师"):
        assert value not in everything

    await change_what_agents_see(stage, {**SHOWN, AgentField.DISTRICT: Showing.CLEAR})
    shown = await agent.desk()
    assert {"key": "district", "value": HIDDEN["district"]}.items() <= shown["lead"]["facts"][-1].items()
