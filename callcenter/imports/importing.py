"""Imports a file: leads and rejects, in bounded memory and one transaction.

Reading and sealing block and run in a thread, a batch at a time; the next batch is read while the database takes the
one before. Between batches only the figures are kept. Duplicates are found through the blind index of what is written
already, so the file's numbers are never held together. A dry run goes the same way and writes nothing that stays.
"""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, NamedTuple, Protocol

from callcenter.campaigns.service import CampaignService
from callcenter.dnc.service import DncService
from callcenter.files.types import Examined
from callcenter.imports import repository
from callcenter.imports.port import Districts
from callcenter.imports.ranges import origin
from callcenter.imports.reading import Remembered, Table, read_table
from callcenter.imports.rules.rows import BadRow, GoodRow, RowReader, RowRules, judge_known
from callcenter.imports.settings import ImportSettings
from callcenter.imports.types import Column, ImportReport, ImportRequest, Progress, RejectReason, RowWarning
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.lists import LeadLists
from callcenter.leads.rules.person import id_number_key, name_key
from callcenter.leads.transitions import LEAD
from callcenter.leads.types import UNRANKED, LeadListCard, LeadRecord, ListImported, ListResult, NewList

log = get_logger(__name__)

_REJECT_COLUMNS = ("list_id", "line", "reason", "detail", "row_sealed")
_as_json = json.JSONEncoder(ensure_ascii=False).encode

OnProgress = Callable[[Progress], Awaitable[None]]
"""Awaited after each batch."""


class Candidate(NamedTuple):
    row: GoodRow
    phone_index: str
    """Blind index of the number."""


Batch = Sequence[Candidate | BadRow]
_RejectRow = tuple[Any, ...]
"""In the order of ``_REJECT_COLUMNS``."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that is to be imported, and what is known of it."""

    file: BinaryIO
    """Seekable; stays open."""
    name: str
    examined: Examined
    source: str = ""
    target_group_id: int | None = None
    remembered: Remembered | None = None


@dataclass(slots=True)
class _Figures:
    rows: int = 0
    good: int = 0
    rejected: int = 0
    reasons: Counter[RejectReason] = field(default_factory=Counter)
    warnings: Counter[RowWarning] = field(default_factory=Counter)
    rows_about: int | None = None

    def count(self, good: Sequence[Candidate], bad: Sequence[BadRow]) -> Progress:
        self.rows += len(good) + len(bad)
        self.good += len(good)
        self.rejected += len(bad)
        self.reasons.update(row.reason for row in bad)
        for candidate in good:
            self.warnings.update(candidate.row.warnings)
        return Progress(self.rows, self.good, self.rejected, self.rows_about)


class _Sink(Protocol):
    """Where the rows of a file go."""

    @property
    def list_id(self) -> int:
        """Returns the list of this file: by it a number of this file is known from one of another list."""
        ...

    async def known(self, indexes: Collection[str]) -> Mapping[str, int]:
        """Returns those of these numbers that the campaign has or this file had, each with its list."""
        ...

    async def take(self, good: Sequence[Candidate], bad: Sequence[BadRow]) -> None: ...


