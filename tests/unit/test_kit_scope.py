"""A scope is parsed once, and its text is what is stored."""

import pytest

from callcenter.kit.scope import ALL, OWN, Scope


@pytest.mark.parametrize("scope", [ALL, OWN, Scope.of_branch("north"), Scope.of_branch("north:2"), Scope.of_region(7)])
def test_a_configuration_that_was_written_is_read_back(scope: Scope) -> None:
    assert Scope.parse(str(scope)) == scope


@pytest.mark.parametrize("text", ["", "branch", "branch:", "region:", "region:north", "all:1", "team:7"])
def test_other_texts_are_no_scope(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Scope.parse(text)


def test_a_scope_includes_its_own_rows_alone() -> None:
    assert ALL.includes_branch("north")
    assert ALL.includes_region(None)
    assert Scope.of_branch("north").includes_branch("north")
    assert not Scope.of_branch("north").includes_branch("south")
    assert not Scope.of_branch("north").includes_region(7)
    assert Scope.of_region(7).includes_region(7)
    assert not Scope.of_region(7).includes_region(None)
    assert not OWN.includes_branch("north")
