"""The ledger: source, holders and result of every lead, and what is left of them (requirement L8)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from callcenter.kit.actor import Actor
from callcenter.kit.crypto import Vault
from callcenter.kit.jobs import OPEN, JobCard, JobHandler, Jobs
from callcenter.kit.scope import Scope
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.people.types import Right
from callcenter.reporting import repository
from callcenter.reporting.errors import ExportEmpty, ExportNotFound, LedgerOutOfScope
from callcenter.reporting.exporting import KIND, Exporter, hash_of
from callcenter.reporting.models import LedgerExport
from callcenter.reporting.queries import ledger, ledger_totals
from callcenter.reporting.settings import ReportingSettings
from callcenter.reporting.types import (
    Choice,
    ExportCard,
    LedgerBy,
    LedgerFilter,
    LedgerLine,
    LedgerQuestion,
    LedgerTotal,
)
from callcenter.storage.port import ObjectStore

_SEES_ALL_EXPORTS = frozenset({Right.IMPORT_LEADS, Right.VIEW_AUDIT})


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A kept workbook and its place in the object store."""

    name: str
    key: str
    version_id: str
    size_bytes: int
    sha256: str


class LedgerService:
    """Reads the ledger within the actor's scope, and keeps exported workbooks."""

    def __init__(self, jobs: Jobs, vault: Vault, store: ObjectStore, settings: ReportingSettings) -> None:
        self._jobs = jobs
        self._vault = vault
        self._store = store
        self._settings = settings

    def job_handlers(self, works: Works) -> Mapping[str, JobHandler]:
        """Returns job kind → job handler."""
        return {KIND: Exporter(works, self._vault, self._store, self._settings).perform}

    async def lines(
        self, work: Work, wanted: LedgerFilter, *, before: int | None = None, limit: int = 100
    ) -> Sequence[LedgerLine]:
        """Returns leads the actor may see, masked, the newest first; ``before`` is the last lead of the page before."""
        question = _question(work, wanted)
        return await ledger.list_lines(work.session, question, self._vault, before=before, limit=limit)

    async def totals(self, work: Work, wanted: LedgerFilter, by: LedgerBy) -> tuple[LedgerTotal, Sequence[LedgerTotal]]:
        """Returns the total within the actor's scope, and of each group, the largest first."""
        return await ledger_totals.totals(work.session, _question(work, wanted), by)

    async def choices(self, work: Work) -> Mapping[str, Sequence[Choice]]:
        """Returns the possible values of the filters: branches, lists, campaigns, classes, agents."""
        return await ledger_totals.choices(work.session, _scope_of(work.actor))

    # --- workbooks that are kept ---------------------------------------------------------------------------------

    async def order_export(self, work: Work, wanted: LedgerFilter) -> JobCard:
        """Requests a workbook of these leads, written by a job. At most one at a time per person."""
        if not await self.lines(work, wanted, limit=1):
            raise ExportEmpty("no lead matches these filters: widen them", rule="L8")
        filters, scope = wanted.plain(), _scope_of(work.actor)
        params = {"filters": filters, "scope": str(scope), "filters_sha256": hash_of(filters, scope)}
        card = await self._jobs.enqueue(work, KIND, params, key=f"{KIND}:{work.actor.label}")
        await work.announce(Noted("ledger.export_ordered", f"job:{card.id}", {"filters": params["filters_sha256"]}))
        return card

    async def exports(self, work: Work, *, before: int | None = None, limit: int = 50) -> Sequence[ExportCard]:
        """Returns the actor's exports, or all of them for the data officer and the auditor. The newest first."""
        _scope_of(work.actor)
        own = None if _sees_all(work.actor) else work.actor.id
        exports = await repository.list_exports(work.session, requested_by=own, before=before, limit=limit)
        names = await repository.names_of(work.session, exports)
        return [_card(export, names) for export in exports if _covers(work.actor, export)]

    async def running(self, work: Work) -> Sequence[JobCard]:
        """Returns the actor's exports that wait or run."""
        jobs = await self._jobs.list(work, [KIND], limit=50)
        return [job for job in jobs if job.state in OPEN and job.requested_by == work.actor.staff_id]

    async def open_export(self, work: Work, export_id: int) -> ExportFile:
        """Returns a workbook's place in the store and writes an audit record of the download. Raises ExportNotFound."""
        export = await repository.find_export(work.session, export_id)
        if export is None or not _may_take(work.actor, export):
            raise ExportNotFound("this export does not exist, or you may not see it: look at the list of exports")
        await work.announce(Noted("ledger.export_downloaded", f"ledger_export:{export.id}", {"sha256": export.sha256}))
        return ExportFile(
            name=f"ledger-{export.as_of:%Y%m%d}-{export.id}.xlsx",
            key=export.object_key,
            version_id=export.version_id,
            size_bytes=export.size_bytes,
            sha256=export.sha256,
        )

    async def read(self, file: ExportFile) -> AsyncIterator[bytes]:
        """Returns the bytes of an opened export, piece by piece."""
        return await self._store.get(file.key, file.version_id)


def _question(work: Work, wanted: LedgerFilter) -> LedgerQuestion:
    return LedgerQuestion(wanted, _scope_of(work.actor), work.now)


def _scope_of(actor: Actor) -> Scope:
    if not actor.scope.is_all and actor.scope.branch is None:
        raise LedgerOutOfScope("the ledger needs an account with the scope of a branch or of the whole bank", rule="L8")
    return actor.scope


def _sees_all(actor: Actor) -> bool:
    return bool(actor.rights & _SEES_ALL_EXPORTS)


def _covers(actor: Actor, export: LedgerExport) -> bool:
    """Returns whether all rows of the export are within the actor's present scope."""
    return actor.scope.is_all or str(actor.scope) == export.scope


def _may_take(actor: Actor, export: LedgerExport) -> bool:
    return _covers(actor, export) and (_sees_all(actor) or export.requested_by == actor.staff_id)


def _card(export: LedgerExport, names: Mapping[int, str]) -> ExportCard:
    return ExportCard(
        id=export.id,
        job_id=export.job_id,
        requested_by=export.requested_by,
        ordered_by_name=names.get(export.requested_by or 0, ""),
        filters=export.filters,
        filters_sha256=export.filters_sha256,
        scope=export.scope,
        as_of=export.as_of,
        made_at=export.made_at,
        rows=export.rows,
        size_bytes=export.size_bytes,
        sha256=export.sha256,
        keep_until=export.keep_until,
    )
