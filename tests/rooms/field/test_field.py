"""A success passes quality and is on the list of the right field agent."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from callcenter.consent.service import ConsentService
from callcenter.field.errors import (
    AssignNeedsTarget,
    CrossRegion,
    DistrictTaken,
    HandOverNotFound,
    NotAFieldAgent,
    NotAFieldLeader,
    NothingToDecide,
    RegionNameTaken,
    RegionUnchanged,
)
from callcenter.field.types import (
    HandOverCard,
    HandOverState,
    RegionFields,
    RoutingReason,
)
from callcenter.kit.actor import SYSTEM, Actor
from callcenter.kit.clock import at_business_time
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.trail import Noted
from callcenter.leads.types import BlockReason, LeadsBlocked
from callcenter.people.leaves import LeaveService
from callcenter.people.rules import scope_of
from callcenter.people.types import LeaveKind, Role
from callcenter.quality.types import ReviewVerdict
from tests.rooms.field.force import TUESDAY, FieldForce
from tests.support.events import listen
from tests.support.joining import joined
from tests.support.leads import campaign_service
from tests.support.rows import Staff

pytestmark = pytest.mark.db


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
