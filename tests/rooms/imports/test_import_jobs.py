"""An import as a job: its process dies, it is cancelled, two run at once; what is left is nothing or everything."""

import asyncio
import hashlib
import io
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from sqlalchemy import text
from sqlmodel import col, select

from callcenter.campaigns.errors import CampaignNotFound
from callcenter.dnc.types import DncReason, ImportOrder
from callcenter.imports.service import DRY_RUN, IMPORT, IntakeService
from callcenter.imports.types import ImportRequest, UploadState
from callcenter.kit import jobs
from callcenter.kit.clock import FrozenClock
from callcenter.kit.crypto import UndecipherableError, Vault
from callcenter.kit.jobs import JobCard, JobRunner, Jobs, JobState
from callcenter.kit.wake import Waker
from callcenter.kit.work import Works
from tests.support.leads import (
    as_file,
    delivery_import,
    delivery_service,
    dnc_service,
    intake_service,
    lead_service,
    list_rows,
)
from tests.support.processes import environment
from tests.support.rows import (
    DncEntry,
    Lead,
    LeadList,
    LeadSource,
    LeadUpload,
    LeadUploadChunk,
    Reject,
    count_rows,
    make_campaign,
    phone_number,
)
from tests.support.running import running
from tests.support.waiting import eventually

JOBS = Jobs()


@pytest.fixture
async def campaign_id(works: Works) -> int:
    async with works.begin() as work:
        return (await make_campaign(work)).id


@pytest.fixture
def intake(vault: Vault) -> IntakeService:
    return intake_service(vault, batch=50)


async def request_import(
    works: Works, intake: IntakeService, campaign_id: int, rows: list[str], kind: str = IMPORT
) -> JobCard:
    async with works.begin() as work:
        upload = await intake.upload(work, file_name="list.csv", file=as_file(rows), source="总行")
    async with works.begin() as work:
        order = intake.order_import if kind == IMPORT else intake.order_dry_run
        return await order(work, upload.id, ImportRequest(campaign_id, "November"))


async def job_of(works: Works, job_id: int) -> JobCard:
    async with works.begin() as work:
        return await JOBS.card(work, job_id)


async def require_nothing_visible(works: Works) -> None:
    for table in (Lead, LeadList, Reject, LeadSource):
        assert await count_rows(works, table) == 0, table


async def test_an_import_leaves_leads_a_remembered_source_and_no_content_of_the_file(
    works: Works, intake: IntakeService, campaign_id: int, database_url: str
) -> None:
    job = await request_import(works, intake, campaign_id, list_rows(120))
    assert await count_rows(works, LeadUploadChunk) == 1
    await jobs.perform(works, database_url, intake.job_handlers(works), job.id)
    done = await job_of(works, job.id)
    assert (done.state, done.result and done.result["good"]) == (JobState.DONE, 120)
    assert (done.total, done.figures["good"] > 0) == (120, True)
    assert await count_rows(works, Lead) == 120
    assert await count_rows(works, LeadSource) == 1
    assert await count_rows(works, LeadUploadChunk) == 0
    async with works.begin() as work:
        (card,) = await intake.uploads(work)
    assert (card.state, card.list_id) == (UploadState.IMPORTED, done.result and done.result["list_id"])


async def test_a_dry_run_counts_duplicates_and_do_not_call_and_leaves_nothing(
    works: Works, vault: Vault, intake: IntakeService, campaign_id: int, database_url: str
) -> None:
    async with works.begin() as work:
        await intake.import_file(work, ImportRequest(campaign_id, "x"), file_name="x.csv", file=as_file(list_rows(2)))
        (card,) = await lead_service(vault).find_by_phone(work, phone_number(0))
        await dnc_service(vault).enter_dnc(work, card.id, DncReason.CUSTOMER_REQUEST)
    before = {table: await count_rows(works, table) for table in (Lead, LeadList, Reject, LeadSource, DncEntry)}
    rows = [*list_rows(100), *list_rows(1, first=99), "无名,,女,,,,,,,"]
    job = await request_import(works, intake, campaign_id, rows, DRY_RUN)
    await jobs.perform(works, database_url, intake.job_handlers(works), job.id)
    done = await job_of(works, job.id)
    assert done.result == {
        "list_id": None,
        "rows": 102,
        "good": 98,
        "rejected": 4,
        "reasons": {"do_not_call": 1, "duplicate_in_file": 1, "duplicate_in_system": 1, "missing_phone": 1},
        "warnings": {},
        "already_imported": False,
    }
    assert {table: await count_rows(works, table) for table in before} == before
    job = await request_import(works, intake, campaign_id, rows)
    await jobs.perform(works, database_url, intake.job_handlers(works), job.id)
    imported = (await job_of(works, job.id)).result or {}
    assert {**imported, "list_id": None} == done.result, "the import gives what the dry run said"