class Importer:
    """Reads a file to its end and writes leads and rejects, or counts what it would write."""

    def __init__(
        self,
        vault: Vault,
        settings: ImportSettings,
        campaigns: CampaignService,
        dnc: DncService,
        lists: LeadLists,
        districts: Districts,
    ) -> None:
        self._districts = districts
        self._vault = vault
        self._settings = settings
        self._campaigns = campaigns
        self._dnc = dnc
        self._lists = lists

    async def run(
        self, work: Work, incoming: Incoming, request: ImportRequest, on_progress: OnProgress | None = None
    ) -> tuple[ImportReport, Table | None]:
        """Imports a file; returns the table that was read too, None where the same file was imported before.

        Raises CampaignNotFound, ColumnMissing, FileUnreadable, SheetMissing.
        """
        await self.require_campaign(work, request.campaign_id)
        # One import per campaign at a time: two at once would not see each other's numbers.
        await work.lock(f"leads.import:{request.campaign_id}")
        if known := await self._lists.find_of_file(work, request.campaign_id, incoming.examined.sha256):
            return _report(known, already_imported=True), None
        lead_list = await self._open_list(work, incoming, request)
        table = await self._table(incoming, request)
        figures = await self._pour(work, table, _Writing(work, lead_list, self._vault, self._lists), on_progress)
        lead_list = await self._lists.finish(work, lead_list.id, _result(figures, table))
        facts = {"rows": figures.rows, "good": figures.good, "rejected": figures.rejected}
        await work.announce(Noted("leads.list_imported", f"lead_list:{lead_list.id}", facts))
        await work.announce(ListImported(lead_list.id, request.campaign_id, figures.good))
        log.info("list imported", lead_list=lead_list.id, campaign=request.campaign_id, **facts)
        return _report(lead_list, already_imported=False), table

    async def dry_run(
        self, work: Work, incoming: Incoming, request: ImportRequest, on_progress: OnProgress | None = None
    ) -> ImportReport:
        """Counts what an import now would give; ``list_id`` is 0. Raises what ``run`` raises."""
        await self.require_campaign(work, request.campaign_id)
        if known := await self._lists.find_of_file(work, request.campaign_id, incoming.examined.sha256):
            return _report(known, already_imported=True)
        table = await self._table(incoming, request)
        savepoint = await work.session.begin_nested()
        try:
            await repository.make_seen(work.session)
            counting = _Counting(work, request.campaign_id, self._lists)
            figures = await self._pour(work, table, counting, on_progress)
        finally:
            await savepoint.rollback()
        return ImportReport(
            list_id=0,
            rows=figures.rows,
            good=figures.good,
            rejected=figures.rejected,
            reasons=dict(sorted(figures.reasons.items())),
            warnings=dict(sorted(figures.warnings.items())),
            already_imported=False,
        )

    async def analyze(self, work: Work) -> None:
        """Refreshes the planner's statistics after a large import."""
        await self._lists.analyze(work)
        await repository.analyze(work.session)

    async def require_campaign(self, work: Work, campaign_id: int) -> None:
        """Raises CampaignNotFound."""
        await self._campaigns.rules(work, campaign_id)

    async def _table(self, incoming: Incoming, request: ImportRequest) -> Table:
        table = await asyncio.to_thread(
            read_table, incoming.file, incoming.examined, request.reading, incoming.remembered
        )
        table.require_columns()
        return table

    async def _open_list(self, work: Work, incoming: Incoming, request: ImportRequest) -> LeadListCard:
        new = NewList(
            campaign_id=request.campaign_id,
            name=request.name,
            file_name=incoming.name,
            sha256=incoming.examined.sha256,
            source=incoming.source,
            branch=request.branch,
            target_group_id=incoming.target_group_id,
        )
        return await self._lists.open(work, new)

    async def _pour(self, work: Work, table: Table, sink: _Sink, on_progress: OnProgress | None) -> _Figures:
        """Reads every row of the table into the sink; returns the figures."""
        districts = await self._districts.served(work)
        rules = RowRules(business_date(work.now), self._settings.allow_landlines, districts)
        reader = RowReader(table.layout, rules)
        batches = self._batches(table, reader)
        figures = _Figures(rows_about=table.rows_about)
        ahead = asyncio.create_task(asyncio.to_thread(next, batches, None))
        try:
            while (batch := await asyncio.shield(ahead)) is not None:
                ahead = asyncio.create_task(asyncio.to_thread(next, batches, None))
                good, bad = await self._judge(work, reader, sink, batch)
                await sink.take(good, bad)
                progress = figures.count(good, bad)
                if on_progress is not None:
                    await on_progress(progress)
        finally:
            await asyncio.gather(ahead, return_exceptions=True)  # the thread reads from a file that is not ours
            await asyncio.to_thread(batches.close)
        return figures

    def _batches(self, table: Table, reader: RowReader) -> Generator[Batch, None, None]:
        index, read = self._vault.index, reader.read
        while chunk := list(itertools.islice(table.rows, self._settings.batch)):
            yield [
                row if isinstance(row, BadRow) else Candidate(row, index(row.phone))
                for row in itertools.starmap(read, chunk)
            ]

    async def _judge(
        self, work: Work, reader: RowReader, sink: _Sink, batch: Batch
    ) -> tuple[list[Candidate], list[BadRow]]:
        """Parts a batch into rows that become leads and rows that do not, by what is known of their numbers."""
        numbers = {row.phone_index: row.row.phone for row in batch if isinstance(row, Candidate)}
        indexes = numbers.keys()
        listed = await self._dnc.listed_numbers(work, list(numbers.items()))
        known = await sink.known(indexes)
        list_id = sink.list_id
        earlier: set[str] = set()
        good: list[Candidate] = []
        bad: list[BadRow] = []
        for row in batch:
            if isinstance(row, BadRow):
                bad.append(row)
            elif reason := judge_known(row.phone_index, list_id, listed=listed, earlier=earlier, known=known):
                bad.append(BadRow(row.row.line, reason, reader.as_it_stood(row.row.cells)))
            else:
                good.append(row)
                earlier.add(row.phone_index)
        return good, bad


