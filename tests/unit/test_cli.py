"""The command line starts quickly, says its version, and prints what a program reads where it is asked to."""

import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version

import pytest
import typer
from typer.testing import CliRunner

from callcenter.cli import app
from callcenter.cli.running import show

_FIRST = typer.main.get_command(app).commands  # type: ignore[attr-defined]
_GROUPS = {name: group.commands for name, group in _FIRST.items() if hasattr(group, "commands")}
COMMANDS = {name: command for name, command in _FIRST.items() if name not in _GROUPS} | {
    f"{group} {name}": command for group, commands in _GROUPS.items() for name, command in commands.items()
}
RUN_UNTIL_STOPPED = {"serve", "rehearse", "job"}
"""Commands without a result of their own."""

HEAVY = {"sqlalchemy", "fastapi", "pydantic", "alembic", "asyncpg", "cryptography", "minio", "structlog", "numpy"}
MOST_MODULES = 450
"""That ``--help`` imports: 370 of them take half a second of CPU. Time itself is not measured: it depends on others."""
OF_TYPER = {"pydantic"}
"""What typer imports by itself to describe the options of a command."""
IMPORTED = """
import sys
sys.argv = ["callcenter", *sys.argv[1:]]
from callcenter.cli import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def imported_by(*words: str) -> set[str]:
    ended = subprocess.run([sys.executable, "-c", IMPORTED, *words], capture_output=True, text=True, check=True)
    return set(ended.stderr.split())


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("import", "--help"), ("migrate", "--help")])
def test_help_imports_little(words: tuple[str, ...]) -> None:
    modules = imported_by(*words)
    of_a_command = len(words) > 1
    assert {name.partition(".")[0] for name in modules} & HEAVY - (OF_TYPER if of_a_command else set()) == set()
    assert len(modules) <= MOST_MODULES + 100 * of_a_command


def test_it_says_its_version() -> None:
    assert CliRunner().invoke(app, ["--version"]).stdout == f"callcenter {version('callcenter')}\n"


def test_every_result_can_be_read_by_a_program() -> None:
    with_json = {
        name for name, command in COMMANDS.items() if any("--json" in option.opts for option in command.params)
    }
    assert with_json == COMMANDS.keys() - RUN_UNTIL_STOPPED


@dataclass(frozen=True)
class _Part:
    name: str
    count: int


def test_what_a_person_reads_shows_no_brackets_of_python(capsys: pytest.CaptureFixture[str]) -> None:
    facts = {
        "pair": (1, 2),
        "list": ["a", ("b", 3)],
        "none": None,
        "empty": [],
        "mapping": {"core": 3, "key": (1, 2)},
        "markup": "[red]",
        "part": _Part("a", 1),
    }
    show(facts, as_machine=False)
    lines = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert lines == {
        "pair": "1, 2",
        "list": "a, b, 3",
        "none": "–",
        "empty": "–",
        "mapping": "core 3, key 1, 2",
        "markup": "[red]",
        "part": "name a, count 1",
    }
    assert not re.search(r"[(){}]", "".join(lines.values()))
