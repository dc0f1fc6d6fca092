"""Plans who gets which leads, over the stock, the agents of a day and what they hold already. Pure.

What is promised, and proved by ``tests/unit/test_allocation_plan.py``:

1.  **No agent over quota, no lead twice.** An agent's room is the quota of the day less what is held and done (D3).
2.  **Which leads.** When there are more than are needed: the highest class first (the smallest rank), then the oldest
    data, then drawn by the seed. Leads of a branch go to that branch's agents alone; those of the whole bank to any
    agent with room (L3). A lead is passed over only where no agent who may have it has room.
3.  **Shortage.** With too few leads the agent with the smallest part of the quota is served first: no agent who still
    has room had a better claim to a lead than the agent who got it. With equal quotas, agents of a branch who still
    have room end at most one lead apart from any agent of it who was served (D5). The whole bank's leads come after
    the branch's own, and go to the agent who has least then.
4.  **Shares.** A lot is the leads of one branch, or those of the whole bank. Let an agent get ``s`` of the ``N`` leads
    allocated from a lot. Of every class with ``n`` leads, and of every district within a class, the agent gets
    ``n·s/N`` rounded up or down; so agents who get equally many differ by at most one. A district over all classes
    differs by at most the number of classes (rounding a table in three directions at once is not always possible), and
    by less as a rule: odd leads go to the agent who has had least of the district.
5.  **Carry-over.** What is held counts inside the room. Of the odd leads of the first class none goes to an agent who
    carries over more of that class than another with an equal share who gets none; of later classes this holds among
    those who have had equally many odd leads so far.
6.  **Age.** Agents who get equally many of a district of a class get them round by round, the oldest data first.
7.  **Order of the day.** Behind what is carried over: class by class by rank, mixed within a class.
8.  **Nothing else counts.** The same inputs and seed give the same plan, in whatever order they come; an agent without
    room changes nothing for the others.

Growth is that of sorting the leads, plus agents × cells (districts of classes) in vector operations.
"""

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from callcenter.allocation.rules.distribution import Cell, distribute
from callcenter.allocation.rules.draw import draws
from callcenter.leads.types import StockLead

WHOLE_BANK: Mapping[int, str] = MappingProxyType({})
"""No list serves one branch alone."""


@dataclass(frozen=True, slots=True)
class AgentCapacity:
    """An agent who works on the day, and what is held already."""

    agent_id: int
    quota: int
    """Of this agent on this day in the campaign: its part of the day's quota."""
    held: Mapping[str, int] = field(default_factory=dict)
    """Class → leads of the campaign carried over."""
    done: int = 0
    """Of the campaign on that day already, by a run that comes late or a distribution in the day."""
    part: int = 100
    """Of the day that is worked, in percent; the quota has taken it into account."""
    branch: str = ""
    day_quota: int | None = None
    """Over all campaigns; None: the agent serves no other."""
    elsewhere: int = 0
    """Leads of other campaigns that are held, or done on that day."""
    places: int | None = None
    """Places of the day that are taken, over all campaigns; None: those carried over."""

    @property
    def carried(self) -> int:
        return sum(self.held.values())

    @property
    def need(self) -> int:
        """Returns how many more leads of the campaign the agent should get."""
        return max(0, self.quota - self.carried - self.done)

    @property
    def room(self) -> int:
        """Returns how many of them fit into the day: fewer where another campaign has taken more than its part."""
        if self.day_quota is None:
            return self.need
        return max(0, min(self.need, self.day_quota - self.elsewhere - self.carried - self.done))


@dataclass(frozen=True, slots=True)
class Taker:
    """An agent who takes leads of a lot."""

    agent_id: int
    held: Mapping[str, int]
    """Class → leads of the campaign, those of earlier lots included."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Leads that the same agents may have."""

    branch: str | None
    """None: the whole bank's."""
    leads: list[StockLead]


@dataclass(frozen=True, slots=True)
class Planned:
    lead: StockLead
    agent_id: int
    position: int
    """Place in the agent's day, from 1, behind what is carried over."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one agent gets."""

    agent: AgentCapacity
    new: int
    by_class: Mapping[str, int]
    by_district: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Plan:
    assignments: tuple[Planned, ...]
    """By agent, each in the order of the day."""
    shares: tuple[Share, ...]
    """By agent id."""
    shortage: int
    """Assignments that could not be made for want of leads."""
    seed: int

    @property
    def served(self) -> int:
        """Returns the number of agents who get something."""
        return sum(share.new > 0 for share in self.shares)


