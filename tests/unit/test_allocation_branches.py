"""Leads of a branch go to that branch's agents, those of the whole bank to anybody (requirement L3)."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from math import ceil, floor

from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.allocation.rules.planning import AgentCapacity, Plan, choose_leads, draw_of_lead, plan
from callcenter.leads.types import StockLead

often = settings(max_examples=200, deadline=None)
DAY = datetime(2026, 11, 20, tzinfo=UTC)
NORTH, SOUTH, BANK, EAST = 1, 2, 3, 4
BRANCH_OF = {NORTH: "north", SOUTH: "south", EAST: "east"}
CLASSES = {"high": 1, "general": 2}


def lead(number: int, list_id: int = BANK, customer_class: str = "general", age: int = 0) -> StockLead:
    return StockLead(number, customer_class, "d", DAY - timedelta(days=age), CLASSES[customer_class], list_id)


def agent(number: int, quota: int, branch: str, held: int = 0) -> AgentCapacity:
    return AgentCapacity(number, quota, {"general": held} if held else {}, branch=branch)


stocks = st.lists(
    st.tuples(st.sampled_from((NORTH, SOUTH, BANK, EAST)), st.sampled_from(sorted(CLASSES)), st.integers(0, 3)),
    max_size=80,
).map(lambda kinds: [lead(number, *kind) for number, kind in enumerate(kinds)])
rosters = st.dictionaries(
    st.integers(1, 50),
    st.tuples(st.integers(1, 14), st.sampled_from(("north", "south", "west")), st.integers(0, 5)),
    min_size=1,
    max_size=7,
).map(lambda agents: [agent(number, *kind) for number, kind in agents.items()])
seeds = st.integers(0, 99)


def rooms(agents: Sequence[AgentCapacity]) -> Counter[str]:
    room: Counter[str] = Counter()
    for one in agents:
        room[one.branch] += one.room
    return room


def got(planned: Plan, agents: Sequence[AgentCapacity]) -> dict[int, Counter[int]]:
    """Returns agent → list → leads."""
    counts: dict[int, Counter[int]] = {one.agent_id: Counter() for one in agents}
    for assignment in planned.assignments:
        counts[assignment.agent_id][assignment.lead.list_id] += 1
    return counts


@often
@given(stocks, rosters, seeds)
def test_no_lead_goes_to_another_branch_and_nobody_exceeds_the_quota(
    stock: list[StockLead], agents: list[AgentCapacity], seed: int
) -> None:
    planned = plan(stock, agents, seed, BRANCH_OF)
    branches = {one.agent_id: one.branch for one in agents}
    for assignment in planned.assignments:
        assert BRANCH_OF.get(assignment.lead.list_id) in (None, branches[assignment.agent_id])
    assert all(share.new <= share.agent.room for share in planned.shares)
    assert len({assignment.lead.id for assignment in planned.assignments}) == len(planned.assignments)


@often
@given(stocks, rosters, seeds)
def test_a_lead_stays_behind_only_where_nobody_who_may_have_it_has_room(
    stock: list[StockLead], agents: list[AgentCapacity], seed: int
) -> None:
    planned = plan(stock, agents, seed, BRANCH_OF)
    left = {share.agent.agent_id: share.agent.room - share.new for share in planned.shares}
    room = rooms([one for one in agents if left[one.agent_id]])
    taken = {assignment.lead.id for assignment in planned.assignments}
    for one in stock:
        if one.id not in taken:
            branch = BRANCH_OF.get(one.list_id)
            assert not (room.total() if branch is None else room[branch])
    assert planned.shortage == sum(left.values())


@often
@given(stocks, rosters, seeds)
def test_of_one_branch_the_highest_class_and_the_oldest_data_go_first(
    stock: list[StockLead], agents: list[AgentCapacity], seed: int
) -> None:
    taken = {assignment.lead for assignment in plan(stock, agents, seed, BRANCH_OF).assignments}
    for list_id in (NORTH, SOUTH, BANK):
        keys = [
            [(one.class_rank, one.imported_at, draw_of_lead(seed, one.id)) for one in leads if one.list_id == list_id]
            for leads in (taken, set(stock) - taken)
        ]
        if all(keys):
            assert max(keys[0]) < min(keys[1])


@often
@given(st.lists(st.sampled_from((NORTH, SOUTH, BANK)), max_size=6), rosters, seeds)
def test_the_leads_chosen_are_the_first_that_can_go_out_together(
    lists: list[int], agents: list[AgentCapacity], seed: int
) -> None:
    """Compared with trying every order: no choice holds more leads that go first."""
    stock = [lead(number, list_id) for number, list_id in enumerate(lists)]
    ordered = sorted(stock, key=lambda one: draw_of_lead(seed, one.id))
    room = rooms(agents)

    def fits(chosen: Sequence[StockLead]) -> bool:
        count: Counter[str | None] = Counter(BRANCH_OF.get(one.list_id) for one in chosen)
        return len(chosen) <= room.total() and all(count[branch] <= room[branch] for branch in ("north", "south"))

    best: list[int] = []
    for order in permutations(range(len(ordered))):
        chosen: list[StockLead] = []
        for place in order:
            if fits([*chosen, ordered[place]]):
                chosen.append(ordered[place])
        ranks = sorted(ordered.index(one) for one in chosen)
        best = min(best, ranks, key=lambda ranks: (-len(ranks), ranks)) if best else ranks
    lots = choose_leads(stock, agents, seed, BRANCH_OF)
    assert sorted(ordered.index(one) for lot in lots for one in lot.leads) == best


@often
@given(stocks, rosters, seeds)
def test_every_class_of_a_pool_is_spread_in_proportion(
    stock: list[StockLead], agents: list[AgentCapacity], seed: int
) -> None:
    planned = plan(stock, agents, seed, BRANCH_OF)
    for list_id in (NORTH, SOUTH, BANK):
        of_lot = [assignment for assignment in planned.assignments if assignment.lead.list_id == list_id]
        shares = Counter(assignment.agent_id for assignment in of_lot)
        for customer_class in CLASSES:
            of_class = [one for one in of_lot if one.lead.customer_class == customer_class]
            counts = Counter(one.agent_id for one in of_class)
            for agent_id, share in shares.items():
                exact = len(of_class) * share / len(of_lot)
                assert floor(exact) <= counts[agent_id] <= ceil(exact)


def test_the_whole_banks_leads_fill_where_a_branch_has_too_few() -> None:
    agents = [agent(1, 10, "north"), agent(2, 10, "north"), agent(3, 10, "south"), agent(4, 10, "west")]
    stock = [lead(number, NORTH) for number in range(12)] + [lead(100 + number) for number in range(16)]
    counts = got(plan(stock, agents, 7, BRANCH_OF), agents)
    assert [counts[one][NORTH] for one in (1, 2, 3, 4)] == [6, 6, 0, 0]
    assert [counts[one].total() for one in (1, 2, 3, 4)] == [7, 7, 7, 7]


def test_a_branch_that_lacks_leads_says_so_although_another_has_plenty() -> None:
    agents = [agent(1, 10, "north"), agent(2, 10, "south")]
    planned = plan([lead(number, NORTH) for number in range(50)], agents, 7, BRANCH_OF)
    assert [share.new for share in planned.shares] == [10, 0]
    assert planned.shortage == 10


def test_without_branches_nothing_is_different() -> None:
    agents = [agent(1, 10, "north"), agent(2, 10, "south")]
    stock = [lead(number, NORTH) for number in range(15)]
    planned = plan(stock, agents, 7)
    assert sorted(share.new for share in planned.shares) == [7, 8]
    assert planned == plan(stock, agents, 7, {})


def test_an_agent_who_holds_more_elsewhere_gets_less_and_that_is_a_shortage() -> None:
    full = AgentCapacity(1, 10, day_quota=30, elsewhere=25)
    planned = plan([lead(number) for number in range(50)], [full], 7)
    assert (planned.shares[0].new, planned.shortage) == (5, 5)
