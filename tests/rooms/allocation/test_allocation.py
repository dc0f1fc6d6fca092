"""The evening run and the agent's day, on a real database."""

import asyncio
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from callcenter.allocation.errors import AssignmentNotFound, DayNotWorked, DayPast, WrongAssignmentState
from callcenter.allocation.scheduled import allocate_next_working_day
from callcenter.allocation.types import AssignmentEnd, AssignmentState, End, Progress, StockRunsLow
from callcenter.campaigns.types import CampaignState
from callcenter.dnc.types import DncReason
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.leads.types import LeadState
from callcenter.people.types import StaffLeft
from tests.rooms.allocation.office import MONDAY, TUESDAY, WEDNESDAY, System
from tests.support.rows import Assignment, Lead, make_assignment, make_campaign
from tests.support.statements import counted


async def test_every_agent_gets_the_quota_and_the_leads_leave_the_stock(system: System) -> None:
    await system.stock(100)
    report = await system.allocate()
    assert (report.agents, report.assigned, report.shortage, report.stock_left) == (3, 12, 0, 88)
    assert report.forecast_days == 7.33
    assert set((await system.held()).values()) == {4}
    assert await system.lead_states() == {LeadState.STOCK: 88, LeadState.ASSIGNED: 12}
    assert system.announced == []


async def test_a_second_run_for_the_same_day_changes_nothing(system: System) -> None:
    await system.stock(100)
    first = await system.allocate()
    second = await system.allocate(seed=99)
    assert second.already_run
    assert second.run_id == first.run_id
    assert (await system.held()) == dict.fromkeys(system.agents, 4)


async def test_runs_at_the_same_time_make_one_allocation(system: System) -> None:
    await system.stock(100)
    reports = await asyncio.gather(*(system.allocate(day) for day in (TUESDAY, WEDNESDAY, TUESDAY, WEDNESDAY)))
    assert sorted(report.already_run for report in reports) == [False, False, True, True]
    assert (await system.held()) == dict.fromkeys(system.agents, 4), "no agent above the quota, whatever the order"


async def test_a_lead_that_is_in_the_stock_and_held_does_not_stop_the_run(system: System) -> None:
    """Seen before: one row that said both made every run of its campaign fail, evening for evening."""
    [wrong, *_] = await system.stock(12)
    async with system.works.begin() as work:
        await make_assignment(work, lead_id=wrong, agent_id=system.agents[0])
        (await work.session.get_one(Lead, wrong)).state = LeadState.STOCK
    report = await system.allocate()
    assert (report.assigned, report.carried) == (10, 1), "its place stays free until the next run"
    assert [row.lead_id for row in await system.assignments()].count(wrong) == 1


async def test_a_run_that_fails_leaves_nothing_half_done(system: System) -> None:
    await system.stock(100)

    async def crash() -> None:
        async with system.works.begin() as work:
            await system.runs.allocate(work, system.campaign_id, TUESDAY)
            raise RuntimeError("crash before the commit")

    with pytest.raises(RuntimeError, match="crash"):
        await crash()
    assert await system.held() == {}
    assert (await system.allocate()).already_run is False


async def test_too_few_leads_are_shared_evenly_and_the_officer_is_warned(system: System) -> None:
    await system.stock(7)
    report = await system.allocate()
    assert (report.assigned, report.shortage, report.stock_left, report.forecast_days) == (7, 5, 0, 0.0)
    assert sorted((await system.held()).values()) == [2, 2, 3]
    assert system.announced == [StockRunsLow(system.campaign_id, 0.0, 0)]


async def test_open_assignments_carry_over_come_first_and_count_within_the_quota(
    system: System, clock: FrozenClock
) -> None:
    await system.stock(100)
    await system.allocate()
    agent = system.agents[0]
    clock.set(at_business_time(TUESDAY, 10, 30))
    async with system.works.begin() as work:
        done = await system.allocation.claim_next(work, agent, TUESDAY)
        assert done is not None
        await system.allocation.finish(work, done.id, End(AssignmentEnd.DISPOSITION, "refused"))
    report = await system.allocate(WEDNESDAY)
    assert (report.carried, report.assigned) == (11, 1)
    assert (await system.held()) == dict.fromkeys(system.agents, 4)
    async with system.works.begin() as work:
        query = select(Assignment).where(
            col(Assignment.agent_id) == agent, col(Assignment.state) == AssignmentState.OPEN
        )
        runs = {assignment.position: assignment.run_id for assignment in await work.session.scalars(query)}
    assert sorted(runs) == [1, 2, 3, 4]
    assert runs[4] == report.run_id


