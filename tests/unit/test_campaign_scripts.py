"""Which script may be published: the names that have to be said, no others between braces, a key for each statement."""

import pytest

from callcenter.campaigns.scripts import ScriptFault, ScriptProblem, script_problem, with_keys
from callcenter.campaigns.types import Statement
from callcenter.rehearsal import cast

NAMES = Statement("names", "{company}的{agent}，证号{licence}", True)


def test_names_may_stand_in_several_statements() -> None:
    one, other = Statement("a", "{company}的{agent}", True), Statement("b", "证号{licence}", True)
    assert script_problem([one, other, Statement("c", "再见", False)]) is None
    assert script_problem([Statement(key, text, must, english) for key, text, english, must in cast.SCRIPT]) is None


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        ([], ScriptProblem(ScriptFault.EMPTY)),
        ([NAMES, NAMES], ScriptProblem(ScriptFault.KEY_TWICE)),
        ([NAMES, Statement("b", "{公司}，{phone}", False)], ScriptProblem(ScriptFault.UNKNOWN_NAME, ("公司", "phone"))),
        ([NAMES, Statement("b", "您好", False, "{name}")], ScriptProblem(ScriptFault.UNKNOWN_NAME, ("name",))),
        (
            [Statement("a", "{company}的{agent}", True), Statement("b", "{licence}", False)],
            ScriptProblem(ScriptFault.NAME_MISSING, ("licence",)),
        ),
        (
            [Statement("a", "您好", True, "{company} {agent} {licence}")],
            ScriptProblem(ScriptFault.NAME_MISSING, ("company", "agent", "licence")),
        ),
    ],
    ids=["empty", "key twice", "unknown", "unknown in English", "not mandatory", "in English alone"],
)
def test_a_script_that_the_desk_cannot_show_or_the_law_forbids(
    statements: list[Statement], problem: ScriptProblem
) -> None:
    assert script_problem(statements) == problem


def test_a_new_statement_gets_the_first_free_key() -> None:
    new, kept = Statement("", "您好", False), Statement("s2", "再见", False)
    assert [statement.key for statement in with_keys([new, kept, new])] == ["s1", "s2", "s3"]
    assert with_keys([kept]) == (kept,)
