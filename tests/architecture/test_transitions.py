"""States change through the tables of ``transitions.py`` and in no other way."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

from callcenter import tables
from callcenter.kit.db import EnumByValue
from callcenter.kit.transitions import Machine, find_machines

ROOT = Path(__file__).parents[2] / "callcenter"
FOUND = list(find_machines("callcenter"))
COLUMNS = frozenset(machine.column for _, machine in FOUND)
each_machine = pytest.mark.parametrize("machine", [machine for _, machine in FOUND], ids=lambda m: m.title)

RECORDS = {("agent_span", "state"), ("campaign_version", "state")}
"""State columns that record what another row's state was; written once."""


def test_there_are_machines_to_look_at() -> None:
    assert {"Call.state", "AgentSession.state", "AgentSession.leg_state"} <= {
        f"{machine.model}.{machine.column}" for _, machine in FOUND
    }


@each_machine
def test_every_state_can_end(machine: Machine[StrEnum, StrEnum]) -> None:
    possible = set(machine.initials) | {state for key, target in machine.table.items() for state in (key[0], target)}
    stuck = [state.value for state in possible if not machine.reachable(state) & set(machine.ends)]
    assert stuck == []


REOPENED = {
    *(("Review", "decided"), ("Campaign", "closed"), ("TargetGroup", "imported"), ("Lead", "closed")),
    *(("PolicyApplication", "refused"), ("PolicyApplication", "cancelled"), ("Recording", "stored")),
}
"""Ends that a row may leave: a call that was returned for correction is reviewed again, an administrator
reopens a campaign, an imported target group gets its rejected rows once more, corrected, a data officer has a reason
to have a closed lead called again, the liaison takes back what was entered of an application by mistake, a recording is
destroyed when its time is over."""


@each_machine
def test_an_end_is_left_only_where_rows_begin_in_it(machine: Machine[StrEnum, StrEnum]) -> None:
    """A leg rests in the state it is made in; what has ended for good stays ended."""
    left = {
        (machine.model, state.value)
        for state in machine.ends
        if machine.permitted(state) and state not in machine.initials
    }
    assert left <= REOPENED


def test_every_state_of_a_column_is_reached_by_one_of_its_machines() -> None:
    reached: dict[tuple[str, str], set[StrEnum]] = {}
    for _, machine in FOUND:
        states = set().union(*(machine.reachable(state) for state in machine.initials))
        reached.setdefault((machine.model, machine.column), set()).update(states)
    for _, machine in FOUND:
        assert reached[machine.model, machine.column] == set(machine.states), machine.title


@each_machine
def test_a_state_machine_names_a_column_that_exists(machine: Machine[StrEnum, StrEnum]) -> None:
    (mapper,) = [m for m in SQLModel._sa_registry.mappers if m.class_.__name__ == machine.model]
    kind = mapper.columns[machine.column].type
    assert isinstance(kind, EnumByValue)
    assert kind.kind is type(machine.ends[0])


def state_columns() -> set[tuple[str, str]]:
    return {
        (table.name, column.name)
        for table in tables.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, EnumByValue) and column.type.kind.__name__.endswith("State")
    }


def test_every_state_column_has_a_machine() -> None:
    by_class = {mapper.class_.__name__: str(mapper.class_.__tablename__) for mapper in SQLModel._sa_registry.mappers}
    covered = {(by_class[machine.model], machine.column) for _, machine in FOUND}
    assert state_columns() - covered - RECORDS == set()


# -- only transitions.py assigns a state


def asks_the_table(value: ast.expr) -> bool:
    """``CALL.target(fact)`` or ``CALL.initial``: the table says which state."""
    called = value.func if isinstance(value, ast.Call) else value
    return isinstance(called, ast.Attribute) and called.attr in {"target", "initial"}


def assigned_attributes(target: ast.expr) -> Iterator[ast.Attribute]:
    if isinstance(target, ast.Attribute):
        yield target
    elif isinstance(target, ast.Tuple | ast.List):
        for element in target.elts:
            yield from assigned_attributes(element)


def passing_on(tree: ast.AST) -> set[str]:
    """Functions that put their own keyword arguments into ``.values(**…)``: callers set columns by keyword."""
    names = set()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.args.kwarg:
            passed = function.args.kwarg.arg
            for call in ast.walk(function):
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and call.func.attr == "values"
                    and any(
                        word.arg is None and isinstance(word.value, ast.Name) and word.value.id == passed
                        for word in call.keywords
                    )
                ):
                    names.add(function.name)
    return names


