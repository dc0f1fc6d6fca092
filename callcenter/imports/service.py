"""From a file to leads: upload, preview, mapping, dry run, import, rejects, further fields (requirements L1, L2, L4).

A file is uploaded once and lies sealed in the database until it is imported or discarded. What is long is a job.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, BinaryIO

from callcenter.imports import pieces, rejects, repository
from callcenter.imports.errors import FieldsInvalid, FileTooLarge, UploadBusy, UploadNotFound, UploadOver
from callcenter.imports.importing import Importer, Incoming, ListedNumbers, Tell
from callcenter.imports.models import LeadUpload
from callcenter.imports.previewing import preview_of
from callcenter.imports.reading import Remembered, examine, read_table
from callcenter.imports.rules.fields import wrong_with
from callcenter.imports.stored import (
    examined_of,
    list_card_of,
    params_of,
    remembered_of,
    request_of,
    specs_of,
    upload_card_of,
)
from callcenter.imports.types import (
    Column,
    ImportRequest,
    Preview,
    ReadingRequest,
    SourceCard,
    UploadCard,
    UploadState,
)
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import JobCard, JobHandler, Jobs, Report
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads import repository as leads
from callcenter.leads.errors import ListNotFound
from callcenter.leads.models import LeadList
from callcenter.leads.settings import LeadSettings
from callcenter.leads.types import ImportReport, LeadListCard, Progress, RejectCard
from callcenter.target_groups.service import TargetService

IMPORT, DRY_RUN = "leads.import", "leads.dry_run"
"""The jobs' kinds."""

_REJECTS_AT_ONCE = 2000
_HEAD = 4
"""Pieces of an upload that hold its first rows."""


