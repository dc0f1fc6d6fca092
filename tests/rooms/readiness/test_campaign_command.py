"""The command ``callcenter campaign``: the same services as the pages."""

import asyncio
import gc
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from callcenter import cli
from callcenter.kit import log
from callcenter.kit.errors import Refusal
from callcenter.kit.work import Works
from tests.support.processes import environment

NEW = ("create", "spring", "--product=life", "--company=某某人寿", "--caller-id=07715550000", "--json")


@pytest.fixture(autouse=True)
def settings(works: Works, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(database_url, tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(log, "set_up_logging", lambda **_: None)  # of the process, which is the tests'
    monkeypatch.setattr(gc, "freeze", lambda: None)


async def run(*words: str) -> Result:
    """Runs the command in this process, on a thread: it brings an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, cli.app, ["campaign", *words])


async def test_a_campaign_is_made_changed_and_copied() -> None:
    made = await run(*NEW, "--hours=life_insurance", "--shift=09:30-11:30", "--shift=14:00-17:00")
    assert made.exit_code == 0, made.output
    campaign = json.loads(made.stdout)
    assert (campaign["state"], campaign["version"]) == ("preparing", 1)
    changed = await run("change", str(campaign["id"]), "--quota=20", "--reason=pilot", "--json")
    assert json.loads(changed.stdout)["version"] == 2
    copied = await run("copy", str(campaign["id"]), "autumn", "--json")
    assert copied.exit_code == 0, copied.output
    listed = json.loads((await run("list", "--json")).stdout)["campaigns"]
    assert [one["name"] for one in listed] == ["spring", "autumn"]


async def test_what_is_missing_is_printed_and_its_start_refused() -> None:
    campaign = json.loads((await run(*NEW)).stdout)
    answer = await run("readiness", str(campaign["id"]), "--json")
    assert answer.exit_code == 3
    assert {one["need"] for one in json.loads(answer.stdout)["needs"] if not one["met"]} >= {"script", "stock"}
    refused = await run("change", str(campaign["id"]), "--state=running", "--reason=now")
    assert isinstance(refused.exception, Refusal)
    assert refused.exception.code == "campaign_not_ready"


async def test_a_shift_that_is_no_shift_is_refused() -> None:
    answer = await run(*NEW, "--shift=10 to 12")
    assert answer.exit_code == 2
    assert "HH:MM-HH:MM" in answer.output
