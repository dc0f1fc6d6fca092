"""The description of the interface is exact: the panels' types are generated from it."""

from collections.abc import Iterator
from typing import Any

import pytest

from callcenter.bootstrap.openapi import description


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return description()


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


def schemas_named_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref":
                yield value.rsplit("/", 1)[-1]
            else:
                yield from schemas_named_in(value)
    elif isinstance(part, list):
        for value in part:
            yield from schemas_named_in(value)


def schemas_of_answers(document: dict[str, Any]) -> set[str]:
    """Every schema that a successful answer holds, however deep."""
    schemas = document["components"]["schemas"]
    waiting = {
        name
        for operation in operations(document)
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for name in schemas_named_in(answer)
    }
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= set(schemas_named_in(schemas[name])) - reached
    return reached


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(document)]
    assert len(names) > 100
    assert len(set(names)) == len(names)
    assert {"complaints_sign_off", "quality_claim"} <= set(names)


def test_a_field_of_an_answer_is_always_there(document: dict[str, Any]) -> None:
    """An answer with a field that has a default derives from ``callcenter.kit.output.Output``."""
    schemas = document["components"]["schemas"]
    optional = [
        f"{name}.{field}"
        for name in sorted(schemas_of_answers(document))
        for field in schemas[name].get("properties", {})
        if field not in schemas[name].get("required", ())
    ]
    assert optional == []


def test_no_two_models_share_a_name(document: dict[str, Any]) -> None:
    """Models of one name are described under their modules' names, which change when a module moves."""
    assert [name for name in document["components"]["schemas"] if "__" in name] == []


def test_every_operation_may_answer_with_a_problem(document: dict[str, Any]) -> None:
    assert [
        operation["operationId"]
        for operation in operations(document)
        if "Problem" not in schemas_named_in(operation["responses"].get("default", {}))
    ] == []