class IntakeService:
    def __init__(
        self,
        vault: Vault,
        settings: LeadSettings,
        jobs: Jobs,
        targets: TargetService,
        listed: ListedNumbers,
    ) -> None:
        self._vault = vault
        self._settings = settings
        self._jobs = jobs
        self._targets = targets
        self._importer = Importer(vault, settings, listed)

    @property
    def upload_limit(self) -> int:
        """Bytes of the largest file an upload may bring."""
        return self._settings.upload_limit_bytes

    # --- uploads -----------------------------------------------------------------------------------------------

    async def upload(
        self, work: Work, *, file_name: str, file: BinaryIO, source: str = "", target_group_id: int | None = None
    ) -> UploadCard:
        """Keeps a file until it is imported or discarded. Refuses at once what is no list at all."""
        examined = await asyncio.to_thread(examine, file)
        if examined.size > self.upload_limit:
            raise FileTooLarge(f"a list has at most {self.upload_limit} bytes: split it")
        upload = LeadUpload(
            file_name=file_name,
            size=examined.size,
            sha256=examined.sha256,
            encoding=examined.encoding,
            sheets=list(examined.sheets),
            lines=examined.lines,
            source=source.strip(),
            target_group_id=target_group_id,
            uploaded_at=work.now,
            uploaded_by=work.actor.staff_id,
        )
        work.session.add(upload)
        await work.session.flush()
        if target_group_id is not None:
            await self._targets.supplied(work, target_group_id, upload.id)
        await pieces.keep(work, self._vault, upload.id, file)
        facts = {"bytes": examined.size, "target_group": target_group_id}
        await work.announce(Noted("leads.file_uploaded", f"lead_upload:{upload.id}", facts))
        return upload_card_of(upload, busy=False)

    async def uploads(
        self,
        work: Work,
        *,
        state: UploadState | None = None,
        by: int | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[UploadCard]:
        """The newest first; ``by``: only what this person uploaded."""
        found = await repository.list_uploads(work.session, state=state, by=by, before=before, limit=limit)
        return [upload_card_of(upload, busy=busy) for upload, busy in found]

    async def upload_card(self, work: Work, upload_id: int, *, by: int | None = None) -> UploadCard:
        """``by``: only if this person uploaded it."""
        upload = await self._find(work, upload_id)
        if by is not None and upload.uploaded_by != by:
            raise UploadNotFound(f"there is no upload {upload_id}")
        return upload_card_of(upload, busy=await repository.is_busy(work.session, upload))

    async def discard(self, work: Work, upload_id: int) -> UploadCard:
        """Its content is gone for good; safe to repeat."""
        upload = await self._find(work, upload_id, lock=True)
        if upload.discarded_at is None:
            await self._waiting(work, upload)
            await self._discard(work, upload)
        return upload_card_of(upload, busy=False)

    async def sweep(self, work: Work) -> None:
        """Discards what was uploaded long ago and forgotten."""
        for upload in await repository.list_forgotten(work.session, work.now - self._settings.upload_term):
            await self._discard(work, upload)

    # --- reading -----------------------------------------------------------------------------------------------

    async def preview(self, work: Work, upload_id: int, request: ReadingRequest | None = None) -> Preview:
        """How the file will be read, with its first rows, masked."""
        request = _checked(request or ReadingRequest())
        upload = await self._find(work, upload_id)
        _not_over(upload)
        remembered = await self._remembered(work, upload.source)
        before = await repository.list_uploads_of_file(work.session, upload.sha256, upload.id)
        async with self._opened(work, upload, most=_HEAD) as file:
            return await asyncio.to_thread(
                preview_of,
                file,
                examined_of(upload),
                request,
                remembered,
                today=business_date(work.now),
                allow_landlines=self._settings.allow_landlines,
                before=[upload_card_of(each, busy=busy) for each, busy in before],
            )

    async def sources(self, work: Work) -> Sequence[SourceCard]:
        """How the lists of each source were read last."""
        return [
            SourceCard(
                each.source,
                {Column(name): title for name, title in each.mapping.items()},
                specs_of(each.fields),
                each.used_at,
            )
            for each in await repository.list_sources(work.session)
        ]

    # --- the import --------------------------------------------------------------------------------------------

    async def order_dry_run(self, work: Work, upload_id: int, request: ImportRequest) -> JobCard:
        """Counts what an import would give."""
        return await self._order(work, DRY_RUN, upload_id, request)

    async def order_import(self, work: Work, upload_id: int, request: ImportRequest) -> JobCard:
        """Takes the file in, all of it or nothing."""
        return await self._order(work, IMPORT, upload_id, request)

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Job kind to performer."""

        async def take_in(job: JobCard, report: Report) -> Mapping[str, Any]:
            async with works.begin(job.actor) as work:
                done = await self._take_in(work, job, report)
            if not done.already_imported and done.rows >= self._settings.analyze_from_rows:
                async with works.begin() as work:
                    await repository.analyze(work.session)
            return asdict(done)

        async def try_out(job: JobCard, report: Report) -> Mapping[str, Any]:
            async with works.begin(job.actor) as work:
                done = await self._try_out(work, job, report)
            return {**asdict(done), "list_id": done.list_id or None}

        return {IMPORT: take_in, DRY_RUN: try_out}

    async def import_file(
        self, work: Work, *, campaign_id: int, name: str, file_name: str, file: BinaryIO, tell: Tell | None = None
    ) -> ImportReport:
        """Imports a file at once, without an upload: good rows become leads, bad ones are kept with their reason.

        All of it in the work's transaction, so nobody sees half a list. The same bytes in the same campaign change
        nothing. ``file`` is seekable and stays open. ``tell`` is awaited after each batch.
        """
        examined = await asyncio.to_thread(examine, file)
        report, _ = await self._importer.run(
            work, Incoming(file, file_name, examined), ImportRequest(campaign_id, name), tell
        )
        return report

    # --- lists -------------------------------------------------------------------------------------------------

    async def lists(self, work: Work, *, before: int | None = None, limit: int = 50) -> Sequence[LeadListCard]:
        """The newest first."""
        return [list_card_of(each) for each in await repository.list_lists(work.session, before, limit)]

    async def list_card(self, work: Work, list_id: int) -> LeadListCard:
        return list_card_of(await self._list(work, list_id))

    async def rejects(self, work: Work, list_id: int, *, after: int = 0, limit: int = 200) -> Sequence[RejectCard]:
        """Rows of a list that were not taken, in the file's order."""
        await self._list(work, list_id)
        found = await repository.list_rejects(work.session, list_id, after, limit)
        return [RejectCard(each.id, each.line, each.reason, each.detail) for each in found]

    async def rejects_workbook(self, work: Work, list_id: int) -> BinaryIO:
        """The rejects in clear, to be corrected and uploaded again; an audited act (requirement L7)."""
        lead_list = await self._list(work, list_id)
        book = rejects.RejectsBook(self._vault, lead_list.titles)
        after = 0
        while found := await repository.list_rejects(work.session, list_id, after, _REJECTS_AT_ONCE):
            await asyncio.to_thread(book.write, found)
            after = found[-1].id
            work.session.expunge_all()
        facts = {"rows": book.rows}
        await work.announce(Noted("leads.rejects_downloaded", f"lead_list:{list_id}", facts))
        return await asyncio.to_thread(book.finish)

    # -----------------------------------------------------------------------------------------------------------

    async def _order(self, work: Work, kind: str, upload_id: int, request: ImportRequest) -> JobCard:
        _checked(request.reading)
        upload = await self._find(work, upload_id, lock=True)
        await self._waiting(work, upload)
        if upload.target_group_id is not None:
            await self._targets.admit(work, upload.target_group_id, request.campaign_id)
        await self._importer.require_campaign(work, request.campaign_id)
        remembered = await self._remembered(work, upload.source)
        async with self._opened(work, upload, most=_HEAD) as file:
            (await asyncio.to_thread(read_table, file, examined_of(upload), request.reading, remembered)).require()
        job = await self._jobs.enqueue(
            work, kind, {"upload_id": upload_id, **params_of(request)}, key=f"lead_upload:{upload_id}"
        )
        upload.job_id = job.id
        return job

    async def _take_in(self, work: Work, job: JobCard, report: Report) -> ImportReport:
        upload = await self._find(work, int(job.params["upload_id"]), lock=True)
        _not_over(upload)
        request = request_of(job.params)
        if upload.target_group_id is not None:
            target = await self._targets.admit(work, upload.target_group_id, request.campaign_id)
            request = ImportRequest(request.campaign_id, request.name, target.branch, request.reading)
        remembered = await self._remembered(work, upload.source)
        async with self._opened(work, upload) as file:
            done, table = await self._importer.run(work, _incoming(upload, file, remembered), request, _telling(report))
            if table is not None and upload.source:
                await repository.remember_source(
                    work.session,
                    upload.source,
                    {column.value: title for column, title in table.layout.mapping.items()},
                    None if table.fields is None else [asdict(spec) for spec in table.fields],
                    work.now,
                    work.actor.staff_id,
                )
        upload.list_id = done.list_id
        await work.session.flush()
        await repository.drop_chunks(work.session, upload.id)
        if upload.target_group_id is not None and done.already_imported:
            await self._targets.returned(work, upload.target_group_id, upload.id)
        elif upload.target_group_id is not None:
            await self._targets.imported(work, upload.target_group_id, done.list_id, upload.id)
        return done

    async def _try_out(self, work: Work, job: JobCard, report: Report) -> ImportReport:
        upload = await self._find(work, int(job.params["upload_id"]))
        _not_over(upload)
        remembered = await self._remembered(work, upload.source)
        async with self._opened(work, upload) as file:
            return await self._importer.dry_run(
                work, _incoming(upload, file, remembered), request_of(job.params), _telling(report)
            )

    async def _remembered(self, work: Work, source: str) -> Remembered | None:
        found = await repository.find_source(work.session, source) if source else None
        return None if found is None else remembered_of(found)

    def _opened(
        self, work: Work, upload: LeadUpload, *, most: int | None = None
    ) -> contextlib.AbstractAsyncContextManager[BinaryIO]:
        """The upload in clear. Of a text ``most`` pieces will do to see its head; a workbook's are needed all."""
        return pieces.opened(work, self._vault, upload.id, most=None if upload.encoding is None else most)

    async def _find(self, work: Work, upload_id: int, *, lock: bool = False) -> LeadUpload:
        upload = await repository.find_upload(work.session, upload_id, lock=lock)
        if upload is None:
            raise UploadNotFound(f"there is no upload {upload_id}")
        return upload

    async def _waiting(self, work: Work, upload: LeadUpload) -> None:
        """Refuses what is over, and what a job is busy with."""
        _not_over(upload)
        if await repository.is_busy(work.session, upload):
            raise UploadBusy("a dry run or an import of this file waits or runs: cancel it first")

    async def _discard(self, work: Work, upload: LeadUpload) -> None:
        upload.discarded_at = work.now
        await work.session.flush()
        await repository.drop_chunks(work.session, upload.id)
        if upload.target_group_id is not None:
            await self._targets.returned(work, upload.target_group_id, upload.id)
        await work.announce(Noted("leads.upload_discarded", f"lead_upload:{upload.id}"))

    async def _list(self, work: Work, list_id: int) -> LeadList:
        found = await leads.find_list(work.session, list_id)
        if found is None:
            raise ListNotFound(f"there is no list {list_id}")
        return found


def _checked(request: ReadingRequest) -> ReadingRequest:
    if problem := wrong_with(request.fields or ()):
        raise FieldsInvalid(problem)
    return request


def _not_over(upload: LeadUpload) -> None:
    if upload.list_id is not None:
        raise UploadOver("this file has been imported: upload it again for another campaign", list_id=upload.list_id)
    if upload.discarded_at is not None:
        raise UploadOver("this file has been discarded: upload it again")


def _incoming(upload: LeadUpload, file: BinaryIO, remembered: Remembered | None) -> Incoming:
    return Incoming(
        file=file,
        name=upload.file_name,
        examined=examined_of(upload),
        source=upload.source,
        target_group_id=upload.target_group_id,
        remembered=remembered,
    )


def _telling(report: Report) -> Tell:
    async def tell(progress: Progress) -> None:
        total = None if progress.rows_about is None else max(progress.rows_about, progress.rows)
        await report(progress.rows, total, good=progress.good, rejected=progress.rejected)

    return tell
