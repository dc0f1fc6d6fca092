"""Deadlines of a complaint, conflicts of interest, and the evidence that the customer was called back."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.calendar.rules import WorkingCalendar
from callcenter.calls.types import CallCard, CallKind, CallState, Disposition, Outcome
from callcenter.campaigns.rules import served_for
from callcenter.campaigns.types import ServiceDays, ServiceHours
from callcenter.complaints.rules import complained_of, conflict_of_interest, deadlines, proves_callback
from callcenter.complaints.transitions import CASE, CaseFact
from callcenter.complaints.types import CaseState, Category
from callcenter.kit.clock import at_business_time

OPENED = at_business_time(date(2026, 11, 23), 10, 30)


def at_once(since: datetime) -> datetime:
    return since


def test_a_complaint_is_answered_within_a_day_and_decided_within_fifteen() -> None:
    due = deadlines(
        OPENED, answer=timedelta(hours=24), decide_days=15, first_call=timedelta(minutes=10), served_by=at_once
    )
    assert due.answer_due_at == at_business_time(date(2026, 11, 24), 10, 30)
    assert due.decide_due_at == at_business_time(date(2026, 12, 9), 0)
    assert due.call_from == OPENED + timedelta(minutes=10)


def test_days_are_counted_in_shanghai() -> None:
    late_evening_utc = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # the 24th, 01:00 in Shanghai
    due = deadlines(
        late_evening_utc, answer=timedelta(hours=24), decide_days=1, first_call=timedelta(0), served_by=at_once
    )
    assert due.decide_due_at == at_business_time(date(2026, 11, 26), 0)


def due_at(opened: datetime, hours: ServiceHours) -> datetime:
    """When the answer is due at the latest, with four hours in which the customer can be called back."""
    return deadlines(
        opened,
        answer=timedelta(hours=24),
        decide_days=15,
        first_call=timedelta(minutes=10),
        served_by=lambda since: served_for(WorkingCalendar(), hours, since, timedelta(hours=4)),
    ).answer_due_at


@given(minutes=st.integers(min_value=0, max_value=30 * 24 * 60))
def test_with_service_hours_on_every_day_the_24_hours_are_kept_whenever_the_complaint_comes(minutes: int) -> None:
    opened = at_business_time(date(2026, 9, 20), 0) + timedelta(minutes=minutes)  # over Golden Week
    assert due_at(opened, ServiceHours()) == opened + timedelta(hours=24)


def test_no_deadline_passes_while_nobody_may_call() -> None:
    weekdays = ServiceHours(time(9), time(17), ServiceDays.WORKING_DAYS)
    friday, monday = date(2026, 11, 20), date(2026, 11, 23)
    assert due_at(at_business_time(friday, 10), weekdays) == at_business_time(date(2026, 11, 21), 10)
    assert due_at(at_business_time(friday, 15), weekdays) == at_business_time(monday, 11, 10)
    assert due_at(at_business_time(friday, 18), weekdays) == at_business_time(monday, 13)
    golden_week = due_at(at_business_time(date(2026, 9, 30), 18), weekdays)
    assert golden_week == at_business_time(date(2026, 10, 8), 13)


def test_service_hours_that_cannot_be_evaluated_leave_the_24_hours() -> None:
    assert due_at(OPENED, ServiceHours(time(17), time(9))) == OPENED + timedelta(hours=24)


@pytest.mark.parametrize("category", Category)
def test_only_a_complaint_about_the_product_clears_the_agent(category: Category) -> None:
    assert complained_of(category, 7) == (None if category is Category.PRODUCT else 7)
    assert complained_of(category, None) is None


def test_a_case_is_closed_when_it_is_decided_and_the_customer_called_back() -> None:
    assert CASE.initial is CaseState.OPEN
    for first, second, between in (
        (CaseFact.OBLIGATION_ENDED, CaseFact.DECIDED, CaseState.ANSWERED),
        (CaseFact.DECIDED, CaseFact.OBLIGATION_ENDED, CaseState.DECIDED),
    ):
        assert CASE.advance(CaseState.OPEN, first) is between
        assert CASE.advance(between, second) is CaseState.CLOSED
        assert CASE.advance(between, first) is None


def test_staff_with_a_conflict_of_interest_do_not_handle_a_case() -> None:
    assert conflict_of_interest(1, complained_of=1)
    assert conflict_of_interest(1, complained_of=None, last_caller=1)
    assert conflict_of_interest(1, complained_of=None, decider=1)
    assert not conflict_of_interest(1, complained_of=2, last_caller=3, decider=4)
    assert not conflict_of_interest(1, complained_of=None)


def call(
    kind: CallKind = CallKind.COMPLAINT,
    outcome: Outcome | None = Outcome.ANSWERED,
    disposition: Disposition | None = Disposition.RESOLVED,
    callback_id: int | None = 5,
) -> CallCard:
    return CallCard(
        id=UUID(int=1),
        kind=kind,
        state=CallState.ENDED,
        outcome=outcome,
        disposition=disposition,
        agent_id=1,
        lead_id=1,
        campaign_id=1,
        assignment_id=None,
        callback_id=callback_id,
        planned_at=OPENED,
        dialled_at=OPENED,
        answered_at=OPENED,
        ended_at=OPENED,
        details={},
    )


def test_an_answered_callback_is_evidence_whether_the_customer_is_content_or_not() -> None:
    assert proves_callback(call())
    assert proves_callback(call(disposition=Disposition.UNRESOLVED))


@pytest.mark.parametrize(
    "other",
    [
        call(kind=CallKind.LEAD),
        call(kind=CallKind.CALLBACK),
        call(outcome=Outcome.NO_ANSWER),
        call(disposition=Disposition.MACHINE),
        call(disposition=None),
        call(callback_id=None),
    ],
)
def test_no_other_call_is_evidence(other: CallCard) -> None:
    assert not proves_callback(other)
