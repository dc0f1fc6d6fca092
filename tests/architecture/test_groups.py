"""The groups in which tests on real servers run (``tests/conftest.py``) name files that exist, and the right ones."""

import re
from pathlib import Path

from tests.conftest import DESKS, LONGEST, OF_PAGES, OWN_SERVERS, PAGES

ROOT = Path(__file__).parents[2]
BROWSER_TESTS = {file.stem.removeprefix("test_"): file.read_text() for file in (ROOT / "tests/e2e").glob("test_*.py")}
STARTS = re.compile(r"\b(a_rehearsal|an_office|trial)\(")
"""What starts servers for one file alone."""


def test_files_that_start_servers_of_their_own_share_none() -> None:
    own = {name for name, text in BROWSER_TESTS.items() if STARTS.search(text)}
    assert own == set(OWN_SERVERS)


def test_every_name_is_that_of_a_file() -> None:
    assert set(OF_PAGES) <= BROWSER_TESTS.keys() - set(OWN_SERVERS)
    assert [file for file in LONGEST if file not in (PAGES, DESKS) and not (ROOT / file).exists()] == []
