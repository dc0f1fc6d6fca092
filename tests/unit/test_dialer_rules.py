"""May this call be placed now? Each rule refuses by its own name, and a complaint callback is owed."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from callcenter.calls.types import CallKind
from callcenter.campaigns.types import WindowRule
from callcenter.dialer.rules import RULES, lead_is_spent, lead_rests_today, may_call
from callcenter.dialer.types import RULE_SET, CallFacts, RuleId

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)

FINE = CallFacts(
    kind=CallKind.LEAD,
    campaign_running=True,
    window_open=True,
    window_reason="open until 12:00",
    window_rule=WindowRule.OPEN,
    unfit=(),
    recorder_ready=True,
    recorder_reason="",
    caller_id_approved=True,
    do_not_call=False,
    basis_valid=True,
    calls_today=0,
    calls_7_days=2,
    cap_per_day=1,
    cap_per_7_days=3,
    attempts=1,
    max_attempts=3,
    holds_lead=True,
)

FLAWS: list[tuple[RuleId, dict[str, Any]]] = [
    (RuleId.CAMPAIGN, {"campaign_running": False}),
    (RuleId.WINDOW, {"window_open": False, "window_reason": "opens at 13:30", "window_rule": WindowRule.SHIFT}),
    (RuleId.LICENCE, {"unfit": ("licence",)}),
    (RuleId.RECORDER, {"recorder_ready": False, "recorder_reason": "the disk is full"}),
    (RuleId.CALLER_ID, {"caller_id_approved": False}),
    (RuleId.DO_NOT_CALL, {"do_not_call": True}),
    (RuleId.LEGAL_BASIS, {"basis_valid": False}),
    (RuleId.PER_DAY, {"calls_today": 1}),
    (RuleId.PER_WEEK, {"calls_7_days": 3}),
    (RuleId.ATTEMPTS, {"attempts": 3}),
    (RuleId.QUOTA, {"holds_lead": False}),
]


def test_a_call_with_nothing_against_it_is_allowed() -> None:
    verdict = may_call(FINE, NOW)
    assert verdict.allowed
    assert verdict.stored() == {
        "allowed": True,
        "rule": "none",
        "reason": "every rule holds",
        "at": "2026-11-23T02:30:00+00:00",
        "rule_set": RULE_SET,
    }


@pytest.mark.parametrize(("rule", "flaw"), FLAWS)
def test_each_rule_refuses_by_its_own_name(rule: RuleId, flaw: dict[str, Any]) -> None:
    verdict = may_call(replace(FINE, **flaw), NOW)
    assert not verdict.allowed
    assert verdict.rule is rule
    assert verdict.reason


def test_every_rule_has_a_flaw_in_this_test() -> None:
    assert {rule for rule, _ in RULES} == {rule for rule, _ in FLAWS} == set(RuleId) - {RuleId.NONE}


@pytest.mark.parametrize(("rule", "flaw"), FLAWS)
def test_only_licence_window_recorder_and_caller_id_stop_a_complaint_callback(
    rule: RuleId, flaw: dict[str, Any]
) -> None:
    """It survives do-not-call, caps and the campaign's end; the window and the recording stay required (X3, C9)."""
    verdict = may_call(replace(FINE, kind=CallKind.COMPLAINT, **flaw), NOW)
    assert verdict.allowed is (rule not in {RuleId.WINDOW, RuleId.LICENCE, RuleId.RECORDER, RuleId.CALLER_ID})


def test_a_promised_callback_ignores_the_caps_and_obeys_do_not_call() -> None:
    promised = replace(FINE, kind=CallKind.CALLBACK, calls_today=5, calls_7_days=9)
    assert may_call(promised, NOW).allowed
    assert may_call(replace(promised, do_not_call=True), NOW).rule is RuleId.DO_NOT_CALL


def test_the_first_rule_in_order_is_the_one_that_is_named() -> None:
    worst = FINE
    for _, flaw in FLAWS:
        worst = replace(worst, **flaw)
    assert may_call(worst, NOW).rule is RULES[0][0]


def test_a_refusal_closes_a_lead_or_lets_it_rest_and_never_both() -> None:
    assert lead_is_spent(RuleId.DO_NOT_CALL)
    assert lead_rests_today(RuleId.PER_DAY)
    assert not any(lead_is_spent(rule) and lead_rests_today(rule) for rule in RuleId)


def test_facts_have_no_defaults_so_that_none_can_be_forgotten() -> None:
    assert [f.name for f in fields(CallFacts) if f.default is not f.default_factory] == []
