"""``docs/claims.md`` is the table of all claims (law 12): its releasers and tests exist, and no claim is missing."""

import re
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from callcenter import tables

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "callcenter/docs/claims.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| claim |")
]
CLAIMS = re.compile(r"claimed|^probe_lead|^disposition_owed")
"""Columns by which a row says that it is claimed."""


def references(cell: str) -> list[str]:
    return re.findall(r"`([\w/]+\.py::\w+)`", cell)


def test_every_claim_has_lease_releaser_and_test() -> None:
    assert len(ROWS) > 15
    for claim, row, lease, releaser, test in ROWS:
        assert lease
        assert references(test), claim
        assert references(releaser) or row == "–" or releaser.startswith("as "), claim


@pytest.mark.parametrize(("column", "base"), [(3, ROOT / "callcenter"), (4, ROOT)], ids=["released by", "test"])
def test_what_the_table_names_exists(column: int, base: Path) -> None:
    lost = [
        reference
        for row in ROWS
        for reference in references(row[column])
        for file, _, name in [reference.partition("::")]
        if not (base / file).exists() or not re.search(rf"def {name}\b", (base / file).read_text())
    ]
    assert lost == []


def test_no_claim_of_a_table_is_missing() -> None:
    assert tables
    claimed = {
        table.name for table in SQLModel.metadata.tables.values() if any(CLAIMS.search(c.name) for c in table.columns)
    }
    named = {name for row in ROWS for name in re.findall(r"`(\w+)(?:\.\w+)?`", row[1])}
    assert {"callback", "review", "call"} <= claimed
    assert claimed <= named
