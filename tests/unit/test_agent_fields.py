"""What of a customer an agent sees: shown, masked or hidden by the campaign's setting (requirement L4)."""

from datetime import date
from typing import Any

import pytest

from callcenter.campaigns.agent_fields import (
    DEFAULT_AGENT_FIELDS,
    AgentField,
    Showing,
    agent_fields_of,
    agent_fields_problem,
    stored_agent_fields,
)
from callcenter.customers.rules import agent_facts, sees_in_clear
from callcenter.customers.types import FileField

DECLARED = [
    {"key": "income", "title": "年收入", "kind": "money"},
    {"key": "branch_code", "title": "网点", "kind": "text"},
    {"key": "id_number", "title": "身份证号", "kind": "text"},
]
VALUES: dict[str, Any] = {
    "gender": "female",
    "age": 64,
    "birth_on": date(1962, 5, 1).isoformat(),
    "district": "兴宁区",
    "address": "民族大道1号",
    "occupation": "教师",
    "customer_class": "核心客户",
    "income": 18_000_050,
    "employer": "市一医院",
    "preferences": "晚上打 13800001234",
    "branch_code": "B7",
    "id_number": "450100196205010021",
}


def shown(field: AgentField, showing: Showing) -> list[tuple[str, Any, bool]]:
    return [(fact.key, fact.value, fact.masked) for fact in agent_facts({field: showing}, DECLARED, VALUES)]


def test_by_default_an_agent_sees_what_the_conversation_needs() -> None:
    assert [fact.key for fact in agent_facts(DEFAULT_AGENT_FIELDS, DECLARED, VALUES)] == [
        *("gender", "age", "district", "occupation", "customer_class")
    ]


def test_a_hidden_field_is_not_among_the_facts() -> None:
    assert agent_facts({}, DECLARED, VALUES) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (AgentField.AGE, "60–69"),
        (AgentField.BIRTH_ON, "1962-**-**"),
        (AgentField.ADDRESS, "***"),
        (AgentField.OCCUPATION, "教***"),
        (AgentField.INCOME, "***"),
        (AgentField.EMPLOYER, "市***"),
        (AgentField.PREFERENCES, "晚***"),
    ],
)
def test_a_masked_field_shows_that_there_is_a_value(field: AgentField, value: str) -> None:
    assert shown(field, Showing.MASKED) == [(field.value, value, True)]


def test_a_number_in_a_text_is_covered_though_the_field_is_shown() -> None:
    assert shown(AgentField.PREFERENCES, Showing.CLEAR) == [("preferences", "晚上打 ***", True)]
    assert shown(AgentField.INCOME, Showing.CLEAR) == [("income", 18_000_050, False)]


def test_the_fields_of_the_list_are_shown_without_those_known_and_the_identity_number() -> None:
    [fact] = agent_facts({AgentField.FURTHER: Showing.CLEAR}, DECLARED, VALUES)
    assert (fact.key, fact.title, fact.value) == ("branch_code", "网点", "B7")
    assert "id_number" not in {field.value for field in AgentField}


@pytest.mark.parametrize("showing", list(Showing))
def test_no_setting_shows_a_value_of_another_field(showing: Showing) -> None:
    for field in AgentField:
        others = {key: value for key, value in VALUES.items() if key != field.value}
        facts = agent_facts({field: showing}, DECLARED, others)
        assert [fact.key for fact in facts] == (["branch_code"] if field is AgentField.FURTHER else [])


def test_codes_cannot_be_masked() -> None:
    assert agent_fields_problem({AgentField.GENDER: Showing.MASKED}) is AgentField.GENDER
    assert agent_fields_problem(dict.fromkeys(AgentField, Showing.CLEAR)) is None


def test_a_setting_is_stored_and_read_in_the_order_of_the_card() -> None:
    backwards = dict.fromkeys(reversed(AgentField), Showing.MASKED)
    assert list(agent_fields_of(stored_agent_fields(backwards))) == list(AgentField)


def test_a_correction_confirms_a_value_only_to_who_sees_it() -> None:
    setting = {AgentField.OCCUPATION: Showing.CLEAR, AgentField.EMPLOYER: Showing.MASKED}
    assert sees_in_clear(setting, [FileField.OCCUPATION])
    assert not sees_in_clear(setting, [FileField.OCCUPATION, FileField.EMPLOYER])
    assert not sees_in_clear(setting, [FileField.NAME])
