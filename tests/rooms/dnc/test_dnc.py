"""Do-not-call entries: who may not be called, since when, until when, and on whose word."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from callcenter.dnc.errors import (
    DncAlreadyLifted,
    DncEntryNotFound,
    DncTermTooShort,
    LiftNotFound,
    LiftProposed,
    NumberNotValid,
    SecondPersonNeeded,
)
from callcenter.dnc.rules import CUSTOMERS_OWN
from callcenter.dnc.service import DncService
from callcenter.dnc.types import DncReason, DncSource, EntryDetails, EntryFilter, EntryState, LiftDecision
from callcenter.kit.actor import Actor
from callcenter.kit.clock import FrozenClock, at_business_time, business_date
from callcenter.kit.errors import NotAllowed
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.trail import Noted
from callcenter.kit.work import Works
from callcenter.leads.service import LeadService
from callcenter.leads.types import LeadsBlocked
from callcenter.people.types import Role
from tests.support.events import listen
from tests.support.http import actor_of
from tests.support.leads import import_leads
from tests.support.rows import DncEntry, make_staff, phone_number

_DAY = timedelta(days=1)


@pytest.fixture
async def officer(works: Works) -> Actor:
    async with works.begin() as work:
        return actor_of(await make_staff(work, Role.DATA_OFFICER))


@pytest.fixture
async def second(works: Works) -> Actor:
    """Another data officer."""
    async with works.begin() as work:
        return actor_of(await make_staff(work, Role.DATA_OFFICER))


async def test_a_refusal_keeps_the_number_from_being_called_in_every_campaign_for_six_months(
    works: Works, leads: LeadService, dnc: DncService, ids: list[int], clock: FrozenClock
) -> None:
    blocked = listen(works, LeadsBlocked)
    call_id = uuid4()
    async with works.begin() as work:
        assert not (await leads.facts(work, ids[3])).dnc
        entry_id = await dnc.enter_dnc(work, ids[0], DncReason.CUSTOMER_REQUEST, EntryDetails(call_id=call_id))
        assert (
            await dnc.enter_dnc(work, ids[0], DncReason.CUSTOMER_REQUEST, EntryDetails(call_id=call_id)) == entry_id
        ), "one per call"
    assert blocked == [LeadsBlocked((ids[0], ids[3]), "do_not_call")]
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
        permanent_id = await dnc.enter_dnc(work, ids[0], DncReason.CUSTOMER_REQUEST, EntryDetails(permanent=True))
    clock.advance(timedelta(days=4000))
    async with works.begin() as work:
        facts = await leads.facts(work, ids[0])
    assert (facts.dnc, facts.dnc_entry_id, facts.dnc_until) == (True, permanent_id, None)


async def test_only_a_named_person_lifts_an_entry_and_only_with_a_reason(
    works: Works, dnc: DncService, ids: list[int], officer: Actor
) -> None:
    async with works.begin() as work:
        entry_id = await dnc.enter_dnc(work, ids[0], DncReason.WRONG_PERSON)
        with pytest.raises(NotAllowed):
            await dnc.lift_dnc(work, entry_id, "asked for it")
    noted = listen(works, Noted)
    async with works.begin(officer) as work:
        with pytest.raises(ReasonMissing):
            await dnc.lift_dnc(work, entry_id, "")
        with pytest.raises(DncEntryNotFound):
            await dnc.lift_dnc(work, 4711, "asked for it")
        card = await dnc.lift_dnc(work, entry_id, "asked for it")
        assert (card.state, card.lifted_by, card.lifted_why) == (EntryState.LIFTED, officer.staff_id, "asked for it")
        with pytest.raises(DncAlreadyLifted):
            await dnc.lift_dnc(work, entry_id, "asked for it")
        assert not (await dnc.number(work, phone_number(0))).do_not_call
    searched = {"entries": 1, "lists": 0, "leads": 2}
    assert noted == [
        Noted("leads.dnc_lifted", f"dnc:{entry_id}", {"why": "asked for it"}),
        Noted("leads.dnc_number_searched", f"staff:{officer.staff_id}", searched),
    ]


@pytest.mark.parametrize("reason", sorted(CUSTOMERS_OWN))
async def test_what_the_customer_asked_for_is_lifted_by_two_persons(
    works: Works, leads: LeadService, dnc: DncService, ids: list[int], officer: Actor, second: Actor, reason: DncReason
) -> None:
    async with works.begin() as work:
        entry_id = await dnc.enter_dnc(work, ids[0], reason)
    async with works.begin(officer) as work:
        card = await dnc.lift_dnc(work, entry_id, "a letter came")
        assert (card.state, (await leads.facts(work, ids[0])).dnc) == (EntryState.LIFT_PROPOSED, True)
        with pytest.raises(LiftProposed):
            await dnc.lift_dnc(work, entry_id, "again")
        [waiting] = await dnc.lifts_waiting(work)
        with pytest.raises(SecondPersonNeeded):
            await dnc.decide_lift(work, waiting.lifts[0].id, LiftDecision.CONFIRMED, "me too")
    async with works.begin(second) as work:
        card = await dnc.decide_lift(work, waiting.lifts[0].id, LiftDecision.CONFIRMED, "seen the letter")
        assert (card.state, (await leads.facts(work, ids[0])).dnc) == (EntryState.LIFTED, False)
        assert (card.lifts[0].proposed_by, card.lifts[0].decided_by) == (officer.staff_id, second.staff_id)
        assert await dnc.lifts_waiting(work) == []
        with pytest.raises((LiftNotFound, DncAlreadyLifted)):
            await dnc.decide_lift(work, waiting.lifts[0].id, LiftDecision.CONFIRMED, "once more")


async def test_a_permanent_entry_is_lifted_by_two_persons_and_a_declined_proposal_changes_nothing(
    works: Works, leads: LeadService, dnc: DncService, ids: list[int], officer: Actor, second: Actor
) -> None:
    async with works.begin(officer) as work:
        entry_id = await dnc.enter_dnc(work, ids[0], DncReason.OTHER, EntryDetails(permanent=True))
        proposed = await dnc.lift_dnc(work, entry_id, "a mistake")
    async with works.begin(second) as work:
        card = await dnc.decide_lift(work, proposed.lifts[0].id, LiftDecision.DECLINED, "it is none")
        assert (card.state, (await leads.facts(work, ids[0])).dnc) == (EntryState.IN_FORCE, True)
        again = await dnc.lift_dnc(work, entry_id, "now it is one")
        assert [lift.decision for lift in again.lifts] == [None, LiftDecision.DECLINED]
    async with works.begin(second) as work:
        await dnc.decide_lift(work, again.lifts[0].id, LiftDecision.DECLINED, "taken back by whoever proposed it")


async def test_no_term_is_shorter_than_the_law_wants(works: Works, dnc: DncService, ids: list[int]) -> None:
    async with works.begin() as work:
        soon, late = business_date(work.now) + timedelta(days=30), business_date(work.now) + timedelta(days=400)
        with pytest.raises(DncTermTooShort):
            await dnc.enter_dnc(work, ids[0], DncReason.REFUSED, EntryDetails(until_on=soon))
        with pytest.raises(DncTermTooShort):
            await dnc.enter_dnc(work, ids[0], DncReason.OTHER, EntryDetails(until_on=business_date(work.now)))
        card = await dnc.entry(work, await dnc.enter_dnc(work, ids[0], DncReason.REFUSED, EntryDetails(until_on=late)))
        assert card.until == at_business_time(late, 0)
        card = await dnc.entry(work, await dnc.enter_dnc(work, ids[1], DncReason.OTHER, EntryDetails(until_on=soon)))
        assert card.until == at_business_time(soon, 0)


async def test_a_number_that_belongs_to_no_customer_is_entered_before_an_import_brings_it(
    works: Works, leads: LeadService, dnc: DncService, ids: list[int], officer: Actor
) -> None:
    unknown = phone_number(77)
    async with works.begin(officer) as work:
        entry_id = await dnc.enter_number(work, "+86 " + unknown, DncReason.OTHER, EntryDetails(note="客户来函"))
        with pytest.raises(NumberNotValid):
            await dnc.enter_number(work, "12", DncReason.OTHER)
        number = await dnc.number(work, unknown)
        assert (number.do_not_call, number.leads, [card.id for card in number.entries]) == (True, 0, [entry_id])
        assert (number.entries[0].note, number.phone_masked) == ("客户来函", "199****0077")
        stored = await work.session.get_one(DncEntry, entry_id)
        assert "客户来函" not in str(stored.note_sealed)
        campaign_id = (await leads.card(work, ids[0])).campaign_id
        assert await import_leads(work, campaign_id, 1, first=77) == [], "the import keeps it out"


async def test_entries_are_listed_by_state_source_and_reason(
    works: Works, dnc: DncService, ids: list[int], clock: FrozenClock
) -> None:
    async with works.begin() as work:
        old = await dnc.enter_dnc(
            work, ids[0], DncReason.WRONG_PERSON, EntryDetails(until_on=business_date(work.now) + _DAY)
        )
    clock.advance(timedelta(days=5))
    async with works.begin() as work:
        by_call = await dnc.enter_dnc(work, ids[1], DncReason.REFUSED, EntryDetails(call_id=uuid4()))
        permanent_id = await dnc.enter_dnc(
            work, ids[2], DncReason.COMPLAINT, EntryDetails(permanent=True, source=DncSource.COMPLAINT)
        )
        everything = [card.id for card in await dnc.entries(work)]
        assert everything == [permanent_id, by_call, old]
        assert [card.id for card in await dnc.entries(work, before=permanent_id, limit=1)] == [by_call]
        assert [card.id for card in await dnc.entries(work, EntryFilter(state=EntryState.EXPIRED))] == [old]
        assert [card.id for card in await dnc.entries(work, EntryFilter(state=EntryState.IN_FORCE))] == [
            permanent_id,
            by_call,
        ]
        assert [card.id for card in await dnc.entries(work, EntryFilter(source=DncSource.CALL))] == [by_call]
        assert [card.id for card in await dnc.entries(work, EntryFilter(reason=DncReason.COMPLAINT))] == [permanent_id]
        figures = await dnc.figures(work)
    assert (figures.in_force, figures.permanent, figures.ending_30_days) == (2, 1, 0)
    assert figures.by_reason == {DncReason.REFUSED: 1, DncReason.COMPLAINT: 1}
    clock.advance(timedelta(days=160))
    async with works.begin() as work:
        assert (await dnc.figures(work)).ending_30_days == 1
