"""The command ``callcenter import``: the same upload, job and job handler as from the panel."""

import asyncio
import gc
import json
from pathlib import Path

import pytest
from sqlmodel import col, select
from typer.testing import CliRunner, Result

from callcenter import cli
from callcenter.kit import log
from callcenter.kit.errors import Refusal
from callcenter.kit.work import Works
from tests.support.leads import as_file, list_rows
from tests.support.processes import environment
from tests.support.rows import Lead, LeadList, LeadUpload, LeadUploadChunk, count_rows, make_campaign


@pytest.fixture
async def campaign_id(works: Works, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    for name, value in environment(database_url, tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(log, "set_up_logging", lambda **_: None)  # of the process, which is the tests'
    monkeypatch.setattr(gc, "freeze", lambda: None)
    async with works.begin() as work:
        return (await make_campaign(work)).id


async def run_import(*arguments: str | Path) -> Result:
    """Runs the command in this process, on a thread: it brings an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, cli.app, ["import", *map(str, arguments)])


async def test_a_dry_run_and_the_import_after_it_report_the_same(
    works: Works, campaign_id: int, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(as_file([*list_rows(5), "无名,,女,,,,,,,"]).getvalue())
    options = (file, f"--campaign={campaign_id}", "--list=November", "--source=总行", "--json")
    figures = {
        "rows": 6,
        "good": 5,
        "rejected": 1,
        "reasons": {"missing_phone": 1},
        "warnings": {},
        "already_imported": False,
    }

    tried = await run_import(*options, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert json.loads(tried.stdout) == {"list_id": None, **figures}
    assert await count_rows(works, Lead) == await count_rows(works, LeadUploadChunk) == 0

    done = await run_import(*options)
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    async with works.begin() as work:
        lead_list = (await work.session.scalars(select(LeadList).where(col(LeadList.id) == report["list_id"]))).one()
    assert report == {"list_id": lead_list.id, **figures}
    assert (lead_list.name, lead_list.source, lead_list.file_name) == ("November", "总行", "list.csv")
    assert await count_rows(works, Lead) == 5


async def test_a_refusal_is_one_clear_sentence_and_leaves_no_content(
    works: Works, campaign_id: int, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("姓名,编号\n王,1\n")
    refused = await run_import(file, f"--campaign={campaign_id}", "--list=x")
    assert isinstance(refused.exception, Refusal)
    assert "header" in str(refused.exception)
    assert await count_rows(works, LeadUploadChunk) == 0
    async with works.begin() as work:
        (upload,) = (await work.session.scalars(select(LeadUpload))).all()
    assert upload.discarded_at is not None
