"""Handbooks: every command and option in them exists, and so do the pages, files, settings and codes they name."""

import re
from pathlib import Path

import pytest

from callcenter.bootstrap.settings import OTHERS, SECTIONS
from callcenter.checkup.words import WORDS
from callcenter.doctor.words import WORDS as OF_THE_SYSTEM
from callcenter.kit.config import variable
from callcenter.setup.words import REFUSALS
from tests.deploy.commands import commands_in, faults_in, faults_of

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.zh.md", *sorted((ROOT / "deploy").rglob("*.md"))]
RUNBOOKS = {"install", "day", "faults", "upgrade", "backup", "node"}
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
_SETTING = re.compile(r"CALLCENTER_[A-Z0-9_]+\b(?!\*)")
_UNIT = re.compile(r"callcenter-[a-z]+\.(?:service|timer|target)")


def test_each_subject_has_a_page() -> None:
    assert {path.name.removesuffix(".zh.md") for path in (ROOT / "deploy/runbooks").iterdir()} == RUNBOOKS | {"README"}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page: Path) -> None:
    assert faults_in(page) == []


def test_pages_hold_commands() -> None:
    for name in RUNBOOKS:
        assert len(list(commands_in((ROOT / f"deploy/runbooks/{name}.zh.md").read_text()))) >= 3, name


def test_what_does_not_exist_is_found() -> None:
    assert faults_of("callcenter backups FOLDER")
    assert faults_of("callcenter keys retire")
    assert faults_of("callcenter backup FOLDER --passphrase x")
    assert faults_of("sudo -u callcenter callcenter doctor --env FILE") == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_settings_and_units_exist(page: Path) -> None:
    text = page.read_text()
    assert [link for link in _LINK.findall(text) if not (page.parent / link).exists()] == []
    known = OTHERS | {variable(section, name) for section in SECTIONS for name in section.model_fields}
    assert {name for name in _SETTING.findall(text) if not name.endswith("_")} - known == set()
    assert [unit for unit in _UNIT.findall(text) if not list((ROOT / "deploy").rglob(unit))] == []


def test_units_name_handbooks_that_exist() -> None:
    for unit in (ROOT / "deploy").rglob("*.service"):
        for path in re.findall(r"file:/opt/callcenter/(\S+)", unit.read_text()):
            assert (ROOT / path).exists(), unit.name


def test_codes_of_the_doctor_are_those_of_the_code() -> None:
    text = (ROOT / "deploy/runbooks/faults.zh.md").read_text()
    named = set(re.findall(r"`([a-z]+_[a-z_]+)`", text))
    assert named - {*WORDS, *OF_THE_SYSTEM, *REFUSALS} == set()
    assert len(named) > 10