async def test_a_dry_run_counts_customers_on_an_external_list_and_enters_nobody(
    works: Works, vault: Vault, intake: IntakeService, campaign_id: int, database_url: str
) -> None:
    """An import makes an entry for each customer it meets on a list of hashes; a dry run only counts them."""
    deliveries, hashed = delivery_service(vault), hashlib.sha256(phone_number(7).encode()).hexdigest()
    async with works.begin() as work:
        delivery, _ = await deliveries.upload(work, file_name="hashes.txt", file=io.BytesIO(hashed.encode()))
    async with works.begin() as work:
        taken = await deliveries.request_import(work, delivery.id, ImportOrder(name="行业名单"))
    await jobs.perform(works, database_url, delivery_import(vault).job_handlers(works), taken.id)
    for kind, entries in ((DRY_RUN, 0), (IMPORT, 1)):
        job = await request_import(works, intake, campaign_id, list_rows(10), kind)
        await jobs.perform(works, database_url, intake.job_handlers(works), job.id)
        result = (await job_of(works, job.id)).result or {}
        assert (result["good"], result["reasons"]) == (9, {"do_not_call": 1})
        assert await count_rows(works, DncEntry) == entries, kind


async def test_an_import_that_is_cancelled_leaves_nothing_and_may_be_requested_again(
    works: Works, intake: IntakeService, campaign_id: int, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_REPORT_EVERY", 0.0)
    job = await request_import(works, intake, campaign_id, list_rows(500))
    reported: list[int] = []
    report = jobs.Report.__call__

    async def cancel_then_report(self: jobs.Report, done: int, total: int | None = None, **figures: int) -> None:
        reported.append(done)
        if done >= 200:
            async with works.begin() as work:
                await JOBS.cancel(work, job.id)
        await report(self, done, total, **figures)

    monkeypatch.setattr(jobs.Report, "__call__", cancel_then_report)
    await jobs.perform(works, database_url, intake.job_handlers(works), job.id)
    assert (await job_of(works, job.id)).state is JobState.CANCELLED
    assert 200 <= reported[-1] < 500
    await require_nothing_visible(works)
    monkeypatch.setattr(jobs.Report, "__call__", report)
    async with works.begin() as work:
        (card,) = await intake.uploads(work)
        assert card.state is UploadState.UPLOADED
        again = await intake.order_import(work, card.id, ImportRequest(campaign_id, "November"))
    await jobs.perform(works, database_url, intake.job_handlers(works), again.id)
    assert await count_rows(works, Lead) == 500


@asynccontextmanager
async def runner(works: Works, database_url: str, launch: jobs.Launch) -> AsyncIterator[None]:
    waker = Waker(database_url)
    async with running(waker.run(), JobRunner(works, waker, launch).run()):
        yield


async def vacuum(database_url: str) -> None:
    """Gives the space of deleted leads back: a test that ran before in this database may have left some."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("VACUUM lead")
        assert await connection.fetchval("SELECT pg_relation_size('lead')") == 0
    finally:
        await connection.close()


@pytest.mark.timeout(180)
async def test_a_killed_process_leaves_nothing_and_the_next_one_completes_the_import(
    works: Works, vault: Vault, campaign_id: int, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process is killed when it has written leads and committed none, as the size of the table's file shows."""
    monkeypatch.setenv("CALLCENTER_IMPORTS_BATCH", "100")
    monkeypatch.setenv("CALLCENTER_IMPORTS_PROCESSES_FROM_BYTES", "0")
    for name, value in environment(database_url, tmp_path).items():
        monkeypatch.setenv(name, value)
    launched: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def remembered(*command: str, **options: Any) -> asyncio.subprocess.Process:
        launched.append(await start(*command, **options))
        return launched[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", remembered)

    await vacuum(database_url)
    job = await request_import(works, intake_service(vault), campaign_id, list_rows(6000))
    async with runner(works, database_url, jobs.in_a_process):

        async def has_written() -> bool:
            """The table's file grows with every row, committed or not."""
            async with works.begin() as work:
                return bool(await work.session.scalar(text("SELECT pg_relation_size('lead') > 0")))

        await eventually(has_written)
        judging = psutil.Process(launched[0].pid).children()
        assert judging, "rows are judged in a process of their own"
        os.kill(launched[0].pid, signal.SIGKILL)
        await launched[0].wait()

        async def is_gone() -> bool:
            return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in judging)

        await eventually(is_gone)
        await require_nothing_visible(works)

        async def is_done() -> bool:
            return (await job_of(works, job.id)).state is JobState.DONE

        await eventually(is_done, 180)
    done = await job_of(works, job.id)
    assert (done.attempts, len(launched)) == (2, 2)
    assert done.result is not None
    assert (done.result["good"], done.result["already_imported"]) == (6000, False)
    assert await count_rows(works, Lead) == 6000
    assert await count_rows(works, LeadList) == 1


async def test_two_imports_into_one_campaign_wait_for_each_other(
    works: Works, intake: IntakeService, campaign_id: int, database_url: str
) -> None:
    first = await request_import(works, intake, campaign_id, list_rows(300))
    second = await request_import(works, intake, campaign_id, list_rows(300, first=100))
    await asyncio.gather(
        *(jobs.perform(works, database_url, intake.job_handlers(works), job.id) for job in (first, second))
    )
    good = [((await job_of(works, job.id)).result or {})["good"] for job in (first, second)]
    assert sorted(good) == [100, 300]
    assert await count_rows(works, Lead) == 400


async def test_the_content_of_an_upload_is_sealed_in_pieces_bound_to_their_place(
    works: Works, vault: Vault, intake: IntakeService
) -> None:
    async with works.begin() as work:
        rows = list_rows(20_000)
        upload = await intake.upload(work, file_name="list.csv", file=as_file(rows))
    async with works.begin() as work:
        pieces = (
            await work.session.execute(
                select(col(LeadUploadChunk.number), col(LeadUploadChunk.body_sealed)).order_by(
                    col(LeadUploadChunk.number)
                )
            )
        ).all()
    assert len(pieces) > 1
    assert all("某路".encode() not in body for _, body in pieces)
    content = b"".join(vault.open_bytes(body, f"lead_upload:{upload.id}:{number}") for number, body in pieces)
    assert content == as_file(rows).getvalue()
    with pytest.raises(UndecipherableError):
        vault.open_bytes(pieces[0][1], f"lead_upload:{upload.id}:1")


async def test_uploads_past_their_term_are_discarded_and_others_stay(
    works: Works, intake: IntakeService, campaign_id: int, clock: FrozenClock
) -> None:
    old = await request_import(works, intake, campaign_id, list_rows(1))
    async with works.begin() as work:
        forgotten = await intake.upload(work, file_name="a.csv", file=as_file(list_rows(2)))
    clock.advance(intake._settings.upload_term + timedelta(seconds=1))
    async with works.begin() as work:
        fresh = await intake.upload(work, file_name="b.csv", file=as_file(list_rows(3)))
    for _ in range(2):
        async with works.begin() as work:
            await intake.sweep(work)
    async with works.begin() as work:
        states = {card.id: card.state for card in await intake.uploads(work)}
        kept = set((await work.session.scalars(select(col(LeadUploadChunk.upload_id)))).all())
    assert states.pop(forgotten.id) is UploadState.DISCARDED
    assert states.pop(fresh.id) is UploadState.UPLOADED
    assert list(states.values()) == [UploadState.ORDERED]
    assert old.state is JobState.QUEUED
    assert forgotten.id not in kept
    assert len(kept) == 2


async def test_an_unknown_campaign_is_refused_before_the_job_begins(works: Works, intake: IntakeService) -> None:
    with pytest.raises(CampaignNotFound):
        await request_import(works, intake, 4711, list_rows(1))
    assert await count_rows(works, LeadUpload) == 1
    assert await count_rows(works, LeadList) == 0
