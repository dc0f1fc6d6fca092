"""What a campaign lacks before it may start, and which steps of an installation are done (requirements H4, S6)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from callcenter.people.types import Role
from callcenter.readiness.rules import STAFF_NEEDED, start_readiness, steps
from callcenter.readiness.types import InstallationFacts, Need, StartFacts, Step

FIRST = date(2026, 12, 14)
COMPLETE = StartFacts(
    first_on=FIRST,
    script=True,
    caller_id="07715550000",
    caller_id_approved=True,
    agents=2,
    branches=frozenset({"north"}),
    led_branches=frozenset({"north", "south"}),
    reviewed_branches=frozenset({"north"}),
    regions=2,
    unready_regions=(),
    dispatchers=1,
    stock=90,
    stock_days=1.5,
    stock_low=True,
)


def test_nothing_is_missing_where_all_is_there_and_a_low_stock_is_no_reason_to_wait() -> None:
    assert start_readiness(COMPLETE, None).missing == ()


@pytest.mark.parametrize(
    ("change", "need"),
    [
        ({"script": False}, Need.SCRIPT),
        ({"caller_id_approved": False}, Need.CALLER_ID),
        ({"branches": frozenset({"north", "east"}), "reviewed_branches": frozenset({"north", "east"})}, Need.LEADERS),
        ({"branches": frozenset({"north", "south"})}, Need.QA),
        ({"regions": 0}, Need.REGIONS),
        ({"unready_regions": ("East",)}, Need.REGIONS),
        ({"dispatchers": 0}, Need.RECEIVER),
        ({"stock": 0, "stock_days": 0.0}, Need.STOCK),
    ],
)
def test_each_thing_that_is_missing_is_named(change: dict[str, Any], need: Need) -> None:
    assert start_readiness(replace(COMPLETE, **change), None).missing == (need,)


def test_without_an_agent_their_leaders_and_reviewers_are_missing_too() -> None:
    readiness = start_readiness(replace(COMPLETE, agents=0, branches=frozenset()), None)
    assert readiness.missing == (Need.AGENTS, Need.LEADERS, Need.QA)


def test_deadlines_count_back_from_the_first_day() -> None:
    due = {card.need: card.due_on for card in start_readiness(COMPLETE, FIRST).needs}
    assert due[Need.SCRIPT] == date(2026, 12, 2)
    assert due[Need.STOCK] == date(2026, 12, 8)
    assert due[Need.CALLER_ID] == FIRST
    assert {card.due_on for card in start_readiness(COMPLETE, None).needs} == {None}


NOTHING = InstallationFacts(
    staff={Role.ADMINISTRATOR: 1},
    regions=0,
    unready_regions=(),
    caller_ids=0,
    trunks_out_of_use=(),
    campaigns=0,
    scripts=0,
    script_waits=False,
    lists=0,
    members=0,
    running=0,
    allocated=False,
    recorded=False,
)
ALL: dict[Step, dict[str, Any]] = {
    Step.STAFF: {"staff": dict.fromkeys(STAFF_NEEDED, 1)},
    Step.REGIONS: {"regions": 1},
    Step.LINE: {"caller_ids": 1},
    Step.CAMPAIGN: {"campaigns": 1},
    Step.SCRIPT: {"scripts": 1},
    Step.LIST: {"lists": 1},
    Step.MEMBERS: {"members": 1},
    Step.START: {"running": 1},
    Step.ALLOCATION: {"allocated": True},
    Step.FIRST_CALL: {"recorded": True},
}


def test_a_fresh_installation_has_every_step_before_it() -> None:
    cards = steps(NOTHING)
    assert [card.step for card in cards] == list(Step)
    assert not any(card.done for card in cards)
    assert all(card.doers for card in cards)


@pytest.mark.parametrize("step", Step)
def test_each_step_is_done_by_what_it_is_about(step: Step) -> None:
    assert [card.step for card in steps(replace(NOTHING, **ALL[step])) if card.done] == [step]


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({"staff": dict.fromkeys(STAFF_NEEDED[1:], 1)}, Step.STAFF),
        ({"unready_regions": ("East",)}, Step.REGIONS),
        ({"trunks_out_of_use": ("carrier",)}, Step.LINE),
    ],
)
def test_what_is_half_done_is_not_done(change: dict[str, Any], step: Step) -> None:
    everything: dict[str, Any] = {name: value for one in ALL.values() for name, value in one.items()}
    assert [card.step for card in steps(replace(NOTHING, **{**everything, **change})) if not card.done] == [step]
