"""Do-not-call and the legal basis: who may not be called, since when, until when, and who said so."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from callcenter.kit.actor import Actor
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import Vault
from callcenter.kit.errors import NotAllowed
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.dnc.errors import DncAlreadyLifted, DncEntryNotFound
from callcenter.leads.dnc.service import DncService
from callcenter.leads.errors import ReasonMissing
from callcenter.leads.models import DncEntry
from callcenter.leads.service import LeadService
from callcenter.leads.types import DncReason, LeadsBlocked
from callcenter.people.models import Staff
from callcenter.people.types import Role
from tests.support.leads import dnc_service, lead_service, make_campaign, make_leads


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


@pytest.fixture
async def officer(works: Works) -> Actor:
    async with works.begin() as work:
        staff = Staff(
            login="officer", name="o", password_hash="-", role=Role.DATA_OFFICER, branch="b", created_at=work.now
        )
        work.session.add(staff)
        await work.session.flush()
        return Actor(staff_id=staff.id, name="o", role="data_officer")


def ear(works: Works, kind: type[object]) -> list[object]:
    heard: list[object] = []

    async def hear(_work: Work, event: object) -> None:
        heard.append(event)

    works.bus.subscribe(kind, hear)  # type: ignore[type-var]
    return heard


async def test_a_refusal_bars_the_number_in_every_campaign_for_six_months(
    works: Works, leads: LeadService, dnc: DncService, ids: list[int], clock: FrozenClock
) -> None:
    heard = ear(works, LeadsBlocked)
    call_id = uuid4()
    async with works.begin() as work:
        assert not (await leads.facts(work, ids[3])).dnc
        entry_id = await dnc.enter_dnc(work, ids[0], DncReason.CUSTOMER_REQUEST, call_id)
        assert await dnc.enter_dnc(work, ids[0], DncReason.CUSTOMER_REQUEST, call_id) == entry_id, "one per call"
    assert heard == [LeadsBlocked((ids[0], ids[3]), "do_not_call")]
    async with works.begin() as work:
        facts = await leads.facts(work, ids[3])
        assert (facts.dnc, facts.dnc_entry_id) == (True, entry_id)
        assert facts.dnc_until is not None
        assert facts.dnc_until - work.now >= timedelta(days=184)
        assert not (await leads.facts(work, ids[1])).dnc
        entry = (await work.session.scalars(select(DncEntry))).one()
        assert (entry.call_id, entry.reason, entry.lead_id) == (call_id, DncReason.CUSTOMER_REQUEST, ids[0])
    clock.set(facts.dnc_until)
    async with works.begin() as work:
        assert not (await leads.facts(work, ids[3])).dnc


async def test_a_permanent_entry_outlasts_a_term(
    works: Works, leads: LeadService, dnc: DncService, ids: list[int], clock: FrozenClock
) -> None:
    async with works.begin() as work:
        await dnc.enter_dnc(work, ids[0], DncReason.REFUSED)
        for_ever = await dnc.enter_dnc(work, ids[0], DncReason.CUSTOMER_REQUEST, permanent=True)
    clock.advance(timedelta(days=4000))
    async with works.begin() as work:
        facts = await leads.facts(work, ids[0])
    assert (facts.dnc, facts.dnc_entry_id, facts.dnc_until) == (True, for_ever, None)


async def test_only_a_named_person_lifts_an_entry_and_only_with_a_reason(
    works: Works, leads: LeadService, dnc: DncService, ids: list[int], officer: Actor
) -> None:
    async with works.begin() as work:
        entry_id = await dnc.enter_dnc(work, ids[0], DncReason.CUSTOMER_REQUEST)
        with pytest.raises(NotAllowed):
            await dnc.lift_dnc(work, entry_id, "asked for it")
    heard = ear(works, Noted)
    async with works.begin(officer) as work:
        with pytest.raises(ReasonMissing):
            await dnc.lift_dnc(work, entry_id, "")
        with pytest.raises(DncEntryNotFound):
            await dnc.lift_dnc(work, 4711, "asked for it")
        await dnc.lift_dnc(work, entry_id, "asked for it")
        with pytest.raises(DncAlreadyLifted):
            await dnc.lift_dnc(work, entry_id, "asked for it")
        assert not (await leads.facts(work, ids[0])).dnc
    assert heard == [Noted("leads.dnc_lifted", f"dnc:{entry_id}", {"why": "asked for it"})]
    async with works.begin() as work:
        entry = (await work.session.scalars(select(DncEntry))).one()
        assert (entry.lifted_by, entry.lifted_why) == (officer.staff_id, "asked for it")


async def test_a_withdrawal_ends_the_basis_of_that_number_everywhere(
    works: Works, leads: LeadService, dnc: DncService, ids: list[int]
) -> None:
    blocked, noted = ear(works, LeadsBlocked), ear(works, Noted)
    for _ in range(2):
        async with works.begin() as work:
            await dnc.withdraw_basis(work, ids[3], "by letter")
    async with works.begin() as work:
        assert [(await leads.facts(work, lead_id)).basis_valid for lead_id in ids] == [False, True, True, False]
    assert blocked == [LeadsBlocked((ids[0], ids[3]), "basis_withdrawn")] * 2
    assert len(noted) == 2, "the second time changes nothing"
