"""A success passes quality and is on the list of the right field agent."""

import asyncio
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from callcenter.calls.errors import VisitInThePast, VisitTimeUnconfirmed
from callcenter.calls.service import CallService
from callcenter.calls.types import CallCard, Disposition, DispositionDetails
from callcenter.consent.service import ConsentService
from callcenter.customers.types import ChangeSource, Correction, FileField
from callcenter.field import handlers
from callcenter.field.errors import (
    AssignNeedsTarget,
    CrossRegion,
    DistrictTaken,
    HandOverDone,
    HandOverNotFound,
    NotAFieldAgent,
    NotAFieldLeader,
    NothingToDecide,
    NotYourVisits,
    RegionNameTaken,
    RegionUnchanged,
    ReportedAlready,
    ReportInvalid,
    VisitNotFound,
    VisitTimePassed,
)
from callcenter.field.service import FieldServices
from callcenter.field.settings import FieldSettings
from callcenter.field.types import (
    Appointment,
    HandOverCard,
    HandOverState,
    RegionCard,
    RegionFields,
    RoutingReason,
    VisitCard,
    VisitReport,
    VisitResult,
)
from callcenter.kit.actor import SYSTEM, Actor
from callcenter.kit.bus import Bus
from callcenter.kit.clock import FrozenClock, at_business_time, business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads.types import BlockReason, LeadsBlocked
from callcenter.people.leaves import LeaveService
from callcenter.people.rules import scope_of
from callcenter.people.service import PeopleService
from callcenter.people.types import LeaveKind, Role
from callcenter.quality.types import ReviewDecided, ReviewVerdict
from tests.rooms.field.parts import joined_field
from tests.support.cast import Cast
from tests.support.events import listen
from tests.support.joining import joined
from tests.support.leads import campaign_service
from tests.support.rows import Lead, Staff

pytestmark = pytest.mark.db
TUESDAY = date(2026, 11, 24)


@dataclass
class FieldForce:
    """Two regions: the east has two field agents and a leader, the west one agent."""

    works: Works
    clock: FrozenClock
    cast: Cast
    people: PeopleService
    field: FieldServices
    east: RegionCard
    west: RegionCard
    anna: Actor
    ben: Actor
    wei: Actor
    leader: Actor
    dispatcher: Actor

    async def passed(
        self,
        district: str = "Pudong",
        verdict: ReviewVerdict = ReviewVerdict.PASS,
        *,
        at: datetime | None = None,
        address: str = "",
    ) -> HandOverCard | None:
        """Plays a success whose customer asks for a visit on Tuesday at two, and its review; returns the hand-over."""
        return await self.review(await self.success(district, at=at, address=address), verdict)

    async def success(self, district: str = "Pudong", *, at: datetime | None = None, address: str = "") -> CallCard:
        async with self.works.begin() as work:
            agent, lead = await self.cast.staff(work), await self.cast.lead(work, district=district)
            call_id = await self.cast.call(work, agent, lead)
            details = DispositionDetails(
                note="ring twice", visit_at=at or at_business_time(TUESDAY, 14), visit_address=address
            )
            await self.cast.dispose(work, call_id, Disposition.SUCCESS, details)
            return await self.cast.calls.card(work, call_id)

    async def review(self, call: CallCard, verdict: ReviewVerdict = ReviewVerdict.PASS) -> HandOverCard | None:
        async with self.works.begin() as work:
            await work.announce(
                ReviewDecided(
                    review_id=1,
                    call_id=call.id,
                    lead_id=call.lead_id,
                    campaign_id=call.campaign_id,
                    agent_id=call.agent_id,
                    verdict=verdict,
                    at=work.now,
                )
            )
            cards = [card for card in await self.field.hand_overs.hand_overs(work) if card.call_id == call.id]
            return cards[0] if cards else None

    async def list_of(self, actor: Actor, on: date = TUESDAY) -> list[VisitCard]:
        async with self.works.begin(actor) as work:
            return await self.field.visits.visits(work, actor.id, on)

    async def report(
        self, actor: Actor, visit_id: int, result: VisitResult, next_at: datetime | None = None
    ) -> HandOverCard:
        async with self.works.begin(actor) as work:
            return await self.field.visits.report(
                work, visit_id, VisitReport(result=result, note="王小明 was not at home", next_at=next_at)
            )


