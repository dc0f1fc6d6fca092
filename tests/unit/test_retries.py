"""When a lead is tried again: soon enough, spread over the day, and never left waiting for good."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.calendar.rules import WorkingCalendar
from callcenter.campaigns.retries import (
    DEFAULT_RETRIES,
    RetryAfter,
    RetryPolicy,
    RetryRule,
    TriedLead,
    next_attempt,
    policy_of,
    retry_problem,
    stored,
)
from callcenter.campaigns.rules import window_at
from callcenter.campaigns.types import Shift
from callcenter.eligibility.rules import foresee, next_allowed_at
from callcenter.eligibility.types import Horizon
from callcenter.kit.clock import at_business_time, business_date
from tests.support.rules import campaign_rules
from tests.unit.test_eligibility_rules import FINE

MONDAY = date(2026, 11, 23)
NOW = at_business_time(MONDAY, 10, 30)
CALENDAR = WorkingCalendar()


def opening_of(*shifts: Shift) -> Callable[[datetime], datetime | None]:
    campaign = campaign_rules(shifts=shifts) if shifts else campaign_rules()

    def opening(at: datetime) -> datetime | None:
        verdict = window_at(CALENDAR, campaign, at)
        return at if verdict.open else verdict.opens_at

    return opening


LEAD = TriedLead(after="no_answer", attempts=1, called_at=(NOW,), most=3, cap_per_day=1, opening=opening_of())


def due(lead: TriedLead = LEAD, policy: RetryPolicy = DEFAULT_RETRIES, now: datetime = NOW) -> datetime | None:
    return next_attempt(lead, policy, now).due_at


def only(after: RetryAfter, rule: RetryRule, gap: timedelta = timedelta(0)) -> RetryPolicy:
    return RetryPolicy({after: rule}, gap)


def test_a_number_tried_in_the_morning_is_tried_in_the_afternoon_next() -> None:
    assert due() == at_business_time(MONDAY + timedelta(days=1), 13, 30)
    afternoon = at_business_time(MONDAY, 14)
    assert due(replace(LEAD, called_at=(afternoon,)), now=afternoon) == at_business_time(MONDAY + timedelta(days=1), 10)


def test_the_part_of_the_day_tried_least_often_comes_next() -> None:
    called_at = (at_business_time(MONDAY - timedelta(days=3), 14), NOW)
    third = at_business_time(MONDAY + timedelta(days=1), 15, 30)
    assert due(replace(LEAD, attempts=2, called_at=called_at)) == third, "morning and early afternoon were tried"


def test_the_next_part_of_the_same_day_is_taken_where_the_cap_allows_it() -> None:
    soon = replace(LEAD, after="busy", cap_per_day=2)
    assert due(soon) == at_business_time(MONDAY, 13, 30)
    at_once = only(RetryAfter.BUSY, RetryRule(timedelta(minutes=30), 3, spread=False))
    assert due(soon, at_once) == NOW + timedelta(minutes=30)


def test_two_calls_to_a_number_are_apart_by_the_gap_at_least() -> None:
    policy = only(RetryAfter.BUSY, RetryRule(timedelta(minutes=5), 3, spread=False), timedelta(hours=1))
    assert due(replace(LEAD, after="busy", cap_per_day=9), policy) == NOW + timedelta(hours=1)


def test_a_window_without_another_part_is_used_as_it_is() -> None:
    mornings = replace(LEAD, opening=opening_of(Shift(time(10), time(11, 30))))
    assert due(mornings) == at_business_time(MONDAY + timedelta(days=1), 10)


def test_a_weekend_is_skipped_with_its_part_of_the_day() -> None:
    friday = at_business_time(MONDAY + timedelta(days=4), 10, 30)
    assert due(replace(LEAD, called_at=(friday,)), now=friday) == at_business_time(MONDAY + timedelta(days=7), 13, 30)


@pytest.mark.parametrize("after", ["invalid_number", "refused", "success", "never heard of"])
def test_what_has_no_rule_ends_the_lead_and_says_so(after: str) -> None:
    ended = next_attempt(replace(LEAD, after=after), DEFAULT_RETRIES, NOW)
    assert (ended.due_at, ended.reason) == (None, f"{after}: no further attempt")


def test_the_last_attempt_says_why_it_was_the_last() -> None:
    ended = next_attempt(replace(LEAD, attempts=3), DEFAULT_RETRIES, NOW)
    assert (ended.due_at, ended.reason) == (None, "no_answer: 3 attempts were made, the most is 3")
    assert due(replace(LEAD, after="rejected", attempts=2)) is None, "its own rule allows fewer"


@pytest.mark.parametrize(
    "policy",
    [
        only(RetryAfter.BUSY, RetryRule(timedelta(days=31), 3)),
        only(RetryAfter.BUSY, RetryRule(timedelta(minutes=-1), 3)),
        only(RetryAfter.BUSY, RetryRule(timedelta(), 0)),
        only(RetryAfter.BUSY, RetryRule(timedelta(), 21)),
        replace(DEFAULT_RETRIES, min_gap=timedelta(days=2)),
        replace(DEFAULT_RETRIES, day_parts=(time(15), time(12))),
        replace(DEFAULT_RETRIES, day_parts=(time(12), time(12))),
    ],
)
def test_a_rule_outside_its_limits_is_refused(policy: RetryPolicy) -> None:
    assert retry_problem(policy) is not None


def test_rules_come_back_as_they_were_stored_and_old_rows_are_read() -> None:
    assert policy_of(stored(DEFAULT_RETRIES)) == DEFAULT_RETRIES
    assert retry_problem(DEFAULT_RETRIES) is None
    old = {"busy": {"delay_minutes": 30.0, "most": 3}, "congestion": {"delay_minutes": 10.0, "most": 3}}
    assert policy_of(old).rules == {RetryAfter.BUSY: RetryRule(timedelta(minutes=30), 3)}


# --- no combination starves a lead ------------------------------------------------------------------------------------

policies = st.builds(
    RetryPolicy,
    rules=st.dictionaries(
        st.sampled_from(RetryAfter),
        st.builds(
            RetryRule,
            delay=st.integers(0, 30 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)),
            most=st.integers(1, 20),
            spread=st.booleans(),
        ),
    ),
    min_gap=st.integers(0, 24 * 60).map(lambda minutes: timedelta(minutes=minutes)),
    day_parts=st.lists(st.integers(0, 23).map(time), max_size=5, unique=True).map(lambda parts: tuple(sorted(parts))),
)
shifts = st.sampled_from(
    [
        (),
        (Shift(time(8), time(21)),),
        (Shift(time(10), time(10, 15)),),
        (Shift(time(9), time(10)), Shift(time(20), time(21))),
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    policy=policies,
    hours=shifts,
    ends=st.lists(st.sampled_from([after.value for after in RetryAfter]), min_size=21, max_size=21),
    caps=st.tuples(st.integers(1, 3), st.integers(0, 4)),
    most=st.integers(1, 20),
    factor=st.sampled_from([0.1, 1.0, 5.0]),
)
def test_no_combination_of_rules_leaves_a_lead_waiting_for_good(
    policy: RetryPolicy,
    hours: tuple[Shift, ...],
    ends: list[str],
    caps: tuple[int, int],
    most: int,
    factor: float,
) -> None:
    """Each attempt is followed by another that the judge allows, in bounded time, or by a stated end."""
    assert retry_problem(policy) is None
    opening = opening_of(*hours)
    cap_per_day, more_a_week = caps
    now, called_at = opening(NOW), []
    for attempts, after in enumerate(ends, start=1):
        assert now is not None
        called_at.append(now)
        lead = TriedLead(
            after=after,
            attempts=attempts,
            called_at=tuple(called_at),
            most=most,
            retry_factor=factor,
            cap_per_day=cap_per_day,
            opening=opening,
        )
        attempt = next_attempt(lead, policy, now)
        if attempt.due_at is None:
            assert attempt.reason
            return
        longest = policy.rules[RetryAfter(after)].delay * factor + policy.min_gap + timedelta(days=12)
        assert now <= attempt.due_at <= now + longest
        week = tuple(at for at in called_at if business_date(at) > business_date(attempt.due_at) - timedelta(days=7))
        horizon = Horizon(opening=opening, dnc_until=None, called_at=week, basis_until=None, licensed_until=None)
        facts = replace(
            FINE,
            attempts=attempts,
            max_attempts=most,
            cap_per_day=cap_per_day,
            cap_per_7_days=cap_per_day + more_a_week,
            left_alone_until=called_at[-1] + policy.min_gap,
        )
        allowed_at = next_allowed_at(foresee(facts, horizon, attempt.due_at), horizon, attempt.due_at)
        assert allowed_at is not None, "the lead is due and no judge will ever let it be called"
        assert allowed_at <= attempt.due_at + timedelta(days=20)
        now = allowed_at
    raise AssertionError("twenty attempts are the most")
