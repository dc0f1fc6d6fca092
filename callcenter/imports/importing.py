"""Imports a file: leads and rejects, in bounded memory and one transaction.

A file is read a portion at a time, and each portion is judged and sealed by itself, in a process of its own where the
file is large (``judging``, ``workers``). The numbers of what may become leads are staged in a table of the transaction;
do-not-call entries, external lists and duplicates are found by one statement each; the rest is copied as leads.
Meanwhile the next portions are read and judged. They are written in the file's order: the first of two equal numbers
counts. A dry run goes the same way and writes nothing that stays.
"""

import asyncio
import contextlib
import itertools
from collections import Counter, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import BinaryIO, Protocol

from callcenter.campaigns.service import CampaignService
from callcenter.dnc.lists import ExternalLists
from callcenter.files.reading import blocks_of
from callcenter.files.types import Examined
from callcenter.imports import repository
from callcenter.imports.judging import REJECT_COLUMNS, Judged, Judging, Portion
from callcenter.imports.reading import Remembered, Table, read_table
from callcenter.imports.rules.rows import Known, judge_known, judge_repeat
from callcenter.imports.settings import ImportSettings
from callcenter.imports.types import ImportReport, ImportRequest, Progress, RejectReason, RowWarning
from callcenter.imports.workers import Judges, RowJudging
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.incoming import IncomingLeads, values_of
from callcenter.leads.lists import LeadLists
from callcenter.leads.types import LeadListCard, ListImported, ListResult, NewList

log = get_logger(__name__)

OnProgress = Callable[[Progress], Awaitable[None]]
"""Awaited after each batch."""


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

    def count(self, judged: Judged, known: Mapping[int, Known]) -> Progress:
        """Adds a portion; ``known``: the lines that become no lead for what is known of their number."""
        candidates = judged.candidates + len(judged.repeats)
        self.good += candidates - len(known)
        self.rejected += judged.reasons.total() + len(known)
        self.rows = self.good + self.rejected
        self.reasons.update(judged.reasons)
        self.reasons.update(entry.reason for entry in known.values())
        for line, warnings in judged.odd.items():
            if line not in known:
                self.warnings.update(warnings)
        return Progress(self.rows, self.good, self.rejected, self.rows_about)


class _Sink(Protocol):
    """Where the rows of a file go."""

    @property
    def list_id(self) -> int:
        """Returns the list of this file."""
        ...

    @property
    def of_list(self) -> Sequence[str] | None:
        """Returns what every lead of the list holds; None where no lead is written."""
        ...

    async def begin(self) -> None: ...

    async def known(self) -> Mapping[int, Known]:
        """Returns what is known against the numbers that are staged, by line."""
        ...

    async def take(self, leads: bytes, without: Collection[int], rejects: bytes) -> None:
        """Takes the leads whose numbers are staged, but for some lines, and rejects."""
        ...


class Importer:
    """Reads a file to its end and writes leads and rejects, or counts what it would write."""

    def __init__(
        self,
        settings: ImportSettings,
        campaigns: CampaignService,
        judging: RowJudging,
        external: ExternalLists,
        lists: LeadLists,
        incoming: IncomingLeads,
    ) -> None:
        self._settings = settings
        self._campaigns = campaigns
        self._row_judging = judging
        self._external = external
        self._lists = lists
        self._incoming = incoming

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
        figures = await self._pour(work, incoming, table, _Writing(work, lead_list, self._incoming), on_progress)
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
            counting = _Counting(work, request.campaign_id, self._incoming)
            figures = await self._pour(work, incoming, table, counting, on_progress)
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

    async def _pour(
        self, work: Work, incoming: Incoming, table: Table, sink: _Sink, on_progress: OnProgress | None
    ) -> _Figures:
        """Takes every row of the table into the sink; returns the figures."""
        rules = await self._row_judging.rules(work)
        kinds = await self._external.hold(work)
        judging = Judging(table.layout, rules, table.dialect, table.header_row or 0, sink.list_id, sink.of_list, kinds)
        figures = _Figures(rows_about=table.rows_about)
        await self._incoming.begin(work)
        await sink.begin()
        portions = _portions(incoming.file, table, self._settings.batch)
        async with (
            self._row_judging.judges(judging, incoming.examined.size) as judging_rows,
            contextlib.aclosing(_judged(portions, judging_rows)) as all_judged,
        ):
            async for portion, judged in all_judged:
                known = await self._known(work, sink, judged, listed=kinds is not None)
                rejects = judged.rejects
                if known:
                    rejects += await judging_rows.reject(portion, known)
                await sink.take(judged.leads, known.keys(), rejects)
                progress = figures.count(judged, known)
                if on_progress is not None:
                    await on_progress(progress)
        if table.workbook is not None and table.workbook.hidden_rows:
            figures.warnings[RowWarning.HIDDEN_ROW] = table.workbook.hidden_rows
        return figures

    async def _known(self, work: Work, sink: _Sink, judged: Judged, *, listed: bool) -> dict[int, Known]:
        """Stages the numbers of a portion, and returns what is known against them, by line."""
        await self._incoming.stage(work, judged.numbers, listed=listed)
        if listed:
            await self._external.enter_listed(work, self._incoming.numbers())
        known = dict(await sink.known())
        for line, first_line in judged.repeats.items():
            known[line] = judge_repeat(known.get(first_line), first_line)
        return known


