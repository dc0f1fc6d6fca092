"""A field agent's visits: whose they are, what is reported of them, when the next one is."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from callcenter.calls.errors import VisitInThePast, VisitTimeUnconfirmed
from callcenter.customers.types import ChangeSource, Correction, FileField
from callcenter.field.errors import (
    HandOverDone,
    NotYourVisits,
    ReportedAlready,
    ReportInvalid,
    VisitNotFound,
    VisitTimePassed,
)
from callcenter.field.types import Appointment, HandOverCard, HandOverState, RoutingReason, VisitReport, VisitResult
from callcenter.kit.actor import Actor
from callcenter.kit.bus import Bus
from callcenter.kit.clock import at_business_time, business_date
from callcenter.kit.trail import Noted
from tests.rooms.field.force import TUESDAY, FieldForce
from tests.support.events import listen
from tests.support.rows import Lead

pytestmark = pytest.mark.db


async def assign(force: FieldForce, card: HandOverCard, appointment: Appointment | None = None) -> HandOverCard:
    async with force.works.begin(force.leader) as work:
        return await force.field.hand_overs.assign(work, card.id, field_agent_id=force.anna.id, appointment=appointment)


async def test_customers_are_shown_to_their_own_field_agent_and_each_view_is_recorded(
    force: FieldForce, bus: Bus
) -> None:
    noted = listen(bus, Noted)
    card = await force.passed()
    assert card
    with pytest.raises(NotYourVisits):
        async with force.works.begin(force.ben) as work:
            await force.field.visits.visits(work, force.anna.id, TUESDAY)
    assert noted == []
    (visit,) = await force.list_of(force.anna)
    assert [(event.act, event.subject, event.facts) for event in noted] == [
        ("leads.particulars_revealed", f"lead:{card.lead_id}", {"why": f"visit {visit.id}"})
    ]
    with pytest.raises(VisitNotFound):
        await force.report(force.ben, visit.id, VisitResult.SIGNED)


async def test_a_report_that_is_sent_twice_counts_once(force: FieldForce) -> None:
    await force.passed()
    (visit,) = await force.list_of(force.anna)
    for _ in range(2):
        card = await force.report(force.anna, visit.id, VisitResult.SIGNED)
        assert (card.state, card.visits) == (HandOverState.DONE, 1)
    with pytest.raises(ReportedAlready):
        await force.report(force.anna, visit.id, VisitResult.REFUSED)
    with pytest.raises(HandOverDone):
        async with force.works.begin(force.dispatcher) as work:
            await force.field.hand_overs.assign(work, card.id, region_id=force.east.id)
    (shown,) = await force.list_of(force.anna)
    assert (shown.result, shown.note) == (VisitResult.SIGNED, "王小明 was not at home")
    async with force.works.begin() as work:
        assert "王" not in (await work.session.scalar(text("SELECT note_sealed FROM visit")))


async def test_a_customer_who_was_not_at_home_is_visited_again(force: FieldForce) -> None:
    await force.passed()
    (visit,) = await force.list_of(force.anna)
    with pytest.raises(ReportInvalid):
        await force.report(force.anna, visit.id, VisitResult.NOT_MET, force.clock.now())
    thursday = at_business_time(TUESDAY + timedelta(days=2), 10)
    card = await force.report(force.anna, visit.id, VisitResult.NOT_MET, thursday)
    assert (card.state, card.field_agent_id) == (HandOverState.ASSIGNED, force.anna.id)
    (second,) = await force.list_of(force.anna, business_date(thursday))
    assert (second.number, second.visit_at) == (2, thursday)
    card = await force.report(force.anna, second.id, VisitResult.THINKING)
    assert (card.state, card.field_agent_id, card.visits) == (HandOverState.OPEN, None, 2)


async def test_todays_list_begins_with_the_visits_that_were_not_reported(force: FieldForce) -> None:
    await force.passed()
    force.clock.set(at_business_time(TUESDAY + timedelta(days=1), 8))
    today = TUESDAY + timedelta(days=1)
    await force.passed(at=at_business_time(today, 10))
    await force.passed(at=at_business_time(today, 9))
    on_list = [(visit.position, visit.visit_at) for visit in await force.list_of(force.anna, today)]
    assert on_list == [(1, at_business_time(TUESDAY, 14)), (2, at_business_time(today, 10))]
    assert [visit.visit_at for visit in await force.list_of(force.ben, today)] == [at_business_time(today, 9)]


async def test_the_next_visit_at_night_needs_the_customers_word(force: FieldForce) -> None:
    await force.passed()
    (visit,) = await force.list_of(force.anna)
    night = at_business_time(TUESDAY + timedelta(days=2), 22)
    with pytest.raises(VisitTimeUnconfirmed) as refused:
        await force.report(force.anna, visit.id, VisitResult.THINKING, night)
    assert refused.value.params["concerns"] == ["night"]
    async with force.works.begin(force.anna) as work:
        report = VisitReport(result=VisitResult.THINKING, next_at=night, next_confirmed=True)
        assert (await force.field.visits.report(work, visit.id, report)).state is HandOverState.ASSIGNED


async def test_the_next_visit_lies_ahead_and_the_phone_agents_success_as_well(force: FieldForce) -> None:
    await force.passed()
    (visit,) = await force.list_of(force.anna)
    with pytest.raises(ReportInvalid):
        await force.report(force.anna, visit.id, VisitResult.THINKING, force.clock.now())
    with pytest.raises(VisitInThePast):
        await force.success(at=force.clock.now())
    with pytest.raises(VisitTimeUnconfirmed):
        await force.success(at=at_business_time(TUESDAY, 23))


async def test_a_field_agent_corrects_the_customers_of_their_own_visits_alone(force: FieldForce) -> None:
    """Not those of a colleague of the same region, whose names stand on no list of theirs (requirement L4)."""
    await force.passed()
    (visit,) = await force.list_of(force.anna)
    learned = Correction({FileField.OCCUPATION: "retired"}, "she said so", ChangeSource.VISIT)

    async def correct(actor: Actor) -> None:
        async with force.works.begin(actor) as work:
            await force.field.visits.correct_customer(work, visit.id, learned)

    for other in (force.ben, force.wei, force.leader):
        with pytest.raises(VisitNotFound):
            await correct(other)
    await correct(force.anna)
    async with force.works.begin() as work:
        (lead,) = await work.session.scalars(select(Lead))
        assert lead.occupation == "retired"


async def test_a_success_that_is_passed_after_its_visit_time_is_on_no_field_agents_list(force: FieldForce) -> None:
    call = await force.success()
    force.clock.set(at_business_time(TUESDAY, 15))
    card = await force.review(call)
    assert card
    assert (card.state, card.region_id, card.field_agent_id) == (HandOverState.OPEN, force.east.id, None)
    assert card.reason == RoutingReason.TIME_PASSED
    assert await force.list_of(force.anna) == await force.list_of(force.ben) == []


async def test_a_visit_whose_time_has_passed_is_assigned_with_a_new_time_only(force: FieldForce) -> None:
    """A new time is judged like every other visit time: not in the past, and confirmed when it is unusual."""
    call = await force.success()
    force.clock.set(at_business_time(TUESDAY, 15))
    card = await force.review(call)
    assert card
    with pytest.raises(VisitTimePassed) as refused:
        await assign(force, card)
    assert refused.value.rule == "F3"
    with pytest.raises(VisitInThePast):
        await assign(force, card, Appointment(visit_at=at_business_time(TUESDAY, 14), confirmed=True))
    night = at_business_time(TUESDAY, 22)
    with pytest.raises(VisitTimeUnconfirmed):
        await assign(force, card, Appointment(visit_at=night))
    assert (await assign(force, card, Appointment(visit_at=night, confirmed=True))).requested_visit_at == night
    (visit,) = await force.list_of(force.anna)
    assert visit.visit_at == night


async def test_a_new_time_moves_the_planned_visit(force: FieldForce) -> None:
    card = await force.passed()
    assert card
    thursday = at_business_time(TUESDAY + timedelta(days=2), 10)
    await assign(force, card, Appointment(visit_at=thursday))
    assert await force.list_of(force.anna) == []
    (visit,) = await force.list_of(force.anna, TUESDAY + timedelta(days=2))
    assert (visit.visit_at, visit.number) == (thursday, 1)


async def test_after_a_visit_without_next_appointment_the_old_time_is_not_planned_again(force: FieldForce) -> None:
    await force.passed()
    (visit,) = await force.list_of(force.anna)
    force.clock.set(at_business_time(TUESDAY, 15))
    card = await force.report(force.anna, visit.id, VisitResult.NOT_MET)
    with pytest.raises(VisitTimePassed):
        await assign(force, card)


async def test_a_missed_visit_of_who_has_left_waits_for_a_new_time(force: FieldForce) -> None:
    card = await force.passed()
    assert card
    force.clock.set(at_business_time(TUESDAY, 15))
    async with force.works.begin() as work:
        await force.people.leave(work, force.anna.id, "has left")
    async with force.works.begin() as work:
        (after,) = await force.field.hand_overs.hand_overs(work)
    assert (after.state, after.field_agent_id) == (HandOverState.OPEN, None)
    assert after.reason == RoutingReason.TIME_PASSED
