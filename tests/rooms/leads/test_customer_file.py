"""The customer file: found by what one knows, shown masked, revealed with a reason that stays."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from sqlmodel import col, select, update
from starlette.middleware.base import RequestResponseEndpoint

from callcenter.audit.handlers import subscribe
from callcenter.audit.models import AuditEntry
from callcenter.audit.service import AuditService
from callcenter.customers.api import router
from callcenter.customers.service import CustomerService
from callcenter.dnc.in_force import DncInForce
from callcenter.dnc.models import DncEntry
from callcenter.dnc.types import DncReason, DncSource
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.errors import Refusal
from callcenter.kit.work import Works
from callcenter.leads.lists import LeadLists
from callcenter.leads.models import Lead, LeadList
from callcenter.leads.records import LeadRecords
from callcenter.leads.types import LeadState
from callcenter.people.models import Staff
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import RIGHTS, Role
from tests.support.leads import lead_service, make_campaign, make_leads, phone_number

DECLARED = [
    {"key": "id_number", "title": "身份证号", "kind": "text", "required": False, "choices": []},
    {"key": "income", "title": "年收入", "kind": "money", "required": False, "choices": []},
    {"key": "vip", "title": "贵宾", "kind": "boolean", "required": False, "choices": []},
    {"key": "card", "title": "卡号", "kind": "integer", "required": False, "choices": []},
    {"key": "hobby", "title": "爱好", "kind": "choice", "required": False, "choices": ["钓鱼", "下棋"]},
    {"key": "empty", "title": "空", "kind": "text", "required": False, "choices": []},
]
VALUES: dict[str, Any] = {
    "employer": "某某市第一中学",
    "id_number": "450100199001010000",
    "income": 12_000_000,
    "vip": True,
    "card": 6_222_020_000_000_000,
    "hobby": "钓鱼",
    "preferences": "晚上打 13900000000 找他",
    "household": "三口之家",
}


@dataclass
class Desk:
    """The endpoints, as one may use them who has logged in with ``role``; three customers, the first twice."""

    works: Works
    client: httpx.AsyncClient
    ids: list[int]
    campaigns: list[int]
    staff_id: int
    role: Role = Role.DATA_OFFICER

    async def find(self, **request: Any) -> list[int]:
        answer = await self.client.post("/leads/search", json=request)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["items"]]

    async def refused(self, path: str, body: dict[str, Any]) -> tuple[int, str]:
        answer = await self.client.post(path, json=body)
        return answer.status_code, answer.json()["code"]

    async def trail(self) -> list[tuple[str, str, str, dict[str, Any]]]:
        async with self.works.begin() as work:
            found = await work.session.scalars(select(AuditEntry).where(col(AuditEntry.subject).like("lead:%")))
            return [(entry.actor, entry.act, entry.subject, entry.facts) for entry in found]


@pytest.fixture
async def desk(works: Works, vault: Vault, bus: Bus) -> AsyncIterator[Desk]:
    subscribe(bus, AuditService())
    leads = lead_service(vault)
    async with works.begin() as work:
        campaigns = [(await make_campaign(work)).campaign_id for _ in range(2)]
        ids = [*await make_leads(work, leads, campaigns[0], 3), *await make_leads(work, leads, campaigns[1], 1)]
        first = await work.session.get_one(Lead, ids[0])
        first.fields_sealed = vault.seal(json.dumps(VALUES, ensure_ascii=False))
        (await work.session.get_one(LeadList, first.list_id)).fields = DECLARED
        staff = Staff(
            login="o", name="何军", password_hash="-", role=Role.DATA_OFFICER, branch="b", created_at=work.now
        )
        work.session.add(staff)
        await work.session.flush()
    app = FastAPI()
    app.state.works = works
    people = PeopleService(PeopleSettings())
    customers = CustomerService(vault, leads, LeadRecords(), LeadLists(), DncInForce(), people)
    app.state.services = {CustomerService: customers}
    app.include_router(router)
    made = Desk(
        works,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test"),
        ids,
        campaigns,
        staff.id,
    )

    @app.middleware("http")
    async def log_in(request: Request, call_next: RequestResponseEndpoint) -> Response:
        rights = frozenset(RIGHTS[made.role])
        request.state.actor = Actor(staff_id=staff.id, name="o", role=made.role, rights=rights)
        return await call_next(request)

    @app.exception_handler(Refusal)
    async def refuse(_request: Request, refusal: Refusal) -> JSONResponse:
        return JSONResponse(refusal.problem(), refusal.status)

    yield made
    await made.client.aclose()


async def test_a_customer_is_found_by_what_one_knows(desk: Desk) -> None:
    one, two, three, again = desk.ids
    assert await desk.find(phone="+86 199-0000-0000") == [again, one]
    assert await desk.find(last4="0001") == [two]
    assert await desk.find(name=" 王 2") == [three], "spaces do not matter, the whole name does"
    assert await desk.find(name="王") == []
    assert await desk.find(campaign_id=desk.campaigns[1]) == [again]
    assert await desk.find(customer_class="高效客户") == [again, three, two, one]
    assert await desk.find(state="stock", campaign_id=desk.campaigns[0]) == [three, two, one]
    assert await desk.find(state="closed") == []
    assert await desk.find(name="王0", last4="0001") == [], "every field given must fit"


async def test_what_is_found_shows_nothing_in_clear(desk: Desk) -> None:
    async with desk.works.begin() as work:
        lead = await work.session.get_one(Lead, desk.ids[0])
        work.session.add(bar(lead, work.now))
    answer = await desk.client.post("/leads/search", json={"phone": phone_number(0)})
    (_, found) = answer.json()["items"]
    assert (found["name_masked"], found["phone_masked"], found["age"]) == ("王*", "199****0000", 46)
    assert (found["do_not_call"], found["basis_withdrawn"], found["state"]) == (True, False, "stock")
    assert phone_number(0) not in answer.text
    assert "王0" not in answer.text


def bar(lead: Lead, at: datetime, until: datetime | None = None) -> DncEntry:
    return DncEntry(
        phone_index=lead.phone_index, reason=DncReason.REFUSED, source=DncSource.OFFICE, entered_at=at, until=until
    )


async def test_pages_follow_each_other(desk: Desk) -> None:
    request = {"customer_class": "高效客户", "limit": 3}
    page = (await desk.client.post("/leads/search", json=request)).json()
    rest = (await desk.client.post("/leads/search", json={**request, "cursor": int(page["next"])})).json()
    assert [each["id"] for each in page["items"] + rest["items"]] == desk.ids[::-1]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "search_too_wide"),
        ({"name": "  "}, "search_too_wide"),
        ({"limit": 10}, "search_too_wide"),
        ({"phone": "10086"}, "number_unreadable"),
    ],
)
async def test_a_search_for_nothing_or_nonsense_is_refused(desk: Desk, body: dict[str, Any], code: str) -> None:
    assert await desk.refused("/leads/search", body) == (422, code)


async def test_the_file_shows_fields_by_their_kind_and_covers_who_it_is(desk: Desk) -> None:
    answer = await desk.client.get(f"/leads/{desk.ids[0]}")
    file = answer.json()
    assert [(field["key"], field["title"], field["value"], field["masked"]) for field in file["fields"]] == [
        ("id_number", "身份证号", "4***", True),
        ("income", "年收入", 12_000_000, False),
        ("vip", "贵宾", True, False),
        ("card", "卡号", "***", True),
        ("hobby", "爱好", "钓鱼", False),
        ("employer", None, "某***", True),
        ("household", None, "三口之家", False),
        ("preferences", None, "晚上打 *** 找他", True),
    ]
    assert (file["name_masked"], file["phone_masked"], file["address_masked"]) == ("王*", "199****0000", "***")
    assert file["basis"]["kind"] == "written_consent"
    assert file["elsewhere"] == [
        {"id": desk.ids[3], "campaign_id": desk.campaigns[1], "list_id": file["list_id"] + 1, "state": "stock"}
    ]
    for secret in (phone_number(0), "王0", "某路0号", "13900000000", "450100"):
        assert secret not in answer.text


async def test_the_file_tells_what_bars_the_number_and_what_did(desk: Desk, clock: FrozenClock) -> None:
    async with desk.works.begin() as work:
        lead = await work.session.get_one(Lead, desk.ids[3])
        lead.basis_withdrawn_at, lead.basis_withdrawn_by, lead.basis_withdrawn_why = (
            work.now,
            desk.staff_id,
            "by letter",
        )
        for until, lifted in ((None, True), (work.now + timedelta(days=2), False), (work.now, False)):
            entry = bar(lead, work.now, until)
            if lifted:
                entry.lifted_at, entry.lifted_by, entry.lifted_why = work.now, desk.staff_id, "a mistake"
            work.session.add(entry)
            await work.session.flush()
    file = (await desk.client.get(f"/leads/{desk.ids[3]}")).json()
    assert [each["in_force"] for each in file["barrings"]] == [False, True, False]
    assert (file["barrings"][2]["lifted_by"], file["barrings"][2]["lifted_why"]) == ("何军", "a mistake")
    assert (file["basis"]["withdrawn_by"], file["basis"]["withdrawn_why"]) == ("何军", "by letter")
    clock.advance(timedelta(days=2))
    file = (await desk.client.get(f"/leads/{desk.ids[3]}")).json()
    assert [each["in_force"] for each in file["barrings"]] == [False, False, False]


async def test_a_reveal_shows_everything_and_stands_in_the_trail(desk: Desk) -> None:
    before = await desk.client.get(f"/leads/{desk.ids[0]}")
    assert await desk.trail() == [], "looking at what is masked leaves no trace"
    answer = await desk.client.post(f"/leads/{desk.ids[0]}/reveal", json={"reason": "asked for a copy"})
    clear = answer.json()
    assert (clear["name"], clear["phone"], clear["address"]) == ("王0", phone_number(0), "某路0号")
    assert (clear["birth_on"], clear["age"]) == ("1980-05-06", 46)
    assert {field["key"]: field["value"] for field in clear["fields"]} == VALUES
    assert not any(field["masked"] for field in clear["fields"])
    assert answer.headers["cache-control"] == "no-store"
    who = f"staff:{desk.staff_id}"
    subject = f"lead:{desk.ids[0]}"
    assert await desk.trail() == [(who, "leads.particulars_revealed", subject, {"why": "asked for a copy"})]
    assert before.status_code == 200


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "   "}])
async def test_without_a_reason_nothing_is_revealed(desk: Desk, body: dict[str, Any]) -> None:
    answer = await desk.client.post(f"/leads/{desk.ids[0]}/reveal", json=body)
    assert answer.status_code == 422
    assert await desk.trail() == []


async def test_a_customer_nobody_has_is_not_found(desk: Desk) -> None:
    assert (await desk.client.get("/leads/4711")).json()["code"] == "lead_not_found"
    assert await desk.refused("/leads/4711/reveal", {"reason": "because"}) == (404, "lead_not_found")


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DATA_OFFICER, Role.AUDITOR)])
async def test_nobody_else_finds_reads_or_reveals_customers(desk: Desk, role: Role) -> None:
    desk.role = role
    assert await desk.refused("/leads/search", {"last4": "0001"}) == (403, "not_allowed")
    assert (await desk.client.get(f"/leads/{desk.ids[0]}")).status_code == 403
    assert await desk.refused(f"/leads/{desk.ids[0]}/reveal", {"reason": "because"}) == (403, "not_allowed")
    assert await desk.trail() == []


async def test_an_auditor_reads_and_does_not_reveal(desk: Desk) -> None:
    desk.role = Role.AUDITOR
    assert await desk.find(last4="0001") == [desk.ids[1]]
    assert (await desk.client.get(f"/leads/{desk.ids[0]}")).status_code == 200
    assert await desk.refused(f"/leads/{desk.ids[0]}/reveal", {"reason": "because"}) == (403, "not_allowed")


async def test_the_state_is_that_of_now(desk: Desk) -> None:
    async with desk.works.begin() as work:
        await work.session.execute(update(Lead).where(col(Lead.id) == desk.ids[1]).values(state=LeadState.CLOSED))
    assert await desk.find(state="closed") == [desk.ids[1]]
