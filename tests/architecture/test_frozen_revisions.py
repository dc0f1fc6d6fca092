"""A revision that databases may have is not edited: it would be called applied where what was added to it is not."""

import hashlib
from pathlib import Path

from callcenter.migrations import run

FROZEN = Path(__file__).with_name("frozen_revisions.txt")
VERSIONS = Path(run.__file__).with_name("versions")


def test_frozen_revisions_are_as_they_were() -> None:
    frozen = {name: digest for digest, name in (line.split() for line in FROZEN.read_text().splitlines())}
    files = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in VERSIONS.glob("0*.py")}
    edited = sorted(name for name, digest in frozen.items() if files.get(name) != digest)
    assert edited == [], "write a new revision; what databases have already got cannot be changed"


def test_only_the_newest_revisions_are_not_frozen() -> None:
    """``scripts/freeze`` adds those that have come to main since; it changes no line that is there."""
    frozen = {line.split()[1] for line in FROZEN.read_text().splitlines()}
    files = sorted(file.name for file in VERSIONS.glob("0*.py"))
    newest_frozen = max(frozen)
    assert [name for name in files if name not in frozen and name < newest_frozen] == []
