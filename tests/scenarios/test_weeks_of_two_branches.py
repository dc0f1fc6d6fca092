"""Two branches, three campaigns, members with shares, leave, make-up days and Golden Week, on the whole system.

From Saturday, 19 September 2026 to Saturday, 10 October 2026, with the evening's run as the schedule calls it. The
people are at their desks without telephones: what is played is who gets what, who is away, and what is said about it.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from callcenter.alerts.types import AlertKind
from callcenter.allocation.scheduled import allocate_next_working_day, watch_allocation
from callcenter.allocation.types import AllocationReport, AssignmentEnd, End, MemberDraft
from callcenter.audit.certificate.queries.assignments import assigned_twice, over_quota
from callcenter.audit.certificate.types import Limits, Period
from callcenter.bootstrap import System, build
from callcenter.callbacks.scheduled import open_promises_of_absent
from callcenter.callbacks.types import CallbackCard, CallbackState, Promise
from callcenter.campaigns.types import CampaignChanges
from callcenter.field.scheduled import reroute_absent
from callcenter.field.types import HandOverState
from callcenter.kit.actor import Actor
from callcenter.kit.clock import FrozenClock, at_business_time
from callcenter.people.types import LeaveKind, Role
from callcenter.storage.memory import MemoryStore
from callcenter.telephony.settings import SwitchSettings
from tests.support.http import actor_of
from tests.support.rows import (
    Assignment,
    Lead,
    LeadList,
    Staff,
    make_campaign,
    make_hand_over,
    make_lead,
    make_review,
    make_staff,
    make_visit,
)
from tests.support.settings import core_settings, set_environment
from tests.support.stock import put_in_stock

SATURDAY = date(2026, 9, 19)
WORKED = [
    date(2026, 9, 20),  # a Sunday that makes up for Golden Week
    *(date(2026, 9, day) for day in (21, 22, 23, 24)),
    *(date(2026, 9, day) for day in (28, 29, 30)),  # the 25th is Mid-Autumn
    *(date(2026, 10, day) for day in (8, 9)),  # Golden Week until the 7th
    date(2026, 10, 10),  # a Saturday that makes up for it
]
GOLDEN_WEEK = (date(2026, 10, 1), date(2026, 10, 7))
QUOTA = 6


@dataclass
class Bank:
    system: System
    clock: FrozenClock
    officer: Actor
    north: list[int] = field(default_factory=list)
    south: list[int] = field(default_factory=list)
    campaigns: dict[str, int] = field(default_factory=dict)

    @property
    def agents(self) -> list[int]:
        return [*self.north, *self.south]

    async def evening(self, after: date) -> Mapping[int, AllocationReport]:
        """Lets the schedule's task run at 19:30, and looks at 20:00; returns the reports by campaign."""
        self.clock.set(at_business_time(after, 19, 30))
        reports = await allocate_next_working_day(self.system.works, self.system.campaigns, self.system.runs, after)
        self.clock.set(at_business_time(after, 20))
        await self.look()
        return {report.campaign_id: report for report in reports}

    async def look(self) -> None:
        """Runs the sweeps of the minute."""
        system = self.system
        await watch_allocation(system.works, system.quotas, system.leftovers, system.allocation_watch)
        async with system.works.begin() as work:
            await open_promises_of_absent(work, system.callbacks)
        async with system.works.begin() as work:
            await reroute_absent(work, system.field)

    async def work_on(self, on: date) -> None:
        """Every agent who is there is done with most of the day, and tries one customer in vain."""
        self.clock.set(at_business_time(on, 10))
        await self.look()
        async with self.system.works.begin() as work:
            for agent in self.agents:
                for turn in range(QUOTA):
                    card = await self.system.allocation.claim_next(work, agent, on)
                    if card is None:
                        break
                    if turn == agent % QUOTA:
                        await self.system.allocation.retry(work, card.id, at_business_time(on + timedelta(days=1), 10))
                    else:
                        await self.system.allocation.finish(work, card.id, End(AssignmentEnd.DISPOSITION, "refused"))

    async def held(self) -> Mapping[int, Counter[int]]:
        """Returns agent → campaign → leads held."""
        held: dict[int, Counter[int]] = {agent: Counter() for agent in self.agents}
        async with self.system.works.begin() as work:
            query = select(Assignment).where(col(Assignment.state).in_(("open", "active")))
            for row in await work.session.scalars(query):
                held[row.agent_id][row.campaign_id] += 1
        return held

    async def foreign(self) -> list[int]:
        """Returns assignments of leads of one branch to agents of another, in campaigns that are not open to all."""
        async with self.system.works.begin() as work:
            query = (
                select(col(Assignment.id))
                .join(Lead, col(Lead.id) == col(Assignment.lead_id))
                .join(LeadList, col(LeadList.id) == col(Lead.list_id))
                .join(Staff, col(Staff.id) == col(Assignment.agent_id))
                .where(
                    col(LeadList.branch) != "",
                    col(LeadList.branch) != col(Staff.branch),
                    col(Assignment.campaign_id) != self.campaigns["open"],
                )
            )
            return list(await work.session.scalars(query))

    async def short(self) -> Mapping[int, Mapping[str, object]]:
        """Returns campaign → what the open alert of a shortage says."""
        async with self.system.works.begin(self.officer) as work:
            alerts = await self.system.alerts.list_open(work)
        return {int(alert.facts["campaign_id"]): alert.facts for alert in alerts if alert.kind is AlertKind.SHORTAGE}

    async def leave(self, staff_id: int, first: date, last: date) -> None:
        async with self.system.works.begin(self.officer) as work:
            await self.system.leaves.enter(work, staff_id, first, last, LeaveKind.ANNUAL)

    async def promise(self, agent_id: int, due_at: datetime) -> CallbackCard:
        async with self.system.works.begin() as work:
            lead = await make_lead(work, campaign_id=self.campaigns["life"])
            promise = Promise(
                lead_id=lead.id, campaign_id=lead.campaign_id, agent_id=agent_id, due_at=due_at, call_id=None
            )
            return await self.system.callbacks.promise(work, promise)