def _portions(file: BinaryIO, table: Table, size: int) -> Iterator[Portion]:
    """Yields a file in portions of about so many rows. Blocks, belongs into a thread."""
    if table.dialect is not None:
        yield from blocks_of(file, table.dialect, size)
        return
    while rows := list(itertools.islice(table.rows, size)):
        yield rows, 0


async def _judged(portions: Iterator[Portion], judging: Judges) -> AsyncGenerator[tuple[Portion, Judged], None]:
    """Yields portions in their order as they are judged; the next are read and judged meanwhile."""
    ahead: asyncio.Task[Portion | None] | None = asyncio.create_task(asyncio.to_thread(next, portions, None))
    waiting: deque[tuple[Portion, asyncio.Task[Judged]]] = deque()
    try:
        while True:
            while ahead is not None and len(waiting) <= judging.width:
                portion = await asyncio.shield(ahead)
                if portion is None:
                    ahead = None
                    break
                ahead = asyncio.create_task(asyncio.to_thread(next, portions, None))
                waiting.append((portion, asyncio.create_task(judging.judge(portion))))
            if not waiting:
                return
            portion, task = waiting.popleft()
            yield portion, await task
    finally:
        for _, task in waiting:
            task.cancel()
        running = [task for _, task in waiting] + ([ahead] if ahead is not None else [])
        await asyncio.gather(*running, return_exceptions=True)  # a thread reads from a file that is not ours


@dataclass(frozen=True, slots=True)
class _Writing:
    """Writes leads and rejects into the database."""

    work: Work
    lead_list: LeadListCard
    incoming: IncomingLeads

    @property
    def list_id(self) -> int:
        return self.lead_list.id

    @property
    def of_list(self) -> Sequence[str]:
        return values_of(self.lead_list)

    async def begin(self) -> None:
        """Needs nothing."""

    async def known(self) -> Mapping[int, Known]:
        blocked = await self.incoming.blocked(self.work)
        had = await self.incoming.known(self.work, self.lead_list.campaign_id)
        return _by_line(
            blocked,
            others={line for line, place in had.items() if place.list_id != self.list_id},
            earlier={line: place.line for line, place in had.items() if place.list_id == self.list_id},
        )

    async def take(self, leads: bytes, without: Collection[int], rejects: bytes) -> None:
        await self.incoming.write(self.work, leads, without)
        if rejects:
            await repository.copy_rejects(self.work.session, REJECT_COLUMNS, rejects)


@dataclass(frozen=True, slots=True)
class _Counting:
    """Keeps nothing but the numbers, in a table that ends with the transaction."""

    work: Work
    campaign_id: int
    incoming: IncomingLeads

    @property
    def list_id(self) -> int:
        return 0

    @property
    def of_list(self) -> None:
        return None

    async def begin(self) -> None:
        await self.incoming.begin_counting(self.work)

    async def known(self) -> Mapping[int, Known]:
        blocked = await self.incoming.blocked(self.work)
        had = await self.incoming.known(self.work, self.campaign_id)
        return _by_line(blocked, others=had.keys(), earlier=await self.incoming.seen(self.work))

    async def take(self, leads: bytes, without: Collection[int], rejects: bytes) -> None:  # noqa: ARG002 - a dry run stores neither
        await self.incoming.see(self.work, without)


def _by_line(blocked: Collection[int], others: Collection[int], earlier: Mapping[int, int]) -> Mapping[int, Known]:
    """Judges every line something is known about."""
    known: dict[int, Known] = {}
    for line in {*blocked, *others, *earlier}:
        found = judge_known(blocked=line in blocked, in_other_list=line in others, in_this_list=earlier.get(line))
        if found is not None:
            known[line] = found
    return known


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
