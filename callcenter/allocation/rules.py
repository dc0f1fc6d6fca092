"""Who gets which leads: a pure plan over stock, agents and what they hold already.

1. Each agent's room is the quota less what is carried over (or done on that day already), so nobody ever exceeds the
   quota (D3).
2. With too few leads the room is cut so that what agents hold in the end is as even as it can be (D5).
3. The oldest data go first; within a day's share classes, regions and age of data are dealt evenly: leads are laid out
   class by class, district by district, and dealt one at a time to whoever has had the least of his share (D4).
4. Everything that is arbitrary is settled by the seed, so the same inputs give the same plan.
"""

import hashlib
import heapq
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from callcenter.leads.types import StockLead


@dataclass(frozen=True, slots=True)
class Planned:
    lead_id: int
    agent_id: int
    position: int
    """Place in the agent's day, from 1, behind what is carried over."""
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    assignments: tuple[Planned, ...]
    shortage: int
    """Assignments that could not be made for want of leads."""


def plan(
    stock: Sequence[StockLead], agents: Collection[int], carried: Mapping[int, int], quota: int, seed: int
) -> Plan:
    """Deals the stock to agents. ``carried``: what each of them has already (missing means nothing)."""
    drawn = sorted(set(agents), key=lambda agent: _draw(seed, "agent", agent))
    room = {agent: max(0, quota - carried.get(agent, 0)) for agent in drawn}
    need = sum(room.values())
    chosen = sorted(stock, key=lambda lead: (lead.imported_at, _draw(seed, "lead", lead.id)))[:need]
    shares = share_out(len(chosen), room, carried)
    dealt = _deal(_laid_out(chosen, seed), shares)
    assignments = [
        planned
        for agent in drawn
        for planned in _day(agent, dealt[agent], carried.get(agent, 0), len(drawn), quota, seed)
    ]
    return Plan(tuple(assignments), need - len(chosen))


def share_out(count: int, room: Mapping[int, int], carried: Mapping[int, int]) -> dict[int, int]:
    """How many of ``count`` leads each agent gets: whoever holds least is served first, never beyond the room.

    The order of ``room`` settles ties.
    """
    shares = dict.fromkeys(room, 0)
    waiting = [(carried.get(agent, 0), turn, agent) for turn, agent in enumerate(room) if room[agent] > 0]
    heapq.heapify(waiting)
    for _ in range(min(count, sum(room.values()))):
        held, turn, agent = heapq.heappop(waiting)
        shares[agent] += 1
        if shares[agent] < room[agent]:
            heapq.heappush(waiting, (held + 1, turn, agent))
    return shares


def _laid_out(leads: Sequence[StockLead], seed: int) -> list[StockLead]:
    """Class by class, in it district by district, in it by age of data; what comes first is drawn."""
    return sorted(
        leads,
        key=lambda lead: (
            _draw(seed, "class", lead.customer_class),
            _draw(seed, "district", lead.district),
            lead.imported_at,
            _draw(seed, "lead", lead.id),
        ),
    )


def _deal(leads: Sequence[StockLead], shares: Mapping[int, int]) -> dict[int, list[StockLead]]:
    """One lead after the other to the agent who has had the smallest part of his share; ties in the given order.

    So every stretch of the layout — a class, a district of it — is spread over the agents in proportion.
    """
    dealt: dict[int, list[StockLead]] = {agent: [] for agent in shares}
    turns = [(0.5 / share, turn, agent) for turn, (agent, share) in enumerate(shares.items()) if share]
    heapq.heapify(turns)
    for lead in leads:
        _, turn, agent = heapq.heappop(turns)
        dealt[agent].append(lead)
        if (had := len(dealt[agent])) < shares[agent]:
            heapq.heappush(turns, ((had + 0.5) / shares[agent], turn, agent))
    return dealt


def _day(agent: int, leads: Sequence[StockLead], carried: int, agents: int, quota: int, seed: int) -> list[Planned]:
    """One agent's leads in a drawn order, so that the classes are mixed over the day."""
    of_class = Counter(lead.customer_class for lead in leads)
    drawn = sorted(leads, key=lambda lead: _draw(seed, "place", lead.id))
    return [
        Planned(
            lead_id=lead.id,
            agent_id=agent,
            position=place,
            reason=(
                f"dealt in turn among {agents} agents, class by class and district by district: "
                f"class {lead.customer_class or '-'} "
                f"({of_class[lead.customer_class]} of this agent's {len(leads)} new), "
                f"district {lead.district or '-'}, data of {lead.imported_at:%Y-%m-%d}; "
                f"{carried} held before within the quota of {quota}; seed {seed}"
            ),
        )
        for place, lead in enumerate(drawn, start=carried + 1)
    ]


def forecast_days(stock_left: int, agents: int, quota: int) -> float | None:
    """Working days the stock lasts when every agent is served in full; None when nobody needs any (D5)."""
    daily = agents * quota
    return None if daily == 0 else round(stock_left / daily, 2)


def _draw(seed: int, kind: str, value: object) -> bytes:
    """A number drawn from the seed: the same on every machine and in every version of Python."""
    return hashlib.blake2b(f"{seed}:{kind}:{value}".encode(), digest_size=8).digest()