@pytest.fixture
async def bank(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bank]:
    """Four agents in the north, three in the south; all serve *life* and *open*, two of the north *pension* as well."""
    set_environment(monkeypatch, tmp_path)
    clock = FrozenClock(at_business_time(SATURDAY, 9))
    system = build(core_settings(database_url), switch=SwitchSettings(), store=MemoryStore(clock), clock=clock)
    async with system.works.begin() as work:
        bank = Bank(system, clock, actor_of(await make_staff(work, Role.ADMINISTRATOR)))
        bank.north = [(await make_staff(work, branch="north")).id for _ in range(4)]
        bank.south = [(await make_staff(work, branch="south")).id for _ in range(3)]
        for name in ("life", "open", "pension"):
            bank.campaigns[name] = (await make_campaign(work, quota=QUOTA)).id
        life, is_open, pension = bank.campaigns.values()
        await put_in_stock(work, life, 200, branch="north")
        await put_in_stock(work, life, 40, first=1000, branch="south")
        await put_in_stock(work, life, 30, first=2000)
        await put_in_stock(work, is_open, 300, first=3000, branch="north")
        await put_in_stock(work, pension, 12, first=4000)
    async with system.works.begin(bank.officer) as work:
        changes = CampaignChanges(open_to_all_branches=True)
        await system.campaigns.change(work, is_open, changes, "the south has no list of its own")
        for campaign_id, staff_ids, weight in (
            (life, bank.agents, 2),
            (is_open, bank.agents, 1),
            (pension, bank.north[:2], 3),
        ):
            draft = MemberDraft(
                campaign_id=campaign_id, staff_ids=tuple(staff_ids), weight=weight, from_on=SATURDAY, reason="agreed"
            )
            await system.members.set(work, draft)
    yield bank
    await system.close()


async def test_three_weeks_with_golden_week_in_between(bank: Bank) -> None:
    life, is_open, pension = bank.campaigns.values()
    resting, leaving = bank.north[3], bank.south[2]
    evenings = [SATURDAY, *WORKED[:-1]]
    short_days: dict[int, list[date]] = {campaign_id: [] for campaign_id in bank.campaigns.values()}
    await bank.leave(resting, date(2026, 9, 22), date(2026, 9, 24))
    for evening, on in zip(evenings, WORKED, strict=True):
        if on == date(2026, 9, 29):
            async with bank.system.works.begin(bank.officer) as work:
                await bank.system.people.leave(work, leaving, "has left")
        reports = await bank.evening(evening)
        assert {report.on for report in reports.values()} == {on}, "the next working day, whatever the calendar does"
        held = await bank.held()
        for agent in bank.agents:
            assert held[agent].total() <= QUOTA
        async with bank.system.works.begin() as work:
            assert await bank.system.allocation.excesses(work) == []
        alerts = await bank.short()
        for campaign_id, report in reports.items():
            lacking = sum(share.quota - share.carried - share.new for share in report.shares)
            assert report.shortage == lacking
            assert alerts.get(campaign_id, {"shortage": 0})["shortage"] == lacking, "every shortage is said"
            if lacking:
                short_days[campaign_id].append(on)
        if on in (date(2026, 9, 22), date(2026, 9, 23), date(2026, 9, 24)):
            assert not held[resting], "on leave"
        if on >= date(2026, 9, 29):
            assert not held[leaving], "gone"
        await bank.work_on(on)
    assert await bank.foreign() == []
    assert short_days[is_open] == [], "there was plenty for all branches"
    assert short_days[pension][0] == date(2026, 9, 22), "12 leads of its own, 3 of 6 a day for each of two agents"
    assert short_days[life], "the south's own leads and the bank's end before the north's"
    async with bank.system.works.begin() as work:
        period = Period(at_business_time(SATURDAY, 9), bank.clock.now())
        assert await over_quota(work.session, period, Limits()) == ()
        assert await assigned_twice(work.session, period, Limits()) == ()