@pytest.fixture
async def force(works: Works, clock: FrozenClock, bus: Bus, vault: Vault) -> FieldForce:
    services = joined_field(vault, clock, campaign_service(), FieldSettings(visits_a_day=2))
    field, people, cast = services.get(FieldServices), services.get(PeopleService), Cast(services.get(CallService))
    handlers.subscribe(bus, field.hand_overs, field.regions, field.questions)

    async def person(work: Work, role: Role, name: str, region_id: int | None = None) -> Actor:
        staff_id = await cast.staff(work, role, name=name, region_id=region_id)
        return Actor(staff_id, name, role.value, scope=scope_of(role, "main", region_id))

    async with works.begin() as work:
        east = await field.regions.create(work, "East", ["Pudong", "Yangpu"])
        west = await field.regions.create(work, "West", ["Putuo"])
        return FieldForce(
            works,
            clock,
            cast,
            people,
            field,
            east,
            west,
            anna=await person(work, Role.FIELD_AGENT, "Anna", east.id),
            ben=await person(work, Role.FIELD_AGENT, "Ben", east.id),
            wei=await person(work, Role.FIELD_AGENT, "Wei", west.id),
            leader=await person(work, Role.FIELD_LEADER, "Lea", east.id),
            dispatcher=await person(work, Role.DISPATCHER, "Dis"),
        )


async def test_a_passed_success_is_on_the_list_of_a_field_agent_of_its_region(force: FieldForce) -> None:
    card = await force.passed(address="2 Agreed Street")
    assert card
    assert (card.state, card.region_id, card.field_agent_id) == (HandOverState.ASSIGNED, force.east.id, force.anna.id)
    assert card.due_at == at_business_time(TUESDAY, 9, 30)
    (visit,) = await force.list_of(force.anna)
    assert (visit.position, visit.number, visit.visit_at) == (1, 1, at_business_time(TUESDAY, 14))
    assert (visit.customer.name, visit.customer.address, visit.call_note) == ("张三", "2 Agreed Street", "ring twice")
    assert visit.customer.phone.startswith("1995")
    assert await force.list_of(force.ben) == []
    assert await force.list_of(force.anna, TUESDAY - timedelta(days=1)) == []


@pytest.mark.parametrize("verdict", [ReviewVerdict.FAIL, ReviewVerdict.RETURN])
async def test_a_success_that_does_not_pass_is_not_handed_over(force: FieldForce, verdict: ReviewVerdict) -> None:
    assert await force.passed(verdict=verdict) is None


async def test_visits_are_shared_and_one_beyond_a_full_day_waits_for_the_leader(force: FieldForce) -> None:
    """Two agents with two visits each: the fifth hand-over gets no agent and does not go to the west."""
    cards = [await force.passed() for _ in range(5)]
    agents = [card.field_agent_id for card in cards if card]
    assert agents == [force.anna.id, force.ben.id, force.anna.id, force.ben.id, None]
    assert cards[-1]
    assert (cards[-1].state, cards[-1].region_id) == (HandOverState.OPEN, force.east.id)
    other_day = await force.passed(at=at_business_time(TUESDAY + timedelta(days=1), 9))
    assert other_day
    assert other_day.state is HandOverState.ASSIGNED


async def test_no_field_agent_gets_more_than_a_days_visits_when_many_pass_at_once(force: FieldForce) -> None:
    calls = [await force.success("Putuo") for _ in range(4)]
    await asyncio.gather(*(force.review(call) for call in calls))
    async with force.works.begin() as work:
        states = sorted(card.state.value for card in await force.field.hand_overs.hand_overs(work))
    assert states == ["assigned", "assigned", "open", "open"]


async def test_an_unknown_district_goes_to_the_dispatcher(force: FieldForce) -> None:
    card = await force.passed(district="Atlantis")
    assert card
    assert (card.state, card.region_id, card.field_agent_id) == (HandOverState.UNKNOWN_REGION, None, None)
    with pytest.raises(HandOverNotFound):  # no leader's region has it
        async with force.works.begin(force.leader) as work:
            await force.field.hand_overs.assign(work, card.id, region_id=force.east.id)
    async with force.works.begin(force.dispatcher) as work:
        card = await force.field.hand_overs.assign(
            work, card.id, region_id=force.west.id, reason="the customer said so"
        )
        assert (card.state, card.field_agent_id) == (HandOverState.ASSIGNED, force.wei.id)
        assert (card.assigned_by, card.reason) == (force.dispatcher.id, "the customer said so")
    assert len(await force.list_of(force.wei)) == 1


