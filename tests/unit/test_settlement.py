"""What becomes of a lead after a call, or after a refusal to place one: every branch, from facts alone."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from callcenter.allocation.types import AssignmentEnd, End
from callcenter.calls.dispositions import DISPOSITIONS, dispositions_with
from callcenter.calls.types import CallKind, Disposition, Outcome
from callcenter.campaigns.retries import DEFAULT_RETRIES, RetryAfter
from callcenter.campaigns.types import CampaignRules, CampaignState, DialMode, Shift
from callcenter.classes.types import NO_EFFECTS
from callcenter.dialer.rules.settlement import (
    PUT_OFF,
    EndedCall,
    SettlementKind,
    block,
    may_retry,
    put_back,
    refused_callback,
    set_aside,
    settle,
)
from callcenter.eligibility.rules import PERMANENCE
from callcenter.eligibility.types import Permanence, RuleId, Verdict

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
"""Midnight in Shanghai."""
K = SettlementKind

RULES = CampaignRules(
    campaign_id=1,
    version=1,
    name="Autumn",
    product="",
    mode=DialMode.PREVIEW,
    quota=30,
    wrap_up_seconds=60,
    state=CampaignState.RUNNING,
    legal_hours=Shift(time(8), time(20)),
    shifts=(Shift(time(9), time(20)),),
    cap_per_day=1,
    cap_per_7_days=3,
    max_attempts=3,
    retries=DEFAULT_RETRIES,
    caller_id="02100000000",
    trunk="carrier",
    ring_seconds=30,
    company_full_name="",
)


def ended(outcome: Outcome, disposition: Disposition = Disposition.NOT_REACHED) -> EndedCall:
    return EndedCall(
        outcome=outcome, disposition=disposition, blocked_by=None, attempts=0, rules=RULES, effects=NO_EFFECTS
    )


def talked(disposition: Disposition) -> EndedCall:
    return ended(Outcome.ANSWERED, disposition)


@pytest.mark.parametrize(
    "disposition", dispositions_with(lambda rule: rule.closes_lead and CallKind.LEAD in rule.kinds)
)
def test_a_disposition_that_closes_the_lead_finishes_it_by_its_own_name(disposition: Disposition) -> None:
    settlement = settle(talked(disposition), NOW)
    assert (settlement.kind, settlement.end) == (K.FINISH, End(AssignmentEnd.DISPOSITION, disposition.value))


def test_no_retry_rule_of_a_campaign_reopens_what_a_disposition_closes() -> None:
    assert "refused" not in {after.value for after in RetryAfter}
    assert settle(talked(Disposition.REFUSED), NOW).kind is K.FINISH


@pytest.mark.parametrize("disposition", [Disposition.THINKING, Disposition.MACHINE])
def test_a_disposition_that_leaves_the_lead_open_is_retried_by_the_campaigns_rule(disposition: Disposition) -> None:
    assert not DISPOSITIONS[disposition].closes_lead
    settlement = settle(talked(disposition), NOW)
    assert settlement.kind is K.RETRY
    assert settlement.due_at is not None
    assert settlement.due_at >= NOW + DEFAULT_RETRIES.rules[RetryAfter(disposition.value)].delay


@pytest.mark.parametrize("outcome", [Outcome.BUSY, Outcome.NO_ANSWER, Outcome.UNREACHABLE, Outcome.REJECTED])
def test_a_call_nobody_answered_is_retried_by_its_outcome(outcome: Outcome) -> None:
    settlement = settle(ended(outcome), NOW)
    assert settlement.kind is K.RETRY
    assert settlement.due_at is not None
    assert settlement.due_at >= NOW + DEFAULT_RETRIES.rules[RetryAfter(outcome.value)].delay


def test_an_outcome_without_a_retry_rule_ends_the_lead() -> None:
    settlement = settle(ended(Outcome.INVALID_NUMBER), NOW)
    assert (settlement.kind, settlement.end) == (K.FINISH, End(AssignmentEnd.OUTCOME, "invalid_number"))


def test_the_last_attempt_ends_the_lead() -> None:
    settlement = settle(replace(ended(Outcome.BUSY), attempts=2), NOW)
    assert (settlement.kind, settlement.end) == (K.FINISH, End(AssignmentEnd.OUTCOME, "busy"))


@pytest.mark.parametrize("outcome", [Outcome.NOT_PLACED, Outcome.CANCELLED, Outcome.CONGESTION, Outcome.LINE_FAULT])
def test_what_was_our_own_doing_or_the_lines_is_no_attempt(outcome: Outcome) -> None:
    settlement = settle(ended(outcome), NOW)
    assert (settlement.kind, settlement.due_at) == (K.DEFER, NOW + PUT_OFF)


def test_after_an_unknown_end_nobody_calls_again_on_the_same_day() -> None:
    settlement = settle(ended(Outcome.UNKNOWN), NOW)
    assert (settlement.kind, settlement.due_at) == (K.RETRY, TOMORROW)


def test_what_the_agent_did_not_say_is_not_asked_again_on_the_same_day() -> None:
    settlement = settle(talked(Disposition.NOT_ENTERED), NOW)
    assert (settlement.kind, settlement.due_at) == (K.RETRY, TOMORROW)


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.ANSWERED}))
def test_a_blocked_customer_who_did_not_answer_goes_back_to_the_stock(outcome: Outcome) -> None:
    settlement = settle(replace(ended(outcome), blocked_by=RuleId.LEGAL_BASIS), NOW)
    assert (settlement.kind, settlement.end) == (K.BLOCK, End(AssignmentEnd.BASIS_WITHDRAWN, RuleId.LEGAL_BASIS.value))


def test_a_blocked_customer_who_answered_is_finished_by_what_was_said() -> None:
    settlement = settle(replace(talked(Disposition.THINKING), blocked_by=RuleId.DO_NOT_CALL), NOW)
    assert (settlement.kind, settlement.end) == (K.FINISH, End(AssignmentEnd.DISPOSITION, "thinking"))


FRIDAY = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
EXPECTED = {
    Permanence.BLOCKED: (K.BLOCK, None),
    Permanence.SPENT: (K.FINISH, None),
    Permanence.RESTS: (K.DEFER, FRIDAY),
    Permanence.WAITS: (K.DEFER, FRIDAY),
    Permanence.PASSING: (K.RELEASE, None),
}


def refusal(rule: RuleId, passes_at: datetime | None = None) -> Verdict:
    return Verdict(allowed=False, rule=rule, reason="a test", at=NOW, passes_at=passes_at)


@pytest.mark.parametrize("rule", PERMANENCE)
def test_a_lead_that_may_not_be_called_is_set_aside_for_as_long_as_the_refusal_stands(rule: RuleId) -> None:
    settlement = set_aside(refusal(rule, passes_at=FRIDAY))
    assert (settlement.kind, settlement.due_at) == EXPECTED[PERMANENCE[rule]]
    assert (settlement.end is not None) is (settlement.kind in (K.BLOCK, K.FINISH))
    if settlement.end is not None:
        assert settlement.end.detail == rule.value


def test_a_lead_rests_until_tomorrow_where_the_end_of_a_refusal_is_unknown() -> None:
    assert set_aside(refusal(RuleId.PER_WEEK)).due_at == TOMORROW


@pytest.mark.parametrize("rule", PERMANENCE)
def test_an_owed_callback_never_lapses_by_a_refusal(rule: RuleId) -> None:
    waits = PERMANENCE[rule] is Permanence.WAITS
    later = refused_callback(refusal(rule), owed=True)
    assert (later.lapses, later.due_at) == (False, None if waits else NOW + PUT_OFF)
    passed = None if waits else FRIDAY
    assert refused_callback(refusal(rule, FRIDAY), owed=True).due_at == passed, "as soon as the rule passes"


@pytest.mark.parametrize("rule", PERMANENCE)
def test_a_promise_lapses_where_the_refusal_will_not_pass(rule: RuleId) -> None:
    after = refused_callback(refusal(rule), owed=False)
    assert after.lapses is (PERMANENCE[rule] in (Permanence.BLOCKED, Permanence.SPENT))
    assert (after.due_at is None) is (after.lapses or PERMANENCE[rule] is Permanence.WAITS)


@pytest.mark.parametrize("rule", [RuleId.NO_CALL, RuleId.DISPOSED])
@pytest.mark.parametrize("owed", [False, True])
def test_a_callback_that_waits_for_another_call_keeps_its_time(rule: RuleId, owed: bool) -> None:
    after = refused_callback(refusal(rule, FRIDAY), owed=owed)
    assert (after.lapses, after.due_at, after.keeps_grace) == (False, None, False)


def test_a_lead_whose_number_is_in_a_call_is_looked_at_again_soon() -> None:
    after = set_aside(refusal(RuleId.NO_CALL))
    assert (after.kind, after.due_at) == (K.DEFER, NOW + PUT_OFF)


def test_a_promise_that_nobody_may_keep_now_stays_its_agents_and_one_agent_alone_is_not_waited_for() -> None:
    assert refused_callback(refusal(RuleId.WINDOW, FRIDAY), owed=False).keeps_grace
    assert not refused_callback(refusal(RuleId.LICENCE), owed=False).keeps_grace


def test_what_leaves_a_screen_uncalled_comes_again_soon() -> None:
    assert put_back(NOW).due_at == NOW + timedelta(minutes=5)


def test_a_block_names_its_rule() -> None:
    assert block(RuleId.DO_NOT_CALL).end == End(AssignmentEnd.DO_NOT_CALL, "L6.do_not_call")


def test_every_settlement_has_a_reason() -> None:
    decisions = [settle(ended(outcome), NOW) for outcome in Outcome if outcome is not Outcome.ANSWERED]
    assert all(decision.reason for decision in [*decisions, put_back(NOW), block(RuleId.DO_NOT_CALL)])


def test_what_may_be_tried_again_is_what_a_retry_rule_can_name() -> None:
    """No kind of call is left without a decision: it has a rule, a settlement of its own, or ends the lead."""
    outcomes = {outcome.value for outcome in Outcome if may_retry(outcome, Disposition.NOT_REACHED)}
    dispositions = {each.value for each in Disposition if may_retry(Outcome.ANSWERED, each)}
    ends_by_itself = {"answered", "unknown", "invalid_number", "not_reached", "not_entered"}
    assert {after.value for after in RetryAfter} == (outcomes | dispositions) - ends_by_itself
