"""Rows of a large file are judged in processes of their own: the same leads, and nothing left of them."""

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlmodel import col, select

from callcenter.imports import workers
from callcenter.imports.service import IntakeService
from callcenter.imports.types import ImportReport, ImportRequest, Progress, RejectReason
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Works
from tests.support.leads import as_file, intake_service, list_rows, reject_service
from tests.support.rows import Lead, LeadList, Reject, count_rows, make_campaign, phone_number
from tests.support.sealing import opened

DATA = Path(__file__).parents[2] / "data"


def in_processes(vault: Vault, **settings: Any) -> IntakeService:
    return intake_service(vault, **{"processes": 2, "processes_from_bytes": 0, "batch": 150} | settings)


async def imported(works: Works, intake: IntakeService, content: bytes, name: str = "a.csv") -> ImportReport:
    async with works.begin() as work:
        campaign_id = (await make_campaign(work)).id
        return await intake.import_file(work, ImportRequest(campaign_id, "x"), file_name=name, file=io.BytesIO(content))


async def of_list(works: Works, vault: Vault, list_id: int) -> Sequence[tuple[Any, ...]]:
    """Returns the leads of a list in clear, in the order of their ids."""
    async with works.begin() as work:
        leads = await work.session.scalars(select(Lead).where(col(Lead.list_id) == list_id).order_by(col(Lead.id)))
        return [
            (
                *(lead.line, opened(vault, lead, "name_sealed"), opened(vault, lead, "phone_sealed"), lead.phone_index),
                *(lead.birth_on, lead.district, lead.basis_reference, lead.name_index, lead.city, lead.imported_at),
            )
            for lead in leads
        ]


@pytest.mark.parametrize("name", ["leads_nanning_gb18030.csv", "leads_nanning_sheet.xlsx"])
async def test_processes_give_the_same_leads_and_rejects_in_the_same_order(
    works: Works, vault: Vault, name: str
) -> None:
    content = (DATA / name).read_bytes()
    alone = await imported(works, intake_service(vault), content, name)
    apart = await imported(works, in_processes(vault), content, name)
    assert (apart.rows, apart.good, apart.reasons, apart.warnings) == (
        alone.rows,
        alone.good,
        alone.reasons,
        alone.warnings,
    )
    ours, theirs = [await of_list(works, vault, report.list_id) for report in (apart, alone)]
    assert ours == theirs
    assert [lead[0] for lead in ours] == sorted(lead[0] for lead in ours), "ids follow the file"
    async with works.begin() as work:
        rejects = [await reject_service(vault).rejects(work, report.list_id, limit=500) for report in (apart, alone)]
    first, second = [
        sorted((one.line, one.reason, one.detail, one.repeats_line or 0) for one in some) for some in rejects
    ]
    assert first == second


@pytest.mark.parametrize("batch", [2, 3, 50])
async def test_a_duplicate_names_the_line_it_repeats(works: Works, vault: Vault, batch: int) -> None:
    rows = [*list_rows(6), list_rows(1)[0].replace(phone_number(0), "+86 199-0000-0000"), *list_rows(2), "x,1,,,,,,,,"]
    report = await imported(works, intake_service(vault, batch=batch), as_file(rows).getvalue())
    assert (report.good, report.reasons[RejectReason.DUPLICATE_IN_FILE]) == (6, 3)
    async with works.begin() as work:
        rejects = await reject_service(vault).rejects(work, report.list_id)
        kept = await work.session.scalars(select(Reject).where(col(Reject.line) == 8))
        assert "+86 199-0000-0000" in opened(vault, kept.one(), "row_sealed"), "the row as it stood"
    assert sorted((reject.line, reject.repeats_line) for reject in rejects if reject.repeats_line) == [
        (8, 2),
        (9, 2),
        (10, 3),
    ]


async def test_texts_that_the_copy_format_uses_itself_arrive_as_they_are(works: Works, vault: Vault) -> None:
    row = list_rows(1)[0].replace("教师", "a\\b\\N\\.").replace("SQ000000", "S\\tQ{1}")
    report = await imported(works, intake_service(vault), as_file([row]).getvalue())
    async with works.begin() as work:
        (lead,) = (await work.session.scalars(select(Lead).where(col(Lead.list_id) == report.list_id))).all()
    assert (lead.occupation, lead.basis_reference) == ("a\\b\\N\\.", "S\\tQ{1}")


async def test_a_process_that_dies_undoes_the_import_and_takes_the_others_with_it(works: Works, vault: Vault) -> None:
    started: list[psutil.Process] = []

    async def kill_one(_progress: Progress) -> None:
        if not started:
            started.extend(psutil.Process().children())
            next(one for one in started if "callcenter.imports.worker" in one.cmdline()).kill()

    async with works.begin() as work:
        campaign_id = (await make_campaign(work)).id
    with pytest.raises(workers.WorkerDiedError):
        async with works.begin() as work:
            await in_processes(vault, batch=50).import_file(
                work,
                ImportRequest(campaign_id, "x"),
                file_name="a.csv",
                file=as_file(list_rows(3000)),
                on_progress=kill_one,
            )
    assert not [one for one in started if one.is_running() and "callcenter.imports.worker" in one.cmdline()]
    assert await count_rows(works, Lead) == await count_rows(works, LeadList) == 0


async def test_no_key_stands_in_the_arguments_or_the_environment_of_a_process(
    works: Works, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = asyncio.create_subprocess_exec
    seen: list[str] = []

    async def remembered(*command: str, **options: Any) -> asyncio.subprocess.Process:
        process = await start(*command, **options)
        one = psutil.Process(process.pid)
        seen.append(f"{one.cmdline()} {one.environ()}")
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", remembered)
    await imported(works, in_processes(vault), as_file(list_rows(5)).getvalue())
    assert len(seen) == 2
    for key in (*vault.keys.values(), vault.index_key):
        assert not [text for text in seen if key.hex() in text]
