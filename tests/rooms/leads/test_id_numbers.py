"""Customers are found by identity number: by index, masked, on record; older leads are indexed by a job (L7)."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from callcenter.customers.api import router
from callcenter.customers.corrections import CorrectionService
from callcenter.customers.id_numbers import KIND, IdNumberIndexing
from callcenter.customers.service import CustomerService
from callcenter.kit.bus import Bus
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import Jobs, Report
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.leads.records import LeadRecords
from callcenter.leads.rules.person import id_number_key
from callcenter.people.types import Role
from tests.support.events import listen
from tests.support.http import Endpoints
from tests.support.joining import joined
from tests.support.rows import Lead, make_job, make_lead, make_lead_list, make_leads, make_staff
from tests.support.sealing import seal_in

CARD = "45010019900101002X"


def give_fields(vault: Vault, lead: Lead, **values: str) -> None:
    seal_in(vault, lead, fields_sealed=json.dumps(values, ensure_ascii=False))


@pytest.fixture
async def endpoints(works: Works, vault: Vault) -> AsyncIterator[Endpoints]:
    parts = joined(vault)
    async with works.begin() as work:
        officer = await make_staff(work, Role.DATA_OFFICER)
    services = [parts.get(CustomerService), parts.get(CorrectionService)]
    served = Endpoints(works, services, [router], officer)
    yield served
    await served.close()


async def search(endpoints: Endpoints, id_number: str, role: Role = Role.DATA_OFFICER) -> httpx.Response:
    return await endpoints.as_role(role).post("/leads/search", json={"id_number": id_number})


@pytest.mark.parametrize("typed", [CARD, "450100 19900101 002x", "４５０１００１９９００１０１００２Ｘ"])
async def test_a_customer_is_found_by_the_whole_number_masked_and_on_record(
    works: Works, bus: Bus, vault: Vault, endpoints: Endpoints, typed: str
) -> None:
    noted = listen(bus, Noted)
    async with works.begin() as work:
        lead, _ = await make_leads(work, 2, name="欧阳春")
        lead.id_number_index = vault.index(id_number_key(CARD))
        give_fields(vault, lead, id_number=CARD)
    found = await search(endpoints, typed)
    assert [hit["id"] for hit in found.json()["items"]] == [lead.id]
    assert "欧阳春" not in found.text
    assert CARD not in found.text
    [look] = [event for event in noted if event.act == "customers.searched_by_id_number"]
    assert look.subject.startswith("staff:")
    assert dict(look.facts) == {"by": ["id_number"], "found": 1, "leads": [lead.id]}


async def test_a_search_that_finds_nobody_is_on_record_too(bus: Bus, endpoints: Endpoints) -> None:
    noted = listen(bus, Noted)
    assert (await search(endpoints, CARD, Role.AUDITOR)).json()["items"] == []
    assert [dict(event.facts) for event in noted] == [{"by": ["id_number"], "found": 0, "leads": []}]


@pytest.mark.parametrize("typed", ["4501001990010100", "45010019900101002Y", "12345", "某某", "4501-0019-9001"])
async def test_a_malformed_number_is_refused_without_being_repeated(endpoints: Endpoints, typed: str) -> None:
    refused = await search(endpoints, typed)
    assert (refused.status_code, refused.json()["code"]) == (422, "id_number_malformed")
    assert typed not in refused.text


async def test_an_empty_number_is_no_criterion(endpoints: Endpoints) -> None:
    assert (await search(endpoints, " ")).json()["code"] == "search_too_wide"


# --- older leads ------------------------------------------------------------


@pytest.fixture
async def indexing(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> IdNumberIndexing:
    monkeypatch.setattr("callcenter.customers.id_numbers._AT_ONCE", 2)
    return IdNumberIndexing(vault, Jobs(), joined(vault).get(LeadRecords))


def spelt(number: int) -> str:
    return f"450100 19900101 {number:03}x"


async def run(works: Works, indexing: IdNumberIndexing, **figures: int) -> dict[str, int]:
    async with works.begin() as work:
        job = await make_job(work, kind=KIND, figures=figures)
        card = await Jobs().card(work, job.id)
    return dict(await indexing.job_handlers(works)[KIND](card, Report(works, job.id)))


async def test_leads_of_before_are_found_after_the_job(
    works: Works, bus: Bus, vault: Vault, endpoints: Endpoints, indexing: IdNumberIndexing
) -> None:
    noted = listen(bus, Noted)
    async with works.begin() as work:
        lead_list = await make_lead_list(work)
        leads = await make_leads(work, 5, list_id=lead_list.id)
        for lead in leads[:3]:
            give_fields(vault, lead, id_number=spelt(lead.id))
        give_fields(vault, leads[3], employer="市一医院")
    assert await run(works, indexing) == {"read": 4, "indexed": 3}
    [found] = (await search(endpoints, spelt(leads[1].id).upper())).json()["items"]
    assert found["id"] == leads[1].id
    assert [event.facts["indexed"] for event in noted if event.act == "customers.id_numbers_indexed"] == [3]
    assert await run(works, indexing) == {"read": 1, "indexed": 0}, "what has an index is not opened again"


async def test_a_job_that_is_begun_again_goes_on_where_it_was(
    works: Works, vault: Vault, indexing: IdNumberIndexing
) -> None:
    async with works.begin() as work:
        first, second = await make_leads(work, 2)
        for lead in (first, second):
            give_fields(vault, lead, id_number=CARD)
    assert await run(works, indexing, after=first.id, read=7, indexed=6) == {"read": 8, "indexed": 7}
    async with works.begin() as work:
        assert (await work.session.get_one(Lead, first.id)).id_number_index is None
        assert (await work.session.get_one(Lead, second.id)).id_number_index == vault.index(CARD)


async def test_a_new_import_is_not_overwritten(works: Works, vault: Vault, indexing: IdNumberIndexing) -> None:
    async with works.begin() as work:
        lead = await make_lead(work, id_number_index="as imported")
        give_fields(vault, lead, id_number=CARD)
    assert await run(works, indexing) == {"read": 0, "indexed": 0}
    async with works.begin() as work:
        assert (await work.session.get_one(Lead, lead.id)).id_number_index == "as imported"