def plan(
    stock: Iterable[StockLead],
    agents: Iterable[AgentCapacity],
    seed: int,
    branch_of: Mapping[int, str] = WHOLE_BANK,
) -> Plan:
    """Distributes the stock to the agents of a day.

    ``branch_of`` names the branch of each list that serves one alone; the leads of other lists are for everybody.
    """
    ordered = sorted(agents, key=lambda agent: agent.agent_id)
    waiting = _drawn([agent for agent in ordered if agent.room], seed)
    lots = choose_leads(stock, waiting, seed, branch_of)
    chosen = [lead for lot in lots for lead in lot.leads]
    owners = _owners(lots, waiting, seed)
    planned = _in_order(chosen, owners, waiting, seed)
    return Plan(planned, _shares(ordered, planned), sum(agent.need for agent in ordered) - len(chosen), seed)


def _owners(lots: Sequence[Lot], agents: Sequence[AgentCapacity], seed: int) -> npt.NDArray[np.int64]:
    """Returns for each lead of the lots, in their order, the place of its agent in ``agents``."""
    new = [0] * len(agents)
    held = [agent.held for agent in agents]
    owners = [np.zeros(0, dtype=np.int64)]
    for lot in lots:
        places = [place for place, agent in enumerate(agents) if lot.branch in (None, agent.branch)]
        takers = [Taker(agents[place].agent_id, held[place]) for place in places]
        shares = share_out(len(lot.leads), [agents[place] for place in places], [new[place] for place in places])
        within = distribute(cells_of(lot.leads), takers, shares, seed)
        owners.append(np.array(places, dtype=np.int64)[within] if places else within)
        for place, share in zip(places, shares, strict=True):
            new[place] += share
        if lot is not lots[-1]:
            held = _with_new(held, owners[-1], lot.leads)
    return np.concatenate(owners)


def _with_new(
    held: Sequence[Mapping[str, int]], owners: npt.NDArray[np.int64], leads: Sequence[StockLead]
) -> list[Mapping[str, int]]:
    """Returns class → leads of each agent with the new ones counted in."""
    counts = [Counter(of_agent) for of_agent in held]
    for owner, lead in zip(owners.tolist(), leads, strict=True):
        counts[owner][lead.customer_class] += 1
    return list(counts)


def choose_leads(
    stock: Iterable[StockLead], agents: Sequence[AgentCapacity], seed: int, branch_of: Mapping[int, str]
) -> list[Lot]:
    """Returns the leads that go out: those of each branch, then those of the whole bank.

    In the order of ``first`` each lead is taken for which there is room: in its branch, and over all agents.
    """
    room = sum(agent.room for agent in agents)
    if not branch_of:
        return [Lot(None, first(stock, room, seed))]
    room_of: Counter[str | None] = Counter()
    for agent in agents:
        room_of[agent.branch] += agent.room
    room_of[None] = room
    leads_of: dict[str | None, list[StockLead]] = {}
    stock = list(stock)
    for lead in first(stock, len(stock), seed):
        if not room:
            break
        branch = branch_of.get(lead.list_id)
        if room_of[branch]:
            room_of[branch] -= 1
            room -= 1
            leads_of.setdefault(branch, []).append(lead)
    return [
        Lot(branch, leads_of[branch]) for branch in sorted(leads_of, key=lambda branch: (branch is None, branch or ""))
    ]


def first(stock: Iterable[StockLead], count: int, seed: int) -> list[StockLead]:
    """Returns the leads that go first: by class, by age of data, drawn. ``leads.repository`` orders by the same key."""
    return sorted(stock, key=lambda lead: (lead.class_rank, lead.imported_at, draw_of_lead(seed, lead.id)))[:count]


def draw_of_lead(seed: int, lead_id: int) -> bytes:
    """Draws from the seed by a function that PostgreSQL has too, so that the database can choose among millions."""
    return hashlib.md5(b"%d:%d" % (seed, lead_id), usedforsecurity=False).digest()


def _drawn(agents: Sequence[AgentCapacity], seed: int) -> list[AgentCapacity]:
    """Returns the agents in an order drawn from the seed; ``agents`` are in the order of their ids."""
    order = np.argsort(draws(seed, "agent", [agent.agent_id for agent in agents]), kind="stable")
    return [agents[place] for place in order]


def share_out(count: int, agents: Sequence[AgentCapacity], new: Sequence[int] | None = None) -> list[int]:
    """Returns how many of ``count`` leads each agent gets: the smallest part of the quota is served first.

    Parts are compared as ``(leads + ½) / quota``, exactly; the order of ``agents`` settles ties. ``new`` says how many
    each has got before, which count; None: nothing.
    """
    before = [0] * len(agents) if new is None else list(new)
    if count >= sum(agent.room for agent in agents) - sum(before):
        return [agent.room - had for agent, had in zip(agents, before, strict=True)]
    now = list(before)
    waiting = [(_part(agent, now[turn]), turn) for turn, agent in enumerate(agents) if now[turn] < agent.room]
    heapq.heapify(waiting)
    for _ in range(count):
        _, turn = waiting[0]
        now[turn] += 1
        if now[turn] < agents[turn].room:
            heapq.heapreplace(waiting, (_part(agents[turn], now[turn]), turn))
        else:
            heapq.heappop(waiting)
    return [has - had for has, had in zip(now, before, strict=True)]


