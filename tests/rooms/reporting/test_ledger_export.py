"""An exported ledger holds the lines of one moment, opens as text, is kept under lock, and few may download it."""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from callcenter.audit.service import AuditService
from callcenter.kit import jobs as jobs_module
from callcenter.kit.actor import Actor
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import JobAlreadyOpen, JobCard, Jobs, JobState, perform
from callcenter.kit.scope import Scope
from callcenter.kit.work import Works
from callcenter.people.types import Role
from callcenter.reporting.errors import ExportEmpty, ExportNotFound
from callcenter.reporting.queries import ledger_totals
from callcenter.reporting.service import LedgerService
from callcenter.reporting.settings import ReportingSettings
from callcenter.reporting.types import ExportCard, LedgerFilter, LedgerResult
from callcenter.reporting.words import COLUMNS
from callcenter.storage.memory import MemoryStore
from callcenter.storage.port import ObjectLocked
from tests.rooms.reporting.ledger_cast import NORTH, SOUTH, Cast
from tests.support.rows import LeadList

LINK = '=HYPERLINK("http://x","y")'


class Office:
    """Requests exports, performs their jobs, downloads them."""

    def __init__(self, works: Works, ledger: LedgerService, database_url: str) -> None:
        self.works, self.ledger, self.database_url = works, ledger, database_url

    async def request(self, actor: Actor, **filters: Any) -> JobCard:
        async with self.works.begin(actor) as work:
            return await self.ledger.order_export(work, LedgerFilter(**filters))

    async def perform(self, job: JobCard) -> JobCard:
        await perform(self.works, self.database_url, self.ledger.job_handlers(self.works), job.id)
        async with self.works.begin() as work:
            return await Jobs().card(work, job.id)

    async def export(self, actor: Actor, **filters: Any) -> int:
        done = await self.perform(await self.request(actor, **filters))
        assert done.state is JobState.DONE, done.problem
        assert done.result is not None
        return int(done.result["export_id"])

    async def kept(self, actor: Actor) -> Sequence[ExportCard]:
        async with self.works.begin(actor) as work:
            return await self.ledger.exports(work)

    async def download(self, actor: Actor, export_id: int) -> bytes:
        async with self.works.begin(actor) as work:
            file = await self.ledger.open_export(work, export_id)
        return b"".join([chunk async for chunk in await self.ledger.read(file)])

    async def sheets(self, actor: Actor, export_id: int) -> dict[str, list[list[Any]]]:
        book = CalamineWorkbook.from_filelike(io.BytesIO(await self.download(actor, export_id)))
        return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.fixture
def office(works: Works, ledger: LedgerService, database_url: str) -> Office:
    return Office(works, ledger, database_url)


@pytest.fixture
def officer(cast: Cast) -> Actor:
    return cast.actor(Role.DATA_OFFICER)


async def test_the_workbook_holds_every_line_the_totals_and_its_own_description(
    office: Office, officer: Actor, cast: Cast
) -> None:
    sheets = await office.sheets(officer, await office.export(officer))
    rows = sheets["台账"]
    assert rows[0] == list(COLUMNS.values())
    assert [row[0] for row in rows[1:]] == sorted(cast.leads.values(), reverse=True)
    sold = dict(zip(COLUMNS, rows[1 + [row[0] for row in rows[1:]].index(cast.leads["success"])], strict=True))
    assert (sold["result"], sold["verdict"], sold["visit_result"], sold["agents"]) == ("成功", "通过", "已签单", "ann")
    assert sold["phone_masked"].startswith("199****")
    totals = sheets["汇总"]
    assert totals[1][:3] == ["合计", "全部", len(cast.leads)]
    by_branch = {row[1]: row[2] for row in totals if row[0] == "按分支机构"}
    assert by_branch[NORTH] + by_branch[SOUTH] + by_branch["全行"] == len(cast.leads)
    about = {row[0]: row[1] for row in sheets["说明"]}
    assert about["行数"] == len(cast.leads)
    assert about["下达人"].startswith("data_officer")
    assert about["筛选"] == "无（全部）"


async def test_the_job_keeps_the_filters_and_the_scope_of_the_request(office: Office, cast: Cast) -> None:
    branch = cast.actor(Role.BRANCH_OFFICER, Scope.of_branch(NORTH))
    sheets = await office.sheets(branch, await office.export(branch, result=LedgerResult.REFUSED))
    assert [row[0] for row in sheets["台账"][1:]] == [cast.leads["refused"]]
    about = {row[0]: row[1] for row in sheets["说明"]}
    assert (about["筛选：去向"], about["数据范围"]) == ("拒绝", NORTH)
    everything = await office.sheets(branch, await office.export(branch))
    names = {cast.name_of(row[0]) for row in everything["台账"][1:]}
    assert "success" not in names, "the north does not see the south's success"


async def test_text_that_looks_like_a_formula_stays_text(office: Office, officer: Actor, works: Works) -> None:
    async with works.begin() as work:
        lead_list = await work.session.get_one(LeadList, 1)
        lead_list.source, lead_list.name = LINK, "+1-2"
    body = await office.download(officer, await office.export(officer, list_id=1))
    sheet = zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet
    assert LINK.replace('"', "&quot;").encode() in sheet or LINK.encode() in sheet
    rows = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_name("台账").to_python()
    assert rows[1][1:3] == [LINK, "+1-2"]


async def test_more_rows_than_a_sheet_holds_go_to_the_next(
    works: Works, vault: Vault, store: MemoryStore, database_url: str, officer: Actor, cast: Cast
) -> None:
    ledger = LedgerService(Jobs(), vault, store, ReportingSettings(sheet_rows=10))
    office = Office(works, ledger, database_url)
    sheets = await office.sheets(officer, await office.export(officer))
    parts = [rows for name, rows in sheets.items() if name.startswith("台账")]
    assert [len(rows) - 1 for rows in parts] == [10, 10, len(cast.leads) - 20]
    assert all(rows[0] == list(COLUMNS.values()) for rows in parts)
    assert [row[0] for rows in parts for row in rows[1:]] == sorted(cast.leads.values(), reverse=True)


