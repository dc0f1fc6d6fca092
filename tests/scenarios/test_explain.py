"""Why is this customer not called now? The answer of a whole system over HTTP agrees with the judge."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from callcenter.allocation.types import AssignmentState
from callcenter.bootstrap.web import application
from callcenter.callbacks.types import Promise
from callcenter.calls.types import CallKind, Outcome
from callcenter.campaigns.types import CampaignChanges, CampaignState
from callcenter.dnc.types import DncReason
from callcenter.eligibility.types import Subject
from callcenter.kit.actor import Actor
from callcenter.kit.clock import at_business_time
from callcenter.leads.types import LeadState
from callcenter.rehearsal.cast import CALLER_ID
from tests.scenarios.conftest import PASSWORD, Stage
from tests.support import browser
from tests.support.browser import browser_of
from tests.support.rows import Assignment, Lead, Staff, make_call, make_campaign, make_lead_list, make_roster

pytestmark = pytest.mark.simulation(customers=120)


class Caller:
    """A person who has logged in."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def gates(self, lead_id: int, **query: Any) -> dict[str, Any]:
        answer = await self.client.get(f"/api/v1/leads/{lead_id}/gates", params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def shut(self, lead_id: int, **query: Any) -> dict[str, str]:
        """Returns the gates that are shut, each with its cause."""
        answer = await self.gates(lead_id, **query)
        return {gate["rule"]: gate["reason"]["code"] for gate in answer["gates"] if not gate["passes"]}


@pytest.fixture
async def log_in(stage: Stage) -> AsyncIterator[Any]:
    app = application(stage.system)
    clients: list[httpx.AsyncClient] = []

    async def enter(login: str) -> Caller:
        client = browser_of(app, base_url="https://127.0.0.1")
        clients.append(client)
        answer = await browser.log_in(client, login, PASSWORD)
        assert answer.status_code == 200, answer.text
        return Caller(client)

    yield enter
    for client in clients:
        await client.aclose()


async def held(stage: Stage, agent: int) -> list[Assignment]:
    async with stage.system.works.begin() as work:
        query = select(Assignment).where(
            col(Assignment.agent_id) == agent, col(Assignment.state) == AssignmentState.OPEN
        )
        return list((await work.session.scalars(query.order_by(col(Assignment.position)))).all())


async def in_stock(stage: Stage) -> int:
    async with stage.system.works.begin() as work:
        query = select(col(Lead.id)).where(col(Lead.state) == LeadState.STOCK).order_by(col(Lead.id)).limit(1)
        return (await work.session.scalars(query)).one()


async def test_an_assigned_customer_may_be_called_and_the_judge_agrees(stage: Stage, log_in: Any) -> None:
    officer: Caller = await log_in("data")
    agent = stage.agents[0]
    mine = (await held(stage, agent))[0]
    gates = await officer.gates(mine.lead_id)
    async with stage.system.works.begin() as work:
        subject = Subject(
            kind=CallKind.LEAD,
            agent_id=agent,
            lead_id=mine.lead_id,
            campaign_id=mine.campaign_id,
            assignment_id=mine.id,
        )
        verdict = await stage.system.eligibility.verdict(work, subject)
    shut = [gate["rule"] for gate in gates["gates"] if not gate["passes"]]
    assert shut == [], gates
    assert gates["callable"]
    assert verdict.allowed
    assert gates["next_possible_at"] == gates["at"]
    assert gates["agent"]["id"] == gates["assignment"]["agent"]["id"] == agent
    assert gates["assignment"]["agent"]["name"]


async def test_a_customer_in_stock_is_assigned_to_no_agent(stage: Stage, log_in: Any) -> None:
    officer: Caller = await log_in("data")
    lead_id = await in_stock(stage)
    gates = await officer.gates(lead_id)
    assert (gates["agent"], gates["assignment"], gates["callable"]) == (None, None, False)
    assert await officer.shut(lead_id) == {"D3.assigned": "not_allocated"}
    assert gates["next_possible_at"] is None
    asked = await officer.shut(lead_id, agent_id=stage.agents[0])
    assert asked == {"D3.assigned": "not_allocated", "D3.quota": "not_assigned"}


async def test_every_reason_against_a_call_is_named_with_its_end(stage: Stage, log_in: Any) -> None:
    officer: Caller = await log_in("data")
    agent = stage.agents[0]
    mine = (await held(stage, agent))[0]
    async with stage.system.works.begin() as work:
        assignment = await work.session.get_one(Assignment, mine.id)
        assignment.due_at = work.now + timedelta(hours=20)
        (await work.session.get_one(Staff, agent)).examined_at = None
    async with stage.system.works.begin() as work:
        entry_id = await stage.system.dnc.enter_dnc(work, mine.lead_id, DncReason.REFUSED)
        entry = await stage.system.dnc.entry(work, entry_id)
    gates = await officer.gates(mine.lead_id, agent_id=agent)
    shut = {gate["rule"]: gate for gate in gates["gates"] if not gate["passes"]}
    assert {"H1.fit_to_telephone", "L6.do_not_call"} <= set(shut)
    assert shut["H1.fit_to_telephone"]["reason"]["params"] == {"missing": ["exam"]}
    assert shut["H1.fit_to_telephone"]["passes_at"] is None
    assert entry.until is not None
    assert datetime.fromisoformat(shut["L6.do_not_call"]["passes_at"]) == entry.until
    assert not gates["callable"]
    assert gates["next_possible_at"] is None, "the agent does not pass the exam by waiting"


async def test_an_agent_who_has_the_day_off_may_still_call(stage: Stage, log_in: Any) -> None:
    officer: Caller = await log_in("data")
    agent = stage.agents[0]
    mine = (await held(stage, agent))[0]
    async with stage.system.works.begin() as work:
        await make_roster(work, staff_id=agent, on=stage.system_day, working=False)
    gates = await officer.gates(mine.lead_id)
    assert await officer.shut(mine.lead_id) == {"D2.on_roster": "off_roster"}
    assert gates["callable"], "the roster plans, it does not stop a call"


async def test_a_promise_is_considered_before_the_assignment(stage: Stage, log_in: Any) -> None:
    officer: Caller = await log_in("data")
    agent = stage.agents[0]
    mine = (await held(stage, agent))[0]
    async with stage.system.works.begin(Actor(staff_id=agent, name="a", role="agent")) as work:
        due_at = work.now + timedelta(hours=2)
        await stage.system.callbacks.promise(
            work,
            Promise(
                lead_id=mine.lead_id, campaign_id=mine.campaign_id, agent_id=agent, call_id=None, due_at=due_at, note=""
            ),
        )
    gates = await officer.gates(mine.lead_id)
    assert (gates["kind"], gates["agent"]["id"]) == ("callback", agent)
    assert await officer.shut(mine.lead_id) == {"C7.due": "not_due"}
    assert datetime.fromisoformat(gates["next_possible_at"]) == due_at


async def test_a_number_called_often_this_week_rests_until_the_day_the_page_names(stage: Stage, log_in: Any) -> None:
    officer: Caller = await log_in("data")
    agent = stage.agents[0]
    mine = (await held(stage, agent))[0]
    async with stage.system.works.begin() as work:
        lead = await work.session.get_one(Lead, mine.lead_id)
        for days_ago in (6, 5, 4):  # the day's cap does not count them
            dialled_at = work.now - timedelta(days=days_ago)
            await make_call(
                work, Outcome.NO_ANSWER, lead_id=lead.id, phone_index=lead.phone_index, dialled_at=dialled_at
            )
    gates = await officer.gates(mine.lead_id)
    assert await officer.shut(mine.lead_id) == {"C3.per_7_days": "called_in_7_days"}
    tomorrow = at_business_time(stage.system_day + timedelta(days=1), 10)
    assert datetime.fromisoformat(gates["next_possible_at"]) == tomorrow
    async with stage.system.works.begin() as work:
        offered = await stage.system.queue.claim_next(work, agent)
    assert offered is not None
    assert offered.subject.lead_id != mine.lead_id
    async with stage.system.works.begin() as work:
        rested = await stage.system.allocation.card(work, mine.id)
    assert (rested.state, rested.due_at) == (AssignmentState.OPEN, tomorrow)


async def test_a_campaign_that_does_not_call_hides_no_lead_of_another(stage: Stage) -> None:
    agent = stage.agents[0]
    first = (await held(stage, agent))[0]
    async with stage.system.works.begin() as work:
        mine = await work.session.get_one(Assignment, (await held(stage, agent))[1].id)
        other = await make_campaign(work, caller_id=CALLER_ID, trunk="carrier")
        lead = await work.session.get_one(Lead, mine.lead_id)
        lead.list_id = (await make_lead_list(work, campaign_id=other.id)).id
        lead.campaign_id = mine.campaign_id = other.id
        closed = CampaignChanges(state=CampaignState.CLOSED)
        await stage.system.campaigns.change(work, first.campaign_id, closed, "story")
    async with stage.system.works.begin() as work:
        offered = await stage.system.queue.claim_next(work, agent)
    assert offered is not None
    assert offered.subject.assignment_id == mine.id


@pytest.mark.parametrize("login", ["agent1", "qa"])
async def test_other_roles_may_not_see_the_gates_of_a_lead(stage: Stage, log_in: Any, login: str) -> None:
    caller: Caller = await log_in(login)
    lead_id = await in_stock(stage)
    for path in ("gates", "history"):
        answer = await caller.client.get(f"/api/v1/leads/{lead_id}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert (await caller.client.get(f"/api/v1/leads/{lead_id}")).status_code == 403
    assert (await caller.client.post("/api/v1/leads/search", json={"state": "stock"})).status_code == 403
    reveal = await caller.client.post(f"/api/v1/leads/{lead_id}/reveal", json={"reason": "because"})
    assert reveal.status_code == 403


async def test_a_history_is_read_over_http_page_by_page(stage: Stage, log_in: Any) -> None:
    officer: Caller = await log_in("data")
    lead_id = (await held(stage, stage.agents[0]))[0].lead_id
    assert (await officer.client.post(f"/api/v1/leads/{lead_id}/reveal", json={"reason": "a look"})).status_code == 200
    path = f"/api/v1/leads/{lead_id}/history"
    kinds: list[str] = []
    cursor: str | None = None
    while True:
        page = (await officer.client.get(path, params={"limit": 1, **({"cursor": cursor} if cursor else {})})).json()
        kinds += [item["kind"] for item in page["items"]]
        if not (cursor := page["next"]):
            break
    assert kinds[0] == "revealed"
    assert {"imported", "allocated", "class_set"} <= set(kinds)
    only = (await officer.client.get(path, params=[("kind", "revealed"), ("kind", "imported")])).json()["items"]
    assert [item["kind"] for item in only] == ["revealed", "imported"]
    assert only[0]["by"]["name"] == "演示数据管理员"
    assert only[0]["facts"] == {"why": "a look"}
    wrong = await officer.client.get(path, params={"cursor": "nonsense"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "cursor_invalid")
