"""What each disposition entails, and that the rooms that ask the table get what they rely on."""

import pytest

from callcenter.calls.dispositions import (
    DISPOSITIONS,
    dispositions_for,
    dispositions_with,
    system_disposition,
)
from callcenter.calls.types import CallKind, Disposition, Outcome
from callcenter.reporting.types import LedgerResult

D = Disposition


def test_every_answered_call_of_a_kind_has_something_to_be_said_of_it() -> None:
    conversation = (D.SUCCESS, D.CALLBACK, D.THINKING, D.REFUSED, D.DO_NOT_CALL, D.WRONG_PERSON, D.COMPLAINT, D.MACHINE)
    assert dispositions_for(CallKind.LEAD, Outcome.ANSWERED) == conversation
    assert dispositions_for(CallKind.CALLBACK, Outcome.ANSWERED) == conversation
    assert dispositions_for(CallKind.COMPLAINT, Outcome.ANSWERED) == (D.RESOLVED, D.UNRESOLVED, D.MACHINE)


@pytest.mark.parametrize("kind", CallKind)
@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.ANSWERED}))
def test_calls_that_were_not_answered_get_their_disposition_from_the_system(kind: CallKind, outcome: Outcome) -> None:
    assert system_disposition(kind, outcome) is D.NOT_REACHED


@pytest.mark.parametrize("kind", CallKind)
def test_an_answered_call_gets_its_disposition_from_its_agent(kind: CallKind) -> None:
    assert system_disposition(kind, Outcome.ANSWERED) is None


def test_a_disposition_with_a_do_not_call_reason_ends_promises_and_closes_the_lead() -> None:
    for disposition in dispositions_with(lambda rule: rule.dnc_reason is not None):
        assert DISPOSITIONS[disposition].ends_promises
        assert DISPOSITIONS[disposition].closes_lead


def test_a_machine_or_an_unanswered_call_reaches_no_customer() -> None:
    assert dispositions_with(lambda rule: not rule.spoke_to_customer) == (D.NOT_REACHED, D.MACHINE, D.NOT_ENTERED)


def test_only_a_complaint_callback_is_evidence() -> None:
    for disposition in dispositions_with(lambda rule: rule.is_evidence):
        assert DISPOSITIONS[disposition].kinds == {CallKind.COMPLAINT}


def test_dispositions_with_an_appointment_require_its_time() -> None:
    for disposition in dispositions_with(lambda rule: rule.makes_callback):
        assert "callback_at" in DISPOSITIONS[disposition].requires
    for disposition in dispositions_with(lambda rule: rule.is_success):
        assert "visit_at" in DISPOSITIONS[disposition].requires


def test_every_conversation_with_a_customer_has_its_result_in_the_ledger() -> None:
    results = {result.value for result in LedgerResult}
    for disposition in dispositions_with(lambda rule: rule.spoke_to_customer and CallKind.LEAD in rule.kinds):
        assert disposition.value in results or DISPOSITIONS[disposition].makes_callback


def test_who_ends_all_promises_and_is_no_success_is_not_called_in_any_campaign() -> None:
    """One number is one person: a refusal or a wrong person acts on the leads, promises and visits of all campaigns."""
    for disposition, rule in DISPOSITIONS.items():
        if rule.ends_promises and not rule.is_success:
            assert rule.dnc_reason is not None, disposition