async def test_a_leader_moves_a_visit_inside_the_region_and_only_there(force: FieldForce) -> None:
    card = await force.passed()
    assert card
    async with force.works.begin(force.leader) as work:
        await force.field.hand_overs.assign(work, card.id, field_agent_id=force.ben.id)
        with pytest.raises(CrossRegion):
            await force.field.hand_overs.assign(work, card.id, field_agent_id=force.wei.id, reason="Ben is ill")
        with pytest.raises(NotAFieldAgent):
            await force.field.hand_overs.assign(work, card.id, field_agent_id=force.leader.id)
        with pytest.raises(AssignNeedsTarget):
            await force.field.hand_overs.assign(work, card.id)
    assert await force.list_of(force.anna) == []
    assert len(await force.list_of(force.ben)) == 1
    async with force.works.begin(force.dispatcher) as work:
        with pytest.raises(CrossRegion):
            await force.field.hand_overs.assign(work, card.id, field_agent_id=force.wei.id)
        moved = await force.field.hand_overs.assign(
            work, card.id, field_agent_id=force.wei.id, reason="the customer moved"
        )
        assert moved.region_id == force.west.id
    assert len(await force.list_of(force.wei)) == 1


async def test_a_hand_over_that_is_not_assigned_in_time_is_overdue(force: FieldForce) -> None:
    card = await force.passed(district="Atlantis")
    assigned = await force.passed()
    assert card
    assert assigned
    async with force.works.begin() as work:
        assert await force.field.hand_overs.overdue(work) == []
    force.clock.set(at_business_time(TUESDAY, 9, 30))
    async with force.works.begin() as work:
        assert [overdue.id for overdue in await force.field.hand_overs.overdue(work)] == [card.id]


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


async def test_the_visits_of_a_field_agent_who_leaves_go_to_the_others(force: FieldForce) -> None:
    await force.passed()
    await force.passed(district="Putuo")
    async with force.works.begin() as work:
        await force.people.leave(work, force.anna.id, "has left")
        await force.people.leave(work, force.wei.id, "has left")
        east, west = await force.field.hand_overs.hand_overs(work)
        assert (east.state, east.field_agent_id) == (HandOverState.ASSIGNED, force.ben.id)
        assert (west.state, west.field_agent_id) == (HandOverState.OPEN, None)
    assert len(await force.list_of(force.ben)) == 1
    assert await force.list_of(force.wei) == []


async def on_leave(force: FieldForce, actor: Actor, first: date, last: date) -> None:
    async with force.works.begin() as work:
        await LeaveService().enter(work, actor.id, first, last, LeaveKind.ANNUAL)


async def test_a_visit_is_not_routed_to_who_is_on_leave_on_that_day(force: FieldForce) -> None:
    await on_leave(force, force.anna, TUESDAY, TUESDAY)
    first = await force.passed()
    later = await force.passed(at=at_business_time(TUESDAY + timedelta(days=1), 14))
    assert first is not None
    assert later is not None
    assert (first.field_agent_id, later.field_agent_id) == (force.ben.id, force.anna.id)


async def test_with_the_whole_team_away_the_leader_decides(force: FieldForce) -> None:
    for actor in (force.anna, force.ben):
        await on_leave(force, actor, TUESDAY, TUESDAY)
    hand_over = await force.passed()
    assert hand_over is not None
    assert (hand_over.state, hand_over.field_agent_id) == (HandOverState.OPEN, None)


async def test_planned_visits_of_who_goes_on_leave_go_to_the_others(force: FieldForce) -> None:
    first = await force.passed()
    kept = await force.passed(at=at_business_time(TUESDAY + timedelta(days=1), 9))
    assert first is not None
    assert kept is not None
    assert (first.field_agent_id, kept.field_agent_id) == (force.anna.id, force.anna.id)
    await on_leave(force, force.anna, TUESDAY, TUESDAY)
    async with force.works.begin() as work:
        moved, stays = await force.field.hand_overs.hand_overs(work)
    assert (moved.field_agent_id, stays.field_agent_id) == (force.ben.id, force.anna.id)
    assert moved.reason == RoutingReason.AGENT_AWAY


async def test_the_sweep_finds_visits_of_who_lost_the_licence(force: FieldForce) -> None:
    await force.passed()
    async with force.works.begin() as work:
        anna = await work.session.get_one(Staff, force.anna.id)
        anna.licence_valid_until = TUESDAY - timedelta(days=1)
    for moved in (1, 0):
        async with force.works.begin() as work:
            assert await force.field.hand_overs.reroute_absent(work) == moved
    assert len(await force.list_of(force.ben)) == 1


async def test_a_region_whose_leader_leaves_the_bank_has_none_until_another_is_named(force: FieldForce) -> None:
    async with force.works.begin() as work:
        east = next(region for region in await force.field.regions.regions(work) if region.name == "East")
        await force.field.regions.set_leader(work, east.id, force.leader.id)
        await force.people.leave(work, force.leader.id, "has left")
        assert (await force.field.regions.find(work, east.id)).leader_id is None


