"""Reads everything a plan is made from, and writes nothing (requirement D4)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from callcenter.allocation import repository
from callcenter.allocation.errors import DayNotWorked, DayPast
from callcenter.allocation.quotas import Quotas
from callcenter.allocation.repository import Held
from callcenter.allocation.rules.planning import AgentCapacity
from callcenter.allocation.types import AssignmentState, Roster
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules
from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService
from callcenter.leads.types import StockLead

NOT_ELIGIBLE = "not_eligible"
OVER_QUOTA = "over_quota"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a run is made from."""

    rules: CampaignRules
    on: date
    provisional: bool
    seed: int
    agents: Sequence[AgentCapacity]
    """As they are once ``returning`` has returned."""
    names: Mapping[int, str]
    returning: Mapping[str, Sequence[int]]
    """Why → assignments that return to the stock first."""
    back: Sequence[StockLead]
    """Their leads, as far as they may be called."""
    stock: Sequence[StockLead]
    """Those of the stock that go first, as many as are needed at most."""
    stock_by_class: Mapping[str, int]
    """What lies in the stock, ``back`` included."""

    @property
    def candidates(self) -> Sequence[StockLead]:
        return [*self.stock, *self.back]

    @property
    def daily_need(self) -> int:
        return sum(agent.quota for agent in self.agents)


class Gatherer:
    def __init__(self, leads: LeadService, campaigns: CampaignService, roster: Roster, quotas: Quotas) -> None:
        self._leads = leads
        self._campaigns = campaigns
        self._roster = roster
        self._quotas = quotas

    async def inputs(self, work: Work, campaign_id: int, on: date, seed: int) -> Inputs:
        """Refused for days that are past or not worked."""
        if on < business_date(work.now):
            raise DayPast(f"{on} is past: nothing is allocated for it")
        rules = await self._campaigns.rules(work, campaign_id)
        day = (await self._campaigns.calendar(work)).day(on)
        if not day.working:
            raise DayNotWorked(f"{on} is not worked ({day.reason}): nothing is allocated for it")
        agents, names, held = await self.agents(work, campaign_id, on)
        returning = await self._returning(work, campaign_id, on, agents, held)
        gone = [each for found in returning.values() for each in found]
        agents = await self._less(work, agents, gone)
        back = await self._leads.callable_among(work, [each.lead_id for each in gone])
        by_class = Counter(await self._leads.stock_by_class(work, campaign_id))
        by_class.update(lead.customer_class for lead in back)
        return Inputs(
            rules=rules,
            on=on,
            provisional=day.provisional,
            seed=seed,
            agents=agents,
            names=names,
            returning={why: [each.id for each in found] for why, found in returning.items()},
            back=back,
            stock=await self._leads.callable_stock(work, campaign_id, sum(agent.room for agent in agents), seed),
            stock_by_class=by_class,
        )

    async def agents(
        self, work: Work, campaign_id: int, on: date, without: Collection[int] = ()
    ) -> tuple[Sequence[AgentCapacity], Mapping[int, str], Sequence[Held]]:
        """Those who work on the day with what they hold; their names; and everything that anybody holds."""
        duty = [each for each in await self._roster.rostered(work, on) if each.card.id not in without]
        book = await self._quotas.book(work, campaign_id)
        held = await repository.list_held(work.session)
        done = await repository.count_done(work.session, on)
        on_duty = {each.card.id for each in duty}
        classes = await self._classes(work, [each for each in held if each.agent_id in on_duty])
        agents = [
            AgentCapacity(
                agent_id=each.card.id,
                quota=book.quota(each.card.id, on, each.part),
                held=classes[each.card.id],
                done=done.get(each.card.id, 0),
                part=each.part,
            )
            for each in duty
        ]
        return agents, {each.card.id: each.card.name for each in duty}, held

    async def _returning(
        self, work: Work, campaign_id: int, on: date, agents: Sequence[AgentCapacity], held: Sequence[Held]
    ) -> Mapping[str, Sequence[Held]]:
        """Open assignments of the campaign that their agents cannot keep for that day, by why."""
        limits = await self._limits(work, agents, on)
        waiting: dict[int, list[Held]] = defaultdict(list)
        for each in held:
            if each.campaign_id == campaign_id and each.state is AssignmentState.OPEN:
                waiting[each.agent_id].append(each)
        return {
            NOT_ELIGIBLE: [each for agent, mine in waiting.items() if agent not in limits for each in mine],
            OVER_QUOTA: [
                each
                for agent in agents
                for each in excess_of(
                    waiting.get(agent.agent_id, ()), agent.carried + agent.done - limits[agent.agent_id]
                )
            ],
        }

    async def _limits(self, work: Work, agents: Sequence[AgentCapacity], on: date) -> Mapping[int, int]:
        """Agent → the largest quota in any campaign that runs: what is held in one counts in all."""
        books = [await self._quotas.book(work, rules.campaign_id) for rules in await self._quotas.running(work)]
        return {
            agent.agent_id: max(agent.quota, *(book.quota(agent.agent_id, on, agent.part) for book in books))
            if books
            else agent.quota
            for agent in agents
        }

    async def _less(self, work: Work, agents: Sequence[AgentCapacity], gone: Sequence[Held]) -> Sequence[AgentCapacity]:
        if not gone:
            return agents
        classes = await self._classes(work, gone)
        return [
            AgentCapacity(
                agent.agent_id, agent.quota, dict(Counter(agent.held) - classes[agent.agent_id]), agent.done, agent.part
            )
            for agent in agents
        ]

    async def _classes(self, work: Work, held: Sequence[Held]) -> Mapping[int, Counter[str]]:
        """Agent → class → leads."""
        kinds = {lead.id: lead for lead in await self._leads.as_stock(work, [each.lead_id for each in held])}
        found: dict[int, Counter[str]] = defaultdict(Counter)
        for each in held:
            found[each.agent_id][kinds[each.lead_id].customer_class] += 1
        return found


def excess_of(held: Iterable[Held], excess: int) -> Sequence[Held]:
    """Which open ones an agent gives up who holds too many: the last of the day, those not tried yet first."""
    if excess <= 0:
        return []
    waiting = [each for each in held if each.state is AssignmentState.OPEN]
    return sorted(waiting, key=lambda each: (each.attempts > 0, -each.position, -each.id))[:excess]
