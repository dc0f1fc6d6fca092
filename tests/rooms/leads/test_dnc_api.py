"""Do-not-call and the legal basis over HTTP: what it says, and whom it refuses."""

import io
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.middleware.base import RequestResponseEndpoint

from callcenter.consent.api import router as basis_router
from callcenter.consent.service import ConsentService
from callcenter.dnc.api import router as dnc_router
from callcenter.dnc.deliveries import DeliveryService
from callcenter.dnc.lists import ExternalLists
from callcenter.dnc.service import DncService
from callcenter.files.settings import FileSettings
from callcenter.kit import jobs
from callcenter.kit.actor import Actor
from callcenter.kit.crypto import Vault
from callcenter.kit.errors import Refusal
from callcenter.kit.work import Works
from callcenter.people.models import Staff
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import RIGHTS, Role
from tests.support.leads import (
    consent_service,
    delivery_import,
    delivery_service,
    dnc_service,
    lead_service,
    make_campaign,
    make_leads,
    phone_number,
)


class Office:
    """The endpoints, as whoever is logged in."""

    def __init__(self, works: Works, database_url: str, vault: Vault, staff: list[int], lead_ids: list[int]) -> None:
        self.works, self.database_url, self.imports = works, database_url, delivery_import(vault)
        dnc = dnc_service(vault)
        self.staff, self.lead_ids = staff, lead_ids
        self.staff_id, self.role = staff[0], Role.DATA_OFFICER
        app = FastAPI()
        app.state.works = works
        app.state.services = {
            DncService: dnc,
            ExternalLists: ExternalLists(vault),
            DeliveryService: delivery_service(vault),
            ConsentService: consent_service(vault),
            FileSettings: FileSettings(),
            PeopleService: PeopleService(PeopleSettings()),
        }
        app.include_router(dnc_router)
        app.include_router(basis_router)

        @app.middleware("http")
        async def log_in(request: Request, call_next: RequestResponseEndpoint) -> Response:
            rights = frozenset(right.value for right in RIGHTS[self.role])
            request.state.actor = Actor(staff_id=self.staff_id, name="o", role=self.role, rights=rights)
            return await call_next(request)

        @app.exception_handler(Refusal)
        async def refuse(_request: Request, refusal: Refusal) -> JSONResponse:
            return JSONResponse(refusal.problem(), refusal.status)

        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


@pytest.fixture
async def office(works: Works, vault: Vault, database_url: str) -> AsyncIterator[Office]:
    async with works.begin() as work:
        officers = [
            Staff(login=name, name=name, password_hash="-", role=Role.DATA_OFFICER, branch="b", created_at=work.now)
            for name in ("first", "second")
        ]
        work.session.add_all(officers)
        await work.session.flush()
        campaign = await make_campaign(work)
        lead_ids = await make_leads(work, lead_service(vault), campaign.campaign_id, 3)
        staff = [each.id for each in officers]
    made = Office(works, database_url, vault, staff, lead_ids)
    yield made
    await made.client.aclose()


async def test_a_number_is_barred_found_and_lifted_by_two(office: Office) -> None:
    number = phone_number(1)
    entered = await office.client.post("/dnc/entries", json={"phone": number, "reason": "customer_request"})
    assert entered.status_code == 200, entered.text
    entry = entered.json()
    assert (entry["phone_masked"], entry["state"], entry["needs_second"]) == ("199****0001", "in_force", True)
    assert (entry["source"], entry["entered_by_name"]) == ("office", "first")
    assert number not in entered.text

    found = (await office.client.post("/dnc/search", json={"phone": f"+86 {number}"})).json()
    assert (found["do_not_call"], found["leads"], found["entries"][0]["id"]) == (True, 1, entry["id"])
    page = (await office.client.get("/dnc/entries", params={"state": "in_force", "limit": 1})).json()
    assert [each["id"] for each in page["items"]] == [entry["id"]]
    assert page["next"] == str(entry["id"])

    lift = f"/dnc/entries/{entry['id']}/lift"
    assert (await office.client.post(lift, json={"reason": " "})).status_code == 422
    proposed = (await office.client.post(lift, json={"reason": "a letter"})).json()
    assert (proposed["state"], proposed["lifts"][0]["proposed_by_name"]) == ("lift_proposed", "first")
    [waiting] = (await office.client.get("/dnc/lifts")).json()
    decide = f"/dnc/lifts/{waiting['lifts'][0]['id']}/decide"
    body = {"decision": "confirmed", "reason": "seen it"}
    alone = await office.client.post(decide, json=body)
    assert (alone.status_code, alone.json()["code"]) == (403, "dnc_second_person")
    office.staff_id = office.staff[1]
    lifted = (await office.client.post(decide, json=body)).json()
    assert (lifted["state"], lifted["lifted_by_name"]) == ("lifted", "second")
    figures = (await office.client.get("/dnc/figures")).json()
    assert (figures["in_force"], figures["lifts_waiting"]) == (0, 0)