async def test_the_shortage_of_a_branch_names_it(bank: Bank) -> None:
    life = bank.campaigns["life"]
    for evening, on in zip([SATURDAY, *WORKED], WORKED, strict=False):
        report = (await bank.evening(evening))[life]
        if report.shortage:
            break
        await bank.work_on(on)
    assert report.shortage
    assert report.stock_left > 0, "the north still has leads, which the south must not get"
    assert (await bank.short())[life]["branches"] == {"south": report.shortage}
    assert report.forecast_days == 0.0


async def test_every_promise_is_kept_or_moved_to_the_team(bank: Bank) -> None:
    """Of the agent on leave, of the one who leaves, and of the one who is there; each keeps its time."""
    on = date(2026, 9, 22)
    resting, leaving, there = bank.north[3], bank.south[2], bank.north[0]
    promises = {agent: await bank.promise(agent, at_business_time(on, 14)) for agent in (resting, leaving, there)}
    later = await bank.promise(resting, at_business_time(date(2026, 10, 8), 14))
    await bank.leave(resting, on, GOLDEN_WEEK[1])
    async with bank.system.works.begin(bank.officer) as work:
        await bank.system.people.leave(work, leaving, "has left")
    bank.clock.set(at_business_time(on, 8))
    await bank.look()
    bank.clock.set(at_business_time(on, 14))
    async with bank.system.works.begin() as work:
        callbacks = bank.system.callbacks
        assert await callbacks.claim_next(work, resting) is None
        assert await callbacks.claim_next(work, leaving) is None
        kept = []
        for agent in (there, bank.north[1], bank.south[0]):
            card = await callbacks.claim_next(work, agent)
            assert card is not None
            assert card.due_at == at_business_time(on, 14)
            kept.append(card.id)
        assert kept[0] == promises[there].id, "an own promise comes first"
        assert set(kept) == {card.id for card in promises.values()}
        left = await callbacks.card(work, later.id)
    assert (left.state, left.opens_to_team_at) == (CallbackState.DUE, later.opens_to_team_at), "back by then"


async def test_who_leaves_the_bank_leaves_nothing_behind(bank: Bank) -> None:
    """Leads, promises, reviews and visits (law 12); the sweep finds what the reactions have missed."""
    system = bank.system
    async with system.works.begin() as work:
        east = (await system.field.regions.create(work, name="East", districts=["Pudong"])).id
        agent, other = bank.north[:2]
        checker = await make_staff(work, Role.QA)
        visitor, colleague = [(await make_staff(work, Role.FIELD_AGENT, region_id=east)).id for _ in range(2)]
        hand_overs = []
        for days in (1, 2):
            visit_at = work.now + timedelta(days=days)
            hand_over = await make_hand_over(work, region_id=east, field_agent_id=visitor, requested_visit_at=visit_at)
            await make_visit(work, hand_over)
            hand_overs.append(hand_over.id)
        review = (await make_review(work)).id
        reviewer, people = actor_of(checker), (agent, visitor, checker.id)
    await bank.evening(SATURDAY)
    async with system.works.begin(reviewer) as work:
        await system.quality.claim(work, review)
    promised = await bank.promise(agent, at_business_time(date(2026, 9, 21), 14))
    async with system.works.begin(bank.officer) as work:
        for person in people:
            await system.people.leave(work, person, "has left")
    held = await bank.held()
    assert not held[agent]
    async with system.works.begin() as work:
        assert (await system.callbacks.card(work, promised.id)).opens_to_team_at == promised.due_at
        assert (await system.quality.card(work, review)).claimed_by is None
        cards = await system.field.hand_overs.hand_overs(work)
    assert {card.field_agent_id for card in cards if card.id in hand_overs} == {colleague}
    await bank.look()
    assert await bank.held() == held, "nothing is left over for the sweep"
    async with system.works.begin() as work:  # the reactions to this one are lost: only the row says so
        (await work.session.get_one(Staff, other)).active = False
        (await work.session.get_one(Staff, colleague)).active = False
    bank.clock.set(at_business_time(date(2026, 9, 20), 9))
    await bank.look()
    assert not (await bank.held())[other]
    async with system.works.begin() as work:
        cards = await system.field.hand_overs.hand_overs(work)
    assert {card.state for card in cards if card.id in hand_overs} == {HandOverState.OPEN}, "for leader and dispatcher"
