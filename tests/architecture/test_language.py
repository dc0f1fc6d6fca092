"""Functions take six parameters at most, docstrings begin with a verb, and texts name who acts."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("callcenter", "recordings_policy")
MOST_PARAMETERS = 6

MAY_TAKE_MORE = {
    "callcenter/cli/daily.py": "typer reads an option from each parameter",
    "callcenter/cli/operation.py": "typer reads an option from each parameter",
    "callcenter/cli/staff.py": "typer reads an option from each parameter",
    "callcenter/cli/campaign.py": "each option of a command is a parameter",
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
    """Names functions, methods and acting classes, private ones too, whose docstring begins without a verb."""
    offenders = []
    for node in ast.walk(tree):
        if not isinstance(node, Function | ast.ClassDef):
            continue
        if isinstance(node, ast.ClassDef) and is_data(node):
            continue
        if isinstance(node, Function) and any("property" in ast.unparse(mark) for mark in node.decorator_list):
            continue  # read like an attribute, described like one
        if NO_VERB.match(ast.get_docstring(node) or ""):
            offenders.append(f"{node.lineno} {node.name}")
    return offenders


def test_docstrings_begin_with_a_verb() -> None:
    assert [f"{name}:{line}" for name, tree in sources() for line in without_verb(tree)] == []


@pytest.mark.parametrize("text", ["The newest first.", "What a run did.", "Whether it holds.", "None when taken."])
def test_docstrings_without_a_verb_are_seen(text: str) -> None:
    assert without_verb(ast.parse(f'def f():\n    """{text}"""'))
    assert without_verb(ast.parse(f'def _f():\n    """{text}"""'))
    assert without_verb(ast.parse(f'class A:\n    """{text}"""\n    def f(self): ...'))


def test_records_may_be_named_by_a_noun() -> None:
    assert not without_verb(ast.parse('@dataclass(frozen=True)\nclass A:\n    """A lead on its way."""'))
    assert not without_verb(ast.parse('class A(StrEnum):\n    """The states of a call."""'))
    assert not without_verb(ast.parse('def f():\n    """Returns the newest first."""'))


# -- who acts

UNNAMED: dict[str, str] = {
    r"nobody|somebody|anybody|whoever|whomever": "the person or part that acts: the agent, the caller, another process",
    r"by and by|thereby|ever so|of old": "a plain sentence",
    r"all the same": "nevertheless, or what is the same",
}
"""Phrase → what is said instead. Looked for in docstrings, texts below a field, and comments."""

PHRASE = re.compile(r"\b(" + "|".join(UNNAMED) + r")\b", re.IGNORECASE)
QUOTED = re.compile(r"``[^`]*``")


def unnamed(source: str) -> list[str]:
    """Names the lines of a file's docstrings and comments that leave open who acts."""
    statements = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr)]
    texts = [(statement.lineno, text_of(statement)) for statement in statements]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            texts.append((token.start[0], token.string))
    found = [(line, PHRASE.search(QUOTED.sub("", text))) for line, text in texts]
    return [f"{line} {match.group(0)}" for line, match in sorted(found, key=lambda one: one[0]) if match]


def text_of(node: ast.Expr) -> str:
    """Returns the text of a statement that is only a text (a docstring, a description below a field), else nothing."""
    return node.value.value if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) else ""


def test_texts_name_who_acts() -> None:
    assert [f"{name}:{line}" for name, _ in sources() for line in unnamed((ROOT / name).read_text())] == []


@pytest.mark.parametrize(
    "source",
    [
        '"""Refuses what somebody else has claimed."""',
        'def _f():\n    """Returns the lead; None when nobody\n    has one."""',
        'class A:\n    at: int\n    """Whoever comes first."""',
        "work()  # the row stays all the same",
    ],
)
def test_texts_that_name_nobody_are_seen(source: str) -> None:
    assert unnamed(source)


@pytest.mark.parametrize("source", ['"""Runs as ``nobody``."""', 'name = "nobody"'])
def test_names_and_values_are_no_texts(source: str) -> None:
    assert not unnamed(source)
