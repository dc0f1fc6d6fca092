"""Customers as other rooms need them: cards, facts, the number to dial, stock.

Clear numbers and names leave this room by two doors only: ``dial_number``, for the engine that dials, and
``particulars``, which is an audited act.
"""

from collections.abc import Callable, Collection, Sequence
from typing import BinaryIO

from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault, mask_name, mask_phone
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads import repository
from callcenter.leads.errors import LeadNotFound, ListNotFound, ReasonMissing
from callcenter.leads.intake.importing import Importer, reasons_of
from callcenter.leads.models import Lead, LeadList
from callcenter.leads.rules.person import age_on
from callcenter.leads.rules.phone import read_phone
from callcenter.leads.settings import LeadSettings
from callcenter.leads.types import (
    ImportReport,
    LeadCard,
    LeadFacts,
    LeadListCard,
    LeadState,
    Particulars,
    Progress,
    RejectCard,
    RejectReason,
    StockLead,
)


class LeadService:
    def __init__(self, vault: Vault, settings: LeadSettings) -> None:
        self._vault = vault
        self._settings = settings
        self._importer = Importer(vault, settings)

    @property
    def upload_limit(self) -> int:
        """Bytes of the largest file an upload may bring."""
        return self._settings.upload_limit_bytes

    # --- lists -------------------------------------------------------------------------------------------------

    async def import_file(
        self,
        work: Work,
        *,
        campaign_id: int,
        name: str,
        file_name: str,
        file: BinaryIO,
        progress: Callable[[Progress], None] | None = None,
    ) -> ImportReport:
        """Imports a CSV or a workbook: good rows become leads, bad ones are kept with their reason.

        All of it in the work's transaction, so nobody sees half a list. The same bytes in the same campaign change
        nothing. ``file`` is seekable and stays open. ``progress`` is called after each batch.
        """
        return await self._importer.run(
            work, campaign_id=campaign_id, name=name, file_name=file_name, file=file, progress=progress
        )

    async def lists(self, work: Work, *, before: int | None = None, limit: int = 50) -> Sequence[LeadListCard]:
        """The newest first."""
        return [_list_card(each) for each in await repository.list_lists(work.session, before, limit)]

    async def rejects(self, work: Work, list_id: int, *, after: int = 0, limit: int = 200) -> Sequence[RejectCard]:
        """Rows of a list that were not taken, in the file's order."""
        if await repository.find_list(work.session, list_id) is None:
            raise ListNotFound(f"there is no list {list_id}")
        found = await repository.list_rejects(work.session, list_id, after, limit)
        return [RejectCard(id=each.id, line=each.line, reason=each.reason) for each in found]

    # --- one customer ------------------------------------------------------------------------------------------

    async def card(self, work: Work, lead_id: int) -> LeadCard:
        return self._card(work, await self._find(work, lead_id))

    async def cards(self, work: Work, ids: Collection[int]) -> dict[int, LeadCard]:
        """Those of ``ids`` that exist."""
        if not ids:
            return {}
        return {lead.id: self._card(work, lead) for lead in await repository.list_leads(work.session, ids)}

    async def facts(self, work: Work, lead_id: int) -> LeadFacts:
        """What the decision to call needs to know, as it is now."""
        lead = await self._find(work, lead_id, fresh=True)
        entry = await repository.find_dnc_in_force(work.session, lead.phone_index, work.now)
        return LeadFacts(
            lead_id=lead.id,
            campaign_id=lead.campaign_id,
            state=lead.state,
            phone_index=lead.phone_index,
            dnc=entry is not None,
            dnc_entry_id=None if entry is None else entry.id,
            dnc_until=None if entry is None else entry.until,
            basis_valid=lead.basis_withdrawn_at is None,
        )

    async def dial_number(self, work: Work, lead_id: int) -> str:
        """The clear digits, for the engine that dials and for nobody else."""
        return self._vault.open((await self._find(work, lead_id)).phone_sealed)

    async def particulars(self, work: Work, lead_id: int, why: str) -> Particulars:
        """The customer in clear, for a visit. ``why`` is kept in the audit trail; no personal data in it."""
        if not why.strip():
            raise ReasonMissing("a reveal needs a reason", rule="L7")
        lead = await self._find(work, lead_id)
        await work.announce(Noted("leads.particulars_revealed", f"lead:{lead.id}", {"why": why}))
        return Particulars(
            name=self._vault.open(lead.name_sealed),
            phone=self._vault.open(lead.phone_sealed),
            address=self._vault.open(lead.address_sealed),
            district=lead.district,
            age=age_on(lead.birth_on, business_date(work.now)),
        )

    async def find_by_phone(self, work: Work, phone: str) -> Sequence[LeadCard]:
        """The customer with this number in each campaign; empty for what is no mobile number."""
        digits = read_phone(phone)
        if isinstance(digits, RejectReason):
            return []
        found = await repository.list_by_phone(work.session, self._vault.index(digits))
        return [self._card(work, lead) for lead in found]

    # --- stock, for the allocation -----------------------------------------------------------------------------

    async def callable_stock(self, work: Work, campaign_id: int, limit: int) -> Sequence[StockLead]:
        """Leads nobody holds and that may be called, the oldest data first; locked until the work ends."""
        found = await repository.list_stock(work.session, campaign_id, work.now, limit)
        return [StockLead(lead.id, lead.customer_class, lead.district, lead.imported_at) for lead in found]

    async def count_stock(self, work: Work, campaign_id: int) -> int:
        return await repository.count_stock(work.session, campaign_id, work.now)

    async def take(self, work: Work, ids: Collection[int]) -> int:
        """From the stock into agents' hands; returns how many were still in the stock."""
        return await repository.move(work.session, ids, {LeadState.STOCK}, LeadState.ASSIGNED)

    async def put_back(self, work: Work, ids: Collection[int]) -> int:
        """From agents' hands into the stock."""
        return await repository.move(work.session, ids, {LeadState.ASSIGNED}, LeadState.STOCK)

    async def close(self, work: Work, ids: Collection[int]) -> int:
        """Done with: never allotted again."""
        return await repository.move(work.session, ids, {LeadState.STOCK, LeadState.ASSIGNED}, LeadState.CLOSED)

    # -----------------------------------------------------------------------------------------------------------

    async def _find(self, work: Work, lead_id: int, *, fresh: bool = False) -> Lead:
        lead = await repository.find_lead(work.session, lead_id, fresh=fresh)
        if lead is None:
            raise LeadNotFound(f"there is no lead {lead_id}")
        return lead

    def _card(self, work: Work, lead: Lead) -> LeadCard:
        return LeadCard(
            id=lead.id,
            campaign_id=lead.campaign_id,
            list_id=lead.list_id,
            name_masked=mask_name(self._vault.open(lead.name_sealed)),
            phone_masked=mask_phone(self._vault.open(lead.phone_sealed)),
            gender=lead.gender,
            age=age_on(lead.birth_on, business_date(work.now)),
            district=lead.district,
            occupation=lead.occupation,
            customer_class=lead.customer_class,
            basis_kind=lead.basis_kind,
        )


def _list_card(found: LeadList) -> LeadListCard:
    return LeadListCard(
        id=found.id,
        name=found.name,
        campaign_id=found.campaign_id,
        imported_at=found.imported_at,
        rows=found.rows,
        good=found.good,
        rejected=found.rejected,
        reasons=reasons_of(found),
    )