async def test_an_agent_goes_on_with_the_days_list_after_the_evening_run(system: System, clock: FrozenClock) -> None:
    """The run of 20:00 is for tomorrow: today's leads stay with the agent, and tomorrow's are not called today."""
    await system.stock(100)
    await system.allocate()
    agent = system.agents[0]
    clock.set(at_business_time(TUESDAY, 20, 5))
    async with system.works.begin() as work:
        first = await system.allocation.claim_next(work, agent, TUESDAY)
        assert first is not None
        await system.allocation.finish(work, first.id, End(AssignmentEnd.DISPOSITION, "refused"))
    await system.allocate(WEDNESDAY)
    claimed = 0
    async with system.works.begin() as work:
        while assignment := await system.allocation.claim_next(work, agent, TUESDAY):
            claimed += 1
            await system.allocation.finish(work, assignment.id, End(AssignmentEnd.DISPOSITION, "refused"))
        assert claimed == 3
        assert await system.allocation.progress(work, agent, TUESDAY) == Progress(quota=4, assigned=4, done=4)


async def test_open_leads_of_agents_who_are_off_are_returned_with_their_history(
    system: System, clock: FrozenClock
) -> None:
    await system.stock(6)
    await system.allocate()
    agent = system.agents[0]
    clock.set(at_business_time(TUESDAY, 10, 30))
    due = at_business_time(WEDNESDAY, 15)
    async with system.works.begin() as work:
        tried = await system.allocation.claim_next(work, agent, TUESDAY)
        assert tried is not None
        await system.allocation.retry(work, tried.id, due, "asked for the afternoon")
    system.board.off.add((agent, WEDNESDAY))
    report = await system.allocate(WEDNESDAY)
    assert (report.returned, report.assigned, report.agents) == (2, 2, 2)
    assert agent not in await system.held()
    async with system.works.begin() as work:
        query = select(Assignment).where(col(Assignment.lead_id) == tried.lead_id).order_by(col(Assignment.id).desc())
        again = (await work.session.scalars(query)).first()
    assert again is not None
    assert again.agent_id != agent
    assert (again.attempts, again.last_note, again.due_at) == (1, "asked for the afternoon", due)


async def test_the_quota_counts_assignments_of_other_campaigns(system: System) -> None:
    """The run of the first campaign came before the second one: each has its part all the same."""
    await system.stock(100)
    await system.allocate()
    other = await system.open_campaign(quota=6, stock=50, first=100)
    async with system.works.begin() as work:
        report = await system.runs.allocate(work, other, TUESDAY)
    assert (report.assigned, report.returned, report.shortage) == (9, 3, 0), "3 of 6 for each, one too many returned"
    assert (await system.held()) == dict.fromkeys(system.agents, 6)
    async with system.works.begin() as work:
        assert await system.allocation.excesses(work) == []


async def test_a_run_that_comes_late_counts_what_was_done_that_day(system: System, clock: FrozenClock) -> None:
    """Otherwise an agent would get more than the quota in one day."""
    await system.stock(100)
    await system.allocate()
    agent = system.agents[0]
    clock.set(at_business_time(WEDNESDAY, 11))
    async with system.works.begin() as work:
        for _ in range(3):
            assignment = await system.allocation.claim_next(work, agent, WEDNESDAY)
            assert assignment is not None
            await system.allocation.finish(work, assignment.id, End(AssignmentEnd.DISPOSITION, "refused"))
    report = await system.allocate(WEDNESDAY)
    assert (report.carried, report.assigned, report.shortage) == (9, 0, 0)
    async with system.works.begin() as work:
        assert await system.allocation.progress(work, agent, WEDNESDAY) == Progress(quota=4, assigned=4, done=3)


async def test_an_agent_above_the_quota_is_named(system: System) -> None:
    await system.stock(12)
    await system.allocate()
    async with system.works.begin() as work:
        await work.session.execute(update(Assignment).values(agent_id=system.agents[0]))
        excesses = await system.allocation.excesses(work)
    assert [(excess.agent_id, excess.held, excess.quota) for excess in excesses] == [(system.agents[0], 12, 4)]


async def test_days_that_are_past_or_not_worked_are_refused(system: System) -> None:
    with pytest.raises(DayNotWorked):
        await system.allocate(date(2026, 11, 28))
    with pytest.raises(DayPast):
        await system.allocate(date(2026, 11, 20))