async def test_a_list_is_uploaded_taken_in_shown_and_withdrawn(office: Office) -> None:
    file = io.BytesIO("\n".join([phone_number(1), phone_number(500), "x"]).encode())
    answer = (await office.client.post("/dnc/deliveries", files={"file": ("list.txt", file)})).json()
    assert (answer["preview"]["kind"], answer["preview"]["malformed"]) == ("phone", {"malformed": 1})
    assert phone_number(1) not in str(answer)
    delivery_id = answer["delivery"]["id"]
    assert [each["id"] for each in (await office.client.get("/dnc/deliveries")).json()] == [delivery_id]
    ordered = await office.client.post(f"/dnc/deliveries/{delivery_id}/import", json={"name": "industry"})
    assert ordered.status_code == 202, ordered.text
    await jobs.perform(
        office.works, office.database_url, office.imports.job_handlers(office.works), ordered.json()["id"]
    )
    [shown] = (await office.client.get("/dnc/lists")).json()
    assert (shown["name"], shown["in_force"]["keys"], shown["in_force"]["matched"]) == ("industry", 2, 1)
    assert shown["in_force"]["until"].startswith("2028-11-22")
    gone = await office.client.post(f"/dnc/lists/{shown['id']}/withdraw", json={"reason": "not ours"})
    assert gone.json() == {"ended": 1}
    again = await office.client.post(f"/dnc/deliveries/{delivery_id}/import", json={"name": "again"})
    assert (again.status_code, again.json()["code"]) == (409, "dnc_delivery_over")


async def test_a_basis_is_withdrawn_and_renewed(office: Office) -> None:
    path = f"/leads/{office.lead_ids[0]}/basis"
    assert (await office.client.get(path)).json()["valid"] is True
    gone = (await office.client.post(f"{path}/withdraw", json={"reason": "by letter"})).json()
    assert (gone["valid"], gone["withdrawn_why"], gone["history"][0]["by_name"]) == (False, "by letter", "first")
    evidence = {"kind": "written_consent", "reference": "SQ-9", "dated_on": "2026-11-20", "reason": "new paper"}
    refused = await office.client.post(path, json=evidence)
    assert (refused.status_code, refused.json()["code"]) == (422, "basis_evidence_too_old")


def endpoints() -> list[tuple[str, str]]:
    return [
        (method, route.path.replace("{lead_id}", "1"))
        for each in (dnc_router, basis_router)
        for route in each.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    ]


READERS = {Role.DATA_OFFICER, Role.AUDITOR}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DATA_OFFICER])
async def test_nobody_else_reaches_any_of_it(office: Office, role: Role) -> None:
    office.role = role
    assert len(endpoints()) > 15
    for method, path in endpoints():
        filled = path
        for name in ("entry_id", "lift_id", "list_id", "delivery_id"):
            filled = filled.replace("{" + name + "}", "1")
        answer = await office.client.request(method, filled, json={} if method == "POST" else None)
        may_read = role in READERS and method == "GET" and filled != "/dnc/deliveries" and "preview" not in filled
        assert (answer.status_code != 403) is may_read, f"{role} {method} {filled}"
