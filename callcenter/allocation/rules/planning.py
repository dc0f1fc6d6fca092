"""Plans who gets which leads, over the stock, the agents of a day and what they hold already. Pure.

What is promised, and proved by ``tests/unit/test_allocation_plan.py``:

1.  **Nobody over quota, no lead twice.** An agent's room is the quota of the day less what is held and done (D3).
2.  **Which leads.** When there are more than are needed: the highest class first (the smallest rank), then the oldest
    data, then drawn by the seed.
3.  **Shortage.** With too few leads whoever has the smallest part of the quota is served first: no agent who still has
    room could have been given a lead with more right than one who was given it. With equal quotas, agents who still
    have room end at most one apart from anybody who was served (D5).
4.  **Shares.** Let an agent get ``s`` of the ``N`` leads allocated. Of every class with ``n`` leads, and of every
    district within a class, the agent gets ``n·s/N`` rounded up or down; so agents who get equally many differ by at
    most one. A district over all classes differs by at most the number of classes (rounding a table in three directions
    at once
    is not always possible), and by less as a rule: odd leads go to whoever has had least of the district.
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

import numpy as np
import numpy.typing as npt

from callcenter.allocation.rules.distribution import Cell, distribute
from callcenter.allocation.rules.draw import draws
from callcenter.leads.types import StockLead


@dataclass(frozen=True, slots=True)
class AgentCapacity:
    """An agent who works on the day, and what is held already."""

    agent_id: int
    quota: int
    """Of this agent on this day."""
    held: Mapping[str, int] = field(default_factory=dict)
    """Class → leads carried over, those of other campaigns included."""
    done: int = 0
    """On that day already, by a run that comes late or a distribution in the day."""
    part: int = 100
    """Of the day that is worked, in percent; the quota has taken it into account."""

    @property
    def carried(self) -> int:
        return sum(self.held.values())

    @property
    def room(self) -> int:
        return max(0, self.quota - self.carried - self.done)


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


def plan(stock: Iterable[StockLead], agents: Iterable[AgentCapacity], seed: int) -> Plan:
    """Distributes the stock to the agents of a day."""
    ordered = sorted(agents, key=lambda agent: agent.agent_id)
    waiting = [agent for agent in ordered if agent.room]
    need = sum(agent.room for agent in waiting)
    chosen = first(stock, need, seed)
    drawn = _drawn(waiting, seed)
    shares = share_out(len(chosen), drawn)
    owners = distribute(cells_of(chosen), drawn, shares, seed)
    planned = _in_order(chosen, owners, drawn, seed)
    return Plan(planned, _shares(ordered, planned), need - len(chosen), seed)


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


def share_out(count: int, agents: Sequence[AgentCapacity]) -> list[int]:
    """Returns how many of ``count`` leads each agent gets: whoever has the smallest part of the quota is served first.

    Parts are compared as ``(leads + ½) / quota``, exactly; the order of ``agents`` settles ties.
    """
    if count >= sum(agent.room for agent in agents):
        return [agent.room for agent in agents]
    shares = [0] * len(agents)
    waiting = [(_part(agent, 0), turn) for turn, agent in enumerate(agents)]
    heapq.heapify(waiting)
    for _ in range(count):
        _, turn = waiting[0]
        shares[turn] += 1
        if shares[turn] < agents[turn].room:
            heapq.heapreplace(waiting, (_part(agents[turn], shares[turn]), turn))
        else:
            heapq.heappop(waiting)
    return shares


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
            position = agents[owner].carried
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
        digest.update(f"{agent.agent_id}:{agent.quota}:{agent.part}:{agent.done}:{held}\n".encode())
    stamps: dict[datetime, str] = {}
    for lead in sorted(stock, key=lambda lead: lead.id):
        stamp = stamps.get(lead.imported_at) or stamps.setdefault(lead.imported_at, lead.imported_at.isoformat())
        digest.update(f"{lead.id}:{lead.class_rank}:{lead.customer_class}:{lead.district}:{stamp}\n".encode())
    return digest.hexdigest()


def forecast_days(stock: int, daily_need: int) -> float | None:
    """Returns the working days the stock lasts when every agent is served in full; None when nobody needs any (D5)."""
    return None if daily_need == 0 else round(stock / daily_need, 2)
