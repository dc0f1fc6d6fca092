"""One word for one thing: no file contains the words that GLOSSARY lists as not used.

Looked at: every tracked text file; identifiers are taken apart (``cancelWished``, ``cancel_wished`` → cancel wished).
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

NOT_USED: dict[str, str] = {
    r"errands?": "job",
    r"performers?": "job handler",
    r"wish(es|ed|ing)?": "request",
    r"barred|barrings?": "on the do-not-call list, an entry of it",
    r"outside lists?": "external list",
    r"steer(s|ed|ing)?": "class effects",
    r"stakes?": "conflict of interest",
    r"nailed": "permanent leg",
    r"houses?": "system, server",
    r"towns?": "simulated carrier",
    r"outer walls?": "legal calling hours",
    r"tells?|told|telling": "report, return, show, say",
    r"allot(s|ted|ting|ment)?": "allocate",
    r"(re)?deals?|(re)?dealt|(re)?dealing": "allocate, distribute, reassign",
    r"in ([\w']+ )?hands?(?! overs?)|handing": "assigned, held",
}
"""Word → what is said instead."""

ALLOWED: dict[str, str] = {
    "callcenter/migrations/versions/": "old revisions speak the words of their time, and 0003 renames them",
    "callcenter/migrations/mending.py": "mends databases that hold the words of the first revisions",
    "tests/architecture/test_migrations.py": "fills a database of revision 0001",
    "tests/architecture/test_assignment_ends.py": "fills a database of revision 0002",
    "tests/architecture/test_words.py": "the list itself",
    "callcenter/GLOSSARY.md": "names the words that are not used",
    "callcenter/panels/package-lock.json": "names of packages",
    "LICENSE": "not ours",
    "uv.lock": "names of packages",
}
"""Path or folder → why it is not looked at."""

PHRASES = {
    r"\bhouse number\b": "an address has one",
    r"\bdeals? with\b": "English",
    r"\bin-house\b": "English",
    r"\bin one hand\b": "English",
    r"\.tell\(": "a method of files in Python",
}
"""Phrases in which one of these words means something else."""

WORD = re.compile(r"\b(" + "|".join(NOT_USED) + r")\b", re.IGNORECASE)
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def words_not_used(line: str) -> list[str]:
    """The words of a line that are not used, with identifiers taken apart."""
    for phrase in PHRASES:
        line = re.sub(phrase, "", line, flags=re.IGNORECASE)
    apart = HUMP.sub(" ", line).replace("_", " ").replace("-", " ")
    return [match.group(0) for match in WORD.finditer(apart)]


def tracked_text() -> Iterator[tuple[str, str]]:
    """Yields path and text of every tracked file that is text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if not name.startswith(tuple(ALLOWED)) and (ROOT / name).is_file():
            try:
                yield name, (ROOT / name).read_text()
            except UnicodeDecodeError:
                continue


def test_there_are_files_to_look_at() -> None:
    names = {name for name, _ in tracked_text()}
    assert {"README.md", "callcenter/cli/__init__.py", "callcenter/panels/src/main.ts", "pyproject.toml"} <= names


def offenders() -> Iterator[tuple[str, str]]:
    """Yields each file with a word that is not used, and where in it."""
    for name, text in tracked_text():
        for number, line in enumerate(text.splitlines(), 1):
            if words := words_not_used(line):
                yield name, f"{name}:{number} {', '.join(words)}"


def test_words_that_are_not_used_stand_nowhere() -> None:
    assert [where for _, where in offenders()] == []


def test_allowances_are_needed() -> None:
    """A file that is not looked at exists."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    assert [name for name in ALLOWED if name not in tracked] == []


@pytest.mark.parametrize(
    "line",
    [
        "class Errand(SQLModel):",
        "self.cancel_wished_at = now",
        "const orderWish = 1",
        "Finds calls whose end nobody told.",
        "leads in agents' hands",
        "the OutsideList",
        "LeadsAllotted",
    ],
)
def test_the_scan_sees(line: str) -> None:
    assert words_not_used(line)


@pytest.mark.parametrize("line", ["a mistake", "the warehouse", "HandOverService", "by hand", "steering_wheel"[:4]])
def test_the_scan_lets_pass(line: str) -> None:
    assert not words_not_used(line)
