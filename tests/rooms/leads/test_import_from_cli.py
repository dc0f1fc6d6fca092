"""The command ``callcenter import``: the same upload, job and performer as from the panel."""

import asyncio
import gc
import json
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import SQLModel, col, select
from typer.testing import CliRunner, Result

from callcenter import cli
from callcenter.imports.models import LeadUpload, LeadUploadChunk
from callcenter.kit.errors import Refusal
from callcenter.kit.work import Works
from callcenter.leads.models import Lead, LeadList
from tests.support.leads import as_file, list_rows, make_campaign
from tests.support.processes import environment


@pytest.fixture
async def campaign_id(works: Works, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    for name, value in environment(database_url, tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(cli, "set_up_logging", lambda **_: None)  # of the process, which is the tests'
    monkeypatch.setattr(gc, "freeze", lambda: None)
    async with works.begin() as work:
        return (await make_campaign(work)).campaign_id


async def called(*arguments: str | Path) -> Result:
    """The command in this process, on a thread: it brings an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, cli.app, ["import", *map(str, arguments)])


async def count(works: Works, table: type[SQLModel]) -> int:
    async with works.begin() as work:
        return (await work.session.scalars(select(func.count()).select_from(table))).one()


async def test_a_dry_run_then_the_import_tell_the_same(works: Works, campaign_id: int, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(as_file([*list_rows(5), "无名,,女,,,,,,,"]).getvalue())
    options = (file, f"--campaign={campaign_id}", "--list=November", "--source=总行", "--json")
    figures = {"rows": 6, "good": 5, "rejected": 1, "reasons": {"missing_phone": 1}, "already_imported": False}

    tried = await called(*options, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert json.loads(tried.stdout) == {"list_id": None, **figures}
    assert await count(works, Lead) == await count(works, LeadUploadChunk) == 0

    done = await called(*options)
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    async with works.begin() as work:
        lead_list = (await work.session.scalars(select(LeadList).where(col(LeadList.id) == report["list_id"]))).one()
    assert report == {"list_id": lead_list.id, **figures}
    assert (lead_list.name, lead_list.source, lead_list.file_name) == ("November", "总行", "list.csv")
    assert await count(works, Lead) == 5


async def test_a_refusal_is_one_clear_sentence_and_leaves_no_content(
    works: Works, campaign_id: int, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("姓名,编号\n王,1\n")
    refused = await called(file, f"--campaign={campaign_id}", "--list=x")
    assert isinstance(refused.exception, Refusal)
    assert "header" in str(refused.exception)
    assert await count(works, LeadUploadChunk) == 0
    async with works.begin() as work:
        (upload,) = (await work.session.scalars(select(LeadUpload))).all()
    assert upload.discarded_at is not None
