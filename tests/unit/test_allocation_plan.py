"""Who gets which leads: never above the quota, as even as it can be, the same for the same seed."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.allocation.rules import Plan, forecast_days, plan, share_out
from callcenter.leads.types import StockLead

DAY = datetime(2026, 11, 20, tzinfo=UTC)
CLASSES = ("high", "contributing", "general", "dormant")
DISTRICTS = ("east", "south", "west")


def lead(number: int, customer_class: str = "general", district: str = "east", age: int = 0) -> StockLead:
    return StockLead(number, customer_class, district, DAY - timedelta(days=age))


stocks = st.lists(st.tuples(st.sampled_from(CLASSES), st.sampled_from(DISTRICTS), st.integers(0, 3)), max_size=120).map(
    lambda kinds: [lead(number, *kind) for number, kind in enumerate(kinds)]
)
loads = st.dictionaries(st.integers(1, 50), st.integers(0, 12), max_size=8)


def totals(made: Plan, carried: dict[int, int]) -> dict[int, int]:
    new = Counter(each.agent_id for each in made.assignments)
    return {agent: held + new[agent] for agent, held in carried.items()}


@settings(max_examples=150, deadline=None)
@given(stocks, loads, st.integers(1, 10), st.integers(0, 99))
def test_nobody_exceeds_the_quota_and_no_lead_is_in_two_hands(
    stock: list[StockLead], carried: dict[int, int], quota: int, seed: int
) -> None:
    made = plan(stock, carried, carried, quota, seed)
    for agent, held in totals(made, carried).items():
        assert held <= max(quota, carried[agent])
    ids = [each.lead_id for each in made.assignments]
    assert len(ids) == len(set(ids))
    assert set(ids) <= {each.id for each in stock}
    assert {each.agent_id for each in made.assignments} <= set(carried)


@settings(max_examples=150, deadline=None)
@given(stocks, loads, st.integers(1, 10), st.integers(0, 99))
def test_everybody_is_filled_or_the_stock_is_used_up_and_the_shortage_told(
    stock: list[StockLead], carried: dict[int, int], quota: int, seed: int
) -> None:
    made = plan(stock, carried, carried, quota, seed)
    need = sum(max(0, quota - held) for held in carried.values())
    assert len(made.assignments) == min(need, len(stock))
    assert made.shortage == need - len(made.assignments)


@settings(max_examples=150, deadline=None)
@given(stocks, loads, st.integers(1, 10), st.integers(0, 99))
def test_a_shortage_is_shared_evenly(stock: list[StockLead], carried: dict[int, int], quota: int, seed: int) -> None:
    """Whoever got something new holds at most one more than anybody who could have had it."""
    made = plan(stock, carried, carried, quota, seed)
    held = totals(made, carried)
    served = {each.agent_id for each in made.assignments}
    hungry = [count for count in held.values() if count < quota]
    for agent in served:
        assert all(held[agent] <= count + 1 for count in hungry)


@settings(max_examples=150, deadline=None)
@given(stocks, st.sets(st.integers(1, 50), min_size=1, max_size=8), st.integers(1, 15), st.integers(0, 99))
def test_classes_and_districts_are_dealt_evenly(
    stock: list[StockLead], agents: set[int], quota: int, seed: int
) -> None:
    """Between agents who get equally many, each class and each district of a class differs by one at most."""
    made = plan(stock, agents, {}, quota, seed)
    kinds = {each.id: each for each in stock}
    shares = Counter(each.agent_id for each in made.assignments)
    cells: dict[tuple[str, ...], Counter[int]] = defaultdict(Counter)
    for each in made.assignments:
        kind = kinds[each.lead_id]
        cells[(kind.customer_class,)][each.agent_id] += 1
        cells[(kind.customer_class, kind.district)][each.agent_id] += 1
    equal = [agent for agent in agents if shares[agent] == max(shares.values(), default=0)]
    for cell, counts in cells.items():
        had = [counts[agent] for agent in equal]
        spread = max(had) - min(had)
        assert spread <= 1 if len(equal) == len(agents) else spread <= 2, cell


@settings(max_examples=150, deadline=None)
@given(stocks, loads, st.integers(1, 10), st.integers(0, 99), st.randoms())
def test_the_same_inputs_and_seed_give_the_same_plan_in_whatever_order_they_come(
    stock: list[StockLead], carried: dict[int, int], quota: int, seed: int, shuffler: Random
) -> None:
    shuffled, agents = list(stock), list(carried)
    shuffler.shuffle(shuffled)
    shuffler.shuffle(agents)
    assert plan(stock, carried, carried, quota, seed) == plan(shuffled, agents, carried, quota, seed)


def test_another_seed_gives_another_plan() -> None:
    stock = [lead(number) for number in range(40)]
    assert plan(stock, [1, 2], {}, 20, 1) != plan(stock, [1, 2], {}, 20, 2)


def test_the_oldest_data_go_first() -> None:
    stock = [lead(number, age=number % 2) for number in range(20)]
    made = plan(stock, [1, 2], {}, 5, 1)
    assert {each.lead_id for each in made.assignments} == {number for number in range(20) if number % 2}


@settings(max_examples=150, deadline=None)
@given(stocks, loads, st.integers(1, 10), st.integers(0, 99))
def test_the_places_of_a_day_follow_what_is_carried_over(
    stock: list[StockLead], carried: dict[int, int], quota: int, seed: int
) -> None:
    made = plan(stock, carried, carried, quota, seed)
    for agent, held in carried.items():
        places = [each.position for each in made.assignments if each.agent_id == agent]
        assert places == list(range(held + 1, held + 1 + len(places)))


def test_each_assignment_says_why() -> None:
    made = plan([lead(1, "high", "east"), lead(2, "high", "west")], [7], {7: 3}, 5, 42)
    assert made.assignments[0].reason == (
        "dealt in turn among 1 agents, class by class and district by district: class high (2 of this agent's 2 new), "
        f"district {'east' if made.assignments[0].lead_id == 1 else 'west'}, data of 2026-11-20; "
        "3 held before within the quota of 5; seed 42"
    )


def test_whoever_holds_least_is_served_first() -> None:
    assert share_out(4, {1: 5, 2: 2, 3: 4}, {1: 0, 2: 3, 3: 1}) == {1: 3, 2: 0, 3: 1}


def test_nobody_to_serve_and_nothing_to_share() -> None:
    assert plan([lead(1)], [], {}, 30, 1) == Plan((), 0)
    assert plan([], [1, 2], {}, 30, 1) == Plan((), 60)


def test_the_forecast_counts_working_days() -> None:
    assert forecast_days(2160, 12, 30) == 6.0
    assert forecast_days(100, 0, 30) is None
