"""Functions take six parameters at most, and public docstrings begin with a verb."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("callcenter", "recordings_policy")
MOST_PARAMETERS = 6

MAY_TAKE_MORE = {
    "callcenter/cli.py": "typer reads an option from each parameter",
}
"""File → why its functions may take more parameters."""


Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> Iterator[tuple[str, ast.Module]]:
    """Yields path and syntax tree of every file of the product; revisions of the database are never changed."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            inside = path.relative_to(ROOT)
            if "node_modules" not in inside.parts and "versions" not in inside.parts:
                yield inside.as_posix(), ast.parse(path.read_text())


# -- parameters


def parameters(function: Function) -> int:
    """How many parameters a caller gives; ``self`` and ``cls`` are not given."""
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    own = given and given[0].arg in ("self", "cls")
    return len(given) - bool(own)


def crowded(tree: ast.Module) -> list[str]:
    return [
        f"{node.lineno} {node.name}: {parameters(node)}"
        for node in ast.walk(tree)
        if isinstance(node, Function) and parameters(node) > MOST_PARAMETERS
    ]


def test_no_function_takes_more_than_six_parameters() -> None:
    elsewhere = [f"{name}:{line}" for name, tree in sources() if name not in MAY_TAKE_MORE for line in crowded(tree)]
    assert elsewhere == []


def test_what_may_take_more_does() -> None:
    assert {name for name, tree in sources() if crowded(tree)} == set(MAY_TAKE_MORE)


def test_crowded_functions_are_seen() -> None:
    assert crowded(ast.parse("class A:\n    def f(self, a, b, c, /, d, *, e, f, g): ..."))
    assert not crowded(ast.parse("class A:\n    def f(self, a, b, c, d, e, f): ..."))
    assert crowded(ast.parse("async def f(a, b, c, d, e, f, g): ..."))


# -- docstrings

NO_VERB = re.compile(
    r"(The|A|An|What|Who|Whom|Whose|Whether|How|Which|When|Where|Why|This|That|These|Those|All|Every|Each|One|Some|"
    r"Somebody|Nobody|Nothing|Everything|It|Its|They|There|None|No|Not|Only|In|On|At|For|From|By|With|Within|Without|"
    r"Of|To|As|After|Before|Between|Until|If|True|False|True|Back|Off|Out|Same|Timed|Also)\b"
)
"""How a docstring begins that names a thing or a condition instead of an act."""

DATA = {
    *("StrEnum", "IntEnum", "Enum", "BaseModel", "SQLModel", "Output", "NamedTuple", "TypedDict", "Protocol", "Event"),
    *("Section", "Exception", "Refusal", "NotFound", "NotAllowed", "Conflict", "Invalid", "Unavailable"),
}
"""Bases of classes that hold data, or name what others do: a noun says best what they are. An error states its fact."""


def is_data(node: ast.ClassDef) -> bool:
    """Says whether a class is a record: a dataclass, an enum, a table, a schema, an event, a protocol."""
    names = {ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases}
    decorated = any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
    derived = any(name.endswith(("Out", "Page", "Request", "In", "Detail", "Error")) for name in names)
    return (
        decorated
        or derived
        or node.name.endswith(("Out", "Detail"))
        or node.name.endswith("Error")
        or bool(names & DATA)
    )


def without_verb(tree: ast.Module) -> list[str]:
    """Names public functions, methods and acting classes whose docstring begins without a verb."""
    offenders = []
    for node in ast.walk(tree):
        if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef) and is_data(node):
            continue
        if isinstance(node, Function) and any("property" in ast.unparse(mark) for mark in node.decorator_list):
            continue  # read like an attribute, described like one
        if NO_VERB.match(ast.get_docstring(node) or ""):
            offenders.append(f"{node.lineno} {node.name}")
    return offenders


def test_public_docstrings_begin_with_a_verb() -> None:
    assert [f"{name}:{line}" for name, tree in sources() for line in without_verb(tree)] == []


@pytest.mark.parametrize("text", ["The newest first.", "What a run did.", "Whether it holds.", "None when taken."])
def test_docstrings_without_a_verb_are_seen(text: str) -> None:
    assert without_verb(ast.parse(f'def f():\n    """{text}"""'))
    assert without_verb(ast.parse(f'class A:\n    """{text}"""\n    def f(self): ...'))


def test_records_may_be_named_by_a_noun() -> None:
    assert not without_verb(ast.parse('@dataclass(frozen=True)\nclass A:\n    """A lead on its way."""'))
    assert not without_verb(ast.parse('class A(StrEnum):\n    """The states of a call."""'))
    assert not without_verb(ast.parse('def f():\n    """Returns the newest first."""'))
