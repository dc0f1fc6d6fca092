"""What follows a call made for a promise or an obligation."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from callcenter.calendar.rules import WorkingCalendar
from callcenter.callbacks.rules import CallMade, NextStep, Sequel, after_call, time_of
from callcenter.callbacks.settings import CallbackSettings
from callcenter.callbacks.transitions import OBLIGATION, Fact
from callcenter.callbacks.types import OPEN_STATES, CallbackKind, CallbackState
from callcenter.calls.types import Disposition, Outcome
from callcenter.campaigns.rules import window_at
from callcenter.campaigns.types import CampaignState
from callcenter.kit.clock import at_business_time
from tests.support.rules import campaign_rules

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SETTINGS = CallbackSettings()
PROMISE, COMPLAINT = CallbackKind.AGENT_PROMISE, CallbackKind.COMPLAINT


def step(
    kind: CallbackKind,
    outcome: Outcome,
    disposition: Disposition = Disposition.NOT_REACHED,
    attempts: int = 0,
    asked_for: datetime | None = None,
) -> NextStep:
    call = CallMade(kind=kind, outcome=outcome, disposition=disposition, attempts=attempts, asked_for=asked_for)
    return after_call(call, SETTINGS.retry_rules(), NOW)


def test_a_promise_is_kept_by_a_conversation() -> None:
    assert step(PROMISE, Outcome.ANSWERED, Disposition.THINKING).sequel is Sequel.DONE


@pytest.mark.parametrize("disposition", [Disposition.MACHINE, Disposition.NOT_REACHED])
def test_an_answering_machine_fulfils_no_promise(disposition: Disposition) -> None:
    after = step(PROMISE, Outcome.ANSWERED, disposition)
    assert (after.sequel, after.counts) == (Sequel.RETRY, True)


def test_a_promise_is_tried_a_few_times_and_lapses() -> None:
    assert step(PROMISE, Outcome.NO_ANSWER, attempts=0).due_at == NOW + SETTINGS.promise_retry
    assert step(PROMISE, Outcome.BUSY, attempts=1).due_at == NOW + SETTINGS.busy_retry
    assert step(PROMISE, Outcome.NO_ANSWER, attempts=2).sequel is Sequel.LAPSE


@pytest.mark.parametrize("kind", CallbackKind)
@pytest.mark.parametrize("outcome", [Outcome.NOT_PLACED, Outcome.CANCELLED, Outcome.CONGESTION, Outcome.UNKNOWN])
def test_a_call_that_never_reached_the_customers_network_is_no_attempt(kind: CallbackKind, outcome: Outcome) -> None:
    after = step(kind, outcome, attempts=99)
    assert (after.sequel, after.counts) == (Sequel.RETRY, False)


@pytest.mark.parametrize("disposition", [Disposition.RESOLVED, Disposition.UNRESOLVED])
def test_a_complaint_conversation_waits_for_its_recording(disposition: Disposition) -> None:
    after = step(COMPLAINT, Outcome.ANSWERED, disposition)
    assert after.sequel is Sequel.AWAIT_EVIDENCE
    assert after.due_at == NOW + SETTINGS.evidence_wait


def test_no_call_ends_an_obligation_whatever_its_outcome() -> None:
    for outcome, disposition, attempts in product(Outcome, Disposition, (0, 5, 50)):
        after = step(COMPLAINT, outcome, disposition, attempts)
        assert after.sequel in {Sequel.RETRY, Sequel.AWAIT_EVIDENCE}
        assert after.due_at is not None
        assert after.due_at > NOW


def test_a_complaining_customer_may_name_another_time() -> None:
    later = NOW + timedelta(days=1)
    assert step(COMPLAINT, Outcome.ANSWERED, Disposition.CALLBACK, asked_for=later).due_at == later


def test_an_obligation_can_be_met_from_every_open_state_and_never_lapses() -> None:
    assert set(OBLIGATION.sources(Fact.REACHED)) == set(OPEN_STATES)
    assert OBLIGATION.sources(Fact.GIVEN_UP) == ()
    assert CallbackState.LAPSED not in OBLIGATION.reachable(OBLIGATION.initial)


SATURDAY_AT_TEN = at_business_time(date(2026, 11, 21), 10)
MONDAY_AT_TEN = at_business_time(date(2026, 11, 23), 10)


@pytest.mark.parametrize(
    ("promised_at", "call_at"),
    [
        (SATURDAY_AT_TEN, MONDAY_AT_TEN),
        (at_business_time(date(2026, 11, 20), 19, 30), MONDAY_AT_TEN),
        (at_business_time(date(2026, 10, 1), 11), at_business_time(date(2026, 10, 8), 10)),
        (at_business_time(date(2026, 11, 23), 12, 30), at_business_time(date(2026, 11, 23), 13, 30)),
        (at_business_time(date(2026, 11, 23), 14), at_business_time(date(2026, 11, 23), 14)),
    ],
)
def test_a_promise_outside_the_window_is_kept_at_the_next_opening_with_its_grace(
    promised_at: datetime, call_at: datetime
) -> None:
    window = window_at(WorkingCalendar(), campaign_rules(), promised_at)
    time = time_of(promised_at, window, timedelta(minutes=30))
    assert (time.promised_at, time.call_at) == (promised_at, call_at)
    assert time.opens_to_team_at == call_at + timedelta(minutes=30)


def test_a_promise_of_a_campaign_that_does_not_run_keeps_its_own_time() -> None:
    window = window_at(WorkingCalendar(), campaign_rules(state=CampaignState.CLOSED), SATURDAY_AT_TEN)
    assert time_of(SATURDAY_AT_TEN, window, timedelta(minutes=30)).call_at == SATURDAY_AT_TEN
