"""No test makes a table's row itself: the builders of tests/support/rows do."""

import ast
from collections.abc import Iterator
from pathlib import Path

from sqlmodel import SQLModel

from callcenter import tables

TESTS = Path(__file__).parents[1]
BUILDERS = TESTS / "support" / "rows"


def table_classes() -> set[str]:
    """Returns the names of all classes that are tables."""
    return {mapper.class_.__name__ for mapper in SQLModel._sa_registry.mappers}


CONSTRUCTORS = {"model_validate", "model_construct"}


def called(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yields line and name of the classes and functions that a module calls, also through their constructors."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            target = node.func
            if isinstance(target, ast.Attribute) and target.attr in CONSTRUCTORS:
                target = target.value
            if isinstance(target, ast.Attribute):
                yield node.lineno, target.attr
            elif isinstance(target, ast.Name):
                yield node.lineno, target.id


def test_there_are_tables_to_look_for() -> None:
    assert tables.metadata.tables.keys() >= {"staff", "lead", "call"}
    assert table_classes() >= {"Staff", "Lead", "Call", "Recording", "Job", "OutboxEntry"}


def test_rows_are_made_by_the_builders_alone() -> None:
    classes = table_classes()
    by_hand = [
        f"{file.relative_to(TESTS)}:{line} {name}"
        for file in sorted(TESTS.rglob("*.py"))
        if BUILDERS not in file.parents
        for line, name in called(ast.parse(file.read_text()))
        if name in classes
    ]
    assert by_hand == []
