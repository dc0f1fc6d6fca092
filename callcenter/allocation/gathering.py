"""Reads everything a plan is made from, and writes nothing (requirement D4)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from callcenter.allocation import repository
from callcenter.allocation.errors import DayNotWorked, DayPast
from callcenter.allocation.quota_books import QuotaBooks
from callcenter.allocation.repository import Held
from callcenter.allocation.roster import Roster
from callcenter.allocation.rules.planning import AgentCapacity
from callcenter.allocation.types import AssignmentEnd, AssignmentState
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.leads.types import StockLead


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a run is made from."""

    rules: CampaignRules
    on: date
    provisional: bool
    seed: int
    agents: Sequence[AgentCapacity]
    """As they are once the assignments of ``returning`` are taken back."""
    names: Mapping[int, str]
    returning: Mapping[AssignmentEnd, Sequence[int]]
    """Why → ids of assignments that return to the stock first."""
    back: Sequence[StockLead]
    """Their leads, as far as they may be called."""
    stock: Sequence[StockLead]
    """Those of the stock that go first, as many as are needed at most."""
    stock_by_class: Mapping[str, int]
    """Class → leads in the stock, ``back`` included."""

    @property
    def candidates(self) -> Sequence[StockLead]:
        return [*self.stock, *self.back]

    @property
    def daily_need(self) -> int:
        return sum(agent.quota for agent in self.agents)


@dataclass(frozen=True, slots=True)
class Capacity:
    """Who works on a day, and what everybody holds."""

    agents: Sequence[AgentCapacity]
    names: Mapping[int, str]
    """Of these agents."""
    held: Sequence[Held]
    """By anybody, over all campaigns."""


class Gatherer:
    """Reads roster, quotas, stock and what is held."""

    def __init__(self, leads: LeadService, campaigns: CampaignService, roster: Roster, quota_books: QuotaBooks) -> None:
        self._leads = leads
        self._campaigns = campaigns
        self._roster = roster
        self._quota_books = quota_books

    async def inputs(self, work: Work, campaign_id: int, on: date, seed: int) -> Inputs:
        """Returns what a run for the day is made from. Raises DayPast, DayNotWorked (rule D1)."""
        if on < business_date(work.now):
            raise DayPast(f"{on} is past: leads are allocated for today or later")
        rules = await self._campaigns.rules(work, campaign_id)
        day = (await self._campaigns.calendar(work)).day(on)
        if not day.working:
            raise DayNotWorked(f"{on} is not a working day ({day.reason}): choose a working day")
        capacity = await self.capacity(work, campaign_id, on)
        returning = await self._returning(work, campaign_id, on, capacity)
        gone = [held for group in returning.values() for held in group]
        agents = await self._without(work, capacity.agents, gone)
        back = await self._leads.callable_among(work, [held.lead_id for held in gone])
        by_class = Counter(await self._leads.stock_by_class(work, campaign_id))
        by_class.update(lead.customer_class for lead in back)
        room = sum(agent.room for agent in agents)
        return Inputs(
            rules=rules,
            on=on,
            provisional=day.provisional,
            seed=seed,
            agents=agents,
            names=capacity.names,
            returning={why: [held.id for held in group] for why, group in returning.items()},
            back=back,
            stock=await self._leads.callable_stock(work, campaign_id, room, seed),
            stock_by_class=by_class,
        )

    async def capacity(self, work: Work, campaign_id: int, on: date, without: Collection[int] = ()) -> Capacity:
        """Returns those who work on the day, ``without`` the agents named, with what they hold."""
        duties = [duty for duty in await self._roster.rostered(work, on) if duty.card.id not in without]
        book = await self._quota_books.book(work, campaign_id)
        held = await repository.list_held(work.session)
        done = await repository.count_done(work.session, on)
        on_duty = {duty.card.id for duty in duties}
        classes = await self._count_classes(work, [held_lead for held_lead in held if held_lead.agent_id in on_duty])
        agents = [
            AgentCapacity(
                agent_id=duty.card.id,
                quota=book.quota(duty.card.id, on, duty.part),
                held=classes[duty.card.id],
                done=done.get(duty.card.id, 0),
                part=duty.part,
            )
            for duty in duties
        ]
        return Capacity(agents, {duty.card.id: duty.card.name for duty in duties}, held)

    async def _returning(
        self, work: Work, campaign_id: int, on: date, capacity: Capacity
    ) -> Mapping[AssignmentEnd, Sequence[Held]]:
        """Returns the open assignments of the campaign that their agents cannot keep for that day, by why."""
        limits = await self._limits(work, capacity.agents, on)
        open_of: dict[int, list[Held]] = defaultdict(list)
        for held in capacity.held:
            if held.campaign_id == campaign_id and held.state is AssignmentState.OPEN:
                open_of[held.agent_id].append(held)
        return {
            AssignmentEnd.NOT_ELIGIBLE: [
                held for agent_id, group in open_of.items() if agent_id not in limits for held in group
            ],
            AssignmentEnd.OVER_QUOTA: [
                held
                for agent in capacity.agents
                for held in excess_of(
                    open_of.get(agent.agent_id, ()), agent.carried + agent.done - limits[agent.agent_id]
                )
            ],
        }

    async def _limits(self, work: Work, agents: Sequence[AgentCapacity], on: date) -> Mapping[int, int]:
        """Returns agent → the largest quota of any campaign that runs: what is held in one counts in all."""
        campaigns = await self._quota_books.campaigns_that_count(work)
        books = [await self._quota_books.book(work, rules.campaign_id) for rules in campaigns]
        return {
            agent.agent_id: max([agent.quota, *(book.quota(agent.agent_id, on, agent.part) for book in books)])
            for agent in agents
        }

    async def _without(
        self, work: Work, agents: Sequence[AgentCapacity], gone: Sequence[Held]
    ) -> Sequence[AgentCapacity]:
        """Returns the agents as they are once ``gone`` is taken back from them."""
        if not gone:
            return agents
        classes = await self._count_classes(work, gone)
        return [
            AgentCapacity(
                agent.agent_id, agent.quota, dict(Counter(agent.held) - classes[agent.agent_id]), agent.done, agent.part
            )
            for agent in agents
        ]

    async def _count_classes(self, work: Work, held: Sequence[Held]) -> Mapping[int, Counter[str]]:
        """Returns agent → class → leads held."""
        leads = {lead.id: lead for lead in await self._leads.as_stock(work, [held_lead.lead_id for held_lead in held])}
        counts: dict[int, Counter[str]] = defaultdict(Counter)
        for held_lead in held:
            counts[held_lead.agent_id][leads[held_lead.lead_id].customer_class] += 1
        return counts


def excess_of(held: Iterable[Held], excess: int) -> Sequence[Held]:
    """Returns the open assignments an agent gives up who holds too many.

    Those not tried yet go first, and among them the last of the day.
    """
    if excess <= 0:
        return []
    waiting = [held_lead for held_lead in held if held_lead.state is AssignmentState.OPEN]
    return sorted(waiting, key=lambda held_lead: (held_lead.attempts > 0, -held_lead.position, -held_lead.id))[:excess]
