"""The page of trials is true: every file has what is right of it, every test that it names exists."""

import ast
import re
from pathlib import Path

from tests.support.trials import DATA, TRIALS

ROOT = Path(__file__).parents[2]
PAGE = (DATA / "trials" / "README.md").read_text()


def names_in(file: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def test_every_file_is_a_trial() -> None:
    files = {file.name for file in (DATA / "trials").iterdir()} - {"README.md", "expected.json"}
    real = {expected.name.split(".")[0] for expected in DATA.glob("*.expected.json")}
    assert files == {name for name, trial in TRIALS.items() if trial.path.parent.name == "trials"}
    assert {name.split(".")[0] for name in TRIALS.keys() - files} == real


def test_every_trial_on_a_running_system_has_its_test() -> None:
    rows = [row for row in PAGE.splitlines() if row.startswith("| ") and not row.startswith("| trial")]
    assert len(rows) == 10
    for row in rows:
        named = re.findall(r"`(tests/\S+?\.py)(?:::(\w+))?`", row)
        assert named, f"no test: {row}"
        for file, test in named:
            found = names_in(ROOT / file)
            assert test in found if test else found, f"{file} has no {test}"
