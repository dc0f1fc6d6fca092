"""The customer file: searching, reading, revealing (requirements L4, L7)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from callcenter.customers.errors import IdNumberMalformed, NumberUnreadable, SearchTooWide
from callcenter.customers.rules import clear_fields, id_number_malformed, mask_address, masked_fields
from callcenter.customers.types import (
    ClearFile,
    CustomerBasis,
    CustomerDncEntry,
    CustomerFile,
    CustomerHit,
    OtherLead,
    Search,
)
from callcenter.dnc.in_force import DncInForce
from callcenter.dnc.types import LIFTED_WORDS, EntryFacts
from callcenter.kit.crypto import Vault, mask_name, mask_phone
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.lists import LeadLists
from callcenter.leads.records import LeadRecords
from callcenter.leads.rules.person import id_number_key, name_key
from callcenter.leads.rules.phone import read_phone
from callcenter.leads.service import LeadService
from callcenter.leads.types import (
    LEAD_ADDRESS,
    LEAD_FIELDS,
    LEAD_NAME,
    NUMBER,
    WITHDRAWN_WHY,
    LeadCriteria,
    LeadListCard,
    NumberProblem,
    SealedLead,
)
from callcenter.people.service import PeopleService
from callcenter.people.types import Right

_CONFIRMING = ("phone", "name", "last4", "id_number")
"""Criteria by whose hits one learns something of a customer."""
_EXACT = frozenset({"phone", "name", "id_number"})
_HIDDEN = "***"


class CustomerService:
    """Returns customers masked, or in clear when the actor gives a reason."""

    def __init__(
        self,
        vault: Vault,
        leads: LeadService,
        records: LeadRecords,
        lists: LeadLists,
        do_not_call: DncInForce,
        people: PeopleService,
    ) -> None:
        self._vault = vault
        self._leads = leads
        self._records = records
        self._lists = lists
        self._do_not_call = do_not_call
        self._people = people

    async def search(
        self, work: Work, request: Search, *, before: int | None = None, limit: int = 50
    ) -> Sequence[CustomerHit]:
        """Returns customers that match every criterion, masked, the newest first. ``before``: the last id of a page.

        A search by number, name or identity number confirms whose it is: it is written to the trail, without what was
        searched for. Its hits show neither number nor name to those who may not reveal them: who guesses a masked
        number by searching for one after the other would see at which one it is there.
        Raises SearchTooWide without a criterion, NumberUnreadable and IdNumberMalformed for a text that is no number.
        """
        if not any(value not in (None, "") for value in asdict(request).values()):
            raise SearchTooWide(
                "enter a criterion: name, number, its last digits, identity number, list, class or state"
            )
        leads = await self._records.search(work, self._criteria(request), before, limit)
        if confirms := [name for name in _CONFIRMING if getattr(request, name)]:
            facts = {"by": confirms, "found": len(leads), "leads": [lead.id for lead in leads]}
            act = "customers.searched_by_id_number" if request.id_number else "customers.searched"
            await work.announce(Noted(act, f"staff:{work.actor.id}", facts))
        lists = await self._lists.cards(work, {lead.list_id for lead in leads})
        do_not_call = await self._do_not_call.among(work, {lead.phone_index for lead in leads})
        hits = [self._hit(lead, lists[lead.list_id], lead.phone_index in do_not_call) for lead in leads]
        if set(confirms) & _EXACT and Right.REVEAL_NUMBER not in work.actor.rights:
            return [replace(hit, name_masked=_HIDDEN, phone_masked=_HIDDEN) for hit in hits]
        return hits

    async def file(self, work: Work, lead_id: int) -> CustomerFile:
        """Returns all data of a customer, masked. Raises LeadNotFound."""
        lead = await self._records.find(work, lead_id)
        lead_list = await self._lists.card(work, lead.list_id)
        entries = await self._do_not_call.entries_of(work, lead.phone_index)
        names = await self._names(work, [lead.basis.withdrawn_by, *_staff_of(entries)])
        others = await self._records.with_number(work, lead.phone_index)
        return CustomerFile(
            id=lead.id,
            campaign_id=lead.campaign_id,
            list_id=lead_list.id,
            list_name=lead_list.name,
            line=lead.line,
            source=lead_list.source,
            branch=lead_list.branch,
            name_masked=mask_name(self._vault.open(lead.name_sealed, LEAD_NAME.at(lead))),
            phone_masked=mask_phone(self._vault.open(lead.phone_sealed, NUMBER.at(lead))),
            address_masked=mask_address(self._vault.open(lead.address_sealed, LEAD_ADDRESS.at(lead))),
            carrier=lead.carrier,
            city=lead.city,
            gender=lead.gender,
            age=lead.age,
            district=lead.district,
            occupation=lead.occupation,
            customer_class=lead.customer_class,
            state=lead.state,
            imported_at=lead.imported_at,
            basis=CustomerBasis(
                kind=lead.basis.kind,
                reference=lead.basis.reference,
                withdrawn_at=lead.basis.withdrawn_at,
                withdrawn_by=names.get(lead.basis.withdrawn_by or 0),
                withdrawn_why=self._vault.open_words(lead.basis.withdrawn_why_sealed, WITHDRAWN_WHY.place(lead.id))
                or None,
            ),
            fields=masked_fields(lead_list.fields, self._values(lead)),
            dnc_entries=[_dnc_entry(entry, names, self._vault) for entry in entries],
            elsewhere=[
                OtherLead(id=other.id, campaign_id=other.campaign_id, list_id=other.list_id, state=other.state)
                for other in others
                if other.id != lead.id
            ],
        )

    async def reveal(self, work: Work, lead_id: int, why: str) -> ClearFile:
        """Returns the customer in clear and writes an audit record with ``why``, which holds no personal data.

        Raises LeadNotFound, ReasonMissing.
        """
        clear = await self._leads.particulars(work, lead_id, why)
        lead = await self._records.find(work, lead_id)
        lead_list = await self._lists.card(work, lead.list_id)
        return ClearFile(
            name=clear.name,
            phone=clear.phone,
            address=clear.address,
            district=clear.district,
            birth_on=lead.birth_on,
            age=clear.age,
            fields=clear_fields(lead_list.fields, self._values(lead)),
        )

    # -----------------------------------------------------------------------------------------------------------

    def _criteria(self, request: Search) -> LeadCriteria:
        digits = read_phone(request.phone, allow_landlines=True) if request.phone else None
        if isinstance(digits, NumberProblem):
            raise NumberUnreadable("this number cannot be dialled: check the digits", reason=digits.value)
        id_number = id_number_key(request.id_number or "")
        if id_number and id_number_malformed(id_number):
            raise IdNumberMalformed("this is no identity number: 18 characters, or 15 digits of an old one; check it")
        return LeadCriteria(
            name_index=self._vault.index(name_key(request.name)) if request.name else None,
            phone_index=self._vault.index(digits) if digits else None,
            phone_last4=request.last4 or None,
            id_number_index=self._vault.index(id_number) if id_number else None,
            list_id=request.list_id,
            campaign_id=request.campaign_id,
            customer_class=request.customer_class or None,
            state=request.state,
        )

    def _hit(self, lead: SealedLead, lead_list: LeadListCard, do_not_call: bool) -> CustomerHit:
        return CustomerHit(
            id=lead.id,
            campaign_id=lead.campaign_id,
            list_id=lead.list_id,
            list_name=lead_list.name,
            name_masked=mask_name(self._vault.open(lead.name_sealed, LEAD_NAME.at(lead))),
            phone_masked=mask_phone(self._vault.open(lead.phone_sealed, NUMBER.at(lead))),
            gender=lead.gender,
            age=lead.age,
            district=lead.district,
            customer_class=lead.customer_class,
            state=lead.state,
            basis_withdrawn=lead.basis.withdrawn_at is not None,
            do_not_call=do_not_call,
            imported_at=lead.imported_at,
        )

    def _values(self, lead: SealedLead) -> Mapping[str, Any]:
        if lead.fields_sealed is None:
            return {}
        values: Mapping[str, Any] = json.loads(self._vault.open(lead.fields_sealed, LEAD_FIELDS.at(lead)))
        return values

    async def _names(self, work: Work, ids: Sequence[int | None]) -> Mapping[int, str]:
        cards = await self._people.cards(work, {staff_id for staff_id in ids if staff_id is not None})
        return {card.id: card.name for card in cards.values()}


def _staff_of(entries: Sequence[EntryFacts]) -> list[int | None]:
    return [staff_id for entry in entries for staff_id in (entry.entered_by, entry.lifted_by)]


def _dnc_entry(entry: EntryFacts, names: Mapping[int, str], vault: Vault) -> CustomerDncEntry:
    return CustomerDncEntry(
        id=entry.id,
        reason=entry.reason,
        source=entry.source,
        entered_at=entry.entered_at,
        entered_by=names.get(entry.entered_by or 0),
        until=entry.until,
        lifted_at=entry.lifted_at,
        lifted_by=names.get(entry.lifted_by or 0),
        lifted_why=vault.open_words(entry.lifted_words_sealed, LIFTED_WORDS.place(entry.id)) or entry.lifted_why,
        in_force=entry.in_force,
    )
