"""Who serves a campaign, and with which share of the quota; leads of a branch stay in it (requirements D3, L3)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import permutations
from random import Random

import pytest
from sqlmodel import col, select

from callcenter.allocation.errors import MemberDayPast, NoCampaignAgent
from callcenter.allocation.types import (
    AllocationReport,
    AssignmentEnd,
    AssignmentState,
    End,
    Ineligible,
    MemberDraft,
    QuotaDraft,
)
from callcenter.campaigns.types import CampaignChanges, CampaignState
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.kit.errors import Refusal
from callcenter.kit.work import Works
from callcenter.leads.types import LeadState
from callcenter.people.types import Role
from tests.rooms.allocation.office import MONDAY, TUESDAY, WEDNESDAY, System
from tests.support.rows import Assignment, Lead, make_staff
from tests.support.stock import put_in_stock

NOT_MEMBER = End(AssignmentEnd.NOT_ELIGIBLE, Ineligible.NOT_MEMBER)


async def set_members(
    system: System,
    campaign_id: int,
    staff_ids: Sequence[int],
    weight: int,
    from_on: date = MONDAY,
    *,
    reason: str = "as planned",
) -> int:
    async with system.works.begin(system.officer) as work:
        draft = MemberDraft(
            campaign_id=campaign_id, staff_ids=tuple(staff_ids), weight=weight, from_on=from_on, reason=reason
        )
        return await system.members.set(work, draft)


async def allocate(system: System, campaign_id: int, on: date = TUESDAY) -> AllocationReport:
    async with system.works.begin() as work:
        return await system.runs.allocate(work, campaign_id, on)


async def held_by_campaign(system: System) -> Mapping[tuple[int, int], int]:
    """Returns agent and campaign → leads held."""
    async with system.works.begin() as work:
        rows = await work.session.scalars(select(Assignment).where(col(Assignment.state).in_(("open", "active"))))
        return Counter((row.agent_id, row.campaign_id) for row in rows)


# --- shares -----------------------------------------------------------------------------------------------------------


async def test_a_campaign_that_is_allocated_last_gets_its_share_too(system: System) -> None:
    """The fault: the first run took the whole quota of everybody, the second got nothing and said nothing."""
    await system.stock(100)
    other = await system.open_campaign(quota=4, stock=50, first=100)
    reports = [await allocate(system, campaign_id) for campaign_id in (system.campaign_id, other)]
    assert [(report.assigned, report.shortage) for report in reports] == [(6, 0), (6, 0)]
    assert set((await held_by_campaign(system)).values()) == {2}


async def test_a_campaign_that_gets_less_than_its_share_says_so(system: System) -> None:
    await system.stock(100)
    other = await system.open_campaign(quota=4, stock=2, first=100)
    for campaign_id, shortage in ((other, 4), (system.campaign_id, 0)):
        assert (await allocate(system, campaign_id)).shortage == shortage


async def test_weights_decide_how_much_of_the_quota_each_campaign_gets(system: System) -> None:
    await system.stock(100)
    other = await system.open_campaign(quota=4, stock=50, first=100)
    await set_members(system, other, system.agents[:1], 3)
    async with system.works.begin() as work:
        [card, *_] = await system.members.list(work, other, TUESDAY)
    assert (card.weight, card.quota, card.day_quota) == (3, 3, 4)
    assert card.campaigns == {system.campaign_id: 1, other: 3}
    for campaign_id in (system.campaign_id, other):
        await allocate(system, campaign_id)
    held = await held_by_campaign(system)
    assert [held[system.agents[0], campaign_id] for campaign_id in (system.campaign_id, other)] == [1, 3]


async def test_changed_weights_make_room_for_the_other_campaign_whichever_run_is_first(
    system: System, clock: FrozenClock
) -> None:
    """What is carried over beyond the new share returns, also of a campaign whose own run comes later."""
    await system.stock(100)
    other = await system.open_campaign(quota=4, stock=50, first=100)
    for campaign_id in (system.campaign_id, other):
        await allocate(system, campaign_id)
    clock.set(at_business_time(TUESDAY, 19, 30))
    await set_members(system, other, system.agents, 3, WEDNESDAY)
    await allocate(system, other, WEDNESDAY)
    held = await held_by_campaign(system)
    assert {held[agent, other] for agent in system.agents} == {3}
    assert {held[agent, system.campaign_id] for agent in system.agents} == {1}
    await allocate(system, system.campaign_id, WEDNESDAY)
    assert await held_by_campaign(system) == held
    assert set((await system.held()).values()) == {4}


async def test_the_capacity_of_a_day_is_what_its_runs_plan_with(system: System) -> None:
    """Shares, half days and days off count; a run that is made then gives each agent just that much."""
    await system.stock(100)
    other = await system.open_campaign(quota=4, stock=50, first=100)
    first, second, third = system.agents
    await set_members(system, other, [first], 3)
    await set_members(system, other, [second], 0)
    system.board.parts[third, TUESDAY] = 50
    system.board.off.add((first, WEDNESDAY))
    saturday = date(2026, 11, 28)
    async with system.works.begin() as work:
        days = {
            campaign_id: await system.members.capacity(work, campaign_id, TUESDAY, saturday)
            for campaign_id in (system.campaign_id, other)
        }
    own = [(day.on, day.agents, day.leads) for day in days[system.campaign_id]]
    assert own[:2] == [(TUESDAY, 3, 1 + 4 + 1), (WEDNESDAY, 2, 4 + 2)]
    assert [(day.agents, day.leads) for day in days[other]][:2] == [(2, 3 + 1), (1, 2)]
    assert saturday not in [on for on, _, _ in own]
    for campaign_id in (system.campaign_id, other):
        assert (await allocate(system, campaign_id)).assigned == days[campaign_id][0].leads


class UndoError(Exception):
    """Undoes what a transaction has done."""


@pytest.mark.parametrize("seed", range(8))
async def test_the_order_of_the_runs_does_not_change_the_outcome(system: System, clock: FrozenClock, seed: int) -> None:
    """Three campaigns with drawn quotas, weights, stocks, part time, days off, and what a day has left to carry over.

    The evening is run in each order of the campaigns, and undone again.
    """
    chance = Random(seed)
    await system.stock(chance.choice((25, 60)))
    campaigns = [system.campaign_id]
    for number in (1, 2):
        stock, quota = chance.choice((3, 15, 40)), chance.randint(3, 9)
        campaigns.append(await system.open_campaign(quota=quota, stock=stock, first=100 * number))
    for on in (MONDAY, WEDNESDAY):
        for campaign_id in campaigns:
            await set_members(system, campaign_id, chance.sample(system.agents, 2), chance.randint(0, 4), on)
    for campaign_id in campaigns:
        await allocate(system, campaign_id)
    clock.set(at_business_time(TUESDAY, 10))
    async with system.works.begin(system.officer) as work:
        for agent in system.agents:
            for _ in range(chance.randint(0, 5)):
                if card := await system.allocation.claim_next(work, agent, TUESDAY):
                    await system.allocation.finish(work, card.id, End(AssignmentEnd.DISPOSITION, "refused"))
        await system.allocation.claim_next(work, chance.choice(system.agents), TUESDAY)
        draft = QuotaDraft(
            campaign_id=chance.choice(campaigns),
            staff_id=chance.choice(system.agents),
            quota=chance.randint(1, 12),
            from_on=WEDNESDAY,
            reason="tried",
        )
        await system.quotas.set(work, draft)
    system.board.parts[chance.choice(system.agents), WEDNESDAY] = 50
    if chance.random() < 0.5:
        system.board.off.add((chance.choice(system.agents), WEDNESDAY))
    clock.set(at_business_time(TUESDAY, 19, 30))
    outcomes = [await outcome_of(system, order) for order in permutations(campaigns)]
    assert sum(assigned for assigned, _ in outcomes[0].figures.values()), "something to compare"
    assert outcomes[1:] == outcomes[:1] * 5


@dataclass
class Outcome:
    figures: dict[int, tuple[int, int]]
    """Campaign → leads assigned and lacking."""
    days: dict[int, list[int]]
    """Agent → leads held, in the order of the day."""


async def outcome_of(system: System, order: Sequence[int]) -> Outcome:
    """Runs the evening in an order of the campaigns, looks at what it has done, and undoes it."""
    outcome = Outcome({}, {})
    with suppress(UndoError):
        async with system.works.begin() as work:
            for campaign_id in order:
                report = await system.runs.allocate(work, campaign_id, WEDNESDAY)
                outcome.figures[campaign_id] = report.assigned, report.shortage
            query = select(Assignment).where(col(Assignment.state).in_(("open", "active")))
            in_order = query.order_by(col(Assignment.position), col(Assignment.campaign_id), col(Assignment.id))
            for row in await work.session.scalars(in_order):
                outcome.days.setdefault(row.agent_id, []).append(row.lead_id)
            raise UndoError
    return outcome


# --- joining and leaving ----------------------------------------------------------------------------------------------


async def test_who_serves_no_campaign_is_allocated_nothing_and_the_plan_says_why(system: System) -> None:
    await system.stock(100)
    gone = system.agents[0]
    assert await set_members(system, system.campaign_id, [gone], 0) == 1
    async with system.works.begin() as work:
        planned = await system.runs.plan(work, system.campaign_id, TUESDAY)
    assert {share.agent_id: share.excluded for share in planned.agents} == {
        **dict.fromkeys(system.agents[1:]),
        gone: Ineligible.NOT_MEMBER,
    }
    await system.allocate()
    assert gone not in await system.held()


async def test_who_leaves_a_campaign_today_returns_its_leads_to_the_others(day: System) -> None:
    agent, *others = day.agents
    await day.stock(8, first=200)
    async with day.works.begin() as work:
        for other in others:
            card = await day.allocation.claim_next(work, other, TUESDAY)
            assert card is not None
            await day.allocation.finish(work, card.id, End(AssignmentEnd.DISPOSITION, "success"))
        draft = QuotaDraft(campaign_id=day.campaign_id, staff_id=others[0], quota=6, from_on=TUESDAY, reason="quick")
        await day.quotas.set(work, draft)
    await set_members(day, day.campaign_id, [agent], 0, TUESDAY)
    assert agent not in await day.held()
    ended = [row for row in await day.assignments() if row.agent_id == agent]
    assert [(row.ended_as, row.end_detail) for row in ended] == [(NOT_MEMBER.kind, NOT_MEMBER.detail)] * 4
    assert (await day.held())[others[0]] == 5, "two of them to the agent who had room for two"


async def test_who_leaves_a_campaign_later_keeps_its_leads_until_then(day: System) -> None:
    agent = day.agents[0]
    await set_members(day, day.campaign_id, [agent], 0, WEDNESDAY)
    assert (await day.held())[agent] == 4
    report = await day.allocate(WEDNESDAY)
    assert report.returned == 4
    assert agent not in await day.held()


async def test_what_was_set_stays_as_history_and_setting_the_same_again_adds_nothing(system: System) -> None:
    agent = system.agents[0]
    assert await set_members(system, system.campaign_id, [agent], 1) == 0
    assert await set_members(system, system.campaign_id, [agent], 2) == 1
    assert await set_members(system, system.campaign_id, [agent], 0, TUESDAY) == 1
    async with system.works.begin() as work:
        history = await system.members.history(work, system.campaign_id, agent)
        serving = [
            [card.staff_id for card in await system.members.list(work, system.campaign_id, on)]
            for on in (MONDAY, TUESDAY)
        ]
    assert [(change.weight, change.from_on, change.set_by) for change in history[:2]] == [
        (0, TUESDAY, system.officer.staff_id),
        (2, MONDAY, system.officer.staff_id),
    ]
    assert serving == [system.agents, system.agents[1:]]


async def test_only_phone_agents_join_and_no_day_that_is_past(system: System, works: Works) -> None:
    async with works.begin() as work:
        checker = (await make_staff(work, Role.QA)).id
    with pytest.raises(NoCampaignAgent):
        await set_members(system, system.campaign_id, [checker], 1)
    with pytest.raises(MemberDayPast):
        await set_members(system, system.campaign_id, system.agents, 2, date(2026, 11, 20))
    with pytest.raises(Refusal, match="reason"):
        await set_members(system, system.campaign_id, system.agents, 0, reason=" ")


async def test_a_campaign_that_is_stopped_leaves_the_quota_to_the_others(system: System, clock: FrozenClock) -> None:
    await system.stock(100)
    other = await system.open_campaign(quota=4, stock=50, first=100)
    for campaign_id in (system.campaign_id, other):
        await allocate(system, campaign_id)
    clock.set(at_business_time(TUESDAY, 19, 30))
    async with system.works.begin(system.officer) as work:
        await system.campaigns.change(work, other, CampaignChanges(state=CampaignState.CLOSED), "sold out")
    report = await allocate(system, system.campaign_id, WEDNESDAY)
    assert (report.assigned, report.returned) == (6, 6)
    assert set((await held_by_campaign(system)).values()) == {4}


# --- branches ---------------------------------------------------------------------------------------------------------


async def with_branches(system: System, *, north: int, south: int, bank: int) -> None:
    """The first two agents are of the north, the third of the south."""
    first, second, third = system.agents
    system.board.branches = {first: "north", second: "north", third: "south"}
    async with system.works.begin() as work:
        await put_in_stock(work, system.campaign_id, north, branch="north")
        await put_in_stock(work, system.campaign_id, south, first=100, branch="south")
        await put_in_stock(work, system.campaign_id, bank, first=200)


async def branches_of(system: System) -> Mapping[int, Counter[str]]:
    """Returns agent → branch of the leads held → leads."""
    names = {}
    async with system.works.begin() as work:
        for lead_list in await system.lists.page(work, limit=None):
            names[lead_list.id] = lead_list.branch
        query = select(Assignment, Lead).join(Lead, col(Lead.id) == col(Assignment.lead_id))
        counts: dict[int, Counter[str]] = {agent: Counter() for agent in system.agents}
        for assignment, lead in await work.session.execute(query.where(col(Assignment.state) == AssignmentState.OPEN)):
            counts[assignment.agent_id][names[lead.list_id]] += 1
    return counts


async def test_leads_of_a_branch_go_to_its_agents_and_the_shortage_names_the_branch(system: System) -> None:
    await with_branches(system, north=50, south=1, bank=2)
    report = await system.allocate()
    first, second, third = system.agents
    branches = await branches_of(system)
    assert (branches[first], branches[second]) == ({"north": 4}, {"north": 4})
    assert branches[third] == {"south": 1, "": 2}
    assert (report.assigned, report.shortage, report.stock_left, report.forecast_days) == (11, 1, 42, 0.0)
    alerts = {alert.kind.value: alert.facts for alert in (await system.open_alerts()).values()}
    assert alerts["shortage"]["branches"] == {"south": 1}
    assert alerts["stock_low"]["days"] == 0.0, "42 leads of the north help nobody in the south"


async def test_a_campaign_opened_to_all_branches_shares_them(system: System) -> None:
    await with_branches(system, north=50, south=1, bank=2)
    async with system.works.begin(system.officer) as work:
        changes = CampaignChanges(open_to_all_branches=True)
        await system.campaigns.change(work, system.campaign_id, changes, "the south has no leads of its own")
    assert (await system.allocate()).shortage == 0
    assert set((await system.held()).values()) == {4}


async def test_closed_to_its_branches_again_it_takes_foreign_leads_back(system: System, clock: FrozenClock) -> None:
    await with_branches(system, north=50, south=0, bank=0)
    for is_open, on in ((True, TUESDAY), (False, WEDNESDAY)):
        async with system.works.begin(system.officer) as work:
            changes = CampaignChanges(open_to_all_branches=is_open)
            await system.campaigns.change(work, system.campaign_id, changes, "tried for a day")
        report = await system.allocate(on)
    assert report.returned == 4
    assert system.agents[2] not in await system.held()
    ended = [row for row in await system.assignments() if row.agent_id == system.agents[2]]
    assert {row.end_detail for row in ended} == {Ineligible.OTHER_BRANCH}


async def test_leads_returned_in_the_day_stay_in_their_branch(system: System, clock: FrozenClock) -> None:
    await with_branches(system, north=8, south=0, bank=0)
    await system.allocate()
    clock.set(at_business_time(TUESDAY, 10, 30))
    async with system.works.begin() as work:
        done = await system.returns.return_leads(work, system.agents[0], "ill", reassign=True)
    assert (done.returned, done.allocated) == (4, 0), "the south has room, and none of them is for it"
    assert (await system.lead_states())[LeadState.STOCK] == 4
