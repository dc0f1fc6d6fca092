"""Decides which class a customer belongs to: by rules over fields, the list's own word, or a person. Pure.

The order of authority: what a person set manually, then the first rule that matches, then the class the list names,
then the scheme's default. What is not known matches nothing but ``empty``.
Source: requirement L5.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from callcenter.classes.types import (
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

Value = str | int | float | date | bool
"""What a field of one customer holds, typed as its kind."""

Facts = Mapping[str, Any]
"""Field key → what is stored; absent, None and an empty text are unknown."""

_Test = Callable[[Value], bool]

_PLAIN = frozenset({Operator.KNOWN, Operator.EMPTY})
_ORDERED = _PLAIN | {Operator.EQUALS, Operator.AT_LEAST, Operator.AT_MOST, Operator.BETWEEN}
OPERATORS: Mapping[RuleFieldKind, frozenset[Operator]] = {
    RuleFieldKind.TEXT: _PLAIN | {Operator.EQUALS, Operator.ONE_OF, Operator.CONTAINS},
    RuleFieldKind.NUMBER: _ORDERED,
    RuleFieldKind.DATE: _ORDERED,
    RuleFieldKind.CHOICE: _PLAIN | {Operator.EQUALS, Operator.ONE_OF},
    RuleFieldKind.YES_NO: _PLAIN | {Operator.EQUALS},
}
"""What each kind of field may be asked."""

_YES = frozenset({"1", "true", "yes", "y", "是", "有"})
_NO = frozenset({"0", "false", "no", "n", "否", "无"})
_CUSTOMER = re.compile(r"(?<=.)(?:客户|客戶|类|customers?|clients?)$")


@dataclass(frozen=True, slots=True)
class Decision:
    """A class, what gave it, and why in words."""

    class_code: str | None
    source: ClassSource | None
    rule_no: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A rule prepared for many customers."""

    number: int
    class_code: str
    reason: str
    _tests: tuple[tuple[str, RuleFieldKind, Operator, _Test], ...]
    _all: bool

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(key for key, *_ in self._tests)

    def matches(self, facts: Facts) -> bool:
        results = (_holds(facts.get(key), kind, operator, test) for key, kind, operator, test in self._tests)
        return all(results) if self._all else any(results)


def decide(
    rules: Iterable[Prepared], facts: Facts, *, listed: str | None = None, default: str | None = None
) -> Decision:
    """Returns the class of one customer, unless a person set it. ``listed``: the class the list's own word names."""
    for rule in rules:
        if rule.matches(facts):
            return Decision(rule.class_code, ClassSource.RULE, rule.number, rule.reason)
    if listed is not None:
        return Decision(listed, ClassSource.LIST, reason="the list names it")
    if default is not None:
        return Decision(default, ClassSource.DEFAULT, reason="the scheme's default")
    return Decision(None, None, reason="no rule matches and the scheme has no default")


def prepare(rules: Sequence[Rule], fields: Mapping[str, Field]) -> tuple[Prepared, ...]:
    """Prepares rules without findings for many customers. A field that is no longer known is empty for everybody."""
    return tuple(
        Prepared(
            number,
            rule.class_code,
            reason_of(number, rule),
            tuple(_prepared(condition, fields.get(condition.field)) for condition in rule.conditions),
            rule.match is Match.ALL,
        )
        for number, rule in enumerate(rules, start=1)
    )


def reason_of(number: int, rule: Rule) -> str:
    """Says the rule in words: ``rule 2 (seniors): age at least 60 and district one of A, B``."""
    joined = (" and " if rule.match is Match.ALL else " or ").join(_spoken(condition) for condition in rule.conditions)
    return f"rule {number}{f' ({rule.name})' if rule.name else ''}: {joined}"


def findings(rules: Sequence[Rule], fields: Mapping[str, Field], codes: Collection[str]) -> list[Finding]:
    """Returns everything that is wrong with these rules; empty: they may be kept."""
    problems: list[Finding] = []
    for number, rule in enumerate(rules, start=1):
        if rule.class_code not in codes:
            problems.append(Finding(number, RuleProblem.UNKNOWN_CLASS))
        if not rule.conditions:
            problems.append(Finding(number, RuleProblem.NO_CONDITION))
        for place, condition in enumerate(rule.conditions, start=1):
            if problem := _problem(condition, fields.get(condition.field)):
                problems.append(Finding(number, problem, place))
    return problems


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Returns a text as it is compared: width, case and outer blanks make no difference."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


