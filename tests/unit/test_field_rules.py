"""Where a passed success goes, by when, and what follows a visit."""

from datetime import date, time, timedelta

import pytest

from callcenter.calendar.rules import WorkingCalendar
from callcenter.field.rules import (
    AfterVisit,
    AgentLoad,
    after_visit,
    end_problem,
    find_region,
    hand_over_due,
    move_problem,
    policy_problem,
    route,
)
from callcenter.field.transitions import HAND_OVER
from callcenter.field.types import HandOverState, Policy, RegionCard, RoutingReason, VisitResult
from callcenter.kit.clock import at_business_time

EAST = RegionCard(1, "East", ("浦东新区", "Yangpu"), None)
WEST = RegionCard(2, "West", ("长宁区", "Putuo"), None)
NOW = at_business_time(date(2026, 11, 23), 10, 30)


@pytest.mark.parametrize(
    ("handed", "due"),
    [
        ((date(2026, 11, 23), 10), date(2026, 11, 24)),  # Monday → Tuesday
        ((date(2026, 11, 27), 19), date(2026, 11, 30)),  # Friday → Monday
        ((date(2026, 9, 30), 19), date(2026, 10, 8)),  # the eve of the national holiday
    ],
)
def test_a_hand_over_is_assigned_by_half_past_nine_of_the_next_working_day(handed: tuple[date, int], due: date) -> None:
    assert hand_over_due(at_business_time(*handed), WorkingCalendar(), time(9, 30)) == at_business_time(due, 9, 30)


@pytest.mark.parametrize(
    ("district", "region"),
    [
        ("浦东新区", EAST),
        (" 浦东 新区 ", EAST),
        ("ｙａｎｇｐｕ", EAST),
        ("PUTUO", WEST),
        ("浦东", None),
        ("Nowhere", None),
        ("", None),
    ],
)
def test_a_district_is_found_by_its_name_and_never_guessed(district: str, region: RegionCard | None) -> None:
    assert find_region(district, [EAST, WEST]) == region


def test_a_district_of_two_regions_goes_to_the_dispatcher() -> None:
    assert find_region("Putuo", [WEST, RegionCard(3, "North", ("Putuo",), None)]) is None


def test_a_hand_over_of_an_unknown_region_goes_to_the_dispatcher_alone() -> None:
    routing = route(None, [AgentLoad(1, 0)], 6)
    assert (routing.region_id, routing.field_agent_id, routing.state) == (None, None, HandOverState.UNKNOWN_REGION)


def test_the_field_agent_with_the_fewest_visits_gets_the_hand_over() -> None:
    routing = route(EAST, [AgentLoad(8, 2), AgentLoad(9, 1), AgentLoad(7, 1)], 6)
    assert (routing.region_id, routing.field_agent_id, routing.state) == (EAST.id, 7, HandOverState.ASSIGNED)


@pytest.mark.parametrize(
    ("loads", "why"), [([AgentLoad(7, 6), AgentLoad(8, 7)], RoutingReason.ALL_FULL), ([], RoutingReason.NO_FIELD_AGENT)]
)
def test_a_region_without_a_free_agent_keeps_it_open(loads: list[AgentLoad], why: RoutingReason) -> None:
    routing = route(EAST, loads, 6)
    assert (routing.region_id, routing.field_agent_id, routing.state) == (EAST.id, None, HandOverState.OPEN)
    assert routing.reason is why


def test_a_leader_assigns_only_within_the_own_region() -> None:
    assert not move_problem(own_region=1, everywhere=False, from_region=1, to_region=1, reason="")
    for own, source, target in ((1, 1, 2), (1, 2, 1), (1, None, 1), (None, 1, 1)):
        assert move_problem(own_region=own, everywhere=False, from_region=source, to_region=target, reason="holiday")


def test_a_dispatcher_assigns_across_regions_with_a_reason() -> None:
    assert not move_problem(own_region=None, everywhere=True, from_region=None, to_region=2, reason="")
    assert move_problem(own_region=None, everywhere=True, from_region=1, to_region=2, reason=" ")
    assert not move_problem(own_region=None, everywhere=True, from_region=1, to_region=2, reason="moved away")


@pytest.mark.parametrize("result", [VisitResult.SIGNED, VisitResult.REFUSED, VisitResult.WRONG])
def test_some_results_end_the_visits(result: VisitResult) -> None:
    after = after_visit(result, None, NOW)
    assert isinstance(after, AfterVisit)
    assert (HAND_OVER.target(after.fact), after.next_at) == (HandOverState.DONE, None)
    assert isinstance(after_visit(result, NOW + timedelta(days=1), NOW), str)


@pytest.mark.parametrize("result", [VisitResult.THINKING, VisitResult.NOT_MET])
def test_other_results_need_a_next_appointment_or_return_to_the_leader(result: VisitResult) -> None:
    later = NOW + timedelta(days=2)
    again, back = after_visit(result, later, NOW), after_visit(result, None, NOW)
    assert isinstance(again, AfterVisit)
    assert isinstance(back, AfterVisit)
    assert (HAND_OVER.target(again.fact), again.next_at) == (HandOverState.ASSIGNED, later)
    assert HAND_OVER.target(back.fact) is HandOverState.OPEN
    assert isinstance(after_visit(result, NOW, NOW), str)


SIGNED, TODAY = date(2026, 11, 20), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("issued", "starts", "ends", "problem"),
    [
        (SIGNED, SIGNED, None, ""),
        (TODAY, date(2026, 12, 1), date(2026, 12, 1), ""),
        (date(2026, 11, 19), TODAY, None, "issued"),
        (date(2026, 11, 24), TODAY, None, "issued"),
        (TODAY, date(2026, 11, 19), None, "cover begins"),
        (TODAY, TODAY, date(2026, 11, 22), "cover ends"),
    ],
)
def test_a_policy_is_issued_after_the_signature_and_ends_after_it_begins(
    issued: date, starts: date, ends: date | None, problem: str
) -> None:
    found = policy_problem(Policy(number="P1", issued_on=issued, starts_on=starts, ends_on=ends), SIGNED, TODAY)
    assert problem in found
    assert bool(problem) == bool(found)


@pytest.mark.parametrize(("on", "wrong"), [(SIGNED, False), (TODAY, False), (date(2026, 11, 19), True)])
def test_an_application_ends_between_the_signature_and_today(on: date, wrong: bool) -> None:
    assert bool(end_problem(on, SIGNED, TODAY)) is wrong
    assert end_problem(date(2026, 11, 24), SIGNED, TODAY)
