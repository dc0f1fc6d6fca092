"""The legal basis of a customer: withdrawn, given anew, and valid until its last day."""

from datetime import date, timedelta

import pytest

from callcenter.consent.errors import EvidenceInvalid, EvidenceTooOld
from callcenter.consent.service import ConsentService
from callcenter.consent.types import BasisAct, BasisEvidence
from callcenter.kit.actor import Actor
from callcenter.kit.clock import FrozenClock, business_date
from callcenter.kit.errors import NotAllowed
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.leads.service import LeadService
from callcenter.leads.types import BasisKind, LeadsBlocked
from callcenter.people.types import Role
from tests.support.events import listen
from tests.support.http import actor_of
from tests.support.rows import make_staff

_DAY = timedelta(days=1)


@pytest.fixture
async def officer(works: Works) -> Actor:
    async with works.begin() as work:
        return actor_of(await make_staff(work, Role.DATA_OFFICER))


def evidence(dated_on: date, valid_until: date | None = None) -> BasisEvidence:
    """A customer's written consent."""
    return BasisEvidence(
        kind=BasisKind.WRITTEN_CONSENT, reference="SQ-9", dated_on=dated_on, valid_until=valid_until, note="柜3"
    )


async def test_a_withdrawal_ends_the_basis_of_that_number_everywhere(
    works: Works, leads: LeadService, consent: ConsentService, ids: list[int]
) -> None:
    blocked, noted = listen(works, LeadsBlocked), listen(works, Noted)
    for _ in range(2):
        async with works.begin() as work:
            await consent.withdraw_basis(work, ids[3], "by letter")
    async with works.begin() as work:
        assert [(await leads.facts(work, lead_id)).basis_valid for lead_id in ids] == [False, True, True, False]
    assert blocked == [LeadsBlocked((ids[0], ids[3]), "basis_withdrawn")] * 2
    assert len(noted) == 2, "the second time changes nothing"


async def test_only_evidence_given_after_the_withdrawal_brings_a_basis_back(
    works: Works, leads: LeadService, consent: ConsentService, ids: list[int], officer: Actor, clock: FrozenClock
) -> None:
    async with works.begin(officer) as work:
        await consent.withdraw_basis(work, ids[0], "by letter")
        withdrawn_on = business_date(work.now)
    clock.advance(timedelta(days=10))
    async with works.begin(officer) as work:
        for dated_on in (withdrawn_on - _DAY, withdrawn_on):
            with pytest.raises(EvidenceTooOld):
                await consent.add_basis(work, ids[0], evidence(dated_on), "an old paper")
        card = await consent.add_basis(work, ids[0], evidence(withdrawn_on + _DAY), "a new paper")
        assert (card.valid, card.reference, card.withdrawn_at) == (True, "SQ-9", None)
        assert [event.act for event in card.history] == [BasisAct.REINSTATED, BasisAct.WITHDRAWN]
        assert [(await leads.facts(work, lead_id)).basis_valid for lead_id in (ids[0], ids[3])] == [True, False]
    async with works.begin() as work:
        with pytest.raises(NotAllowed):
            await consent.add_basis(work, ids[3], evidence(withdrawn_on + _DAY), "nobody")


async def test_a_basis_counts_on_its_last_day_and_not_on_the_next(
    works: Works, leads: LeadService, consent: ConsentService, ids: list[int], officer: Actor, clock: FrozenClock
) -> None:
    async with works.begin(officer) as work:
        today = business_date(work.now)
        with pytest.raises(EvidenceInvalid):
            await consent.add_basis(work, ids[1], evidence(today + _DAY), "not given yet")
        await consent.add_basis(work, ids[1], evidence(today, valid_until=today + _DAY), "for two days")
        campaign_id = (await leads.card(work, ids[1])).campaign_id
    for days, valid in ((0, True), (1, True), (1, False)):
        clock.advance(timedelta(days=days))
        async with works.begin() as work:
            assert (await leads.facts(work, ids[1])).basis_valid is valid
            stock = await leads.callable_stock(work, campaign_id, 10, 1)
            assert (ids[1] in {card.id for card in stock}) is valid
    async with works.begin(officer) as work:
        await consent.add_basis(work, ids[1], evidence(business_date(work.now)), "renewed")
        assert (await leads.facts(work, ids[1])).basis_valid


async def test_a_withdrawal_can_be_for_one_campaign(
    works: Works, leads: LeadService, consent: ConsentService, ids: list[int]
) -> None:
    async with works.begin() as work:
        await consent.withdraw_basis(work, ids[0], "by letter", all_campaigns=False)
        assert [(await leads.facts(work, lead_id)).basis_valid for lead_id in (ids[0], ids[3])] == [False, True]
