"""Leads for other rooms: cards, facts, the number to dial, stock.

Only two methods return clear numbers and names: ``dial_numbers``, for the engine that dials, and ``particulars``, which
writes an audit record.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault, mask_name, mask_phone
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads import repository
from callcenter.leads.cards import facts_of
from callcenter.leads.errors import LeadNotFound
from callcenter.leads.models import Lead
from callcenter.leads.port import DoNotCall
from callcenter.leads.rules.phone import read_phone
from callcenter.leads.transitions import LeadAct
from callcenter.leads.types import (
    LEAD_ADDRESS,
    LEAD_NAME,
    NUMBER,
    LeadCard,
    LeadFacts,
    ListFilter,
    NumberProblem,
    Particulars,
    StockCounts,
    StockLead,
)


class LeadService:
    """Reads single leads, and moves leads out of the stock and back. A room above provides ``do_not_call``."""

    def __init__(self, vault: Vault, do_not_call: DoNotCall) -> None:
        self._vault = vault
        self._do_not_call = do_not_call

    # --- one customer ------------------------------------------------------------------------------------------

    async def card(self, work: Work, lead_id: int) -> LeadCard:
        """Returns one customer, masked. Raises LeadNotFound."""
        return self._card(work, await self._find(work, lead_id))

    async def cards(self, work: Work, ids: Collection[int]) -> dict[int, LeadCard]:
        """Returns the customers of ``ids`` that exist, masked, by id."""
        if not ids:
            return {}
        return {lead.id: self._card(work, lead) for lead in await repository.list_leads(work.session, ids)}

    async def facts(self, work: Work, lead_id: int) -> LeadFacts:
        """Returns the facts that decide whether the lead may be called, read anew. Raises LeadNotFound."""
        lead = await self._find(work, lead_id, fresh=True)
        block = await self._do_not_call.find(work, lead.phone_index)
        return facts_of(lead, block, business_date(work.now))

    async def phone_indexes(self, work: Work, lead_ids: Collection[int]) -> dict[int, str]:
        """Returns the blind indexes of numbers: the key of what holds over all campaigns. Raises LeadNotFound."""
        return {lead_id: row.phone_index for lead_id, row in (await self._numbers(work, lead_ids)).items()}

    async def dial_numbers(self, work: Work, lead_ids: Collection[int]) -> dict[int, str]:
        """Returns the clear digits of leads, only for the engine that dials. Raises LeadNotFound."""
        rows = await self._numbers(work, lead_ids)
        return {lead_id: self._vault.open(row.phone_sealed, NUMBER.at(row)) for lead_id, row in rows.items()}

    async def _numbers(self, work: Work, lead_ids: Collection[int]) -> dict[int, Any]:
        rows = {row.id: row for row in await repository.find_numbers(work.session, lead_ids)} if lead_ids else {}
        if missing := set(lead_ids) - set(rows):
            raise LeadNotFound(f"there is no lead {min(missing)}")
        return rows

    async def particulars(self, work: Work, lead_id: int, why: str) -> Particulars:
        """Returns the customer in clear and writes an audit record with ``why``, which holds no personal data.

        Raises LeadNotFound, and ReasonMissing without a reason (requirement L7).
        """
        why = require_reason(why, "revealing a customer", rule="L7")
        lead = await self._find(work, lead_id)
        await work.announce(Noted("leads.particulars_revealed", f"lead:{lead.id}", {"why": why}))
        return Particulars(
            name=self._vault.open(lead.name_sealed, LEAD_NAME.at(lead)),
            phone=self._vault.open(lead.phone_sealed, NUMBER.at(lead)),
            address=self._vault.open(lead.address_sealed, LEAD_ADDRESS.at(lead)),
            district=lead.district,
            age=lead.age_on(business_date(work.now)),
        )

    async def find_by_phone(self, work: Work, phone: str) -> Sequence[LeadCard]:
        """Returns the customer with this number in each campaign; none for a text that is no number to dial."""
        digits = read_phone(phone, allow_landlines=True)
        if isinstance(digits, NumberProblem):
            return []
        leads = await repository.list_by_phone(work.session, self._vault.index(digits))
        return [self._card(work, lead) for lead in leads]

    # --- stock, for the allocation -----------------------------------------------------------------------------

    async def callable_stock(
        self, work: Work, campaign_id: int, limit: int, seed: int = 0, lists: ListFilter | None = None
    ) -> Sequence[StockLead]:
        """Returns the first ``limit`` leads of the stock that may be called; ``seed`` draws the order of equals.

        They are not locked: ``take`` returns how many of them were still in the stock.
        """
        stock = repository.stock_of(campaign_id, work.now, self._do_not_call)
        if lists is not None:
            stock &= repository.of_lists(lists.ids, others=lists.others)
        return await repository.list_stock(work.session, stock, limit, seed)

    async def callable_among(self, work: Work, ids: Collection[int]) -> Sequence[StockLead]:
        """Returns the leads of ``ids`` that may be called, assigned or not."""
        if not ids:
            return []
        condition = repository.callable_among(ids, work.now, self._do_not_call)
        return await repository.list_as_stock(work.session, condition)

    async def count_callable(self, work: Work, ids: Collection[int]) -> int:
        """Counts the leads of ``ids`` that may be called."""
        return await repository.count(work.session, repository.callable_among(ids, work.now, self._do_not_call))

    async def as_stock(self, work: Work, ids: Collection[int]) -> Sequence[StockLead]:
        """Returns these leads in the form of stock leads, whether they may be called or not."""
        return await repository.list_as_stock(work.session, repository.among(Lead.id, ids)) if ids else []

    async def count_stock(self, work: Work, campaign_id: int) -> int:
        """Counts the leads of a campaign that are in the stock and may be called."""
        return sum((await self.stock_by_class(work, campaign_id)).values())

    async def stock_counts(self, work: Work, campaign_id: int) -> StockCounts:
        """Counts a campaign's leads, and what of its stock may be called."""
        return await repository.count_in_stock(work.session, campaign_id, work.now, self._do_not_call)

    async def stock_by_class(self, work: Work, campaign_id: int) -> Mapping[str, int]:
        """Counts the callable stock of a campaign by customer class."""
        stock = repository.stock_of(campaign_id, work.now, self._do_not_call)
        return await repository.count_by_class(work.session, stock)

    async def stock_by_list(self, work: Work, campaign_id: int) -> Mapping[int, int]:
        """Counts the same by the list they came with."""
        stock = repository.stock_of(campaign_id, work.now, self._do_not_call)
        return await repository.count_by_list(work.session, stock)

    async def stock_up_to(self, work: Work, campaign_id: int, most: int) -> int:
        """Counts the callable stock up to ``most``, for callers that often check whether it is large enough."""
        stock = repository.stock_of(campaign_id, work.now, self._do_not_call)
        return await repository.count_up_to(work.session, stock, most)

    async def hold(self, work: Work, ids: Collection[int]) -> None:
        """Locks these leads until the work ends, so that no other transaction takes or returns them."""
        await repository.lock(work.session, ids)

    async def take(self, work: Work, ids: Collection[int]) -> int:
        """Moves leads from the stock to agents; returns how many were still in the stock."""
        return await repository.move(work.session, ids, LeadAct.ASSIGN)

    async def put_back(self, work: Work, ids: Collection[int]) -> int:
        """Moves assigned leads back into the stock; returns how many were assigned."""
        return await repository.move(work.session, ids, LeadAct.PUT_BACK)

    async def close(self, work: Work, ids: Collection[int]) -> int:
        """Closes leads, so that they are never allocated again; returns how many were open."""
        return await repository.move(work.session, ids, LeadAct.CLOSE)

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
            name_masked=mask_name(self._vault.open(lead.name_sealed, LEAD_NAME.at(lead))),
            phone_masked=mask_phone(self._vault.open(lead.phone_sealed, NUMBER.at(lead))),
            gender=lead.gender,
            age=lead.age_on(business_date(work.now)),
            district=lead.district,
            occupation=lead.occupation,
            customer_class=lead.customer_class,
            basis_kind=lead.basis_kind,
        )
