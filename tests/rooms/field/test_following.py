"""The insurer's liaison follows the successes handed over: visits, results, how many; nothing of a customer."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import httpx
import pytest

from callcenter.campaigns.service import CampaignService
from callcenter.field.follow_api import router
from callcenter.field.following import FollowService
from callcenter.field.rules import follow_view
from callcenter.field.service import FieldServices
from callcenter.field.types import (
    POLICY_NUMBER,
    ApplicationState,
    FollowQuery,
    FollowView,
    HandOverState,
    VisitResult,
    VisitState,
)
from callcenter.kit.clock import FrozenClock, business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Works
from callcenter.people.service import PeopleService
from callcenter.people.types import Role
from tests.rooms.field.parts import joined_field
from tests.support.http import Endpoints
from tests.support.rows import HandOver, make_application, make_hand_over, make_region, make_staff, make_visit

ON = date(2026, 11, 23)
POLICIES: dict[ApplicationState, dict[str, Any]] = {
    ApplicationState.APPLIED: {},
    ApplicationState.ISSUED: {"issued_on": ON, "starts_on": ON},
    ApplicationState.REFUSED: {"ended_on": ON},
    ApplicationState.CANCELLED: {"ended_on": ON},
}
"""What the row of an application holds in each state."""
REPORTED, PLANNED = VisitState.REPORTED, VisitState.PLANNED


@pytest.mark.parametrize(
    ("state", "last", "application", "view"),
    [
        (HandOverState.UNKNOWN_REGION, None, None, FollowView.WAITING),
        (HandOverState.ASSIGNED, None, None, FollowView.WAITING),
        (HandOverState.OPEN, VisitResult.THINKING, None, FollowView.VISITED),
        (HandOverState.ASSIGNED, VisitResult.NOT_MET, None, FollowView.VISITED),
        (HandOverState.DONE, VisitResult.SIGNED, ApplicationState.APPLIED, FollowView.SIGNED),
        (HandOverState.DONE, VisitResult.SIGNED, ApplicationState.ISSUED, FollowView.ISSUED),
        (HandOverState.DONE, VisitResult.SIGNED, ApplicationState.REFUSED, FollowView.DECLINED),
        (HandOverState.DONE, VisitResult.SIGNED, ApplicationState.CANCELLED, FollowView.DECLINED),
        (HandOverState.DONE, VisitResult.REFUSED, None, FollowView.ENDED),
        (HandOverState.DONE, None, None, FollowView.ENDED),
    ],
)
def test_what_has_become_of_a_hand_over(
    state: HandOverState, last: VisitResult | None, application: ApplicationState | None, view: FollowView
) -> None:
    assert follow_view(state, last, application) is view


async def test_the_database_judges_as_the_rule_does(works: Works, vault: Vault) -> None:
    following = FollowService(vault)
    async with works.begin() as work:
        wanted: dict[int, FollowView] = {}
        for state, result in product(HandOverState, [None, *VisitResult]):
            region: dict[str, Any] = {"region_id": None} if state is HandOverState.UNKNOWN_REGION else {}
            hand_over = await make_hand_over(work, state=state, **region)
            if result is not None:
                await make_visit(work, hand_over, number=1, state=REPORTED, result=VisitResult.THINKING)
                await make_visit(work, hand_over, number=2, state=REPORTED, result=result)
            wanted[hand_over.id] = follow_view(state, result, None)
        for application in ApplicationState:
            signed = await make_hand_over(work, state=HandOverState.DONE)
            await make_visit(work, signed, number=1, state=REPORTED, result=VisitResult.SIGNED)
            columns = {**POLICIES[application]}
            if application is ApplicationState.ISSUED:
                columns["number_sealed"] = vault.seal("P1", POLICY_NUMBER.place(signed.id))
            await make_application(work, signed, state=application, **columns)
            wanted[signed.id] = follow_view(HandOverState.DONE, VisitResult.SIGNED, application)
        views = {
            card.id: view
            for view in FollowView
            for card in await following.followed(work, FollowQuery(view=view), limit=200)
        }
        totals = await following.totals(work, FollowQuery())
    assert views == wanted
    assert totals == {view: list(wanted.values()).count(view) for view in FollowView}


async def test_a_liaison_sees_visits_and_results_by_days_and_view(
    works: Works, clock: FrozenClock, vault: Vault
) -> None:
    async with works.begin() as work:
        liaison = await make_staff(work, Role.INSURER_LIAISON)
        region = await make_region(work, name="城东")
        agent = await make_staff(work, Role.FIELD_AGENT, name="外勤甲", region_id=region.id)
        mine: dict[str, Any] = {"region_id": region.id, "field_agent_id": agent.id}
        signed: HandOver = await make_hand_over(work, state=HandOverState.DONE, **mine)
        await make_visit(work, signed, number=1, state=REPORTED, result=VisitResult.THINKING)
        await make_visit(work, signed, number=2, state=REPORTED, result=VisitResult.SIGNED)
        await make_application(work, signed)
        first_on = business_date(work.now)
    clock.advance(timedelta(days=2))
    async with works.begin() as work:
        later = await make_hand_over(work, **mine)
        await make_visit(work, later, number=1, state=REPORTED, result=VisitResult.NOT_MET)
        planned = await make_visit(work, later, number=2, state=PLANNED)
    services = [joined_field(vault, clock).get(kind) for kind in (FieldServices, PeopleService, CampaignService)]
    endpoints = Endpoints(works, services, [router])
    client: httpx.AsyncClient = endpoints.as_(liaison)

    page = (await client.get("/field/followed")).json()
    assert [line["id"] for line in page["items"]] == [later.id, signed.id]
    newest, oldest = page["items"]
    assert (newest["view"], newest["visits"], newest["last_result"], newest["region"]) == (
        "visited",
        1,
        "not_met",
        "城东",
    )
    assert newest["next_visit_at"] == planned.visit_at.isoformat().replace("+00:00", "Z")
    assert (oldest["view"], oldest["visits"], oldest["last_result"], oldest["next_visit_at"]) == (
        "signed",
        2,
        "signed",
        None,
    )
    assert oldest["field_agent"]["name"] == "外勤甲"
    assert page["totals"] == {"waiting": 0, "visited": 1, "signed": 1, "issued": 0, "declined": 0, "ended": 0}

    only = (await client.get("/field/followed", params={"view": "signed"})).json()
    assert ([line["id"] for line in only["items"]], only["totals"]) == ([signed.id], page["totals"])
    days = (await client.get("/field/followed", params={"first_on": str(first_on), "last_on": str(first_on)})).json()
    assert ([line["id"] for line in days["items"]], days["totals"]["visited"]) == ([signed.id], 0)
    part = (await client.get("/field/followed", params={"limit": 1})).json()
    rest = (await client.get("/field/followed", params={"limit": 1, "cursor": part["next"]})).json()
    assert [line["id"] for line in [*part["items"], *rest["items"]]] == [later.id, signed.id]
    await endpoints.close()
