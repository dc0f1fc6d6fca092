"""The import: a file in, leads and rejects out, in bounded memory and one transaction.

Reading and sealing block and run in a thread, a batch at a time; the next batch is read while the database takes the
one before. Between batches only the figures are kept. Duplicates are found through the blind index of what is written
already, so the file's numbers are never held together. A dry run goes the same way and writes nothing that stays.
"""

import asyncio
import io
import itertools
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, NamedTuple, Protocol

import asyncpg
from sqlalchemy.exc import IntegrityError

from callcenter.classes.types import UNRANKED
from callcenter.imports import repository
from callcenter.imports.ranges import origin
from callcenter.imports.reading import Examined, Remembered, Table, read_table
from callcenter.imports.rules.rows import BadRow, GoodRow, RowReader, judge_known
from callcenter.imports.types import ImportRequest
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.errors import UnknownCampaign
from callcenter.leads.models import Lead, LeadList, Reject
from callcenter.leads.rules.person import name_key
from callcenter.leads.settings import LeadSettings
from callcenter.leads.types import ImportReport, LeadState, ListImported, Progress, RejectReason

log = get_logger(__name__)

_LEAD_COLUMNS = (
    "campaign_id",
    "list_id",
    "line",
    "state",
    "name_sealed",
    "name_index",
    "phone_sealed",
    "phone_index",
    "phone_last4",
    "carrier",
    "city",
    "address_sealed",
    "gender",
    "birth_on",
    "age_given",
    "district",
    "occupation",
    "customer_class",
    "class_rank",
    "basis_kind",
    "basis_reference",
    "fields_sealed",
    "imported_at",
)
_REJECT_COLUMNS = ("list_id", "line", "reason", "detail", "row_sealed")
_as_json = json.JSONEncoder(ensure_ascii=False).encode

Tell = Callable[[Progress], Awaitable[None]]
ListedNumbers = Callable[[Work, Sequence[tuple[str, str]]], Awaitable[Collection[str]]]
"""Those of these numbers, as (blind index, digits), that may not be called; gives their blind indexes."""


class Candidate(NamedTuple):
    row: GoodRow
    phone_index: str
    """Blind index of the number."""


