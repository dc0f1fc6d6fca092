"""One customer: what other rooms may know, stock."""

import asyncio

import pytest
from sqlmodel import col, select

from callcenter.dnc.service import DncService
from callcenter.dnc.types import DncReason
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.errors import LeadNotFound
from callcenter.leads.models import Lead
from callcenter.leads.service import LeadService
from callcenter.leads.types import BasisKind, Gender, LeadState
from tests.support.bus import bus_of
from tests.support.leads import consent_service, dnc_service, lead_service, make_campaign, make_leads, phone_number


@pytest.fixture
def leads(vault: Vault) -> LeadService:
    return lead_service(vault)


@pytest.fixture
def dnc(vault: Vault) -> DncService:
    return dnc_service(vault)


@pytest.fixture
async def ids(works: Works, leads: LeadService) -> list[int]:
    """Three customers of a campaign; the first of them is in another campaign too (the fourth id)."""
    async with works.begin() as work:
        first = await make_campaign(work)
        second = await make_campaign(work)
        return [
            *await make_leads(work, leads, first.campaign_id, 3),
            *await make_leads(work, leads, second.campaign_id, 1),
        ]


def ear(works: Works, kind: type[object]) -> list[object]:
    heard: list[object] = []

    async def hear(_work: Work, event: object) -> None:
        heard.append(event)

    bus_of(works).subscribe(kind, hear)  # type: ignore[type-var]
    return heard


async def test_a_card_shows_the_customer_masked(works: Works, leads: LeadService, ids: list[int]) -> None:
    async with works.begin() as work:
        card = await leads.card(work, ids[1])
        assert await leads.cards(work, [ids[1], 4711]) == {ids[1]: card}
        assert await leads.cards(work, []) == {}
    assert (card.name_masked, card.phone_masked) == ("王*", "199****0001")
    assert (card.gender, card.age, card.district) == (Gender.FEMALE, 46, "兴宁区")
    assert (card.occupation, card.customer_class, card.basis_kind) == (
        "教师",
        "高效客户",
        BasisKind.WRITTEN_CONSENT,
    )


async def test_the_engine_gets_the_clear_number(works: Works, leads: LeadService, ids: list[int]) -> None:
    async with works.begin() as work:
        assert await leads.dial_number(work, ids[2]) == phone_number(2)
        with pytest.raises(LeadNotFound):
            await leads.dial_number(work, 4711)


async def test_a_reveal_needs_a_reason_and_leaves_a_trace_without_the_customer(
    works: Works, leads: LeadService, ids: list[int]
) -> None:
    heard = ear(works, Noted)
    async with works.begin() as work:
        revealed = await leads.particulars(work, ids[0], "visit 7")
        with pytest.raises(ReasonMissing):
            await leads.particulars(work, ids[0], " ")
    assert (revealed.name, revealed.phone, revealed.address) == ("王0", phone_number(0), "某路0号")
    assert heard == [Noted("leads.particulars_revealed", f"lead:{ids[0]}", {"why": "visit 7"})]


async def test_a_customer_is_found_by_number_however_it_is_written(
    works: Works, leads: LeadService, ids: list[int]
) -> None:
    async with works.begin() as work:
        found = await leads.find_by_phone(work, "+86 199-0000-0000")
        assert [card.id for card in found] == [ids[0], ids[3]]
        assert await leads.find_by_phone(work, "0771-5551234") == []


async def test_facts_are_those_of_the_moment(
    works: Works, vault: Vault, leads: LeadService, dnc: DncService, ids: list[int]
) -> None:
    """A withdrawal that was committed meanwhile counts, even in a transaction that has seen the lead before."""
    async with works.begin() as work:
        seen = await work.session.get_one(Lead, ids[0])
        assert (await leads.facts(work, ids[0])).basis_valid
        async with works.begin() as other:
            await consent_service(vault).withdraw_basis(other, ids[0], "by letter")
        assert not (await leads.facts(work, ids[0])).basis_valid
        assert seen.basis_withdrawn_at is not None


async def test_stock_is_what_nobody_holds_and_may_be_called(
    works: Works, vault: Vault, leads: LeadService, dnc: DncService, ids: list[int]
) -> None:
    async with works.begin() as work:
        campaign_id = (await leads.card(work, ids[0])).campaign_id
        await make_leads(work, leads, campaign_id, 4, first=100)
    async with works.begin() as work:
        await dnc.enter_dnc(work, ids[0], DncReason.REFUSED)
        await consent_service(vault).withdraw_basis(work, ids[1], "by letter")
        assert await leads.take(work, [ids[2]]) == 1
        assert await leads.take(work, [ids[2]]) == 0, "it is gone"
        stock = await leads.callable_stock(work, campaign_id, 10)
        assert await leads.count_stock(work, campaign_id) == len(stock) == 4
        assert len(await leads.callable_stock(work, campaign_id, 3)) == 3
        assert await leads.put_back(work, [ids[2]]) == 1
        assert await leads.count_stock(work, campaign_id) == 5
        assert await leads.close(work, [ids[2]]) == 1
        assert await leads.put_back(work, [ids[2]]) == 0
        states = await work.session.scalars(select(col(Lead.state)).where(col(Lead.id) == ids[2]))
        assert states.one() is LeadState.CLOSED


async def test_of_two_takers_of_the_same_leads_one_gets_them(works: Works, leads: LeadService, ids: list[int]) -> None:
    """The stock is looked at without a lock: taking is the claim."""

    async def take() -> int:
        async with works.begin() as work:
            return await leads.take(work, ids[:2])

    assert sorted(await asyncio.gather(take(), take())) == [0, 2]
