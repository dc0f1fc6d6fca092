"""The committed diagrams are what the state tables say."""

from dataclasses import replace
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from callcenter.calls import transitions as calls

ROOT = Path(__file__).parents[2]


@pytest.fixture
def diagrams() -> ModuleType:
    """The script ``scripts/diagrams`` as a module; its name has no ``.py``."""
    loader = SourceFileLoader("diagrams", str(ROOT / "scripts/diagrams"))
    spec = spec_from_loader(loader.name, loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_the_committed_diagrams_are_what_the_tables_say(diagrams: ModuleType) -> None:
    drawn = (ROOT / "callcenter/docs/states.md").read_text(encoding="utf-8")
    assert drawn == diagrams.page(), "a state table has changed: run scripts/diagrams"


def test_a_changed_table_changes_the_page(diagrams: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    before = diagrams.page()
    shorter = replace(calls.CALL, table=dict(list(calls.CALL.table.items())[:-1]))
    monkeypatch.setattr(calls, "MACHINES", (shorter,))
    assert diagrams.page() != before
