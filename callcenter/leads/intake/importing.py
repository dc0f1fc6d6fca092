"""The import: a file in, leads and rejects out, in bounded memory and one transaction.

Reading and sealing block and run in a thread, a batch at a time; between batches only the figures are kept. Duplicates
are found through the blind index of what is written already, so the file's numbers are never held together.
"""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

import asyncpg
from sqlalchemy.exc import IntegrityError

from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.log import get_logger
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads import repository
from callcenter.leads.errors import UnknownCampaign
from callcenter.leads.models import Lead, LeadList, Reject
from callcenter.leads.intake.reading import Examined, examine, read_table
from callcenter.leads.intake.rules.rows import BadRow, GoodRow, judge_known, read_row
from callcenter.leads.settings import LeadSettings
from callcenter.leads.types import ImportReport, LeadState, ListImported, Progress, RejectReason

log = get_logger(__name__)

_LEAD_COLUMNS = (
    "campaign_id",
    "list_id",
    "line",
    "state",
    "name_sealed",
    "phone_sealed",
    "phone_index",
    "phone_last4",
    "address_sealed",
    "gender",
    "birth_on",
    "district",
    "occupation",
    "customer_class",
    "basis_kind",
    "basis_reference",
    "fields_sealed",
    "imported_at",
    "name_index",
    "carrier",
    "city",
    "class_rank",
)
_REJECT_COLUMNS = ("list_id", "line", "reason", "row_sealed")


@dataclass(frozen=True, slots=True)
class _Candidate:
    row: GoodRow
    index: str


_Batch = Sequence[_Candidate | BadRow]
_Record = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Importer:
    vault: Vault
    settings: LeadSettings

    async def run(
        self,
        work: Work,
        *,
        campaign_id: int,
        name: str,
        file_name: str,
        file: BinaryIO,
        progress: Callable[[Progress], None] | None,
    ) -> ImportReport:
        examined = await asyncio.to_thread(examine, file)
        await work.lock(f"leads.import:{campaign_id}")  # two imports at once would not see each other's numbers
        if known := await repository.find_list_of_file(work.session, campaign_id, examined.sha256):
            return _report(known, already_imported=True)
        batches = self._batches(file, examined, business_date(work.now))
        batch = await asyncio.to_thread(next, batches, None)  # refuses an unreadable file before anything is written
        lead_list = await self._open_list(work, campaign_id, name, file_name, examined.sha256)
        reasons: Counter[RejectReason] = Counter()
        while batch is not None:
            good, bad = await self._judge(work, lead_list, batch)
            leads, rejects = await asyncio.to_thread(self._seal, lead_list, good, bad)
            await repository.copy_in(work.session, Lead, _LEAD_COLUMNS, leads)
            await repository.copy_in(work.session, Reject, _REJECT_COLUMNS, rejects)
            reasons.update(row.reason for row in bad)
            lead_list.rows += len(batch)
            lead_list.good += len(good)
            lead_list.rejected += len(bad)
            if progress is not None:
                progress(Progress(lead_list.rows, lead_list.good, lead_list.rejected))
            batch = await asyncio.to_thread(next, batches, None)
        lead_list.reasons = {reason.value: count for reason, count in sorted(reasons.items())}
        await work.session.flush()
        figures = {"rows": lead_list.rows, "good": lead_list.good, "rejected": lead_list.rejected}
        await work.announce(Noted("leads.list_imported", f"lead_list:{lead_list.id}", figures))
        await work.announce(ListImported(lead_list.id, campaign_id, lead_list.good))
        log.info("list imported", lead_list=lead_list.id, campaign=campaign_id, **figures)
        return _report(lead_list, already_imported=False)

    async def _open_list(self, work: Work, campaign_id: int, name: str, file_name: str, sha256: str) -> LeadList:
        lead_list = LeadList(
            campaign_id=campaign_id,
            name=name,
            file_name=file_name,
            sha256=sha256,
            imported_at=work.now,
            imported_by=work.actor.staff_id,
        )
        work.session.add(lead_list)
        try:
            await work.session.flush()
        except IntegrityError as error:
            if isinstance(error.orig.__cause__ if error.orig else None, asyncpg.ForeignKeyViolationError):
                raise UnknownCampaign(f"there is no campaign {campaign_id}") from error
            raise
        return lead_list

    def _batches(self, file: BinaryIO, examined: Examined, today: date) -> Iterator[_Batch]:
        layout, rows = read_table(file, examined)
        while chunk := list(itertools.islice(rows, self.settings.import_batch)):
            yield [self._candidate(read_row(layout, line, cells, today)) for line, cells in chunk]

    def _candidate(self, row: GoodRow | BadRow) -> _Candidate | BadRow:
        return row if isinstance(row, BadRow) else _Candidate(row, self.vault.index(row.phone))

    async def _judge(self, work: Work, lead_list: LeadList, batch: _Batch) -> tuple[list[_Candidate], list[BadRow]]:
        """Asks the database about the numbers of a batch."""
        indexes = {each.index for each in batch if isinstance(each, _Candidate)}
        known = await repository.find_known(work.session, lead_list.campaign_id, indexes)
        barred = await repository.find_barred(work.session, indexes, work.now)
        earlier: set[str] = set()
        good: list[_Candidate] = []
        bad: list[BadRow] = []
        for each in batch:
            if isinstance(each, BadRow):
                bad.append(each)
            elif reason := judge_known(each.index, lead_list.id, barred=barred, earlier=earlier, known=known):
                bad.append(BadRow(each.row.line, reason, each.row.row))
            else:
                good.append(each)
                earlier.add(each.index)
        return good, bad

    def _seal(
        self, lead_list: LeadList, good: Sequence[_Candidate], bad: Sequence[BadRow]
    ) -> tuple[list[_Record], list[_Record]]:
        list_id, campaign_id, imported_at = lead_list.id, lead_list.campaign_id, lead_list.imported_at
        leads = [self._lead(campaign_id, list_id, imported_at, each.row, each.index) for each in good]
        rejects = [(list_id, row.line, row.reason.value, self._sealed_json(row.row)) for row in bad]
        return leads, rejects

    def _lead(self, campaign_id: int, list_id: int, imported_at: datetime, row: GoodRow, index: str) -> _Record:
        """In the order of ``_LEAD_COLUMNS``."""
        seal = self.vault.seal
        return (
            campaign_id,
            list_id,
            row.line,
            LeadState.STOCK.value,
            seal(row.name),
            seal(row.phone),
            index,
            row.phone[-4:],
            seal(row.address),
            row.gender.value if row.gender else None,
            row.birth_on,
            row.district,
            row.occupation,
            row.customer_class,
            row.basis_kind.value,
            row.basis_reference,
            self._sealed_json(row.extra) if row.extra else None,
            imported_at,
            self.vault.index(row.name.replace(" ", "")),
            "",
            "",
            0,
        )

    def _sealed_json(self, values: Mapping[str, str]) -> str:
        return self.vault.seal(json.dumps(values, ensure_ascii=False))


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
