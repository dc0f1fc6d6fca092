"""Customers as other rooms need them: cards, facts, the number to dial, stock.

Clear numbers and names leave this room by two doors only: ``dial_number``, for the engine that dials, and
``particulars``, which is an audited act.
"""

from collections.abc import Collection, Mapping, Sequence

from callcenter.dnc.rules import basis_counts
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault, mask_name, mask_phone
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads import repository
from callcenter.leads.errors import LeadNotFound, ReasonMissing
from callcenter.leads.models import Lead
from callcenter.leads.rules.phone import read_phone
from callcenter.leads.settings import LeadSettings
from callcenter.leads.types import (
    LeadCard,
    LeadFacts,
    LeadState,
    Particulars,
    RejectReason,
    StockLead,
)


class LeadService:
    def __init__(self, vault: Vault, settings: LeadSettings) -> None:
        self._vault = vault
        self._settings = settings

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
            basis_valid=basis_counts(
                lead.basis_withdrawn_at is not None, lead.basis_valid_until, business_date(work.now)
            ),
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
            age=lead.age_on(business_date(work.now)),
        )

    async def find_by_phone(self, work: Work, phone: str) -> Sequence[LeadCard]:
        """The customer with this number in each campaign; empty for what is no number that can be dialled."""
        digits = read_phone(phone, allow_landlines=True)
        if isinstance(digits, RejectReason):
            return []
        found = await repository.list_by_phone(work.session, self._vault.index(digits))
        return [self._card(work, lead) for lead in found]

    # --- stock, for the allocation -----------------------------------------------------------------------------

    async def callable_stock(self, work: Work, campaign_id: int, limit: int, seed: int = 0) -> Sequence[StockLead]:
        """Those that go first of the leads nobody holds and that may be called; ``seed`` draws among equals.

        They are not locked: ``take`` says how many of them were still there.
        """
        return await repository.list_stock(work.session, campaign_id, work.now, limit, seed)

    async def callable_among(self, work: Work, ids: Collection[int]) -> Sequence[StockLead]:
        """Those of ``ids`` that may be called, whoever holds them."""
        return await repository.list_callable(work.session, ids, work.now) if ids else []

    async def count_callable(self, work: Work, ids: Collection[int]) -> int:
        """How many of ``ids`` may be called."""
        return await repository.count_callable(work.session, ids, work.now)

    async def as_stock(self, work: Work, ids: Collection[int]) -> Sequence[StockLead]:
        """These leads as the allocation sees them, whether they may be called or not."""
        return await repository.list_as_stock(work.session, ids) if ids else []

    async def count_stock(self, work: Work, campaign_id: int) -> int:
        return sum((await self.stock_by_class(work, campaign_id)).values())

    async def stock_by_class(self, work: Work, campaign_id: int) -> Mapping[str, int]:
        return await repository.count_stock(work.session, campaign_id, work.now)

    async def stock_up_to(self, work: Work, campaign_id: int, most: int) -> int:
        """The stock, or ``most`` when it is larger: for who asks often whether there is enough."""
        return await repository.count_stock_up_to(work.session, campaign_id, work.now, most)

    async def hold(self, work: Work, ids: Collection[int]) -> None:
        """Keeps others from taking or returning these leads until the work ends."""
        await repository.lock(work.session, ids)

    async def take(self, work: Work, ids: Collection[int]) -> int:
        """From the stock to agents; returns how many were still in the stock."""
        return await repository.move(work.session, ids, {LeadState.STOCK}, LeadState.ASSIGNED)

    async def put_back(self, work: Work, ids: Collection[int]) -> int:
        """From agents' hands into the stock."""
        return await repository.move(work.session, ids, {LeadState.ASSIGNED}, LeadState.STOCK)

    async def close(self, work: Work, ids: Collection[int]) -> int:
        """Done with: never allocated again."""
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
            age=lead.age_on(business_date(work.now)),
            district=lead.district,
            occupation=lead.occupation,
            customer_class=lead.customer_class,
            basis_kind=lead.basis_kind,
        )