async def test_an_export_is_kept_locked_with_its_hash_and_every_download_is_recorded(
    office: Office, officer: Actor, store: MemoryStore, works: Works, audit: AuditService, cast: Cast
) -> None:
    export_id = await office.export(officer)
    body = await office.download(cast.actor(Role.AUDITOR), export_id)
    [card] = await office.kept(officer)
    assert (card.sha256, card.size_bytes) == (hashlib.sha256(body).hexdigest(), len(body))
    assert card.rows == len(cast.leads)
    assert card.ordered_by_name == "data_officer"
    [version] = await store.list_versions("ledger/")
    stored = await store.stat(version.key)
    assert stored.retain_until == card.keep_until
    assert card.keep_until - card.as_of >= timedelta(days=3 * 365)
    with pytest.raises(ObjectLocked):
        await store.delete(version.key, version.version_id)
    async with works.begin() as work:
        acts = [(entry.act, entry.actor) for entry in reversed(await audit.search(work))]
    staff = {role: f"staff:{cast.staff[role]}" for role in cast.staff}
    assert acts == [
        ("ledger.export_ordered", staff["data_officer"]),
        ("ledger.exported", staff["data_officer"]),
        ("ledger.export_downloaded", staff["auditor"]),
    ]


async def test_exports_are_downloaded_by_their_requester_data_officers_and_auditors(office: Office, cast: Cast) -> None:
    north = cast.actor(Role.BRANCH_OFFICER, Scope.of_branch(NORTH))
    other = Actor(cast.staff["ann"], "other", "branch_officer", north.rights, Scope.of_branch(NORTH))
    officer, head = cast.actor(Role.DATA_OFFICER), cast.actor(Role.HEAD_OFFICE)
    of_north, of_officer = await office.export(north), await office.export(officer)
    for actor, mine in (
        (north, [of_north]),
        (other, []),
        (head, []),
        (officer, [of_officer, of_north]),
        (cast.actor(Role.AUDITOR), [of_officer, of_north]),
    ):
        assert [export.id for export in await office.kept(actor)] == mine
        for export_id in (of_north, of_officer, 999):
            if export_id in mine:
                assert await office.download(actor, export_id)
            else:
                with pytest.raises(ExportNotFound):
                    await office.download(actor, export_id)
    moved = Actor(north.staff_id, "moved", "branch_officer", north.rights, Scope.of_branch(SOUTH))
    with pytest.raises(ExportNotFound):
        await office.download(moved, of_north)
    assert await office.kept(moved) == []


async def test_one_export_at_a_time_is_made_and_never_an_empty_one(office: Office, officer: Actor, cast: Cast) -> None:
    waiting = await office.request(officer)
    with pytest.raises(JobAlreadyOpen):
        await office.request(officer)
    async with office.works.begin(officer) as work:
        assert [job.id for job in await office.ledger.running(work)] == [waiting.id]
    await office.perform(waiting)
    async with office.works.begin(officer) as work:
        assert await office.ledger.running(work) == []
    with pytest.raises(ExportEmpty):
        await office.request(officer, list_id=999)


async def test_a_job_that_is_begun_again_after_a_crash_makes_one_export(
    office: Office, officer: Actor, works: Works, store: MemoryStore
) -> None:
    job = await office.request(officer)
    job_handler = office.ledger.job_handlers(works)[job.kind]
    report = jobs_module.Report(works, job.id)
    assert await job_handler(job, report) == await job_handler(job, report)
    assert len(await office.kept(officer)) == 1
    assert len(await store.list_versions("ledger/")) == 1


async def test_an_export_that_is_cancelled_or_has_no_store_leaves_nothing(
    office: Office, officer: Actor, works: Works, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cancelled(self: object, done: int, total: int | None = None, **figures: int) -> None:
        if done:
            raise jobs_module.JobCancelledError

    job = await office.request(officer)
    with monkeypatch.context() as patched:
        patched.setattr(jobs_module.Report, "__call__", cancelled)
        assert (await office.perform(job)).state is JobState.CANCELLED
    store.down = True
    failed = await office.perform(await office.request(officer))
    assert failed.state is JobState.FAILED
    assert failed.problem is not None
    assert failed.problem["code"] == "store_unavailable"
    store.down = False
    assert await office.kept(officer) == []
    assert await store.list_versions("ledger/") == []


async def test_all_rows_of_an_export_are_as_of_one_moment(
    office: Office, officer: Actor, works: Works, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the export is written leads are closed: neither its rows nor its totals show that."""
    real = ledger_totals.totals
    calls: list[int] = []

    async def while_others_work(*args: Any) -> Any:
        if not calls:
            calls.append(1)
            answer = await real(*args)
            async with works.begin() as work:
                await work.session.execute(text("UPDATE lead SET state = 'closed' WHERE state = 'stock'"))
            return answer
        return await real(*args)

    monkeypatch.setattr(ledger_totals, "totals", while_others_work)
    sheets = await office.sheets(officer, await office.export(officer))
    in_stock = [row for row in sheets["台账"][1:] if row[list(COLUMNS).index("result")] == "在库"]
    expected = sum(result is LedgerResult.STOCK for result in cast.results.values())
    assert len(in_stock) == expected > 0
    column = sheets["汇总"][0].index("在库")
    assert {row[column] for row in sheets["汇总"] if row[0] in ("合计", "按活动")} == {expected}
