"""Reads everything a plan is made from, and writes nothing (requirement D4)."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from callcenter.allocation import repository
from callcenter.allocation.errors import CampaignNotBegun, DayNotWorked, DayPast
from callcenter.allocation.quota_books import DayQuotas, QuotaBooks
from callcenter.allocation.repository import Held
from callcenter.allocation.roster import OnDuty, Roster
from callcenter.allocation.rules.planning import WHOLE_BANK, AgentCapacity
from callcenter.allocation.rules.quotas import DayQuota
from callcenter.allocation.types import AssignmentEnd, AssignmentState, End, Ineligible
from callcenter.campaigns.service import CampaignService
from callcenter.campaigns.types import CampaignRules
from callcenter.kit.clock import business_date
from callcenter.kit.log import get_logger
from callcenter.kit.work import Work
from callcenter.leads.lists import LeadLists
from callcenter.leads.service import LeadService
from callcenter.leads.types import ListFilter, StockLead

log = get_logger(__name__)

AWAY = End(AssignmentEnd.NOT_ELIGIBLE)
NOT_MEMBER = End(AssignmentEnd.NOT_ELIGIBLE, Ineligible.NOT_MEMBER)
CAMPAIGN_STOPPED = End(AssignmentEnd.NOT_ELIGIBLE, Ineligible.CAMPAIGN_STOPPED)
OTHER_BRANCH = End(AssignmentEnd.NOT_ELIGIBLE, Ineligible.OTHER_BRANCH)
OVER_QUOTA = End(AssignmentEnd.OVER_QUOTA)


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
    returning: Mapping[End, Sequence[int]]
    """Why → ids of assignments that return to the stock first, of whatever campaign."""
    back: Sequence[StockLead]
    """The leads of this campaign among them, as far as they may be called."""
    stock: Sequence[StockLead]
    """Those of the stock that go first, as many as are needed at most."""
    stock_by_class: Mapping[str, int]
    """Class → leads in the stock, ``back`` included."""
    branch_of: Mapping[int, str]
    """List → the one branch it serves; empty when the campaign is open to all branches."""
    stock_by_branch: Mapping[str, int]
    """Branch → leads in the stock that its agents alone may have, ``back`` included."""

    @property
    def candidates(self) -> Sequence[StockLead]:
        return [*self.stock, *self.back]

    @property
    def need_by_branch(self) -> Mapping[str, int]:
        """Returns branch → leads its agents need in the campaign on such a day."""
        need: Counter[str] = Counter()
        for agent in self.agents:
            need[agent.branch] += agent.quota
        return need


@dataclass(frozen=True, slots=True)
class Loads:
    """What everybody holds, and what is done on a day, over all campaigns."""

    on: date
    held: Sequence[Held]
    done: Mapping[tuple[int, int], int]
    """Agent and campaign → leads done with on the day."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """Who serves a campaign on a day."""

    agents: Sequence[AgentCapacity]
    names: Mapping[int, str]
    splits: Mapping[int, DayQuota]
    """Agent → the quota of the day and its parts."""
    quotas: DayQuotas
    loads: Loads


class Gatherer:
    """Reads roster, members, quotas, stock and what is held."""

    def __init__(
        self,
        leads: LeadService,
        lists: LeadLists,
        campaigns: CampaignService,
        roster: Roster,
        quota_books: QuotaBooks,
    ) -> None:
        self._leads = leads
        self._lists = lists
        self._campaigns = campaigns
        self._roster = roster
        self._quota_books = quota_books

    async def inputs(self, work: Work, campaign_id: int, on: date, seed: int) -> Inputs:
        """Returns what a run for the day is made from. Raises DayPast, DayNotWorked, CampaignNotBegun."""
        if on < business_date(work.now):
            raise DayPast(f"{on} is past: leads are allocated for today or later")
        rules = await self._campaigns.rules(work, campaign_id)
        if rules.first_on is not None and on < rules.first_on:
            raise CampaignNotBegun(
                f"the campaign begins on {rules.first_on}: no leads are allocated before",
                first=rules.first_on.isoformat(),
            )
        day = (await self._campaigns.calendar(work)).day(on)
        if not day.working:
            raise DayNotWorked(f"{on} is not a working day ({day.reason}): choose a working day")
        branch_of = await self.branch_of(work, rules)
        capacity = await self.capacity(work, campaign_id, on)
        returning = await self._returning(work, campaign_id, capacity, branch_of)
        gone = [held for group in returning.values() for held in group]
        agents = await self._without(work, campaign_id, capacity, gone)
        back = await self._leads.callable_among(
            work, [held.lead_id for held in gone if held.campaign_id == campaign_id]
        )
        by_class = Counter(await self._leads.stock_by_class(work, campaign_id))
        by_class.update(lead.customer_class for lead in back)
        by_list = Counter(await self._leads.stock_by_list(work, campaign_id) if branch_of else {})
        by_list.update(lead.list_id for lead in back)
        return Inputs(
            rules=rules,
            on=on,
            provisional=day.provisional,
            seed=seed,
            agents=agents,
            names=capacity.names,
            returning={why: [held.id for held in group] for why, group in returning.items() if group},
            back=back,
            stock=_not_held(await self._stock(work, campaign_id, seed, agents, branch_of), capacity.loads.held),
            stock_by_class=by_class,
            branch_of=branch_of,
            stock_by_branch=sum_by_branch(by_list, branch_of),
        )

    async def branch_of(self, work: Work, rules: CampaignRules) -> Mapping[int, str]:
        """Returns list → the branch whose agents alone may have its leads (requirement L3)."""
        if rules.open_to_all_branches:
            return WHOLE_BANK
        return await self._lists.branches(work, rules.campaign_id)

    async def capacity(self, work: Work, campaign_id: int, on: date, without: Collection[int] = ()) -> Capacity:
        """Returns those who serve the campaign and work on the day, ``without`` the agents named."""
        quotas = await self._quota_books.day(work, on, campaign_id=campaign_id)
        duties = [
            duty
            for duty in await self._roster.rostered(work, on)
            if duty.card.id not in without and quotas.members.serves(duty.card.id, campaign_id, on)
        ]
        loads = Loads(on, await repository.list_held(work.session), await repository.count_done(work.session, on))
        splits = _split_all(quotas, duties, loads)
        agents = await self._capacities(work, campaign_id, duties, splits, loads)
        return Capacity(agents, {duty.card.id: duty.card.name for duty in duties}, splits, quotas, loads)

    async def _capacities(
        self,
        work: Work,
        campaign_id: int,
        duties: Sequence[OnDuty],
        splits: Mapping[int, DayQuota],
        loads: Loads,
    ) -> Sequence[AgentCapacity]:
        own = [held for held in loads.held if held.agent_id in splits and held.campaign_id == campaign_id]
        classes = await self._count_classes(work, own)
        holds = Counter(held.agent_id for held in loads.held)
        before = Counter(held.agent_id for held in loads.held if held.work_on < loads.on)
        done_of: Counter[int] = Counter()
        for (agent_id, _), count in loads.done.items():
            done_of[agent_id] += count
        agents = []
        for duty in duties:
            agent_id, split = duty.card.id, splits[duty.card.id]
            here = loads.done.get((agent_id, campaign_id), 0)
            agents.append(
                AgentCapacity(
                    agent_id=agent_id,
                    quota=split.of_campaign[campaign_id],
                    held=classes[agent_id],
                    done=here,
                    part=duty.part,
                    branch=duty.card.branch,
                    day_quota=split.total,
                    elsewhere=holds[agent_id] + done_of[agent_id] - classes[agent_id].total() - here,
                    places=before[agent_id],
                )
            )
        return agents

    async def _returning(
        self, work: Work, campaign_id: int, capacity: Capacity, branch_of: Mapping[int, str]
    ) -> Mapping[End, Sequence[Held]]:
        """Returns the open assignments that their agents cannot keep for that day, by the end they get.

        For an agent who serves the campaign these are assignments of every campaign. What the agent holds of one
        campaign beyond its part would take the room of another, and the order of the runs must not matter.
        """
        returning: dict[End, list[Held]] = defaultdict(list)
        open_of: dict[tuple[int, int], list[Held]] = defaultdict(list)
        for held in capacity.loads.held:
            if held.state is not AssignmentState.OPEN:
                continue
            if held.agent_id in capacity.splits:
                open_of[held.agent_id, held.campaign_id].append(held)
            elif held.campaign_id == campaign_id:
                serves = capacity.quotas.members.serves(held.agent_id, campaign_id, capacity.loads.on)
                returning[AWAY if serves else NOT_MEMBER].append(held)
        foreign = await self._of_other_branches(work, campaign_id, open_of, capacity.agents, branch_of)
        returning[OTHER_BRANCH].extend(foreign)
        gone = {held.id for held in foreign}
        kept = Counter((held.agent_id, held.campaign_id) for held in capacity.loads.held if held.id not in gone)
        for (agent_id, of_campaign), group in sorted(open_of.items()):
            group = [held for held in group if held.id not in gone]
            part = capacity.splits[agent_id].of_campaign.get(of_campaign)
            if part is None:
                runs = of_campaign in capacity.quotas.books
                returning[NOT_MEMBER if runs else CAMPAIGN_STOPPED].extend(group)
                continue
            excess = kept[agent_id, of_campaign] + capacity.loads.done.get((agent_id, of_campaign), 0) - part
            returning[OVER_QUOTA].extend(excess_of(group, excess))
        return returning

    async def _of_other_branches(
        self,
        work: Work,
        campaign_id: int,
        open_of: Mapping[tuple[int, int], Sequence[Held]],
        agents: Sequence[AgentCapacity],
        branch_of: Mapping[int, str],
    ) -> Sequence[Held]:
        """Returns what agents hold of the campaign although it belongs to another branch than theirs."""
        if not branch_of:
            return []
        branches = {agent.agent_id: agent.branch for agent in agents}
        own = [held for (_, of_campaign), group in open_of.items() if of_campaign == campaign_id for held in group]
        leads = {lead.id: lead for lead in await self._leads.as_stock(work, [held.lead_id for held in own])}
        return [
            held
            for held in own
            if branch_of.get(leads[held.lead_id].list_id, branches[held.agent_id]) != branches[held.agent_id]
        ]

    async def _without(
        self, work: Work, campaign_id: int, capacity: Capacity, gone: Sequence[Held]
    ) -> Sequence[AgentCapacity]:
        """Returns the agents as they are once ``gone`` is taken back from them."""
        if not gone:
            return capacity.agents
        classes = await self._count_classes(work, [held for held in gone if held.campaign_id == campaign_id])
        elsewhere = Counter(held.agent_id for held in gone if held.campaign_id != campaign_id)
        places = Counter(held.agent_id for held in gone if held.work_on < capacity.loads.on)
        return [
            replace(
                agent,
                held=dict(Counter(agent.held) - classes[agent.agent_id]),
                elsewhere=agent.elsewhere - elsewhere[agent.agent_id],
                places=(agent.places or 0) - places[agent.agent_id],
            )
            for agent in capacity.agents
        ]

    async def _stock(
        self, work: Work, campaign_id: int, seed: int, agents: Sequence[AgentCapacity], branch_of: Mapping[int, str]
    ) -> Sequence[StockLead]:
        """Returns the leads of the stock that go first: for each branch and for the whole bank as many as fit."""
        room_of: Counter[str] = Counter()
        for agent in agents:
            room_of[agent.branch] += agent.room
        room = room_of.total()
        if not branch_of:
            return await self._leads.callable_stock(work, campaign_id, room, seed)
        filters = [(ListFilter(frozenset(branch_of), others=True), room)]
        for branch in sorted(set(branch_of.values())):
            own = frozenset(list_id for list_id, of_branch in branch_of.items() if of_branch == branch)
            filters.append((ListFilter(own), room_of[branch]))
        stock: list[StockLead] = []
        for lists, limit in filters:
            if limit:
                stock.extend(await self._leads.callable_stock(work, campaign_id, limit, seed, lists))
        return stock

    async def _count_classes(self, work: Work, held: Sequence[Held]) -> Mapping[int, Counter[str]]:
        """Returns agent → class → leads held."""
        leads = {lead.id: lead for lead in await self._leads.as_stock(work, [held_lead.lead_id for held_lead in held])}
        counts: dict[int, Counter[str]] = defaultdict(Counter)
        for held_lead in held:
            counts[held_lead.agent_id][leads[held_lead.lead_id].customer_class] += 1
        return counts


def _split_all(quotas: DayQuotas, duties: Sequence[OnDuty], loads: Loads) -> Mapping[int, DayQuota]:
    """Returns agent → the quota of the day and its parts; what is on a screen or done stays in its campaign."""
    least: dict[int, Counter[int]] = defaultdict(Counter)
    for (agent_id, campaign_id), count in loads.done.items():
        least[agent_id][campaign_id] += count
    for held in loads.held:
        if held.state is AssignmentState.ACTIVE:
            least[held.agent_id][held.campaign_id] += 1
    return {duty.card.id: quotas.of(duty.card.id, duty.part, least[duty.card.id]) for duty in duties}


def _not_held(stock: Sequence[StockLead], held: Sequence[Held]) -> Sequence[StockLead]:
    """Returns the leads of the stock without those that an agent holds.

    A lead that is held is not in the stock. If a row says otherwise, its lead is left out and the others are allocated.
    """
    agent_of = {held_lead.lead_id: held_lead.agent_id for held_lead in held}
    wrong = {lead.id: agent_of[lead.id] for lead in stock if lead.id in agent_of}
    if wrong:
        log.warning("leads in the stock are held by agents: they are left out", agent_of_lead=wrong)
    return [lead for lead in stock if lead.id not in wrong]


def sum_by_branch(by_list: Mapping[int, int], branch_of: Mapping[int, str]) -> Mapping[str, int]:
    """Returns branch → leads that its agents alone may have."""
    by_branch: Counter[str] = Counter()
    for list_id, count in by_list.items():
        if list_id in branch_of:
            by_branch[branch_of[list_id]] += count
    return by_branch


def excess_of(held: Iterable[Held], excess: int) -> Sequence[Held]:
    """Returns the open assignments that an agent who holds too many gives back.

    Those not tried yet go first, and among them the last of the day.
    """
    if excess <= 0:
        return []
    waiting = [held_lead for held_lead in held if held_lead.state is AssignmentState.OPEN]
    return sorted(waiting, key=lambda held_lead: (held_lead.attempts > 0, -held_lead.position, -held_lead.id))[:excess]