async def test_customers_on_the_do_not_call_list_or_without_basis_are_not_allocated(system: System) -> None:
    ids = await system.stock(12)
    async with system.works.begin() as work:
        await system.dnc.enter_dnc(work, ids[0], DncReason.CUSTOMER_REQUEST)
        await system.consent.withdraw_basis(work, ids[1], "by letter")
    report = await system.allocate()
    assert (report.assigned, report.shortage, report.stock_left) == (10, 2, 0)


async def test_the_leads_imported_first_are_allocated_first(system: System, clock: FrozenClock) -> None:
    old = await system.stock(6)
    clock.advance(timedelta(minutes=1))
    await system.stock(50, first=1000)
    await system.allocate()
    async with system.works.begin() as work:
        allocated = set((await work.session.scalars(select(col(Assignment.lead_id)))).all())
    assert set(old) < allocated


# --- the day ---------------------------------------------------------------------------------------------------


async def test_an_agent_gets_one_customer_at_a_time_in_the_order_of_the_list(day: System) -> None:
    agent = day.agents[0]
    positions = []
    async with day.works.begin() as work:
        while shown := await day.allocation.claim_next(work, agent, TUESDAY):
            assert await day.allocation.claim_next(work, agent, TUESDAY) == shown, "the same until it is disposed"
            assert "allocated in proportion among 3 agents" in shown.reason
            positions.append(shown.position)
            await day.allocation.finish(work, shown.id, End(AssignmentEnd.DISPOSITION, "success"), "Friday at ten")
            assert (await day.allocation.card(work, shown.id)).result == "success"
    assert positions == [1, 2, 3, 4]
    assert (await day.lead_states())[LeadState.CLOSED] == 4


async def test_two_claims_of_one_agent_give_the_same_customer(day: System) -> None:
    async def claim(agent: int) -> int | None:
        async with day.works.begin() as work:
            claimed = await day.allocation.claim_next(work, agent, TUESDAY)
            return None if claimed is None else claimed.id

    claims = await asyncio.gather(*(claim(agent) for agent in day.agents * 4))
    given = set(claims) - {None}
    assert len(given) == 3, "one each, and none twice; a claim that meets another of its agent gets none"
    assert {await claim(agent) for agent in day.agents} == given, "the next claim finds what the other has got"


async def test_a_claim_of_a_lead_is_one_statement(day: System) -> None:
    """From the list or from the screen, with something to call or without."""
    agent = day.agents[0]
    async with day.works.begin() as work:
        for _ in range(2):
            with counted(day.works.database) as sent:
                claimed = await day.allocation.claim_next(work, agent, TUESDAY)
            assert sent.count == 1, sent.texts
        assert claimed is not None
        with counted(day.works.database) as sent:
            assert await day.allocation.claim_next(work, agent, TUESDAY, without={claimed.campaign_id}) == claimed
            assert await day.allocation.claim_next(work, day.agents[1], MONDAY) is None
        assert sent.count == 2, sent.texts


async def test_no_lead_is_assigned_before_its_day(day: System) -> None:
    async with day.works.begin() as work:
        assert await day.allocation.claim_next(work, day.agents[0], MONDAY) is None


async def test_a_released_customer_is_next_again_and_a_retried_one_when_due(day: System, clock: FrozenClock) -> None:
    agent = day.agents[0]
    async with day.works.begin() as work:
        first = await day.allocation.claim_next(work, agent, TUESDAY)
        assert first is not None
        await day.allocation.release(work, first.id)
        again = await day.allocation.claim_next(work, agent, TUESDAY)
        assert again is not None
        assert (again.id, again.attempts) == (first.id, 0)
        due = work.now + timedelta(hours=1)
        await day.allocation.retry(work, again.id, due, "busy")
        following = await day.allocation.claim_next(work, agent, TUESDAY)
        assert following is not None
        assert following.position == 2
        await day.allocation.finish(work, following.id, End(AssignmentEnd.DISPOSITION, "refused"))
    clock.advance(timedelta(hours=1))
    async with day.works.begin() as work:
        third = await day.allocation.claim_next(work, agent, TUESDAY)
        assert third is not None
        assert (third.id, third.attempts, third.last_note) == (first.id, 1, "busy")


async def test_a_deferred_customer_is_not_counted_as_tried(day: System, clock: FrozenClock) -> None:
    async with day.works.begin() as work:
        first = await day.allocation.claim_next(work, day.agents[0], TUESDAY)
        assert first is not None
        await day.allocation.defer(work, first.id, work.now + timedelta(minutes=5), "line out of order")
        following = await day.allocation.claim_next(work, day.agents[0], TUESDAY)
        assert following is not None
        assert following.id != first.id
        card = await day.allocation.card(work, first.id)
    assert (card.state, card.attempts, card.last_note) == (AssignmentState.OPEN, 0, "line out of order")


