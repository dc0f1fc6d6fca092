"""Which class a customer belongs to (requirement L5)."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from callcenter.calls.types import Disposition, Outcome
from callcenter.campaigns.retries import RetryAfter, RetryPolicy, RetryRule
from callcenter.campaigns.rules import most_attempts
from callcenter.campaigns.types import CampaignRules
from callcenter.classes.fields import Row, facts_of, known_fields, money_keys, needs_opening
from callcenter.classes.rules import OPERATORS, decide, findings, prepare, reason_of, word_of
from callcenter.classes.types import (
    NO_EFFECTS,
    Choice,
    ClassEffects,
    ClassSource,
    Condition,
    Field,
    Finding,
    Match,
    Operator,
    Rule,
    RuleFieldKind,
    RuleProblem,
)
from callcenter.dialer.rules.settlement import EndedCall, settle
from callcenter.kit.clock import at_business_time
from tests.support.rules import LEGAL_HOURS, campaign_rules

FIELDS = {
    field.key: field
    for field in (
        Field("age", RuleFieldKind.NUMBER),
        Field("district", RuleFieldKind.TEXT),
        Field("gender", RuleFieldKind.CHOICE, choices=(Choice("male"), Choice("female"))),
        Field("further:since", RuleFieldKind.DATE, sealed=True),
        Field("further:vip", RuleFieldKind.YES_NO, sealed=True),
    )
}
CODES = ("high", "low")


def condition(field: str, operator: Operator, value: Any = None) -> Condition:
    return Condition(field, operator, value)


def holds(one: Condition, **facts: Any) -> bool:
    rules = prepare([Rule("high", (one,))], FIELDS)
    return decide(rules, facts).class_code == "high"


@pytest.mark.parametrize(
    ("one", "value", "expected"),
    [
        (condition("age", Operator.AT_LEAST, 60), 60, True),
        (condition("age", Operator.AT_LEAST, 60), 59, False),
        (condition("age", Operator.AT_MOST, 60), 60, True),
        (condition("age", Operator.AT_MOST, 60), 61, False),
        (condition("age", Operator.BETWEEN, [30, 40]), 30, True),
        (condition("age", Operator.BETWEEN, [30, 40]), 41, False),
        (condition("age", Operator.EQUALS, 30), 30, True),
        (condition("age", Operator.EQUALS, "30"), 30, True),
        (condition("district", Operator.EQUALS, "青秀区"), " 青秀区 ", True),
        (condition("district", Operator.EQUALS, "ABC"), "ａｂｃ", True),
        (condition("district", Operator.CONTAINS, "秀"), "青秀区", True),
        (condition("district", Operator.CONTAINS, "秀"), "兴宁区", False),
        (condition("district", Operator.ONE_OF, ["青秀区", "兴宁区"]), "兴宁区", True),
        (condition("district", Operator.ONE_OF, ["青秀区", "兴宁区"]), "江南区", False),
        (condition("gender", Operator.EQUALS, "female"), "female", True),
        (condition("gender", Operator.EQUALS, "female"), "male", False),
        (condition("further:since", Operator.AT_MOST, "2020-01-31"), "2020-01-31", True),
        (condition("further:since", Operator.AT_MOST, "2020-01-31"), "2020-02-01", False),
        (condition("further:vip", Operator.EQUALS, True), True, True),
        (condition("further:vip", Operator.EQUALS, True), "是", True),
        (condition("further:vip", Operator.EQUALS, True), False, False),
        (condition("age", Operator.KNOWN), 0, True),
        (condition("age", Operator.EMPTY), 0, False),
    ],
)
def test_a_condition_tests_one_field(one: Condition, value: Any, expected: bool) -> None:
    assert holds(one, **{one.field: value}) is expected


@pytest.mark.parametrize("unknown", [None, "", "   ", "not a number"])
@pytest.mark.parametrize("operator", sorted(OPERATORS[RuleFieldKind.NUMBER] - {Operator.EMPTY}))
def test_an_unknown_value_matches_no_condition(operator: Operator, unknown: Any) -> None:
    value = [-(10**9), 10**9] if operator is Operator.BETWEEN else 0
    assert not holds(condition("age", operator, value), age=unknown)
    assert not holds(condition("age", operator, value))


def test_a_blank_or_unknown_value_is_empty() -> None:
    assert holds(condition("district", Operator.EMPTY), district="  ")
    assert holds(condition("age", Operator.EMPTY))


def test_a_rule_matches_by_all_or_any_of_its_conditions() -> None:
    conditions = (condition("age", Operator.AT_LEAST, 60), condition("district", Operator.EQUALS, "青秀区"))
    every = prepare([Rule("high", conditions, Match.ALL)], FIELDS)
    some = prepare([Rule("high", conditions, Match.ANY)], FIELDS)
    facts = {"age": 61, "district": "兴宁区"}
    assert decide(every, facts).class_code is None
    assert decide(some, facts).class_code == "high"
    assert decide(every, {**facts, "district": "青秀区"}).class_code == "high"


def test_the_first_rule_that_matches_decides_and_says_so() -> None:
    old = Rule("low", (condition("age", Operator.AT_LEAST, 60.0),), name="seniors")
    rules = prepare([old, Rule("high", (condition("age", Operator.AT_LEAST, 30),))], FIELDS)
    decision = decide(rules, {"age": 70})
    assert (decision.class_code, decision.source, decision.rule_no) == ("low", ClassSource.RULE, 1)
    assert decision.reason == reason_of(1, old) == "rule 1 (seniors): age at least 60"
    assert decide(rules, {"age": 40}).rule_no == 2


def test_rules_override_the_class_of_the_list_and_that_the_default() -> None:
    rules = prepare([Rule("high", (condition("age", Operator.AT_LEAST, 60),))], FIELDS)
    assert decide(rules, {"age": 60}, listed="low", default="low").source is ClassSource.RULE
    assert decide(rules, {"age": 59}, listed="high", default="low").source is ClassSource.LIST
    assert decide(rules, {"age": 59}, default="low").source is ClassSource.DEFAULT
    assert decide(rules, {"age": 59}).class_code is None


@pytest.mark.parametrize(
    ("one", "problem"),
    [
        (condition("shoe_size", Operator.EQUALS, 1), RuleProblem.UNKNOWN_FIELD),
        (condition("district", Operator.AT_LEAST, "a"), RuleProblem.OPERATOR_UNFIT),
        (condition("gender", Operator.CONTAINS, "m"), RuleProblem.OPERATOR_UNFIT),
        (condition("age", Operator.AT_LEAST), RuleProblem.VALUE_MISSING),
        (condition("age", Operator.BETWEEN, [1]), RuleProblem.VALUE_MISSING),
        (condition("district", Operator.ONE_OF, []), RuleProblem.VALUE_MISSING),
        (condition("district", Operator.CONTAINS, ""), RuleProblem.VALUE_MISSING),
        (condition("district", Operator.CONTAINS, "  "), RuleProblem.VALUE_UNFIT),
        (condition("age", Operator.AT_LEAST, "old"), RuleProblem.VALUE_UNFIT),
        (condition("age", Operator.EQUALS, [1]), RuleProblem.VALUE_UNFIT),
        (condition("further:since", Operator.AT_LEAST, "31.1.2020"), RuleProblem.VALUE_UNFIT),
        (condition("age", Operator.BETWEEN, [40, 30]), RuleProblem.RANGE_BACKWARDS),
        (condition("gender", Operator.EQUALS, "none"), RuleProblem.NOT_A_CHOICE),
        (condition("gender", Operator.ONE_OF, ["male", "none"]), RuleProblem.NOT_A_CHOICE),
    ],
)
def test_problems_of_a_rule_are_found_with_their_place(one: Condition, problem: RuleProblem) -> None:
    good = condition("age", Operator.KNOWN)
    rules = [Rule("high", (good,)), Rule("high", (good, one))]
    assert findings(rules, FIELDS, CODES) == [Finding(2, problem, 2)]


def test_a_rule_needs_a_class_and_a_condition() -> None:
    rules = [Rule("gold", ()), Rule("high", (condition("age", Operator.KNOWN),))]
    assert [finding.problem for finding in findings(rules, FIELDS, CODES)] == [
        RuleProblem.UNKNOWN_CLASS,
        RuleProblem.NO_CONDITION,
    ]


@pytest.mark.parametrize("written", ["高效客户", "高效", " 高效 ", "高效类"])
def test_a_class_of_a_list_is_recognised_in_several_spellings(written: str) -> None:
    assert word_of(written) == word_of("高效")


def test_other_words_are_not_taken_for_a_class() -> None:
    assert len({word_of(written) for written in ("高效", "高贡献", "High-value", "客户", "core")}) == 5
    assert word_of("High-value customer") == word_of("high_value")


def test_further_fields_are_those_the_lists_declare() -> None:
    def spec(key: str, kind: str, *choices: str) -> dict[str, Any]:
        return {"key": key, "title": key, "kind": kind, "choices": list(choices)}

    lists = [
        [spec("salary", "money"), spec("grade", "choice", "A")],
        [spec("salary", "text"), spec("grade", "choice", "B", "A")],
    ]
    known = known_fields(lists, {7: "November"})
    assert known["further:salary"].kind is RuleFieldKind.NUMBER
    assert known["further:salary"].money
    assert [choice.value for choice in known["further:grade"].choices] == ["A", "B"]
    assert known["list"].choices == (Choice("7", "November"),)
    assert needs_opening(["further:salary"])
    assert not needs_opening(["age", "list"])


def test_sealed_fields_are_opened_only_when_a_rule_needs_them() -> None:
    opened: list[str] = []

    def open_(sealed: str, place: str) -> str:
        opened.append(place)
        return sealed

    row = Row(
        1,
        list_id=3,
        line=4,
        birth_on=date(1966, 11, 24),
        imported_at=datetime(2026, 11, 20, tzinfo=UTC),
        fields_sealed=json.dumps({"salary": 1_250_050}),
    )
    assert facts_of(row, ["age", "data_age"], date(2026, 11, 23), open_) == {"age": 59, "data_age": 3}
    assert opened == []
    money = money_keys([{"key": "salary", "title": "月薪", "kind": "money"}])
    assert facts_of(row, ["further:salary"], date(2026, 11, 23), open_, money) == {"further:salary": 12_500.5}
    assert opened == ["lead.fields:3:4"]


# --- the effects of a class -------------------------------------------------------------------------------------------

NOW = at_business_time(date(2026, 11, 23), 10, 30)


def campaign(**retries: RetryRule) -> CampaignRules:
    policy = RetryPolicy({RetryAfter(name): rule for name, rule in retries.items()}, timedelta(0))
    return campaign_rules(shifts=(LEGAL_HOURS,), cap_per_day=5, cap_per_7_days=9, retries=policy)


def test_a_class_changes_the_retry_delay_and_the_number_of_attempts() -> None:
    rules = campaign(
        no_answer=RetryRule(timedelta(hours=2), 3, spread=False), rejected=RetryRule(timedelta(hours=2), 2)
    )
    dear, dormant = ClassEffects(rank=1, most_attempts=5, retry_factor=0.5), ClassEffects(rank=4, most_attempts=1)

    def again(outcome: Outcome, attempts: int, effects: ClassEffects = NO_EFFECTS) -> datetime | None:
        call = EndedCall(
            outcome=outcome,
            disposition=Disposition.NOT_REACHED,
            blocked_by=None,
            attempts=attempts - 1,
            rules=rules,
            effects=effects,
        )
        return settle(call, NOW).due_at

    assert again(Outcome.NO_ANSWER, 1) == NOW + timedelta(hours=2)
    assert again(Outcome.NO_ANSWER, 1, dear) == NOW + timedelta(hours=1)
    assert again(Outcome.NO_ANSWER, 3) is None
    assert again(Outcome.NO_ANSWER, 4, dear) is not None
    assert again(Outcome.NO_ANSWER, 5, dear) is None
    assert again(Outcome.REJECTED, 3, dear) is not None, "2 of 3 become 4 of 5"
    assert again(Outcome.REJECTED, 4, dear) is None
    assert again(Outcome.NO_ANSWER, 1, dormant) is None
    assert most_attempts(rules, ClassEffects()) == 3
    assert most_attempts(rules, dear) == 5