Batch = Sequence[Candidate | BadRow]
_Record = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that is to be taken in, and what is known of it."""

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
    rows_about: int | None = None

    def count(self, good: Sequence[Candidate], bad: Sequence[BadRow]) -> Progress:
        self.rows += len(good) + len(bad)
        self.good += len(good)
        self.rejected += len(bad)
        self.reasons.update(row.reason for row in bad)
        return Progress(self.rows, self.good, self.rejected, self.rows_about)


class _Sink(Protocol):
    """Where the rows of a file go."""

    @property
    def list_id(self) -> int:
        """By which a number of this file is told from one of another list."""
        ...

    async def known(self, indexes: Collection[str]) -> Mapping[str, int]:
        """Those of these numbers that the campaign has or this file had, each with its list."""
        ...

    async def take(self, good: Sequence[Candidate], bad: Sequence[BadRow]) -> None: ...


@dataclass(frozen=True, slots=True)
class Importer:
    vault: Vault
    settings: LeadSettings
    listed: ListedNumbers

    async def run(
        self, work: Work, incoming: Incoming, request: ImportRequest, tell: Tell | None = None
    ) -> tuple[ImportReport, Table | None]:
        """Imports; gives the table that was read too, None where the same file was imported before."""
        await work.lock(f"leads.import:{request.campaign_id}")  # two imports at once would not see each other's numbers
        if known := await repository.find_list_of_file(work.session, request.campaign_id, incoming.examined.sha256):
            return _report(known, already_imported=True), None
        lead_list = await self._open_list(work, incoming, request)
        table = await self._table(incoming, request)
        figures = await self._pour(work, table, _Writing(work, lead_list, self.vault), tell)
        lead_list.rows, lead_list.good, lead_list.rejected = figures.rows, figures.good, figures.rejected
        lead_list.reasons = {reason.value: count for reason, count in sorted(figures.reasons.items())}
        lead_list.fields = [asdict(spec) for spec in table.fields or ()]
        lead_list.mapping = {column.value: title for column, title in table.layout.mapping.items()}
        lead_list.titles = [
            title for place, title in enumerate(table.layout.titles) if place not in table.layout.ignored
        ]
        await work.session.flush()
        told = {"rows": figures.rows, "good": figures.good, "rejected": figures.rejected}
        await work.announce(Noted("leads.list_imported", f"lead_list:{lead_list.id}", told))
        await work.announce(ListImported(lead_list.id, request.campaign_id, figures.good))
        log.info("list imported", lead_list=lead_list.id, campaign=request.campaign_id, **told)
        return _report(lead_list, already_imported=False), table

    async def dry_run(
        self, work: Work, incoming: Incoming, request: ImportRequest, tell: Tell | None = None
    ) -> ImportReport:
        """What an import now would give; ``list_id`` is 0."""
        if known := await repository.find_list_of_file(work.session, request.campaign_id, incoming.examined.sha256):
            return _report(known, already_imported=True)
        table = await self._table(incoming, request)
        undone = await work.session.begin_nested()
        try:
            await repository.make_seen(work.session)
            figures = await self._pour(work, table, _Counting(work, request.campaign_id), tell)
        finally:
            await undone.rollback()
        return ImportReport(
            list_id=0,
            rows=figures.rows,
            good=figures.good,
            rejected=figures.rejected,
            reasons=dict(sorted(figures.reasons.items())),
            already_imported=False,
        )

    async def require_campaign(self, work: Work, campaign_id: int) -> None:
        """Refuses an unknown campaign before the work begins. Campaigns are a room above: only a reference can tell."""
        probe = Incoming(io.BytesIO(), "", Examined("", 0, None))
        savepoint = await work.session.begin_nested()
        try:
            lead_list = await self._open_list(work, probe, ImportRequest(campaign_id, ""))
            work.session.expunge(lead_list)
        finally:
            await savepoint.rollback()

    async def _table(self, incoming: Incoming, request: ImportRequest) -> Table:
        table = await asyncio.to_thread(
            read_table, incoming.file, incoming.examined, request.reading, incoming.remembered
        )
        table.require()
        return table

    async def _open_list(self, work: Work, incoming: Incoming, request: ImportRequest) -> LeadList:
        lead_list = LeadList(
            campaign_id=request.campaign_id,
            name=request.name,
            file_name=incoming.name,
            sha256=incoming.examined.sha256,
            source=incoming.source,
            branch=request.branch,
            target_group_id=incoming.target_group_id,
            imported_at=work.now,
            imported_by=work.actor.staff_id,
        )
        work.session.add(lead_list)
        try:
            await work.session.flush()
        except IntegrityError as error:
            if isinstance(error.orig.__cause__ if error.orig else None, asyncpg.ForeignKeyViolationError):
                raise UnknownCampaign(f"there is no campaign {request.campaign_id}") from error
            raise
        return lead_list

    async def _pour(self, work: Work, table: Table, sink: _Sink, tell: Tell | None) -> _Figures:
        """Every row of the table into the sink."""
        reader = RowReader(table.layout, business_date(work.now), self.settings.allow_landlines)
        batches = self._batches(table, reader)
        figures = _Figures(rows_about=table.rows_about)
        ahead = asyncio.create_task(asyncio.to_thread(next, batches, None))
        try:
            while (batch := await asyncio.shield(ahead)) is not None:
                ahead = asyncio.create_task(asyncio.to_thread(next, batches, None))
                good, bad = await self._judge(work, reader, sink, batch)
                await sink.take(good, bad)
                progress = figures.count(good, bad)
                if tell is not None:
                    await tell(progress)
        finally:
            await asyncio.gather(ahead, return_exceptions=True)  # the thread reads from a file that is not ours
            await asyncio.to_thread(batches.close)
        return figures

    def _batches(self, table: Table, reader: RowReader) -> Generator[Batch, None, None]:
        index, read = self.vault.index, reader.read
        while chunk := list(itertools.islice(table.rows, self.settings.import_batch)):
            yield [
                row if isinstance(row, BadRow) else Candidate(row, index(row.phone))
                for row in itertools.starmap(read, chunk)
            ]

    async def _judge(
        self, work: Work, reader: RowReader, sink: _Sink, batch: Batch
    ) -> tuple[list[Candidate], list[BadRow]]:
        """Asks the database about the numbers of a batch."""
        numbers = {each.phone_index: each.row.phone for each in batch if isinstance(each, Candidate)}
        indexes = numbers.keys()
        listed = await self.listed(work, list(numbers.items()))
        known = await sink.known(indexes)
        list_id = sink.list_id
        earlier: set[str] = set()
        good: list[Candidate] = []
        bad: list[BadRow] = []
        for each in batch:
            if isinstance(each, BadRow):
                bad.append(each)
            elif reason := judge_known(each.phone_index, list_id, listed=listed, earlier=earlier, known=known):
                bad.append(BadRow(each.row.line, reason, reader.as_it_stood(each.row.cells)))
            else:
                good.append(each)
                earlier.add(each.phone_index)
        return good, bad


@dataclass(frozen=True, slots=True)
class _Writing:
    """Leads and rejects into the database."""

    work: Work
    lead_list: LeadList
    vault: Vault

    @property
    def list_id(self) -> int:
        return self.lead_list.id

    async def known(self, indexes: Collection[str]) -> Mapping[str, int]:
        return await repository.find_known(self.work.session, self.lead_list.campaign_id, indexes)

    async def take(self, good: Sequence[Candidate], bad: Sequence[BadRow]) -> None:
        leads, rejects = await asyncio.to_thread(self._seal, good, bad)
        await repository.copy_in(self.work.session, Lead, _LEAD_COLUMNS, leads)
        await repository.copy_in(self.work.session, Reject, _REJECT_COLUMNS, rejects)

    def _seal(self, good: Sequence[Candidate], bad: Sequence[BadRow]) -> tuple[list[_Record], list[_Record]]:
        leads = [self._lead(each.row, each.phone_index) for each in good]
        seal, list_id = self.vault.seal, self.lead_list.id
        rejects = [(list_id, row.line, row.reason.value, row.detail, seal(_as_json(row.row))) for row in bad]
        return leads, rejects

    def _lead(self, row: GoodRow, index: str) -> _Record:
        """In the order of ``_LEAD_COLUMNS``."""
        vault, lead_list = self.vault, self.lead_list
        seal = vault.seal
        hint = origin(row.phone)
        return (
            lead_list.campaign_id,
            lead_list.id,
            row.line,
            LeadState.STOCK,
            seal(row.name),
            vault.index(name_key(row.name)) if row.name else "",
            seal(row.phone),
            index,
            row.phone[-4:],
            hint.carrier,
            hint.city,
            seal(row.address),
            row.gender,
            row.birth_on,
            row.age,
            row.district,
            row.occupation,
            row.customer_class,
            UNRANKED,
            row.basis_kind,
            row.basis_reference,
            seal(_as_json(row.fields)) if row.fields else None,
            lead_list.imported_at,
        )


@dataclass(frozen=True, slots=True)
class _Counting:
    """Nothing is kept but the numbers, in a table that goes with the transaction."""

    work: Work
    campaign_id: int

    @property
    def list_id(self) -> int:
        return 0

    async def known(self, indexes: Collection[str]) -> Mapping[str, int]:
        known = await repository.find_known(self.work.session, self.campaign_id, indexes)
        seen = await repository.find_seen(self.work.session, indexes)
        return {**known, **dict.fromkeys(seen, self.list_id)}

    async def take(self, good: Sequence[Candidate], bad: Sequence[BadRow]) -> None:  # noqa: ARG002 - nothing stays
        await repository.see(self.work.session, [each.phone_index for each in good])


def reasons_of(lead_list: LeadList) -> dict[RejectReason, int]:
    return {RejectReason(reason): count for reason, count in lead_list.reasons.items()}


def _report(lead_list: LeadList, *, already_imported: bool) -> ImportReport:
    return ImportReport(
        list_id=lead_list.id,
        rows=lead_list.rows,
        good=lead_list.good,
        rejected=lead_list.rejected,
        reasons=reasons_of(lead_list),
        already_imported=already_imported,
    )
