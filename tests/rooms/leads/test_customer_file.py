"""The customer file: found by what one knows, shown masked, revealed for a reason that is kept."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import col, update

from callcenter.audit.handlers import subscribe
from callcenter.audit.service import AuditService
from callcenter.customers.api import router
from callcenter.customers.service import CustomerService
from callcenter.dnc.in_force import DncInForce
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Works
from callcenter.leads import repository
from callcenter.leads.lists import LeadLists
from callcenter.leads.records import LeadRecords
from callcenter.leads.service import LeadService
from callcenter.leads.types import WITHDRAWN_WHY, LeadState
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import Role
from tests.support.http import Endpoints
from tests.support.rows import VAULT, Lead, LeadList, Staff, make_dnc_entry, make_staff, phone_number
from tests.support.sealing import seal_in

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
    """The customer file's endpoints with a data officer logged in; three customers, the first in two campaigns."""

    works: Works
    endpoints: Endpoints
    ids: list[int]
    campaigns: list[int]
    officer: Staff

    @property
    def client(self) -> httpx.AsyncClient:
        return self.endpoints.client

    async def find(self, **criteria: Any) -> list[int]:
        answer = await self.client.post("/leads/search", json=criteria)
        assert answer.status_code == 200, answer.text
        return [lead["id"] for lead in answer.json()["items"]]

    async def refused(self, path: str, body: dict[str, Any]) -> tuple[int, str]:
        answer = await self.client.post(path, json=body)
        return answer.status_code, answer.json()["code"]

    async def trail(self) -> list[tuple[str, str, str, dict[str, Any]]]:
        async with self.works.begin() as work:
            entries = (await AuditService(VAULT).search(work))[::-1]
            return [
                (entry.actor, entry.act, entry.subject, dict(entry.facts))
                for entry in entries
                if entry.subject.startswith("lead:")
            ]


@pytest.fixture
async def desk(works: Works, vault: Vault, leads: LeadService, bus: Bus, ids: list[int]) -> AsyncIterator[Desk]:
    subscribe(bus, AuditService(vault))
    async with works.begin() as work:
        first = await work.session.get_one(Lead, ids[0])
        seal_in(vault, first, fields_sealed=json.dumps(VALUES, ensure_ascii=False))
        (await work.session.get_one(LeadList, first.list_id)).fields = DECLARED
        campaigns = [first.campaign_id, (await work.session.get_one(Lead, ids[3])).campaign_id]
        officer = await make_staff(work, Role.DATA_OFFICER, name="何军")
    people = PeopleService(PeopleSettings())
    customers = CustomerService(vault, leads, LeadRecords(), LeadLists(), DncInForce(), people)
    endpoints = Endpoints(works, [customers], [router], officer)
    yield Desk(works, endpoints, ids, campaigns, officer)
    await endpoints.close()


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
        await make_dnc_entry(work, lead_id=desk.ids[0])
    answer = await desk.client.post("/leads/search", json={"phone": phone_number(0)})
    (_, lead) = answer.json()["items"]
    assert (lead["name_masked"], lead["phone_masked"], lead["age"]) == ("王*", "199****0000", 46)
    assert (lead["do_not_call"], lead["basis_withdrawn"], lead["state"]) == (True, False, "stock")
    assert phone_number(0) not in answer.text
    assert "王0" not in answer.text


@pytest.mark.parametrize("near", [1, 3, repository.NEAR])
async def test_pages_follow_each_other(desk: Desk, monkeypatch: pytest.MonkeyPatch, near: int) -> None:
    monkeypatch.setattr(repository, "NEAR", near)
    criteria = {"customer_class": "高效客户", "limit": 3}
    page = (await desk.client.post("/leads/search", json=criteria)).json()
    rest = (await desk.client.post("/leads/search", json={**criteria, "cursor": page["next"]})).json()
    assert [lead["id"] for lead in page["items"] + rest["items"]] == desk.ids[::-1]
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
async def test_a_search_without_criteria_or_for_an_unreadable_number_is_refused(
    desk: Desk, body: dict[str, Any], code: str
) -> None:
    assert await desk.refused("/leads/search", body) == (422, code)


async def test_the_file_shows_fields_by_their_kind_and_masks_who_the_customer_is(desk: Desk) -> None:
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


