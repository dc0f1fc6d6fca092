"""What happens after the run: quotas are changed, agents fall ill or leave, and the use of the day is shown."""

from collections import Counter

import pytest

from callcenter.allocation.errors import QuotaDayPast, QuotaNotFound
from callcenter.allocation.types import (
    END_NOTE,
    AssignmentCard,
    AssignmentEnd,
    AssignmentState,
    End,
    Progress,
    QuotaCard,
    QuotaDraft,
    ReturnedLeads,
)
from callcenter.dnc.types import DncReason
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.reasons import ReasonMissing
from callcenter.kit.trail import Noted
from callcenter.leads.types import LeadState
from callcenter.people.errors import StaffNotFound
from callcenter.people.leaves import LeaveService
from callcenter.people.service import PeopleService
from callcenter.people.settings import PeopleSettings
from callcenter.people.types import LeaveKind, StaffLeft
from tests.rooms.allocation.office import MONDAY, TUESDAY, WEDNESDAY, System
from tests.support.events import listen
from tests.support.rows import Staff, make_member, make_roster

PEOPLE = PeopleService(PeopleSettings())


async def claim(system: System, agent: int) -> AssignmentCard:
    async with system.works.begin() as work:
        claimed = await system.allocation.claim_next(work, agent, TUESDAY)
        assert claimed is not None
        return claimed


async def finish(system: System, agent: int, count: int) -> None:
    for _ in range(count):
        claimed = await claim(system, agent)
        async with system.works.begin() as work:
            await system.allocation.finish(work, claimed.id, End(AssignmentEnd.DISPOSITION, "refused"))


async def return_leads(system: System, agent: int, *, reassign: bool) -> ReturnedLeads:
    async with system.works.begin(system.officer) as work:
        return await system.returns.return_leads(work, agent, "sick", reassign=reassign)


async def set_quota(system: System, quota: int, staff_id: int | None = None) -> QuotaCard:
    async with system.works.begin(system.officer) as work:
        return await system.quotas.set(
            work,
            QuotaDraft(
                campaign_id=system.campaign_id, staff_id=staff_id, quota=quota, from_on=TUESDAY, reason="agreed"
            ),
        )


# --- returning leads--------------------------------------------------------------------------------------------------


async def test_the_leads_of_a_sick_agent_go_to_agents_below_their_quota(system: System, clock: FrozenClock) -> None:
    """One of them works half the day."""
    ill, half, other = system.agents
    await system.stock(8)
    system.board.parts[half, TUESDAY] = 50
    await system.allocate()
    clock.set(at_business_time(TUESDAY, 10, 30))
    before = await system.held()
    room = (2 - before[half]) + (4 - before[other])
    done = await return_leads(system, ill, reassign=True)
    assert (done.returned, done.allocated) == (before[ill], min(room, before[ill]))
    assert 0 < done.allocated == done.returned - done.left
    held = await system.held()
    assert ill not in held
    assert held[half] <= 2
    assert held[other] <= 4
    assert (await system.lead_states())[LeadState.STOCK] == done.left
    reassigned = [moved for moved in await system.assignments() if moved.reason == "reassigned"]
    assert {moved.reason_facts["why"] for moved in reassigned} == {"returned_leads"}, "what somebody wrote stays sealed"
    assert all(moved.work_on == TUESDAY for moved in reassigned)


async def test_finished_calls_count_when_leads_are_reassigned_in_the_day(day: System) -> None:
    ill, busy, other = day.agents
    await finish(day, busy, 3)
    assert await return_leads(day, ill, reassign=True) == ReturnedLeads(returned=4, allocated=0, left=4)
    assert await day.held() == {busy: 1, other: 4}


async def test_a_reassigned_lead_keeps_due_time_attempts_and_note(system: System, clock: FrozenClock) -> None:
    ill, other, off = system.agents
    system.board.off.add((off, TUESDAY))
    await system.stock(3)
    await system.allocate()
    clock.set(at_business_time(TUESDAY, 10, 30))
    await set_quota(system, 9)
    due = at_business_time(TUESDAY, 16)
    tried = await claim(system, ill)
    async with system.works.begin() as work:
        await system.allocation.retry(work, tried.id, due, "asked for the afternoon")
    before = (await system.held())[other]
    done = await return_leads(system, ill, reassign=True)
    assert (done.left, (await system.held())[other]) == (0, 3)
    [again] = [
        assignment
        for assignment in await system.assignments()
        if (assignment.lead_id, assignment.agent_id) == (tried.lead_id, other)
    ]
    assert (again.attempts, again.due_at, again.last_note) == (1, due, "asked for the afternoon")
    assert again.position > before, "after what the other agent has"


