"""The customer file: searching, reading, revealing (requirements L4, L7)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault, mask_name, mask_phone
from callcenter.kit.work import Work
from callcenter.leads import repository as leads_repository
from callcenter.leads.customers import repository
from callcenter.leads.customers.errors import NumberUnreadable, SearchTooWide
from callcenter.leads.customers.rules import clear_fields, mask_address, masked_fields
from callcenter.leads.customers.types import Barring, Basis, ClearFile, CustomerFile, Elsewhere, Hit, Search
from callcenter.leads.errors import LeadNotFound
from callcenter.leads.models import DncEntry, Lead, LeadList
from callcenter.leads.rules.person import name_key
from callcenter.leads.rules.phone import read_phone
from callcenter.leads.service import LeadService
from callcenter.leads.types import RejectReason
from callcenter.people.service import PeopleService


class CustomerService:
    def __init__(self, vault: Vault, leads: LeadService, people: PeopleService) -> None:
        self._vault = vault
        self._leads = leads
        self._people = people

    async def search(self, work: Work, request: Search, *, before: int | None = None, limit: int = 50) -> Sequence[Hit]:
        """Customers that fit every field given, masked; the newest first. ``before``: the last id of a page."""
        if not any(value not in (None, "") for value in asdict(request).values()):
            raise SearchTooWide("name something to search by: name, number, last four digits, list, class or state")
        found = await repository.search(work.session, self._wanted(request), before, limit)
        lists = await repository.find_lists(work.session, {lead.list_id for lead in found})
        do_not_call = await leads_repository.find_dnc_numbers(
            work.session, {lead.phone_index for lead in found}, work.now
        )
        return [self._hit(work, lead, lists[lead.list_id], lead.phone_index in do_not_call) for lead in found]

    async def file(self, work: Work, lead_id: int) -> CustomerFile:
        """Everything the lists say of a customer, masked."""
        lead, its_list = await self._find(work, lead_id)
        entries = await repository.list_barrings(work.session, lead.phone_index)
        names = await self._names(work, [lead.basis_withdrawn_by, *_staff_of(entries)])
        others = await leads_repository.list_by_phone(work.session, lead.phone_index)
        return CustomerFile(
            id=lead.id,
            campaign_id=lead.campaign_id,
            list_id=its_list.id,
            list_name=its_list.name,
            line=lead.line,
            source=its_list.source,
            branch=its_list.branch,
            name_masked=mask_name(self._vault.open(lead.name_sealed)),
            phone_masked=mask_phone(self._vault.open(lead.phone_sealed)),
            address_masked=mask_address(self._vault.open(lead.address_sealed)),
            carrier=lead.carrier,
            city=lead.city,
            gender=lead.gender,
            age=lead.age_on(business_date(work.now)),
            district=lead.district,
            occupation=lead.occupation,
            customer_class=lead.customer_class,
            state=lead.state,
            imported_at=lead.imported_at,
            basis=Basis(
                kind=lead.basis_kind,
                reference=lead.basis_reference,
                withdrawn_at=lead.basis_withdrawn_at,
                withdrawn_by=names.get(lead.basis_withdrawn_by or 0),
                withdrawn_why=lead.basis_withdrawn_why,
            ),
            fields=masked_fields(its_list.fields, self._values(lead)),
            barrings=[_barring(entry, names, work.now) for entry in entries],
            elsewhere=[
                Elsewhere(id=other.id, campaign_id=other.campaign_id, list_id=other.list_id, state=other.state)
                for other in others
                if other.id != lead.id
            ],
        )

    async def reveal(self, work: Work, lead_id: int, why: str) -> ClearFile:
        """The customer in clear. ``why`` is kept in the audit trail; no personal data in it."""
        clear = await self._leads.particulars(work, lead_id, why)
        lead, its_list = await self._find(work, lead_id)
        return ClearFile(
            name=clear.name,
            phone=clear.phone,
            address=clear.address,
            district=clear.district,
            birth_on=lead.birth_on,
            age=clear.age,
            fields=clear_fields(its_list.fields, self._values(lead)),
        )

    # -----------------------------------------------------------------------------------------------------------

    def _wanted(self, request: Search) -> repository.Wanted:
        digits = read_phone(request.phone, allow_landlines=True) if request.phone else None
        if isinstance(digits, RejectReason):
            raise NumberUnreadable("this is no number that can be dialled: check the digits", reason=digits.value)
        return repository.Wanted(
            name_index=self._vault.index(name_key(request.name)) if request.name else None,
            phone_index=self._vault.index(digits) if digits else None,
            phone_last4=request.last4 or None,
            list_id=request.list_id,
            campaign_id=request.campaign_id,
            customer_class=request.customer_class or None,
            state=request.state,
        )

    def _hit(self, work: Work, lead: Lead, its_list: LeadList, do_not_call: bool) -> Hit:
        return Hit(
            id=lead.id,
            campaign_id=lead.campaign_id,
            list_id=lead.list_id,
            list_name=its_list.name,
            name_masked=mask_name(self._vault.open(lead.name_sealed)),
            phone_masked=mask_phone(self._vault.open(lead.phone_sealed)),
            gender=lead.gender,
            age=lead.age_on(business_date(work.now)),
            district=lead.district,
            customer_class=lead.customer_class,
            state=lead.state,
            basis_withdrawn=lead.basis_withdrawn_at is not None,
            do_not_call=do_not_call,
            imported_at=lead.imported_at,
        )

    def _values(self, lead: Lead) -> Mapping[str, Any]:
        if lead.fields_sealed is None:
            return {}
        values: Mapping[str, Any] = json.loads(self._vault.open(lead.fields_sealed))
        return values

    async def _find(self, work: Work, lead_id: int) -> tuple[Lead, LeadList]:
        lead = await leads_repository.find_lead(work.session, lead_id, fresh=True)
        its_list = None if lead is None else await leads_repository.find_list(work.session, lead.list_id)
        if lead is None or its_list is None:
            raise LeadNotFound(f"there is no lead {lead_id}")
        return lead, its_list

    async def _names(self, work: Work, ids: Sequence[int | None]) -> Mapping[int, str]:
        cards = await self._people.cards(work, {each for each in ids if each is not None})
        return {card.id: card.name for card in cards.values()}


def _staff_of(entries: Sequence[DncEntry]) -> list[int | None]:
    return [staff_id for entry in entries for staff_id in (entry.entered_by, entry.lifted_by)]


def _barring(entry: DncEntry, names: Mapping[int, str], now: datetime) -> Barring:
    return Barring(
        id=entry.id,
        reason=entry.reason,
        source=entry.source,
        entered_at=entry.entered_at,
        entered_by=names.get(entry.entered_by or 0),
        until=entry.until,
        lifted_at=entry.lifted_at,
        lifted_by=names.get(entry.lifted_by or 0),
        lifted_why=entry.lifted_why,
        in_force=entry.lifted_at is None and (entry.until is None or entry.until > now),
    )
