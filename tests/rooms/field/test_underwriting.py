"""An application is followed until the policy is issued, refused or cancelled; the sale's recording is kept for it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import select

from callcenter.campaigns.service import CampaignService
from callcenter.field.follow_api import router
from callcenter.field.models import PolicyApplication
from callcenter.field.service import FieldServices
from callcenter.field.types import POLICY_NUMBER, HandOverState, VisitReport, VisitResult
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.people.service import PeopleService
from callcenter.people.types import Role
from tests.rooms.field.parts import joined_field
from tests.support.events import listen
from tests.support.http import Endpoints, actor_of
from tests.support.rows import (
    Recording,
    Staff,
    make_application,
    make_hand_over,
    make_recording,
    make_staff,
    make_visit,
)
from tests.support.settings import VAULT

SHORT = {"number": "P2026-0001", "issued_on": "2026-11-23", "starts_on": "2026-11-24", "ends_on": "2027-11-23"}


@dataclass
class Desk:
    """The liaison's page, and the customer who signed."""

    works: Works
    client: httpx.AsyncClient
    hand_over_id: int
    call_id: UUID

    async def enter(self, act: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/field/followed/{self.hand_over_id}/{act}", json=body)

    async def followed(self) -> dict[str, Any]:
        page = (await self.client.get("/field/followed")).json()
        [line] = [line for line in page["items"] if line["id"] == self.hand_over_id]
        return {"view": line["view"], "totals": page["totals"], **line["application"]}

    async def kept_as(self) -> tuple[str | None, Any, Any]:
        """Returns the rule that keeps the recording, and the days of the contract."""
        async with self.works.begin() as work:
            query = text("SELECT policy_rule, retention_facts FROM recording WHERE call_id = :id")
            rule, facts = (await work.session.execute(query, {"id": self.call_id})).one()
        return rule, facts.get("contract_starts_on"), facts.get("contract_ends_on")


@pytest.fixture
async def desk(works: Works, vault: Vault, clock: FrozenClock) -> AsyncIterator[Desk]:
    """A customer who signed on 21 November; it is the 23rd now."""
    async with works.begin() as work:
        liaison = await make_staff(work, Role.INSURER_LIAISON)
        hand_over = await make_hand_over(work, state=HandOverState.DONE)
        await make_application(work, hand_over, signed_at=work.now - timedelta(days=2))
        await make_recording(work, call_id=hand_over.call_id)
    services = [joined_field(vault, clock).get(kind) for kind in (FieldServices, PeopleService, CampaignService)]
    endpoints = Endpoints(works, services, [router])
    yield Desk(works, endpoints.as_(liaison), hand_over.id, hand_over.call_id)
    await endpoints.close()


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_a_signed_visit_is_an_application(works: Works, vault: Vault, clock: FrozenClock) -> None:
    async with works.begin() as work:
        visits = [await make_visit(work) for _ in VisitResult]
        agents = [await work.session.get_one(Staff, visit.field_agent_id) for visit in visits]
    field = joined_field(vault, clock).get(FieldServices)
    for visit, agent, result in zip(visits, agents, VisitResult, strict=True):
        for _ in range(2):  # a poor connection: the same report is sent again
            async with works.begin(actor_of(agent)) as work:
                await field.visits.report(work, visit.id, VisitReport(result=result))
    async with works.begin() as work:
        rows = (await work.session.execute(text("SELECT hand_over_id, state FROM policy_application"))).all()
    signed = visits[list(VisitResult).index(VisitResult.SIGNED)]
    assert [tuple(row) for row in rows] == [(signed.hand_over_id, "applied")]


async def test_the_recording_of_a_policy_is_kept_until_years_after_its_end(desk: Desk, bus: Bus) -> None:
    noted = listen(bus, Noted)
    assert (await desk.followed())["view"] == "signed"
    assert (await desk.enter("issue", **SHORT)).status_code == 204
    shown = await desk.followed()
    assert (shown["view"], shown["state"], shown["policy"]) == ("issued", "issued", SHORT)
    assert (shown["totals"]["signed"], shown["totals"]["issued"]) == (0, 1)
    assert await desk.kept_as() == ("sold_short_term", "2026-11-24", "2027-11-23")
    [entered] = [one for one in noted if one.act == "field.policy_issued"]
    assert (entered.subject, SHORT["number"] in str(entered.facts)) == (f"hand_over:{desk.hand_over_id}", False)
    async with desk.works.begin() as work:
        row = (await work.session.scalars(select(PolicyApplication))).one()
        assert row.number_sealed is not None
        assert SHORT["number"] not in row.number_sealed
        assert VAULT.open(row.number_sealed, POLICY_NUMBER.at(row)) == SHORT["number"]


async def test_a_policy_for_life_is_kept_without_an_end(desk: Desk) -> None:
    assert (await desk.enter("issue", **{**SHORT, "ends_on": None})).status_code == 204
    assert await desk.kept_as() == ("sold_long_term", "2026-11-24", None)
    async with desk.works.begin() as work:
        assert (await work.session.scalars(select(Recording))).one().open_ended


async def test_a_policy_that_is_cancelled_has_ended_on_that_day(desk: Desk) -> None:
    await desk.enter("issue", **SHORT)
    assert (await desk.enter("cancel", on="2026-11-23", reason="犹豫期内退保")).status_code == 204
    shown = await desk.followed()
    assert (shown["view"], shown["state"], shown["ended_on"]) == ("declined", "cancelled", "2026-11-23")
    assert await desk.kept_as() == ("sold_short_term", "2026-11-23", "2026-11-23"), "before the first day of cover"
    assert refusal(await desk.enter("issue", **SHORT)) == (409, "application_decided")


async def test_an_application_that_is_refused_sells_nothing(desk: Desk, bus: Bus) -> None:
    noted = listen(bus, Noted)
    assert refusal(await desk.enter("refuse", on="2026-11-23", reason=" ")) == (422, "invalid")
    assert (await desk.enter("refuse", on="2026-11-23", reason="体检异常")).status_code == 204
    assert (await desk.followed())["view"] == "declined"
    assert (await desk.kept_as())[1:] == (None, None)
    assert [(one.act, one.facts) for one in noted if one.act.startswith("field.")] == [
        ("field.application_refused", {"on": "2026-11-23", "reason": "体检异常"})
    ]


async def test_what_was_entered_by_mistake_is_taken_back(desk: Desk) -> None:
    await desk.enter("issue", **SHORT)
    assert (await desk.enter("reopen", reason="录错了保单")).status_code == 204
    shown = await desk.followed()
    assert (shown["view"], shown["policy"], shown["ended_on"]) == ("signed", None, None)
    assert (await desk.kept_as())[1:] == (None, None)
    assert (await desk.enter("issue", **{**SHORT, "number": "P2026-0002"})).status_code == 204
    assert (await desk.followed())["policy"]["number"] == "P2026-0002"


async def test_impossible_entries_are_refused(desk: Desk) -> None:
    for changes in ({"issued_on": "2026-11-20"}, {"issued_on": "2026-11-24"}, {"ends_on": "2026-11-23"}):
        assert refusal(await desk.enter("issue", **{**SHORT, **changes})) == (422, "policy_invalid")
    assert refusal(await desk.enter("cancel", on="2026-11-24", reason="改主意")) == (422, "policy_invalid")
    assert refusal(await desk.enter("reopen", reason="没有登记过")) == (409, "application_decided")
    unsigned = await desk.client.post("/field/followed/9999/issue", json=SHORT)
    assert refusal(unsigned) == (404, "application_not_found")
    assert (await desk.followed())["view"] == "signed"