async def test_the_lead_on_the_screen_is_returned_when_the_agent_defers_it(day: System) -> None:
    agent = day.agents[0]
    shown = await claim(day, agent)
    assert await return_leads(day, agent, reassign=False) == ReturnedLeads(returned=3, allocated=0, left=3)
    assert await day.held() == dict.fromkeys(day.agents[1:], 4) | {agent: 1}
    async with day.works.begin() as work:
        await day.allocation.defer(work, shown.id, work.now)
        card = await day.allocation.card(work, shown.id)
    assert card.end is not None
    assert (card.state, card.end.kind) == (AssignmentState.RETURNED, AssignmentEnd.RETURNED_LEADS)
    assert card.end.note_sealed is not None
    assert "sick" not in card.end.note_sealed, "what somebody wrote of an agent's health is sealed"
    assert day.vault.open(card.end.note_sealed, END_NOTE.at(card)) == "sick"
    assert agent not in await day.held()
    assert (await day.lead_states())[LeadState.STOCK] == 88 + 4


async def test_the_lead_on_the_screen_can_still_be_finished(day: System) -> None:
    shown = await claim(day, day.agents[0])
    await return_leads(day, day.agents[0], reassign=False)
    async with day.works.begin() as work:
        await day.allocation.finish(work, shown.id, End(AssignmentEnd.DISPOSITION, "success"))
    assert (await day.lead_states())[LeadState.CLOSED] == 1


async def test_a_customer_blocked_while_on_the_screen_is_not_open_afterwards(day: System) -> None:
    shown = await claim(day, day.agents[0])
    async with day.works.begin() as work:
        await day.dnc.enter_dnc(work, shown.lead_id, DncReason.CUSTOMER_REQUEST)
    async with day.works.begin() as work:
        await day.allocation.release(work, shown.id)
        card = await day.allocation.card(work, shown.id)
    assert (card.state, card.result) == (AssignmentState.RETURNED, "do_not_call")


async def test_the_leads_of_an_agent_who_leaves_go_to_others_at_once(system: System, clock: FrozenClock) -> None:
    leaver, *others = system.agents
    await system.stock(6)
    await system.allocate()
    clock.set(at_business_time(TUESDAY, 10, 30))
    async with system.works.begin() as work:
        await work.announce(StaffLeft(leaver))
    assert await system.held() == dict.fromkeys(others, 3)
    reassigned = [moved for moved in await system.assignments() if moved.reason == "reassigned"]
    assert {moved.reason_facts["why"] for moved in reassigned} == {"left"}


async def test_tomorrows_leads_stay_tomorrows_when_they_are_reassigned(system: System, clock: FrozenClock) -> None:
    """After the evening's run an agent calls in sick for the next day."""
    ill, *others = system.agents
    await system.stock(6)
    await system.allocate()
    clock.set(at_business_time(MONDAY, 20, 30))
    done = await return_leads(system, ill, reassign=True)
    assert (done.returned, done.allocated) == (2, 2)
    assert {assignment.work_on for assignment in await system.assignments()} == {TUESDAY}
    assert await system.held() == dict.fromkeys(others, 3)


async def test_returned_leads_are_recorded_and_count_in_the_shares(day: System) -> None:
    noted = listen(day.works, Noted)
    await return_leads(day, day.agents[0], reassign=False)
    [trace] = [event for event in noted if event.act == "allocation.returned_leads"]
    assert (trace.subject, dict(trace.facts)) == (
        f"staff:{day.agents[0]}",
        {"kind": "returned_leads", "leads": 4, "on_screen": 0, "allocated": 0},
    )
    async with day.works.begin() as work:
        [run] = await day.runs.list(work)
        shares = {share.agent_id: share for share in (await day.runs.report(work, run.run_id)).shares}
        assert shares[day.agents[0]].returned == 4
        with pytest.raises(ReasonMissing):
            await day.returns.return_leads(work, day.agents[1], "  ", reassign=False)


# --- quotas ----------------------------------------------------------------------------------------------------------


async def test_an_agents_own_quota_overrides_the_campaigns_and_part_time_reduces_either(system: System) -> None:
    own, half, other = system.agents
    await system.stock(100)
    await set_quota(system, 6)
    await set_quota(system, 3, own)
    system.board.parts[half, TUESDAY] = 35
    await system.allocate()
    assert await system.held() == {own: 3, half: 2, other: 6}
    async with system.works.begin() as work:
        progress = {agent: (await system.allocation.progress(work, agent, TUESDAY)).quota for agent in system.agents}
        assert progress == {own: 3, half: 2, other: 6}
        listed = await system.quotas.list(work, system.campaign_id)
    assert [(quota.staff_id, quota.quota) for quota in listed] == [(None, 4), (None, 6), (own, 3)]


async def test_a_lowered_quota_returns_the_last_leads_of_an_allocated_day(day: System) -> None:
    agent = day.agents[0]
    await finish(day, agent, 1)
    shown = await claim(day, agent)
    lowered = await set_quota(day, 3, agent)
    assert (await day.held())[agent] == 2, "one is done, one on the screen, one waits"
    async with day.works.begin() as work:
        assert await day.allocation.progress(work, agent, TUESDAY) == Progress(quota=3, assigned=3, done=1)
        assert (await day.allocation.card(work, shown.id)).state is AssignmentState.ACTIVE
        await day.quotas.remove(work, lowered.id or 0, "a mistake")
        assert (await day.allocation.progress(work, agent, TUESDAY)).quota == 4
        assert await day.allocation.excesses(work) == []


