"""From a file to leads: upload, preview, mapping, dry run, import, rejects, further fields (requirements L1, L2, L4).

A file is uploaded once and lies sealed in the database until it is imported or discarded. What takes long is a job.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, BinaryIO

from callcenter.files.pieces import Pieces
from callcenter.files.readers import Readers
from callcenter.files.reading import examine
from callcenter.imports import repository, transitions
from callcenter.imports.errors import FieldsInvalid, UploadBusy, UploadNotFound, UploadOver
from callcenter.imports.importing import Importer, Incoming, OnProgress
from callcenter.imports.models import LeadUpload, LeadUploadChunk
from callcenter.imports.previewing import preview_of
from callcenter.imports.reading import Remembered, Table, require_columns
from callcenter.imports.rules.fields import wrong_with
from callcenter.imports.settings import ImportSettings
from callcenter.imports.stored import (
    examined_of,
    params_of,
    remembered_of,
    request_of,
    specs_of,
    upload_card_of,
)
from callcenter.imports.types import (
    UPLOAD_PIECE,
    Column,
    FileSupplied,
    ImportReport,
    ImportRequest,
    Preview,
    Progress,
    ReadingRequest,
    SourceCard,
    SupplyChecked,
    SupplyImported,
    SupplyReturned,
    UploadCard,
    UploadState,
)
from callcenter.imports.workers import RowJudging
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import JobCard, JobHandler, Jobs, Report
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works

IMPORT, DRY_RUN = "leads.import", "leads.dry_run"
"""The jobs' kinds."""

_HEAD = 4
"""Pieces of an upload that hold its first rows."""


