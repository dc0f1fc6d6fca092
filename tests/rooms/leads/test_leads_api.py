"""The data officer's endpoints: lists, campaigns, allocation runs."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.middleware.base import RequestResponseEndpoint

from callcenter.allocation.api import router as allocation_router
from callcenter.allocation.service import AllocationService
from callcenter.allocation.settings import AllocationSettings
from callcenter.campaigns.api import router as campaigns_router
from callcenter.campaigns.service import CampaignService
from callcenter.kit.actor import Actor
from callcenter.kit.crypto import Vault
from callcenter.kit.errors import Refusal
from callcenter.kit.work import Works
from callcenter.leads.api import router as leads_router
from callcenter.leads.service import LeadService
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import RIGHTS, Role
from tests.support.leads import as_file, campaign_service, lead_service, list_rows, make_campaign


class Office:
    """The endpoints, as one may use them who has logged in with ``role``."""

    def __init__(self, works: Works, vault: Vault, campaign_id: int) -> None:
        self.campaign_id = campaign_id
        self.role = Role.DATA_OFFICER
        leads, campaigns = lead_service(vault, upload_limit_bytes=100_000), campaign_service()
        app = FastAPI()
        app.state.works = works
        app.state.services = {
            LeadService: leads,
            CampaignService: campaigns,
            AllocationService: AllocationService(
                leads, campaigns, PeopleService(PeopleSettings()), AllocationSettings()
            ),
        }
        for router in (leads_router, campaigns_router, allocation_router):
            app.include_router(router)

        @app.middleware("http")
        async def log_in(request: Request, call_next: RequestResponseEndpoint) -> Response:
            request.state.actor = Actor(staff_id=None, name="o", role=self.role, rights=frozenset(RIGHTS[self.role]))
            return await call_next(request)

        @app.exception_handler(Refusal)
        async def refuse(_request: Request, refusal: Refusal) -> JSONResponse:
            return JSONResponse(refusal.problem(), refusal.status)

        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")

    async def upload(self, rows: list[str], **form: Any) -> httpx.Response:
        return await self.client.post(
            "/lead-lists",
            files={"file": ("list.csv", as_file(rows), "text/csv")},
            data={"name": "November", "campaign_id": str(self.campaign_id), **form},
        )


@pytest.fixture
async def office(works: Works, vault: Vault) -> AsyncIterator[Office]:
    async with works.begin() as work:
        campaign_id = (await make_campaign(work)).campaign_id
    made = Office(works, vault, campaign_id)
    yield made
    await made.client.aclose()


async def test_a_list_is_uploaded_once_and_shown(office: Office) -> None:
    rows = [*list_rows(3), list_rows(1)[0], "无名,,女,,,,,,,"]
    answer = await office.upload(rows)
    assert answer.status_code == 200
    report = answer.json()
    figures = {"rows": 5, "good": 3, "rejected": 2, "reasons": {"duplicate_in_file": 1, "missing_phone": 1}}
    assert report == {"list_id": report["list_id"], "already_imported": False, **figures}
    assert (await office.upload(rows)).json() == {**report, "already_imported": True}
    page = (await office.client.get("/lead-lists")).json()
    assert page == {
        "items": [
            {
                "id": report["list_id"],
                "name": "November",
                "campaign_id": office.campaign_id,
                "imported_at": "2026-11-23T02:30:00Z",
                **figures,
            }
        ],
        "next": None,
    }


async def test_pages_follow_each_other(office: Office) -> None:
    for first in (0, 10, 20):
        await office.upload(["无名,,女,,,,,,,"] * 3 + list_rows(2, first=first))
    first_page = (await office.client.get("/lead-lists", params={"limit": 2})).json()
    second = (await office.client.get("/lead-lists", params={"limit": 2, "cursor": first_page["next"]})).json()
    ids = [each["id"] for each in [*first_page["items"], *second["items"]]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 3
    url = f"/lead-lists/{ids[0]}/rejects"
    rejects = (await office.client.get(url, params={"limit": 2})).json()
    rest = (await office.client.get(url, params={"limit": 2, "cursor": rejects["next"]})).json()
    assert [(each["line"], each["reason"]) for each in [*rejects["items"], *rest["items"]]] == [
        (line, "missing_phone") for line in (2, 3, 4)
    ]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("rows", "form", "status", "code"),
    [
        (["x"] * 60_000, {}, 422, "file_too_large"),
        (['"' + "x" * 80_000], {"campaign_id": "4711"}, 404, "unknown_campaign"),
    ],
)
async def test_what_does_not_fit_is_refused(
    office: Office, rows: list[str], form: dict[str, str], status: int, code: str
) -> None:
    answer = await office.upload(rows, **form)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_rejects_of_no_list_are_not_found(office: Office) -> None:
    assert (await office.client.get("/lead-lists/99/rejects")).status_code == 404


async def test_campaigns_are_shown(office: Office) -> None:
    (item,) = (await office.client.get("/campaigns")).json()["items"]
    assert item["id"] == office.campaign_id
    assert item["mode"] == "preview"
    assert item["quota"] == 30
    assert item["shifts"][1] == {"opens": "13:30", "closes": "18:00"}


async def test_an_allocation_is_run_and_shown(office: Office) -> None:
    wish = {"campaign_id": office.campaign_id, "on": "2026-11-24", "seed": 5}
    report = (await office.client.post("/allocation/runs", json=wish)).json()
    assert (report["on"], report["agents"], report["assigned"], report["seed"]) == ("2026-11-24", 0, 0, 5)
    assert (await office.client.post("/allocation/runs", json=wish)).json()["already_run"]
    page = (await office.client.get("/allocation/runs")).json()
    assert [each["run_id"] for each in page["items"]] == [report["run_id"]]
    refused = await office.client.post("/allocation/runs", json={**wish, "on": "2026-11-28"})
    assert (refused.status_code, refused.json()["code"], refused.json()["rule"]) == (422, "day_not_worked", "D1")


@pytest.mark.parametrize("role", [Role.AGENT, Role.FIELD_AGENT, Role.QA])
async def test_nobody_else_sees_lists_or_imports(office: Office, role: Role) -> None:
    office.role = role
    for path in ("/lead-lists", "/lead-lists/1/rejects", "/campaigns", "/allocation/runs"):
        assert (await office.client.get(path)).status_code == 403
    assert (await office.upload(list_rows(1))).status_code == 403
    wish = {"campaign_id": office.campaign_id, "on": "2026-11-24"}
    assert (await office.client.post("/allocation/runs", json=wish)).status_code == 403
