"""Runs the job that writes a ledger into a workbook and keeps it.

All rows are as of one moment: one transaction with its own snapshot reads them. An export is visible only when its
object is in the store and its row is committed. A job that is started again finds that row, or makes the object again.
"""

import asyncio
import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from callcenter.kit.clock import BUSINESS_ZONE, business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import JobCard, Report
from callcenter.kit.scope import Scope
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.reporting import repository
from callcenter.reporting.models import LedgerExport
from callcenter.reporting.queries import ledger, ledger_totals
from callcenter.reporting.settings import ReportingSettings
from callcenter.reporting.types import LedgerBy, LedgerFilter, LedgerQuestion, LedgerTotal
from callcenter.reporting.workbook import LedgerBook
from callcenter.storage.port import ObjectStore, StoredObject

KIND = "ledger.export"
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def hash_of(filters: Mapping[str, Any], scope: Scope) -> str:
    """Returns a hash of the filters and the scope: equal hashes mean the same selection."""
    return hashlib.sha256(
        json.dumps([dict(filters), str(scope)], sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


class Exporter:
    def __init__(self, works: Works, vault: Vault, store: ObjectStore, settings: ReportingSettings) -> None:
        self._works = works
        self._vault = vault
        self._store = store
        self._settings = settings

    async def perform(self, job: JobCard, report: Report) -> Mapping[str, Any]:
        async with self._works.begin(job.actor) as work:
            known = await repository.find_export_of(work.session, job.id)
        if known is not None:
            return _result(known)
        with tempfile.TemporaryDirectory(prefix="ledger-") as folder:
            file = Path(folder) / "ledger.xlsx"
            as_of, rows = await self._write(file, job, report)
            sha256 = await asyncio.to_thread(_sha256, file)
            stored = await self._store.put(
                f"ledger/{business_date(as_of):%Y/%m/%d}/{job.id}.xlsx",
                file,
                sha256=sha256,
                retain_until=as_of + self._settings.keep_exports,
                content_type=CONTENT_TYPE,
            )
        async with self._works.begin(job.actor) as work:
            return _result(await self._keep(work, job, stored, sha256, as_of, rows))

    async def _write(self, file: Path, job: JobCard, report: Report) -> tuple[datetime, int]:
        wanted, scope = LedgerFilter.of(job.params["filters"]), Scope.parse(job.params["scope"])
        book = LedgerBook(file, sheet_rows=self._settings.sheet_rows)
        try:
            async with self._works.begin(job.actor) as work:
                await work.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
                question = LedgerQuestion(wanted, scope, work.now)
                whole, groups = await ledger_totals.totals(work.session, question, LedgerBy.BRANCH)
                await report(0, whole.leads)
                pages = ledger.stream_lines(work.session, question, self._vault)
                async for page in pages:
                    await asyncio.to_thread(book.add, page)
                    await report(book.rows, whole.leads)
                others: dict[LedgerBy, Sequence[LedgerTotal]] = {
                    by: (await ledger_totals.totals(work.session, question, by))[1]
                    for by in LedgerBy
                    if by is not LedgerBy.BRANCH
                }
                book.add_totals(whole, {LedgerBy.BRANCH: groups, **others})
                names = await ledger.staff_names(work.session, {job.actor.id})
                book.add_about(_about(job, names.get(job.actor.id, ""), scope, work.now, book.rows), wanted.plain())
                as_of = work.now
            await asyncio.to_thread(book.close)
        except BaseException:
            book.discard()
            raise
        return as_of, book.rows

    async def _keep(
        self, work: Work, job: JobCard, stored: StoredObject, sha256: str, as_of: datetime, rows: int
    ) -> LedgerExport:
        export = LedgerExport(
            job_id=job.id,
            requested_by=job.requested_by,
            filters=dict(job.params["filters"]),
            filters_sha256=str(job.params["filters_sha256"]),
            scope=str(job.params["scope"]),
            as_of=as_of,
            made_at=work.now,
            rows=rows,
            object_key=stored.key,
            version_id=stored.version_id,
            size_bytes=stored.size,
            sha256=sha256,
            keep_until=stored.retain_until or as_of + self._settings.keep_exports,
        )
        work.session.add(export)
        await work.session.flush()
        facts = {"rows": rows, "sha256": sha256, "filters": export.filters_sha256}
        await work.announce(Noted("ledger.exported", f"ledger_export:{export.id}", facts))
        return export


def _result(export: LedgerExport) -> Mapping[str, Any]:
    return {"export_id": export.id, "rows": export.rows, "size_bytes": export.size_bytes, "sha256": export.sha256}


def _about(job: JobCard, name: str, scope: Scope, as_of: datetime, rows: int) -> dict[str, str | int]:
    return {
        "内容": "数据台账",
        "数据时点": as_of.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M:%S（北京时间）"),
        "下达人": f"{name}（{job.requested_by}）",
        "下达时间": job.requested_at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M:%S（北京时间）"),
        "任务编号": job.id,
        "数据范围": "全部" if scope.is_all else str(scope.branch),
        "行数": rows,
        "筛选条件 SHA-256": str(job.params["filters_sha256"]),
        "说明": "姓名和电话已脱敏。本文件存于对象存储，锁定期内不可修改或删除；下载均留痕。",
    }


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
