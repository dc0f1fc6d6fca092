"""Rules as they are stored and sent: plain JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from callcenter.classes.types import Condition, Finding, Match, Operator, Rule


def rules_to(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    return [
        {
            "class_code": rule.class_code,
            "name": rule.name,
            "match": rule.match.value,
            "conditions": [
                {"field": condition.field, "operator": condition.operator.value, "value": condition.value}
                for condition in rule.conditions
            ],
        }
        for rule in rules
    ]


def rules_from(stored: Sequence[Mapping[str, Any]]) -> list[Rule]:
    return [
        Rule(
            class_code=rule["class_code"],
            conditions=tuple(
                Condition(condition["field"], Operator(condition["operator"]), condition.get("value"))
                for condition in rule["conditions"]
            ),
            match=Match(rule["match"]),
            name=rule.get("name", ""),
        )
        for rule in stored
    ]


def findings_out(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [{**asdict(finding), "problem": finding.problem.value} for finding in findings]