SET_IN_SQL = re.compile(r"\bSET\b[^;]*?\b(?:\w*_)?state\s*=", re.IGNORECASE | re.DOTALL)


def assigned(node: ast.AST, columns: frozenset[str]) -> Iterator[str]:
    """``row.state = …``, alone or within a tuple. An object may keep a ``self.state`` that is no column."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign | ast.AugAssign):
        targets = [node.target]
    for target in targets:
        for attribute in assigned_attributes(target):
            own = isinstance(attribute.value, ast.Name) and attribute.value.id == "self"
            if attribute.attr in columns and not own:
                yield ast.unparse(attribute)


def set_by_call(node: ast.Call, columns: frozenset[str], setters: set[str]) -> Iterator[str]:
    """``setattr(row, "state", …)``, ``.values(state=…)``, ``.values({"state": …})`` that ask no table."""
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called == "setattr" and len(node.args) > 1 and getattr(node.args[1], "value", None) in columns:
        yield ast.unparse(node)
    if called in setters:
        given: list[tuple[str | None, ast.expr]] = [(word.arg, word.value) for word in node.keywords]
        for argument in node.args:
            if isinstance(argument, ast.Dict):
                given += zip(map(column_named, argument.keys), argument.values, strict=True)
        for name, value in given:
            if name in columns and not asks_the_table(value):
                yield f"{called}({name}={ast.unparse(value)})"


def column_named(key: ast.expr | None) -> str | None:
    if isinstance(key, ast.Attribute):
        return key.attr
    return str(key.value) if isinstance(key, ast.Constant) else None


def assignments(source: str, columns: frozenset[str] = COLUMNS) -> Iterator[tuple[int, str]]:
    """Every place of a file that gives a state column a value without asking its table."""
    tree = ast.parse(source)
    setters = {"values", *passing_on(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            yield from ((node.lineno, place) for place in assigned(node, columns))
        if isinstance(node, ast.Call):
            yield from ((node.lineno, place) for place in set_by_call(node, columns, setters))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SET_IN_SQL.search(node.value):
            yield node.lineno, "SQL"


def scanned() -> Iterator[Path]:
    rooms = {module.split(".")[1] for module, _ in FOUND}
    for file in sorted(ROOT.rglob("*.py")):
        parts = file.relative_to(ROOT).parts
        if parts[0] in rooms and not file.name.endswith("transitions.py"):
            yield file


def test_nobody_else_assigns_a_state() -> None:
    elsewhere = [
        f"{file.relative_to(ROOT)}:{line} {what}" for file in scanned() for line, what in assignments(file.read_text())
    ]
    assert elsewhere == []


@pytest.mark.parametrize(
    "source",
    [
        "call.state = CallState.ENDED",
        "session.leg_state, session.attempts = LegState.UP, 0",
        "self._row.state = new",
        "setattr(call, 'state', new)",
        "update(Call).values(state=CallState.ENDED)",
        "update(Call).values({'state': CallState.ENDED})",
        "update(Call).values({Call.state: CallState.ENDED})",
        "text(\"UPDATE call SET ended_at = now(), state = 'ended'\")",
        "def claim(row, **values): update(Call).values(**values)\nclaim(row, state=CallState.DIALLING)",
    ],
)
def test_the_scan_finds_forbidden_uses(source: str) -> None:
    assert list(assignments(source))


@pytest.mark.parametrize(
    "source",
    [
        "update(Call).where(Call.state.in_(CALL.sources(fact))).values(state=CALL.target(fact), at=now)",
        "insert(Call).values(state=CALL.initial)",
        "CALL.move(call, Fact.RANG)",
        "Card(state=call.state)",
        "text(\"SELECT id FROM call WHERE state = 'ended'\")",
        "class Robot:\n    def stop(self):\n        self.state = 'off'",
    ],
)
def test_the_scan_accepts_permitted_uses(source: str) -> None:
    assert not list(assignments(source))


def test_a_move_takes_rows_of_its_own_table_alone() -> None:
    class Stranger:
        state: Any = None

    for _, machine in FOUND:
        with pytest.raises(AssertionError):
            machine.move(Stranger(), next(iter(machine.table))[1])