def _part(agent: AgentCapacity, new: int) -> float:
    """Returns the part of the quota that is filled. Parts of quotas below a million compare exactly as floats."""
    return (2 * (agent.carried + agent.done + new) + 1) / (2 * agent.quota)


def cells_of(leads: Sequence[StockLead]) -> list[Cell]:
    """Returns the leads' places by rank of class, then by district; within a district as they stand."""
    places_of: dict[tuple[int, str, str], list[int]] = {}
    for place, lead in enumerate(leads):
        places_of.setdefault((lead.class_rank, lead.customer_class, lead.district), []).append(place)
    return [Cell(key[:2], key[1], key[2], places) for key, places in sorted(places_of.items())]


def _in_order(
    leads: Sequence[StockLead], owners: npt.NDArray[np.int64], agents: Sequence[AgentCapacity], seed: int
) -> tuple[Planned, ...]:
    """Returns the assignments agent by agent, in the order of each one's day."""
    ids = np.array([lead.id for lead in leads], dtype=np.int64)
    ranks = np.array([lead.class_rank for lead in leads], dtype=np.int64)
    order = np.lexsort((ids, draws(seed, "place", ids), ranks, owners)).tolist()
    planned: list[Planned] = []
    owner, position = -1, 0
    for place in order:
        if owner != (owner := int(owners[place])):
            agent = agents[owner]
            position = agent.carried if agent.places is None else agent.places
        position += 1
        planned.append(Planned(leads[place], agents[owner].agent_id, position))
    return tuple(planned)


def _shares(agents: Sequence[AgentCapacity], planned: Sequence[Planned]) -> tuple[Share, ...]:
    classes: dict[int, Counter[str]] = {agent.agent_id: Counter() for agent in agents}
    districts: dict[int, Counter[str]] = {agent.agent_id: Counter() for agent in agents}
    for assignment in planned:
        classes[assignment.agent_id][assignment.lead.customer_class] += 1
        districts[assignment.agent_id][assignment.lead.district] += 1
    return tuple(
        Share(agent, classes[agent.agent_id].total(), classes[agent.agent_id], districts[agent.agent_id])
        for agent in agents
    )


def digest_of(facts: Mapping[str, object], stock: Iterable[StockLead], agents: Iterable[AgentCapacity]) -> str:
    """Returns a fingerprint of everything a plan is made from: the same digest, the same plan."""
    digest = hashlib.blake2b(digest_size=16)
    for key, value in sorted(facts.items()):
        digest.update(f"{key}={value}\n".encode())
    for agent in sorted(agents, key=lambda agent: agent.agent_id):
        held = sorted(agent.held.items())
        whole = f"{agent.day_quota}:{agent.elsewhere}:{agent.branch}"
        digest.update(f"{agent.agent_id}:{agent.quota}:{agent.part}:{agent.done}:{held}:{whole}\n".encode())
    stamps: dict[datetime, str] = {}
    for lead in sorted(stock, key=lambda lead: lead.id):
        stamp = stamps.get(lead.imported_at) or stamps.setdefault(lead.imported_at, lead.imported_at.isoformat())
        digest.update(f"{lead.id}:{lead.class_rank}:{lead.customer_class}:{lead.district}:{stamp}\n".encode())
    return digest.hexdigest()


def forecast_days(
    stock: int, need_by_branch: Mapping[str, int], stock_by_branch: Mapping[str, int] = MappingProxyType({})
) -> float | None:
    """Returns the working days until the first agent lacks a lead, every agent served in full (D5).

    ``stock_by_branch`` are the leads that one branch's agents alone may have; all others of ``stock`` are for any
    agent, and go where a branch's own leads do not suffice. None when no agent needs any.
    """
    shared = stock - sum(stock_by_branch.values())
    own = {branch: stock_by_branch.get(branch, 0) for branch, need in need_by_branch.items() if need}
    if not own:
        return None
    # After d days the branches whose own leads are used up lack (need · d - own) each: that is what is shared.
    lacking_need, lacking_own = 0, 0
    days = 0.0
    for branch in sorted(own, key=lambda branch: own[branch] / need_by_branch[branch]):
        if lacking_need and days <= own[branch] / need_by_branch[branch]:
            break
        lacking_need += need_by_branch[branch]
        lacking_own += own[branch]
        days = (shared + lacking_own) / lacking_need
    return round(days, 2)