async def test_a_change_of_the_roster_applies_to_a_day_that_is_allocated(day: System) -> None:
    agent = day.agents[0]
    day.board.parts[agent, TUESDAY] = 50
    async with day.works.begin() as work:
        assert await day.quotas.follow_roster(work, TUESDAY) == 2
        assert await day.quotas.follow_roster(work, TUESDAY) == 0
        assert (await day.allocation.progress(work, agent, TUESDAY)).quota == 2
    assert await day.held() == dict.fromkeys(day.agents, 4) | {agent: 2}


async def test_quotas_for_the_past_for_unknown_staff_and_unknown_ones_are_refused(day: System) -> None:
    async with day.works.begin(day.officer) as work:
        with pytest.raises(QuotaDayPast):
            await day.quotas.set(
                work,
                QuotaDraft(campaign_id=day.campaign_id, staff_id=None, quota=5, from_on=MONDAY, reason="late"),
            )
        with pytest.raises(StaffNotFound):
            await day.quotas.set(
                work,
                QuotaDraft(campaign_id=day.campaign_id, staff_id=4711, quota=5, from_on=WEDNESDAY, reason="who"),
            )
        with pytest.raises(QuotaNotFound):
            await day.quotas.remove(work, 4711, "gone")


# --- the use of the day ----------------------------------------------------------------------------------------------


async def test_the_use_of_the_day_is_shown_per_agent(day: System) -> None:
    first, second, third = day.agents
    await finish(day, first, 2)
    tried = await claim(day, second)
    due = at_business_time(TUESDAY, 15)
    async with day.works.begin() as work:
        await day.allocation.retry(work, tried.id, due)
    await claim(day, second)
    async with day.works.begin() as work:
        use = {agent_use.agent_id: agent_use for agent_use in await day.allocation.use(work, TUESDAY, day.campaign_id)}
    assert [(use[agent].open, use[agent].active, use[agent].done) for agent in day.agents] == [
        (2, 0, 2),
        (3, 1, 0),
        (4, 0, 0),
    ]
    assert (use[second].quota, use[second].held, use[second].attempts) == (4, 4, 1)
    assert use[third].next_due_at == at_business_time(TUESDAY, 0)
    async with day.works.begin() as work:
        for agent in day.agents:
            progress = await day.allocation.progress(work, agent, TUESDAY)
            assert progress.assigned <= progress.quota


async def test_an_assignment_that_is_on_a_screen_for_too_long_is_named(day: System, clock: FrozenClock) -> None:
    shown = await claim(day, day.agents[0])
    async with day.works.begin() as work:
        assert await day.allocation.forgotten(work) == []
    clock.set(at_business_time(TUESDAY, 10, 31))
    async with day.works.begin() as work:
        assert await day.allocation.forgotten(work) == [(shown.id, day.agents[0])]
    assert Counter(assignment.state for assignment in await day.assignments())[AssignmentState.ACTIVE] == 1


# --- people who are not there (law 12)


async def test_leave_that_begins_today_returns_everything_to_the_others(day: System) -> None:
    agent, other, _ = day.agents
    await set_quota(day, 6, other)
    async with day.works.begin() as work:
        await LeaveService().enter(work, agent, TUESDAY, WEDNESDAY, LeaveKind.SICK)
        day.board.off |= {(agent, TUESDAY), (agent, WEDNESDAY)}
    assert agent not in await day.held()
    assert (await day.held())[other] == 6


async def test_leave_that_begins_later_returns_what_was_allocated_for_its_days(day: System, clock: FrozenClock) -> None:
    agent = day.agents[0]
    await finish(day, agent, 1)
    clock.set(at_business_time(TUESDAY, 19, 30))
    await day.allocate(WEDNESDAY)
    async with day.works.begin() as work:
        await LeaveService().enter(work, agent, WEDNESDAY, WEDNESDAY, LeaveKind.ANNUAL)
    assert (await day.held())[agent] == 3, "those of today stay: there is an evening left"
    clock.set(at_business_time(WEDNESDAY, 8))
    async with day.works.begin() as work:
        assert await day.leftovers.release(work) == 3
    assert agent not in await day.held()


async def test_the_sweep_returns_what_waits_for_who_is_gone_or_out_of_the_campaign(day: System) -> None:
    """The reactions were lost: only the rows say so."""
    gone, out, _ = day.agents
    async with day.works.begin() as work:
        (await work.session.get_one(Staff, gone)).active = False
        day.board.off.add((gone, TUESDAY))
        await make_member(work, campaign_id=day.campaign_id, staff_id=out, weight=0)
    async with day.works.begin() as work:
        assert await day.leftovers.release(work) == 8
        assert await day.leftovers.release(work) == 0
    assert set(await day.held()) == {day.agents[2]}


async def test_the_sweep_leaves_a_day_off_to_the_roster(day: System) -> None:
    async with day.works.begin() as work:
        await make_roster(work, staff_id=day.agents[0], on=TUESDAY, working=False)
        assert await day.leftovers.release(work) == 0