async def test_the_file_shows_do_not_call_entries_of_the_number_in_force_and_ended(
    desk: Desk, clock: FrozenClock
) -> None:
    async with desk.works.begin() as work:
        lead = await work.session.get_one(Lead, desk.ids[3])
        lead.basis_withdrawn_at, lead.basis_withdrawn_by = work.now, desk.officer.id
        lead.basis_withdrawn_why_sealed = VAULT.seal("by letter", WITHDRAWN_WHY.at(lead))
        lifted = {"lifted_at": work.now, "lifted_by": desk.officer.id}
        await make_dnc_entry(work, lead_id=lead.id, lifted_words="a mistake", **lifted)
        await make_dnc_entry(work, lead_id=lead.id, until=work.now + timedelta(days=2))
        await make_dnc_entry(work, lead_id=lead.id, until=work.now)
    file = (await desk.client.get(f"/leads/{desk.ids[3]}")).json()
    assert [entry["in_force"] for entry in file["dnc_entries"]] == [False, True, False]
    assert (file["dnc_entries"][2]["lifted_by"], file["dnc_entries"][2]["lifted_why"]) == ("何军", "a mistake")
    assert (file["basis"]["withdrawn_by"], file["basis"]["withdrawn_why"]) == ("何军", "by letter")
    clock.advance(timedelta(days=2))
    file = (await desk.client.get(f"/leads/{desk.ids[3]}")).json()
    assert [entry["in_force"] for entry in file["dnc_entries"]] == [False, False, False]


async def test_a_reveal_shows_everything_and_is_kept_in_the_audit_trail(desk: Desk) -> None:
    before = await desk.client.get(f"/leads/{desk.ids[0]}")
    assert await desk.trail() == [], "looking at what is masked leaves no trace"
    answer = await desk.client.post(f"/leads/{desk.ids[0]}/reveal", json={"reason": "asked for a copy"})
    clear = answer.json()
    assert (clear["name"], clear["phone"], clear["address"]) == ("王0", phone_number(0), "某路0号")
    assert (clear["birth_on"], clear["age"]) == ("1980-05-06", 46)
    assert {field["key"]: field["value"] for field in clear["fields"]} == VALUES
    assert not any(field["masked"] for field in clear["fields"])
    assert answer.headers["cache-control"] == "no-store"
    who = f"staff:{desk.officer.id}"
    subject = f"lead:{desk.ids[0]}"
    assert await desk.trail() == [(who, "leads.particulars_revealed", subject, {"why": "asked for a copy"})]
    assert before.status_code == 200


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "   "}])
async def test_without_a_reason_nothing_is_revealed(desk: Desk, body: dict[str, Any]) -> None:
    answer = await desk.client.post(f"/leads/{desk.ids[0]}/reveal", json=body)
    assert answer.status_code == 422
    assert await desk.trail() == []


async def test_an_unknown_customer_is_not_found(desk: Desk) -> None:
    assert (await desk.client.get("/leads/4711")).json()["code"] == "lead_not_found"
    assert await desk.refused("/leads/4711/reveal", {"reason": "because"}) == (404, "lead_not_found")


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DATA_OFFICER, Role.AUDITOR)])
async def test_other_roles_do_not_find_read_or_reveal_customers(desk: Desk, role: Role) -> None:
    desk.endpoints.as_role(role)
    assert await desk.refused("/leads/search", {"last4": "0001"}) == (403, "not_allowed")
    assert (await desk.client.get(f"/leads/{desk.ids[0]}")).status_code == 403
    assert await desk.refused(f"/leads/{desk.ids[0]}/reveal", {"reason": "because"}) == (403, "not_allowed")
    assert await desk.trail() == []


async def test_an_auditor_reads_and_does_not_reveal(desk: Desk) -> None:
    desk.endpoints.as_role(Role.AUDITOR)
    assert await desk.find(last4="0001") == [desk.ids[1]]
    assert (await desk.client.get(f"/leads/{desk.ids[0]}")).status_code == 200
    assert await desk.refused(f"/leads/{desk.ids[0]}/reveal", {"reason": "because"}) == (403, "not_allowed")


async def test_a_search_by_state_sees_changes_at_once(desk: Desk) -> None:
    async with desk.works.begin() as work:
        await work.session.execute(update(Lead).where(col(Lead.id) == desk.ids[1]).values(state=LeadState.CLOSED))
    assert await desk.find(state="closed") == [desk.ids[1]]
