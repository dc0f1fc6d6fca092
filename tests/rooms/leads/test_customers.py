"""One customer: what other rooms may know of them, and who may take them from the stock."""

import asyncio

import pytest
from sqlmodel import col, select

from callcenter.dnc.service import DncService
from callcenter.dnc.types import DncReason
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.leads.errors import LeadNotFound
from callcenter.leads.service import LeadService
from callcenter.leads.types import BasisKind, Gender, LeadState
from tests.support.events import listen
from tests.support.leads import consent_service, import_leads
from tests.support.rows import Lead, phone_number


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


async def test_the_number_to_dial_is_clear(works: Works, leads: LeadService, ids: list[int]) -> None:
    async with works.begin() as work:
        assert (await leads.dial_numbers(work, [ids[2]]))[ids[2]] == phone_number(2)
        with pytest.raises(LeadNotFound):
            (await leads.dial_numbers(work, [4711]))[4711]


async def test_a_reveal_needs_a_reason_and_leaves_a_trace_without_the_customer(
    works: Works, leads: LeadService, ids: list[int]
) -> None:
    noted = listen(works, Noted)
    async with works.begin() as work:
        revealed = await leads.particulars(work, ids[0], "visit 7")
        with pytest.raises(ReasonMissing):
            await leads.particulars(work, ids[0], " ")
    assert (revealed.name, revealed.phone, revealed.address) == ("王0", phone_number(0), "某路0号")
    assert noted == [Noted("leads.particulars_revealed", f"lead:{ids[0]}", {"why": "visit 7"})]


async def test_a_customer_is_found_by_number_however_it_is_written(
    works: Works, leads: LeadService, ids: list[int]
) -> None:
    async with works.begin() as work:
        cards = await leads.find_by_phone(work, "+86 199-0000-0000")
        assert [card.id for card in cards] == [ids[0], ids[3]]
        assert await leads.find_by_phone(work, "0771-5551234") == []


async def test_facts_are_read_anew_each_time(
    works: Works, vault: Vault, leads: LeadService, dnc: DncService, ids: list[int]
) -> None:
    """A withdrawal that was committed meanwhile counts, even in a transaction that has seen the lead before."""
    async with works.begin() as work:
        loaded = await work.session.get_one(Lead, ids[0])
        assert (await leads.facts(work, ids[0])).basis_valid
        async with works.begin() as other:
            await consent_service(vault).withdraw_basis(other, ids[0], "by letter")
        assert not (await leads.facts(work, ids[0])).basis_valid
        assert loaded.basis_withdrawn_at is not None


async def test_the_stock_holds_the_leads_that_may_be_called_and_that_no_agent_has(
    works: Works, vault: Vault, leads: LeadService, dnc: DncService, ids: list[int]
) -> None:
    async with works.begin() as work:
        campaign_id = (await leads.card(work, ids[0])).campaign_id
        await import_leads(work, campaign_id, 4, first=100)
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


async def test_when_two_take_the_same_leads_one_gets_them(works: Works, leads: LeadService, ids: list[int]) -> None:
    """The stock is read without a lock: taking is the claim."""

    async def take() -> int:
        async with works.begin() as work:
            return await leads.take(work, ids[:2])

    assert sorted(await asyncio.gather(take(), take())) == [0, 2]
