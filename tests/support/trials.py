"""Lists that were once read wrongly, and what is right of each: ``tests/data/trials`` and the two real lists."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, slots=True)
class Trial:
    """One file and what must become of it, whichever way it comes into the system."""

    path: Path
    for_dnc: bool
    good: int
    """Customers, or numbers of a do-not-call list."""
    reasons: Mapping[str, int]
    """Why rows are rejected → how many."""
    lines: Mapping[int, str] | None
    """Line → why it is rejected; None where the file's author says only how many."""
    hidden_rows: int = 0
    """Rows that a filter hides; they are read, and the preview says so."""

    @property
    def rejected(self) -> int:
        return sum(self.reasons.values())


def _trial(name: str, said: Mapping[str, object]) -> Trial:
    rejects, good, hidden_rows = said["rejects"], said["good"], said.get("hidden_rows", 0)
    assert isinstance(rejects, dict)
    assert isinstance(good, int)
    assert isinstance(hidden_rows, int)
    lines = {int(line): str(reason) for line, reason in rejects.items()}
    return Trial(DATA / "trials" / name, said["kind"] == "dnc", good, Counter(lines.values()), lines, hidden_rows)


def _real_list(expected: Path) -> Trial:
    said = json.loads(expected.read_text())
    assert said["good"] + sum(said["reasons"].values()) == said["rows"]
    return Trial(DATA / said["file"], False, said["good"], said["reasons"], None)


TRIALS = {
    trial.path.name: trial
    for trial in (
        *(_trial(*one) for one in json.loads((DATA / "trials" / "expected.json").read_text()).items()),
        *(_real_list(expected) for expected in sorted(DATA.glob("*.expected.json"))),
    )
}
"""File name → trial."""