async def test_a_district_belongs_to_one_region(force: FieldForce) -> None:
    async with force.works.begin() as work:
        with pytest.raises(DistrictTaken):
            await force.field.regions.create(work, "North", ["putuo "])


async def test_a_region_is_changed_with_a_reason(force: FieldForce) -> None:
    heard = listen(force.works, Noted)
    async with force.works.begin() as work:
        east = next(region for region in await force.field.regions.regions(work) if region.name == "East")
        wanted = RegionFields("East side", ["Pudong", " Minhang ", "minhang"], force.leader.id)
        changed = await force.field.regions.change(work, east.id, wanted, "Yangpu goes to the west")
    assert (changed.name, changed.districts, changed.leader_id) == ("East side", ("Pudong", "minhang"), force.leader.id)
    assert heard == [
        Noted(
            "field.region_changed",
            f"region:{east.id}",
            {
                "name": "East side",
                "added": ["minhang"],
                "removed": ["Yangpu"],
                "leader": force.leader.id,
                "reason": "Yangpu goes to the west",
            },
        )
    ]


async def test_what_a_change_of_a_region_is_refused_for(force: FieldForce) -> None:
    async with force.works.begin() as work:
        east = next(region for region in await force.field.regions.regions(work) if region.name == "East")
    for wanted, reason, refusal in (
        (RegionFields("East", east.districts, east.leader_id), "why", RegionUnchanged),
        (RegionFields("East", ["Pudong"], None), " ", ReasonMissing),
        (RegionFields("East", ["Putuo"], None), "why", DistrictTaken),
        (RegionFields("West", ["Pudong"], None), "why", RegionNameTaken),
        (RegionFields("East", ["Pudong"], force.anna.id), "why", NotAFieldLeader),
    ):
        with pytest.raises(refusal):
            async with force.works.begin() as work:
                await force.field.regions.change(work, east.id, wanted, reason)


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


async def assign(force: FieldForce, card: HandOverCard, appointment: Appointment | None = None) -> HandOverCard:
    async with force.works.begin(force.leader) as work:
        return await force.field.hand_overs.assign(work, card.id, field_agent_id=force.anna.id, appointment=appointment)


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


async def block(force: FieldForce, lead_id: int, why: BlockReason = BlockReason.BASIS_WITHDRAWN) -> None:
    async with force.works.begin() as work:
        await work.announce(LeadsBlocked((lead_id,), why))


async def decide(force: FieldForce, actor: Actor, hand_over_id: int, *, visit: bool) -> HandOverCard:
    async with force.works.begin(actor) as work:
        return await force.field.questions.decide(work, hand_over_id, visit=visit, reason="asked the customer")


async def questioned(force: FieldForce, actor: Actor = SYSTEM) -> list[int]:
    async with force.works.begin(actor) as work:
        return [card.id for card in await force.field.hand_overs.questioned(work)]


async def test_a_withdrawal_raises_the_planned_visit_and_a_person_decides(force: FieldForce) -> None:
    kept, dropped = await force.passed(), await force.passed(at=at_business_time(TUESDAY, 16))
    assert kept
    assert dropped
    for card in (kept, dropped):
        await block(force, card.lead_id)
        await block(force, card.lead_id, BlockReason.DO_NOT_CALL)
    assert await questioned(force) == [kept.id, dropped.id]
    western = replace(force.leader, scope=scope_of(Role.FIELD_LEADER, "main", force.west.id))
    assert await questioned(force, western) == []
    with pytest.raises(HandOverNotFound):
        await decide(force, western, kept.id, visit=True)
    stays = await decide(force, force.leader, kept.id, visit=True)
    assert (stays.state, stays.question) == (HandOverState.ASSIGNED, None)
    off = await decide(force, force.dispatcher, dropped.id, visit=False)
    assert off.state is HandOverState.DONE
    with pytest.raises(NothingToDecide):
        await decide(force, force.dispatcher, dropped.id, visit=True)
    visits = [visit.hand_over_id for actor in (force.anna, force.ben) for visit in await force.list_of(actor)]
    assert visits == [kept.id]
    await block(force, dropped.lead_id)
    assert await questioned(force) == [], "what is done waits for nobody"


async def test_a_success_whose_customer_withdrew_before_the_review_is_raised_at_once(
    force: FieldForce, vault: Vault
) -> None:
    call = await force.success()
    consent = joined(vault, campaign_service()).get(ConsentService)
    async with force.works.begin() as work:
        await consent.withdraw_basis(work, call.lead_id, "by letter")
    card = await force.review(call)
    assert card
    assert card.question is BlockReason.BASIS_WITHDRAWN