async def test_when_no_customer_is_due_the_next_due_time_is_known(day: System) -> None:
    agent = day.agents[0]
    dues: list[datetime] = []
    async with day.works.begin() as work:
        while shown := await day.allocation.claim_next(work, agent, TUESDAY):
            dues.append(work.now + timedelta(hours=4 - len(dues)))
            await day.allocation.retry(work, shown.id, dues[-1])
        assert len(dues) == 4
        assert await day.allocation.next_due_at(work, agent, TUESDAY) == min(dues)
        assert await day.allocation.next_due_at(work, agent, MONDAY) is None
        assert await day.allocation.progress(work, agent, TUESDAY) == Progress(quota=4, assigned=4, done=0)


async def test_an_act_in_the_wrong_state_is_refused_and_finishing_the_same_way_twice_is_not(day: System) -> None:
    async with day.works.begin() as work:
        shown = await day.allocation.claim_next(work, day.agents[0], TUESDAY)
        assert shown is not None
        await day.allocation.finish(work, shown.id, End(AssignmentEnd.DISPOSITION, "success"))
        await day.allocation.finish(work, shown.id, End(AssignmentEnd.DISPOSITION, "success"))
        for act in (
            day.allocation.release(work, shown.id),
            day.allocation.retry(work, shown.id, work.now),
            day.allocation.finish(work, shown.id, End(AssignmentEnd.DISPOSITION, "refused")),
        ):
            with pytest.raises(WrongAssignmentState) as refusal:
                await act
            assert refusal.value.params == {"state": "done"}
        with pytest.raises(AssignmentNotFound):
            await day.allocation.release(work, 4711)


async def test_the_leads_of_an_agent_who_leaves_return_to_the_stock(day: System) -> None:
    async with day.works.begin() as work:
        await day.allocation.claim_next(work, day.agents[0], TUESDAY)
    async with day.works.begin() as work:
        await work.announce(StaffLeft(day.agents[0]))
    assert (await day.held())[day.agents[0]] == 1, "the customer on the screen stays until the disposition"
    assert (await day.lead_states())[LeadState.STOCK] == 91


async def test_a_withdrawal_takes_the_customer_off_the_list_at_once(day: System) -> None:
    agent = day.agents[0]
    async with day.works.begin() as work:
        query = select(Assignment).where(col(Assignment.agent_id) == agent).order_by(col(Assignment.position))
        first, second, *_ = (await work.session.scalars(query)).all()
        await day.consent.withdraw_basis(work, first.lead_id, "by letter")
        await day.dnc.enter_dnc(work, second.lead_id, DncReason.CUSTOMER_REQUEST)
    async with day.works.begin() as work:
        shown = await day.allocation.claim_next(work, agent, TUESDAY)
        assert shown is not None
        assert shown.position == 3
        assert (await day.allocation.card(work, first.id)).result == "basis_withdrawn"
        assert (await day.allocation.card(work, second.id)).result == "do_not_call"


# --- scheduled tasks ------------------------------------------------------------------------------------------------


async def test_the_run_of_friday_serves_monday_and_skips_campaigns_that_are_not_running(
    system: System, clock: FrozenClock
) -> None:
    await system.stock(100)
    async with system.works.begin() as work:
        idle = await make_campaign(work, state=CampaignState.PREPARING)
    clock.set(at_business_time(date(2026, 11, 27), 20))
    reports = await allocate_next_working_day(system.works, system.campaigns, system.runs)
    assert [(report.campaign_id, report.on) for report in reports] == [(system.campaign_id, date(2026, 11, 30))]
    assert idle.id != system.campaign_id
    clock.set(at_business_time(date(2026, 11, 28), 20))
    assert [
        report.already_run for report in await allocate_next_working_day(system.works, system.campaigns, system.runs)
    ] == [True]


async def test_a_late_run_serves_the_day_after_its_own_evening_unless_that_is_past(
    system: System, clock: FrozenClock
) -> None:
    await system.stock(100)
    clock.set(at_business_time(TUESDAY, 0, 30))
    reports = await allocate_next_working_day(system.works, system.campaigns, system.runs, MONDAY)
    assert [report.on for report in reports] == [TUESDAY]
    clock.set(at_business_time(WEDNESDAY, 0, 30))
    assert await allocate_next_working_day(system.works, system.campaigns, system.runs, MONDAY) == []
