"""May this call be placed now? Each rule refuses by its own name, and a complaint callback is owed."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callcenter.calendar.types import CalendarState
from callcenter.calls.types import CallKind
from callcenter.campaigns.retries import DEFAULT_RETRIES
from callcenter.campaigns.types import WindowRule
from callcenter.eligibility.rules import PERMANENCE, RULES, left_alone_until, may_call
from callcenter.eligibility.types import RULE_SET, CallFacts, Horizon, RuleId, RulesInForce
from callcenter.lines.types import ChoiceReason, TrunkChoice, TrunkUse

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
    trunk=TrunkChoice("carrier", TrunkUse.OPEN, ChoiceReason.ONLY_ONE),
    caller_id_approved=True,
    do_not_call=False,
    basis_valid=True,
    call_going_on=False,
    owed_until=None,
    left_alone_until=None,
    calls_today=0,
    calls_7_days=2,
    cap_per_day=1,
    cap_per_7_days=3,
    attempts=1,
    max_attempts=3,
    holds_lead=True,
    by=RulesInForce(campaign_version=4, calendar=CalendarState("2026", 17), service_hours=None),
)

SOON = Horizon(opening=lambda at: at, dnc_until=None, called_at=(), basis_until=None, licensed_until=None)

FLAWS: list[tuple[RuleId, dict[str, Any]]] = [
    (RuleId.CAMPAIGN, {"campaign_running": False}),
    (RuleId.WINDOW, {"window_open": False, "window_reason": "opens at 13:30", "window_rule": WindowRule.SHIFT}),
    (RuleId.LICENCE, {"unfit": ("licence",)}),
    (RuleId.RECORDER, {"recorder_ready": False, "recorder_reason": "the disk is full"}),
    (RuleId.LINE, {"trunk": TrunkChoice("carrier", TrunkUse.CLOSED, ChoiceReason.NONE_FREE)}),
    (RuleId.CALLER_ID, {"caller_id_approved": False}),
    (RuleId.DO_NOT_CALL, {"do_not_call": True}),
    (RuleId.LEGAL_BASIS, {"basis_valid": False}),
    (RuleId.NO_CALL, {"call_going_on": True}),
    (RuleId.DISPOSED, {"owed_until": NOW + timedelta(hours=14)}),
    (RuleId.MIN_GAP, {"left_alone_until": NOW + timedelta(minutes=5)}),
    (RuleId.PER_DAY, {"calls_today": 1}),
    (RuleId.PER_WEEK, {"calls_7_days": 3}),
    (RuleId.ATTEMPTS, {"attempts": 3}),
    (RuleId.QUOTA, {"holds_lead": False}),
]


def test_a_call_with_nothing_against_it_is_allowed() -> None:
    verdict = may_call(FINE, SOON, NOW)
    assert verdict.allowed
    assert verdict.stored() == {
        "allowed": True,
        "rule": "none",
        "reason": "every rule holds",
        "at": "2026-11-23T02:30:00+00:00",
        "rule_set": RULE_SET,
        "campaign_version": 4,
        "calendar": {"edition": "2026", "change": 17},
    }


@pytest.mark.parametrize(("rule", "flaw"), FLAWS)
def test_each_rule_refuses_by_its_own_name(rule: RuleId, flaw: dict[str, Any]) -> None:
    verdict = may_call(replace(FINE, **flaw), SOON, NOW)
    assert not verdict.allowed
    assert verdict.rule is rule
    assert verdict.reason


def test_every_rule_has_a_flaw_in_this_story() -> None:
    assert {rule for rule, _ in RULES} == {rule for rule, _ in FLAWS} == set(RuleId) - {RuleId.NONE}


@pytest.mark.parametrize(("rule", "flaw"), FLAWS)
def test_what_stops_a_complaint_callback(rule: RuleId, flaw: dict[str, Any]) -> None:
    """It survives do-not-call, caps and the campaign's end; it never leaves the window nor goes unrecorded (X3, C9)."""
    verdict = may_call(replace(FINE, kind=CallKind.COMPLAINT, **flaw), SOON, NOW)
    assert verdict.allowed is (
        rule
        not in {
            RuleId.WINDOW,
            RuleId.LICENCE,
            RuleId.RECORDER,
            RuleId.LINE,
            RuleId.CALLER_ID,
            RuleId.NO_CALL,
            RuleId.MIN_GAP,
        }
    )


def test_a_complaint_callback_leaves_a_gap_after_any_call() -> None:
    """Seen before: six calls to one customer in 36 seconds."""
    policy = replace(DEFAULT_RETRIES, min_gap=timedelta(hours=2))
    gap = timedelta(minutes=10)
    assert left_alone_until(CallKind.COMPLAINT, NOW, policy, gap) == NOW + gap
    assert left_alone_until(CallKind.LEAD, NOW, policy, gap) == NOW + timedelta(hours=2)
    facts = replace(FINE, kind=CallKind.COMPLAINT, left_alone_until=NOW + timedelta(minutes=10))
    assert may_call(facts, SOON, NOW).passes_at == NOW + timedelta(minutes=10)


@pytest.mark.parametrize("kind", CallKind)
def test_no_call_of_any_kind_is_placed_to_a_number_that_is_in_a_call(kind: CallKind) -> None:
    assert may_call(replace(FINE, kind=kind, call_going_on=True), SOON, NOW).rule is RuleId.NO_CALL


def test_no_promise_is_kept_before_the_last_conversation_has_its_disposition() -> None:
    verdict = may_call(replace(FINE, kind=CallKind.CALLBACK, owed_until=NOW + timedelta(hours=3)), SOON, NOW)
    assert (verdict.rule, verdict.passes_at) == (RuleId.DISPOSED, NOW + timedelta(hours=3))


def test_a_promised_callback_is_not_unasked_but_do_not_call_beats_it() -> None:
    promised = replace(FINE, kind=CallKind.CALLBACK, calls_today=5, calls_7_days=9)
    assert may_call(promised, SOON, NOW).allowed
    assert may_call(replace(promised, do_not_call=True), SOON, NOW).rule is RuleId.DO_NOT_CALL


def test_the_first_rule_in_order_is_the_one_that_is_named() -> None:
    worst = FINE
    for _, flaw in FLAWS:
        worst = replace(worst, **flaw)
    assert may_call(worst, SOON, NOW).rule is RULES[0][0]


def test_every_rule_says_how_long_its_refusal_stands() -> None:
    assert set(PERMANENCE) == {rule for rule, _ in RULES}


def test_facts_have_no_defaults_so_that_none_can_be_forgotten() -> None:
    assert [f.name for f in fields(CallFacts) if f.default is not f.default_factory] == []