class IntakeService:
    """Keeps uploads and turns them into leads."""

    def __init__(
        self,
        vault: Vault,
        settings: ImportSettings,
        jobs: Jobs,
        importer: Importer,
        judging: RowJudging,
        readers: Readers,
    ) -> None:
        self._readers = readers
        self._judging = judging
        self._settings = settings
        self._jobs = jobs
        self._importer = importer
        self._pieces = Pieces(vault, LeadUploadChunk.__table__, UPLOAD_PIECE)  # type: ignore[attr-defined]

    # --- uploads -----------------------------------------------------------------------------------------------

    async def upload(
        self, work: Work, *, file_name: str, file: BinaryIO, source: str = "", target_group_id: int | None = None
    ) -> UploadCard:
        """Keeps a file until it is imported or discarded.

        Raises FileUnreadable and FileTooLarge, and what the target group's room refuses.
        """
        examined = await self._readers.read(examine, file, limit=self._readers.upload_limit_bytes)
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
            await work.announce(FileSupplied(upload.id, target_group_id))
        await self._pieces.keep(work, upload.id, file)
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
        """Returns uploads, the newest first. ``by``: only this person's; ``before``: the last id of the page before."""
        uploads = await repository.list_uploads(work.session, state=state, by=by, before=before, limit=limit)
        return [upload_card_of(upload, busy=busy) for upload, busy in uploads]

    async def upload_card(self, work: Work, upload_id: int, *, by: int | None = None) -> UploadCard:
        """Returns one upload; with ``by`` only if this person uploaded it. Raises UploadNotFound."""
        upload = await self._find(work, upload_id)
        if by is not None and upload.uploaded_by != by:
            raise UploadNotFound(f"there is no upload {upload_id}")
        return upload_card_of(upload, busy=await repository.is_busy(work.session, upload))

    async def discard(self, work: Work, upload_id: int) -> UploadCard:
        """Deletes the content of an upload for good. Safe to repeat. Raises UploadNotFound, UploadBusy, UploadOver."""
        upload = await self._find(work, upload_id, lock=True)
        if upload.discarded_at is None:
            await self._require_waiting(work, upload)
            await self._discard(work, upload)
        return upload_card_of(upload, busy=False)

    async def sweep(self, work: Work) -> None:
        """Discards what was uploaded long ago and forgotten."""
        for upload in await repository.list_forgotten(work.session, work.now - self._settings.upload_term):
            await self._discard(work, upload)

    # --- reading -----------------------------------------------------------------------------------------------

    async def preview(self, work: Work, upload_id: int, request: ReadingRequest | None = None) -> Preview:
        """Returns how the file will be read, with its first rows, masked.

        Raises UploadNotFound, UploadOver, FieldsInvalid, SheetMissing.
        """
        request = _require_fields(request or ReadingRequest())
        upload = await self._find(work, upload_id)
        _require_not_over(upload)
        remembered = await self._remembered(work, upload.source)
        earlier = await repository.list_uploads_of_file(work.session, upload.sha256, upload.id)
        async with self._opened(work, upload, most=_HEAD) as file:
            preview = await self._readers.read(
                preview_of,
                file,
                examined_of(upload),
                request,
                remembered,
                await self._judging.rules(work),
            )
        return replace(preview, before=[upload_card_of(other, busy=busy) for other, busy in earlier])

    async def sources(self, work: Work) -> Sequence[SourceCard]:
        """Returns how the last list of each source was read, the source used last first."""
        return [
            SourceCard(
                source.source,
                {Column(name): title for name, title in source.mapping.items()},
                specs_of(source.fields),
                source.used_at,
            )
            for source in await repository.list_sources(work.session)
        ]

    # --- the import --------------------------------------------------------------------------------------------

    async def order_dry_run(self, work: Work, upload_id: int, request: ImportRequest) -> JobCard:
        """Queues a job that counts what an import would give. Raises what ``order_import`` raises."""
        return await self._order(work, DRY_RUN, upload_id, request)

    async def order_import(self, work: Work, upload_id: int, request: ImportRequest) -> JobCard:
        """Queues the import of a file, all of it or nothing.

        Raises UploadNotFound, UploadBusy, UploadOver, CampaignNotFound, FieldsInvalid, ColumnMissing, SheetMissing, and
        what the target group's room refuses.
        """
        return await self._order(work, IMPORT, upload_id, request)

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Returns the handlers of this room's jobs by their kind."""

        async def run_import(job: JobCard, report: Report) -> Mapping[str, Any]:
            async with works.begin(job.actor) as work:
                done = await self._run_import(work, job, report)
            if not done.already_imported and done.rows >= self._settings.analyze_from_rows:
                async with works.begin() as work:
                    await self._importer.analyze(work)
            return asdict(done)

        async def run_dry(job: JobCard, report: Report) -> Mapping[str, Any]:
            async with works.begin(job.actor) as work:
                done = await self._run_dry(work, job, report)
            return {**asdict(done), "list_id": done.list_id or None}

        return {IMPORT: run_import, DRY_RUN: run_dry}

    async def import_file(
        self,
        work: Work,
        request: ImportRequest,
        *,
        file_name: str,
        file: BinaryIO,
        on_progress: OnProgress | None = None,
    ) -> ImportReport:
        """Imports a file at once, without an upload: good rows become leads, bad ones are kept with their reason.

        All of it happens in the work's transaction, so no other one sees half a list. To import the same bytes into
        the same campaign again changes nothing. ``file`` is seekable and stays open. Raises what ``Importer.run``
        raises.
        """
        examined = await asyncio.to_thread(examine, file)
        report, _ = await self._importer.run(work, Incoming(file, file_name, examined), request, on_progress)
        return report

    async def _order(self, work: Work, kind: str, upload_id: int, request: ImportRequest) -> JobCard:
        _require_fields(request.reading)
        upload = await self._find(work, upload_id, lock=True)
        await self._require_waiting(work, upload)
        await self._check_supply(work, upload, request.campaign_id)
        await self._importer.require_campaign(work, request.campaign_id)
        remembered = await self._remembered(work, upload.source)
        async with self._opened(work, upload, most=_HEAD) as file:
            await self._readers.read(require_columns, file, examined_of(upload), request.reading, remembered)
        job = await self._jobs.enqueue(
            work, kind, {"upload_id": upload_id, **params_of(request)}, key=f"lead_upload:{upload_id}"
        )
        transitions.order(upload, job.id)
        return job

    async def _run_import(self, work: Work, job: JobCard, report: Report) -> ImportReport:
        upload = await self._find(work, int(job.params["upload_id"]), lock=True)
        _require_not_over(upload)
        request = request_of(job.params)
        await self._check_supply(work, upload, request.campaign_id)
        remembered = await self._remembered(work, upload.source)
        async with self._opened(work, upload) as file:
            incoming = _incoming(upload, file, remembered)
            done, table = await self._importer.run(work, incoming, request, _reporting(report))
            if table is not None and upload.source:
                await self._remember(work, upload.source, table)
        transitions.take_in(upload, done.list_id)
        await work.session.flush()
        await self._pieces.drop(work, upload.id)
        if upload.target_group_id is not None and done.already_imported:
            await work.announce(SupplyReturned(upload.id, upload.target_group_id))
        elif upload.target_group_id is not None:
            await work.announce(SupplyImported(upload.id, upload.target_group_id, request.campaign_id, done.list_id))
        return done

    async def _run_dry(self, work: Work, job: JobCard, report: Report) -> ImportReport:
        upload = await self._find(work, int(job.params["upload_id"]))
        _require_not_over(upload)
        remembered = await self._remembered(work, upload.source)
        async with self._opened(work, upload) as file:
            incoming = _incoming(upload, file, remembered)
            return await self._importer.dry_run(work, incoming, request_of(job.params), _reporting(report))

    # -----------------------------------------------------------------------------------------------------------

    async def _check_supply(self, work: Work, upload: LeadUpload, campaign_id: int) -> None:
        if upload.target_group_id is not None:
            await work.announce(SupplyChecked(upload.id, upload.target_group_id, campaign_id))

    async def _remembered(self, work: Work, source_name: str) -> Remembered | None:
        source = await repository.find_source(work.session, source_name) if source_name else None
        return None if source is None else remembered_of(source)

    async def _remember(self, work: Work, source_name: str, table: Table) -> None:
        mapping = {column.value: title for column, title in table.layout.mapping.items()}
        fields = None if table.fields is None else [asdict(spec) for spec in table.fields]
        await repository.remember_source(
            work.session, source_name, mapping, fields, at=work.now, by=work.actor.staff_id
        )

    def _opened(
        self, work: Work, upload: LeadUpload, *, most: int | None = None
    ) -> contextlib.AbstractAsyncContextManager[BinaryIO]:
        """Opens the upload in clear. Of a text ``most`` pieces are enough to see its head; a workbook needs all."""
        return self._pieces.opened(work, upload.id, most=None if upload.encoding is None else most)

    async def _find(self, work: Work, upload_id: int, *, lock: bool = False) -> LeadUpload:
        upload = await repository.find_upload(work.session, upload_id, lock=lock)
        if upload is None:
            raise UploadNotFound(f"there is no upload {upload_id}")
        return upload

    async def _require_waiting(self, work: Work, upload: LeadUpload) -> None:
        """Refuses an upload that is over, and one that a job is busy with."""
        _require_not_over(upload)
        if await repository.is_busy(work.session, upload):
            raise UploadBusy("a dry run or an import of this file waits or runs: cancel it first")

    async def _discard(self, work: Work, upload: LeadUpload) -> None:
        transitions.discard(upload, work.now)
        await work.session.flush()
        await self._pieces.drop(work, upload.id)
        if upload.target_group_id is not None:
            await work.announce(SupplyReturned(upload.id, upload.target_group_id))
        await work.announce(Noted("leads.upload_discarded", f"lead_upload:{upload.id}"))


def _require_fields(request: ReadingRequest) -> ReadingRequest:
    if problem := wrong_with(request.fields or ()):
        raise FieldsInvalid(problem)
    return request


def _require_not_over(upload: LeadUpload) -> None:
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


def _reporting(report: Report) -> OnProgress:
    async def on_progress(progress: Progress) -> None:
        total = None if progress.rows_about is None else max(progress.rows_about, progress.rows)
        await report(progress.rows, total, good=progress.good, rejected=progress.rejected)

    return on_progress