@dataclass(frozen=True, slots=True)
class _Writing:
    """Writes leads and rejects into the database."""

    work: Work
    lead_list: LeadListCard
    vault: Vault
    lists: LeadLists

    @property
    def list_id(self) -> int:
        return self.lead_list.id

    async def known(self, indexes: Collection[str]) -> Mapping[str, int]:
        return await self.lists.known_numbers(self.work, self.lead_list.campaign_id, indexes)

    async def take(self, good: Sequence[Candidate], bad: Sequence[BadRow]) -> None:
        leads, rejects = await asyncio.to_thread(self._seal, good, bad)
        await self.lists.add_leads(self.work, leads)
        await repository.copy_rejects(self.work.session, _REJECT_COLUMNS, rejects)

    def _seal(self, good: Sequence[Candidate], bad: Sequence[BadRow]) -> tuple[list[LeadRecord], list[_RejectRow]]:
        leads = [self._lead(candidate.row, candidate.phone_index) for candidate in good]
        seal, list_id = self.vault.seal, self.lead_list.id
        rejects = [(list_id, row.line, row.reason.value, row.detail, seal(_as_json(row.row))) for row in bad]
        return leads, rejects

    def _lead(self, row: GoodRow, index: str) -> LeadRecord:
        vault, lead_list = self.vault, self.lead_list
        seal = vault.seal
        hint = origin(row.phone)
        id_number = row.fields.get(Column.ID_NUMBER)
        return LeadRecord(
            campaign_id=lead_list.campaign_id,
            list_id=lead_list.id,
            line=row.line,
            state=LEAD.initial,
            name_sealed=seal(row.name),
            name_index=vault.index(name_key(row.name)) if row.name else "",
            phone_sealed=seal(row.phone),
            phone_index=index,
            phone_last4=row.phone[-4:],
            carrier=hint.carrier,
            city=hint.city,
            address_sealed=seal(row.address),
            gender=row.gender,
            birth_on=row.birth_on,
            age_given=row.age,
            district=row.district,
            occupation=row.occupation,
            customer_class=row.customer_class,
            class_rank=UNRANKED,
            basis_kind=row.basis_kind,
            basis_reference=row.basis_reference,
            basis_valid_until=row.basis_valid_until,
            id_number_index=vault.index(id_number_key(str(id_number))) if id_number else None,
            fields_sealed=seal(_as_json(row.fields)) if row.fields else None,
            imported_at=lead_list.imported_at,
        )


@dataclass(frozen=True, slots=True)
class _Counting:
    """Keeps nothing but the numbers, in a table that ends with the transaction."""

    work: Work
    campaign_id: int
    lists: LeadLists

    @property
    def list_id(self) -> int:
        return 0

    async def known(self, indexes: Collection[str]) -> Mapping[str, int]:
        known = await self.lists.known_numbers(self.work, self.campaign_id, indexes)
        seen = await repository.find_seen(self.work.session, indexes)
        return {**known, **dict.fromkeys(seen, self.list_id)}

    async def take(self, good: Sequence[Candidate], bad: Sequence[BadRow]) -> None:  # noqa: ARG002 - nothing stays
        await repository.see(self.work.session, [candidate.phone_index for candidate in good])


def _result(figures: _Figures, table: Table) -> ListResult:
    layout = table.layout
    return ListResult(
        rows=figures.rows,
        good=figures.good,
        rejected=figures.rejected,
        reasons={reason.value: count for reason, count in sorted(figures.reasons.items())},
        warnings={warning.value: count for warning, count in sorted(figures.warnings.items())},
        fields=[asdict(spec) for spec in table.fields or ()],
        mapping={column.value: title for column, title in layout.mapping.items()},
        titles=[title for place, title in enumerate(layout.titles) if place not in layout.ignored],
    )


def _report(lead_list: LeadListCard, *, already_imported: bool) -> ImportReport:
    return ImportReport(
        list_id=lead_list.id,
        rows=lead_list.rows,
        good=lead_list.good,
        rejected=lead_list.rejected,
        reasons={RejectReason(reason): count for reason, count in lead_list.reasons.items()},
        warnings={RowWarning(warning): count for warning, count in lead_list.warnings.items()},
        already_imported=already_imported,
    )