@lru_cache(maxsize=16_384)
def word_of(text: str) -> str:
    """Returns a class's name as it is compared: ``高效客户`` and ``高效`` are the same word."""
    return _CUSTOMER.sub("", re.sub(r"[\s\-_]+", "", fold(text)))


# --- one condition -------------------------------------------------------------------------------------------------


def _holds(raw: Any, kind: RuleFieldKind, operator: Operator, test: _Test) -> bool:
    value = read_value(raw, kind)
    if value is None:
        return operator is Operator.EMPTY
    return test(value)


def read_value(raw: Any, kind: RuleFieldKind) -> Value | None:
    """Reads what is stored, as its kind; None when it is not known or is no such thing."""
    if raw is None:
        return None
    match kind:
        case RuleFieldKind.NUMBER:
            return _number(raw)
        case RuleFieldKind.DATE:
            return _date(raw)
        case RuleFieldKind.YES_NO:
            return _yes_no(raw)
        case RuleFieldKind.TEXT:
            return fold(str(raw)) or None
        case RuleFieldKind.CHOICE:
            return str(raw).strip() or None


def _number(raw: Any) -> float | None:
    if isinstance(raw, bool):
        return None
    try:
        number = float(raw)
    except (TypeError, ValueError):
        return None
    return number if number == number and abs(number) != float("inf") else None


def _date(raw: Any) -> date | None:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw)[:10])
    except ValueError:
        return None


def _yes_no(raw: Any) -> bool | None:
    if isinstance(raw, bool):
        return raw
    word = fold(str(raw))
    return True if word in _YES else False if word in _NO else None


def _prepared(condition: Condition, field: Field | None) -> tuple[str, RuleFieldKind, Operator, _Test]:
    kind = RuleFieldKind.TEXT if field is None else field.kind
    return condition.field, kind, condition.operator, _test(condition, kind)


def _test(condition: Condition, kind: RuleFieldKind) -> _Test:
    operator, value = condition.operator, condition.value
    match operator:
        case Operator.KNOWN:
            return lambda _: True
        case Operator.EMPTY:
            return lambda _: False
        case Operator.ONE_OF:
            wanted = frozenset(read_value(choice, kind) for choice in value)
            return lambda held: held in wanted
        case Operator.BETWEEN:
            low, high = (read_value(end, kind) for end in value)
            return lambda held: low <= held <= high  # type: ignore[operator]
    against: Any = read_value(value, kind)
    match operator:
        case Operator.EQUALS:
            return lambda held: held == against
        case Operator.AT_LEAST:
            return lambda held: held >= against
        case Operator.AT_MOST:
            return lambda held: held <= against
        case Operator.CONTAINS:
            return lambda held: against in str(held)


def _problem(condition: Condition, field: Field | None) -> RuleProblem | None:
    if field is None:
        return RuleProblem.UNKNOWN_FIELD
    if condition.operator not in OPERATORS[field.kind]:
        return RuleProblem.OPERATOR_UNFIT
    if condition.operator in _PLAIN:
        return None
    values = _values(condition)
    if not values or any(given is None or given == "" for given in values):
        return RuleProblem.VALUE_MISSING
    read = [None if isinstance(given, list | dict) else read_value(given, field.kind) for given in values]
    if any(value is None for value in read):
        return RuleProblem.VALUE_UNFIT
    if (
        field.kind is RuleFieldKind.CHOICE
        and field.choices
        and not set(read) <= {choice.value for choice in field.choices}
    ):
        return RuleProblem.NOT_A_CHOICE
    if condition.operator is Operator.BETWEEN:
        if len(read) != 2:
            return RuleProblem.VALUE_MISSING
        if read[0] > read[1]:  # type: ignore[operator]
            return RuleProblem.RANGE_BACKWARDS
    return None


def _values(condition: Condition) -> list[Any]:
    if condition.operator in (Operator.ONE_OF, Operator.BETWEEN):
        return list(condition.value) if isinstance(condition.value, list | tuple) else []
    return [condition.value]


def _spoken(condition: Condition) -> str:
    values = [value for value in _values(condition) if value is not None]
    spoken = ", ".join(f"{value:.15g}" if isinstance(value, float) else str(value) for value in values)
    return " ".join(part for part in (condition.field, condition.operator.value.replace("_", " "), spoken) if part)
