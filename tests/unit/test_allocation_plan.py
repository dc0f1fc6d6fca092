"""Who gets which leads: each rule of ``allocation.rules.planning``."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.allocation.rules.planning import (
    AgentCapacity,
    Plan,
    digest_of,
    draw_of_lead,
    first,
    forecast_days,
    plan,
    share_out,
)
from callcenter.allocation.rules.rounding import round_table
from callcenter.leads.types import StockLead

DAY = datetime(2026, 11, 20, tzinfo=UTC)
RANKS = {"high": 1, "contributing": 2, "general": 3, "dormant": 3}
CLASSES = tuple(RANKS)
DISTRICTS = ("east", "south", "west")


def lead(number: int, customer_class: str = "general", district: str = "east", age: int = 0) -> StockLead:
    return StockLead(number, customer_class, district, DAY - timedelta(days=age), RANKS[customer_class])


def agents_of(carried: Mapping[int, int], quota: int) -> list[AgentCapacity]:
    return [AgentCapacity(agent, quota, {"general": held}) for agent, held in carried.items()]


stocks = st.lists(st.tuples(st.sampled_from(CLASSES), st.sampled_from(DISTRICTS), st.integers(0, 3)), max_size=120).map(
    lambda kinds: [lead(number, *kind) for number, kind in enumerate(kinds)]
)
loads = st.dictionaries(st.sampled_from(CLASSES), st.integers(0, 4), max_size=3)
rosters = st.dictionaries(
    st.integers(1, 50), st.tuples(st.integers(1, 14), loads, st.integers(0, 3)), min_size=1, max_size=9
).map(lambda agents: [AgentCapacity(agent, *rest) for agent, rest in agents.items()])
seeds = st.integers(0, 99)
often = settings(max_examples=200, deadline=None)


def by_cell(planned: Plan) -> dict[tuple[str, ...], Counter[int]]:
    """Returns class, and class with district → agent → number of leads."""
    cells: dict[tuple[str, ...], Counter[int]] = defaultdict(Counter)
    for assignment in planned.assignments:
        cells[(assignment.lead.customer_class,)][assignment.agent_id] += 1
        cells[(assignment.lead.customer_class, assignment.lead.district)][assignment.agent_id] += 1
    return cells


# --- 1 nobody over quota, no lead twice -------------------------------------------------------------------------


@often
@given(stocks, rosters, seeds)
def test_no_agent_exceeds_the_quota_and_no_lead_is_assigned_to_two(
    stock: list[StockLead], agents: list[AgentCapacity], seed: int
) -> None:
    planned = plan(stock, agents, seed)
    assert [share.agent for share in planned.shares] == sorted(agents, key=lambda agent: agent.agent_id)
    for share in planned.shares:
        assert share.new <= share.agent.room
        assert share.new == sum(share.by_class.values()) == sum(share.by_district.values())
        assert share.new == sum(assignment.agent_id == share.agent.agent_id for assignment in planned.assignments)
    ids = [assignment.lead.id for assignment in planned.assignments]
    assert len(ids) == len(set(ids))
    assert {assignment.lead for assignment in planned.assignments} <= set(stock)
    assert {assignment.agent_id for assignment in planned.assignments} <= {agent.agent_id for agent in agents}


@often
@given(stocks, rosters, seeds)
def test_every_quota_is_filled_or_the_stock_is_used_up_and_the_shortage_reported(
    stock: list[StockLead], agents: list[AgentCapacity], seed: int
) -> None:
    planned = plan(stock, agents, seed)
    need = sum(agent.room for agent in agents)
    assert len(planned.assignments) == min(need, len(stock))
    assert planned.shortage == need - len(planned.assignments)


# --- 2 which leads ----------------------------------------------------------------------------------------------


@often
@given(stocks, rosters, seeds)
def test_the_highest_class_goes_first_then_the_oldest_data(
    stock: list[StockLead], agents: list[AgentCapacity], seed: int
) -> None:
    taken = {assignment.lead for assignment in plan(stock, agents, seed).assignments}
    left = set(stock) - taken

    def key(of: StockLead) -> tuple[int, datetime, bytes]:
        return of.class_rank, of.imported_at, draw_of_lead(seed, of.id)

    if taken and left:
        assert max(map(key, taken)) < min(map(key, left))


def test_among_equal_leads_the_seed_decides() -> None:
    stock = [lead(number) for number in range(40)]
    drawn = [tuple(drawn.id for drawn in first(stock, 10, seed)) for seed in range(20)]
    assert len(set(drawn)) == 20
    assert len({number for chosen in drawn for number in chosen}) == 40, "every lead is drawn by some seed"


# --- 3 shortage -------------------------------------------------------------------------------------------------


def part(agent: AgentCapacity, new: int) -> Fraction:
    return Fraction(2 * (agent.carried + agent.done + new) + 1, 2 * agent.quota)


@often
@given(stocks, rosters, seeds)
def test_a_shortage_is_shared_in_proportion_to_the_quotas(
    stock: list[StockLead], agents: list[AgentCapacity], seed: int
) -> None:
    """No agent with room left was further below the quota than one who got a lead."""
    shares = plan(stock, agents, seed).shares
    for hungry in (share for share in shares if share.new < share.agent.room):
        for served in (share for share in shares if share.new):
            assert part(served.agent, served.new - 1) <= part(hungry.agent, hungry.new)


@often
@given(stocks, st.dictionaries(st.integers(1, 50), st.integers(0, 12), max_size=8), st.integers(1, 10), seeds)
def test_with_equal_quotas_a_shortage_leaves_agents_at_most_one_apart(
    stock: list[StockLead], carried: dict[int, int], quota: int, seed: int
) -> None:
    shares = plan(stock, agents_of(carried, quota), seed).shares
    hungry = [share.agent.carried + share.new for share in shares if share.new < share.agent.room]
    for served in (share.agent.carried + share.new for share in shares if share.new):
        assert all(served <= held + 1 for held in hungry)


def test_the_agent_who_holds_least_is_served_first() -> None:
    assert share_out(4, agents_of({1: 0, 2: 3, 3: 1}, 5)) == [3, 0, 1]


def test_an_agent_who_works_half_a_day_gets_half_a_share() -> None:
    stock = [lead(number) for number in range(9)]
    shares = plan(stock, [AgentCapacity(1, 30), AgentCapacity(2, 30), AgentCapacity(3, 15)], 1).shares
    assert [share.new for share in shares][2] == 2
    assert sorted(share.new for share in shares[:2]) == [3, 4]


# --- 4 shares of classes and districts ----------------------------------------------------------------------------


@often
@given(stocks, rosters, seeds)
def test_classes_and_their_districts_are_allocated_in_proportion(
    stock: list[StockLead], agents: list[AgentCapacity], seed: int
) -> None:
    planned = plan(stock, agents, seed)
    total = len(planned.assignments)
    for cell, counts in by_cell(planned).items():
        for share in planned.shares:
            exact = Fraction(counts.total() * share.new, total)
            assert floor(exact) <= counts[share.agent.agent_id] <= ceil(exact), (cell, exact)


@often
@given(stocks, rosters, seeds)
def test_agents_who_get_equally_many_differ_by_one_of_a_class_at_most(
    stock: list[StockLead], agents: list[AgentCapacity], seed: int
) -> None:
    planned = plan(stock, agents, seed)
    groups: dict[int, list[int]] = defaultdict(list)
    for share in planned.shares:
        groups[share.new].append(share.agent.agent_id)
    districts: dict[str, Counter[int]] = defaultdict(Counter)
    for assignment in planned.assignments:
        districts[assignment.lead.district][assignment.agent_id] += 1
    for members in groups.values():
        for counts in by_cell(planned).values():
            had = [counts[agent] for agent in members]
            assert max(had) - min(had) <= 1
        for counts in districts.values():
            had = [counts[agent] for agent in members]
            assert max(had) - min(had) <= len({assignment.lead.customer_class for assignment in planned.assignments})


@often
@given(
    st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=5), min_size=1, max_size=5),
    st.lists(st.integers(1, 20), min_size=1, max_size=6),
)
def test_a_table_is_rounded_with_all_its_sums(classes: list[list[int]], parts: list[int]) -> None:
    total = sum(map(sum, classes))
    weights = [total * part // sum(parts) for part in parts]
    weights[0] += total - sum(weights)
    if not total:
        return
    table = round_table(weights, classes)
    for kind, cells in enumerate(classes):
        assert table.of_cell[kind].sum(axis=1).tolist() == cells
        assert table.of_cell[kind].sum(axis=0).tolist() == table.of_class[:, kind].tolist()
        for group, weight in enumerate(weights):
            exact = Fraction(sum(cells) * weight, total)
            assert floor(exact) <= table.of_class[group, kind] <= ceil(exact)
            for cell, count in enumerate(cells):
                exact = Fraction(count * weight, total)
                assert floor(exact) <= table.of_cell[kind][cell, group] <= ceil(exact)
    assert table.of_class.sum(axis=1).tolist() == weights


# --- 5 carry-over -------------------------------------------------------------------------------------------------


@often
@given(st.integers(1, 40), st.lists(st.integers(0, 5), min_size=2, max_size=9), seeds)
def test_odd_leads_of_a_class_go_to_agents_who_carry_fewest_of_it(high: int, carried: list[int], seed: int) -> None:
    """Every agent carries five leads, so each gets equally many; but they carry different numbers of the high class."""
    agents = [AgentCapacity(agent, 10, {"high": held, "general": 5 - held}) for agent, held in enumerate(carried)]
    room = 5 * len(agents)
    stock = [lead(number, "high") for number in range(min(high, room))]
    stock += [lead(number) for number in range(1000, 1000 + room - len(stock))]
    shares = plan(stock, agents, seed).shares
    most = max(share.by_class["high"] for share in shares)
    odd = [share.agent.held["high"] for share in shares if share.by_class["high"] == most]
    even = [share.agent.held["high"] for share in shares if share.by_class["high"] < most]
    if even:
        assert max(odd) <= min(even)


# --- 6 age, 7 order of the day ------------------------------------------------------------------------------------


@often
@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.integers(1, 6), seeds)
def test_the_oldest_leads_are_allocated_round_by_round(ages: list[int], agents: int, seed: int) -> None:
    """No agent's second lead is older than another's first."""
    stock = [lead(number, age=age) for number, age in enumerate(ages)]
    planned = plan(stock, [AgentCapacity(agent, 100) for agent in range(agents)], seed)
    rounds: dict[int, list[datetime]] = defaultdict(list)
    for share in planned.shares:
        mine = sorted(
            assignment.lead.imported_at
            for assignment in planned.assignments
            if assignment.agent_id == share.agent.agent_id
        )
        for turn, imported_at in enumerate(mine):
            rounds[turn].append(imported_at)
    for turn in range(1, len(rounds)):
        if len(rounds[turn]) == agents:  # in the last round somebody may have none
            assert max(rounds[turn - 1]) <= min(rounds[turn])


@often
@given(stocks, rosters, seeds)
def test_the_list_of_a_day_is_ordered_by_class_after_what_was_carried_over(
    stock: list[StockLead], agents: list[AgentCapacity], seed: int
) -> None:
    planned = plan(stock, agents, seed)
    for agent in agents:
        mine = [assignment for assignment in planned.assignments if assignment.agent_id == agent.agent_id]
        assert [assignment.position for assignment in mine] == [
            agent.carried + place for place in range(1, len(mine) + 1)
        ]
        ranks = [assignment.lead.class_rank for assignment in mine]
        assert ranks == sorted(ranks)


def test_districts_are_mixed_within_a_class_of_a_day() -> None:
    stock = [lead(number, district=DISTRICTS[number % 3], age=number // 10) for number in range(30)]
    mine = [assignment.lead.id for assignment in plan(stock, [AgentCapacity(1, 30)], 1).assignments]
    assert sorted(mine) == list(range(30))
    assert sum(earlier > later for earlier, later in pairwise(mine)) > 8


# --- 8 nothing else counts ----------------------------------------------------------------------------------------


@often
@given(stocks, rosters, seeds, st.randoms())
def test_the_same_inputs_and_seed_give_the_same_plan_in_any_order(
    stock: list[StockLead], agents: list[AgentCapacity], seed: int, shuffler: Random
) -> None:
    shuffled, agents = list(stock), list(agents)
    shuffler.shuffle(shuffled)
    shuffler.shuffle(agents)
    assert plan(stock, agents, seed) == plan(shuffled, agents, seed)
    assert digest_of({"seed": seed}, stock, agents) == digest_of({"seed": seed}, shuffled, agents)


@often
@given(stocks, rosters, seeds)
def test_an_agent_without_room_changes_nothing_for_the_others(
    stock: list[StockLead], agents: list[AgentCapacity], seed: int
) -> None:
    full = AgentCapacity(99, 3, {"general": 2}, done=1)
    assert plan(stock, [*agents, full], seed).assignments == plan(stock, agents, seed).assignments


def test_another_seed_gives_another_plan() -> None:
    stock = [lead(number) for number in range(40)]
    agents = agents_of({1: 0, 2: 0}, 20)
    assert plan(stock, agents, 1).assignments != plan(stock, agents, 2).assignments


def test_a_plan_stays_as_it_is() -> None:
    """Who changes how leads are allocated changes this line: the same seed gave another plan before."""
    stock = [lead(number, CLASSES[number % 4], DISTRICTS[number % 3], number % 2) for number in range(12)]
    planned = plan(stock, [AgentCapacity(1, 4), AgentCapacity(2, 3), AgentCapacity(3, 4, {"high": 2})], 20261124)
    assert [(assignment.agent_id, assignment.lead.id) for assignment in planned.assignments] == PLAN


PLAN: Sequence[tuple[int, int]] = [(2, 4), (2, 1), (2, 3), (3, 9), (3, 11), (1, 0), (1, 8), (1, 5), (1, 7)]


@often
@given(stocks, rosters, seeds)
def test_the_digest_depends_on_every_input(stock: list[StockLead], agents: list[AgentCapacity], seed: int) -> None:
    before = digest_of({"seed": seed}, stock, agents)
    one, *others = agents
    more = AgentCapacity(one.agent_id, one.quota, one.held, one.done + 1, one.part)
    half = AgentCapacity(one.agent_id, one.quota, one.held, one.done, 50)
    changed = [
        digest_of({"seed": seed + 1}, stock, agents),
        digest_of({"seed": seed}, [*stock, lead(4711)], agents),
        digest_of({"seed": seed}, stock, [more, *others]),
        digest_of({"seed": seed}, stock, [half, *others]),
        digest_of({"seed": seed}, stock, others),
    ]
    assert len({before, *changed}) == 6


# ------------------------------------------------------------------------------------------------------------------


def test_a_plan_may_have_no_agents_or_no_leads() -> None:
    assert plan([lead(1)], [], 1) == Plan((), (), 0, 1)
    assert plan([], agents_of({1: 0, 2: 0}, 30), 1).shortage == 60


def test_the_forecast_counts_working_days() -> None:
    assert forecast_days(2160, {"north": 360}) == 6.0
    assert forecast_days(2160, {"north": 300, "south": 60}) == 6.0, "leads of the whole bank are for all branches"
    assert forecast_days(100, {}) is None
    assert forecast_days(100, {"north": 0}) is None


def test_the_forecast_ends_with_the_branch_that_lacks_leads_first() -> None:
    need = {"north": 10, "south": 10}
    assert forecast_days(1000, need, {"north": 1000}) == 0.0, "the south gets none of the north's"
    assert forecast_days(150, need, {"north": 100}) == 5.0, "what is shared goes where leads are missing"
    assert forecast_days(300, need, {"north": 100}) == 15.0, "and to both once the north's own are used up"
    assert forecast_days(120, need, {"north": 100, "east": 20}) == 0.0, "leads of a branch without agents help nobody"
