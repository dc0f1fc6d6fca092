"""Do-not-call entries and the legal basis over HTTP: what is answered, and who is refused."""

import io
from collections.abc import AsyncIterator

import pytest
from fastapi.routing import APIRoute

from callcenter.consent.api import router as basis_router
from callcenter.dnc.api import router as dnc_router
from callcenter.dnc.lists import ExternalLists
from callcenter.files.settings import FileSettings
from callcenter.kit import jobs
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Works
from callcenter.people.types import Role
from tests.support.http import Endpoints
from tests.support.leads import consent_service, delivery_import, delivery_service, dnc_service, import_leads
from tests.support.rows import Staff, make_campaign, make_staff, phone_number


class Office:
    """The endpoints with two data officers, the first of them logged in, and three imported customers."""

    def __init__(self, works: Works, database_url: str, vault: Vault, officers: list[Staff]) -> None:
        self.works, self.database_url, self.officers = works, database_url, officers
        self.imports = delivery_import(vault)
        services = [
            dnc_service(vault),
            ExternalLists(vault),
            delivery_service(vault),
            consent_service(vault),
            FileSettings(),
        ]
        self.endpoints = Endpoints(works, services, [dnc_router, basis_router], officers[0])
        self.client = self.endpoints.client
        self.lead_ids: list[int] = []


@pytest.fixture
async def office(works: Works, vault: Vault, database_url: str) -> AsyncIterator[Office]:
    async with works.begin() as work:
        officers = [await make_staff(work, Role.DATA_OFFICER, name=name) for name in ("first", "second")]
        office = Office(works, database_url, vault, officers)
        office.lead_ids = await import_leads(work, (await make_campaign(work)).id, 3)
    yield office
    await office.endpoints.close()


async def test_a_number_is_entered_found_and_lifted_by_two_persons(office: Office) -> None:
    number = phone_number(1)
    entered = await office.client.post("/dnc/entries", json={"phone": number, "reason": "customer_request"})
    assert entered.status_code == 200, entered.text
    entry = entered.json()
    assert (entry["phone_masked"], entry["state"], entry["needs_second"]) == ("199****0001", "in_force", True)
    assert (entry["source"], entry["entered_by_name"]) == ("office", "first")
    assert number not in entered.text

    answer = (await office.client.post("/dnc/search", json={"phone": f"+86 {number}"})).json()
    assert (answer["do_not_call"], answer["leads"], answer["entries"][0]["id"]) == (True, 1, entry["id"])
    page = (await office.client.get("/dnc/entries", params={"state": "in_force", "limit": 1})).json()
    assert [shown["id"] for shown in page["items"]] == [entry["id"]]
    assert page["next"]

    lift = f"/dnc/entries/{entry['id']}/lift"
    assert (await office.client.post(lift, json={"reason": " "})).status_code == 422
    proposed = (await office.client.post(lift, json={"reason": "a letter"})).json()
    assert (proposed["state"], proposed["lifts"][0]["proposed_by_name"]) == ("lift_proposed", "first")
    [waiting] = (await office.client.get("/dnc/lifts")).json()
    decide = f"/dnc/lifts/{waiting['lifts'][0]['id']}/decide"
    body = {"decision": "confirmed", "reason": "seen it"}
    alone = await office.client.post(decide, json=body)
    assert (alone.status_code, alone.json()["code"]) == (403, "dnc_second_person")
    office.endpoints.as_(office.officers[1])
    lifted = (await office.client.post(decide, json=body)).json()
    assert (lifted["state"], lifted["lifted_by_name"]) == ("lifted", "second")
    figures = (await office.client.get("/dnc/figures")).json()
    assert (figures["in_force"], figures["lifts_waiting"]) == (0, 0)


async def test_an_external_list_is_uploaded_imported_shown_and_withdrawn(office: Office) -> None:
    file = io.BytesIO("\n".join([phone_number(1), phone_number(500), "x"]).encode())
    answer = (await office.client.post("/dnc/deliveries", files={"file": ("list.txt", file)})).json()
    assert (answer["preview"]["kind"], answer["preview"]["malformed"]) == ("phone", {"malformed": 1})
    assert phone_number(1) not in str(answer)
    delivery_id = answer["delivery"]["id"]
    assert [delivery["id"] for delivery in (await office.client.get("/dnc/deliveries")).json()] == [delivery_id]
    requested = await office.client.post(f"/dnc/deliveries/{delivery_id}/import", json={"name": "industry"})
    assert requested.status_code == 202, requested.text
    await jobs.perform(
        office.works, office.database_url, office.imports.job_handlers(office.works), requested.json()["id"]
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
    """Method and path of all endpoints of the room."""
    return [
        (method, route.path.replace("{lead_id}", "1"))
        for part in (dnc_router, basis_router)
        for route in part.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    ]


READERS = {Role.DATA_OFFICER, Role.AUDITOR}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DATA_OFFICER])
async def test_only_data_officers_change_entries_and_only_auditors_read_them_too(office: Office, role: Role) -> None:
    office.endpoints.as_role(role)
    assert len(endpoints()) > 15
    for method, path in endpoints():
        filled = path
        for name in ("entry_id", "lift_id", "list_id", "delivery_id"):
            filled = filled.replace("{" + name + "}", "1")
        answer = await office.client.request(method, filled, json={} if method == "POST" else None)
        may_read = role in READERS and method == "GET" and filled != "/dnc/deliveries" and "preview" not in filled
        assert (answer.status_code != 403) is may_read, f"{role} {method} {filled}"
