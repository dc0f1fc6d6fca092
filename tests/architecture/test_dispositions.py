"""Only ``calls/dispositions.py`` says what a disposition entails; no other module distinguishes dispositions."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2] / "callcenter"
MAY_NAME_ONE = {
    "calls/types.py": "the enum",
    "calls/dispositions.py": "the table",
    "audit/certificate/rules.py": "independent on purpose: it certifies what the table decides",
    "rehearsal/robots.py": "weights of what robots say",
}
MAY_LIST_IN_SQL = ("audit/certificate/", "migrations/")
LISTED = re.compile(r"\bdisposition\s*(=|<>|IN\b|= ANY)\s*\(?\s*(ARRAY)?\[?\s*'", re.IGNORECASE)


def named(source: str) -> set[str]:
    """The members of ``Disposition`` a file names."""
    return {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Disposition"
        and node.attr.isupper()
    }


def files() -> list[Path]:
    return [file for file in ROOT.rglob("*.py") if "node_modules" not in file.parts]


def test_dispositions_are_distinguished_in_their_table_alone() -> None:
    elsewhere = {
        name: members
        for file in files()
        if (name := file.relative_to(ROOT).as_posix()) not in MAY_NAME_ONE and (members := named(file.read_text()))
    }
    assert elsewhere == {}


def test_no_sql_lists_dispositions_by_itself() -> None:
    elsewhere = [
        name
        for file in files()
        if not (name := file.relative_to(ROOT).as_posix()).startswith(MAY_LIST_IN_SQL)
        and LISTED.search(file.read_text())
    ]
    assert elsewhere == []


def test_the_scans_find_forbidden_uses() -> None:
    assert named("if event.disposition is Disposition.SUCCESS: pass") == {"SUCCESS"}
    assert named("HELD = frozenset({Disposition.RESOLVED, Disposition.UNRESOLVED})") == {"RESOLVED", "UNRESOLVED"}
    assert LISTED.search("WHERE c.disposition IN ('refused', 'do_not_call')")
    assert LISTED.search("count(*) FILTER (WHERE c.disposition = 'success')")
    assert not LISTED.search("WHERE c.disposition IN ({words})")
