"""Leads as sealed records and their numbers by blind index, for rooms that search or process many leads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Select, true

from callcenter.kit.clock import business_date
from callcenter.kit.work import Work
from callcenter.leads import repository
from callcenter.leads.cards import sealed_lead
from callcenter.leads.errors import LeadNotFound
from callcenter.leads.models import Lead
from callcenter.leads.transitions import LeadAct
from callcenter.leads.types import CorrectedLead, LeadCriteria, SealedFields, SealedLead, SealedNumber


class LeadRecords:
    """Reads and corrects leads without decrypting them.

    A caller passes a selection of numbers as a SELECT of blind indexes.
    """

    async def find(self, work: Work, lead_id: int, *, fresh: bool = True) -> SealedLead:
        """Returns one lead; without ``fresh`` as this transaction has read it before. Raises LeadNotFound."""
        lead = await repository.find_lead(work.session, lead_id, fresh=fresh)
        if lead is None:
            raise LeadNotFound(f"there is no lead {lead_id}")
        return sealed_lead(lead, business_date(work.now))

    async def lock(self, work: Work, lead_id: int) -> SealedLead:
        """Returns one lead, locked until the transaction ends: of two corrections the second sees the first.

        Raises LeadNotFound.
        """
        return sealed_lead(await self._locked(work, lead_id), business_date(work.now))

    async def correct(self, work: Work, lead_id: int, corrected: CorrectedLead) -> None:
        """Writes corrected columns of a lead. Raises LeadNotFound."""
        lead = await self._locked(work, lead_id)
        for column in fields(corrected):
            setattr(lead, column.name, getattr(corrected, column.name))
        await work.session.flush()

    async def reopen(self, work: Work, lead_id: int) -> bool:
        """Moves a closed lead back into the stock; False when it is not closed."""
        return await repository.move(work.session, [lead_id], LeadAct.REOPEN) == 1

    async def _locked(self, work: Work, lead_id: int) -> Lead:
        lead = next(iter(await repository.lock_leads(work.session, [lead_id])), None)
        if lead is None:
            raise LeadNotFound(f"there is no lead {lead_id}")
        return lead

    async def list(self, work: Work, ids: Collection[int]) -> Sequence[SealedLead]:
        """Returns the leads of ``ids`` that exist, by id."""
        return [sealed_lead(lead, business_date(work.now)) for lead in await repository.list_leads(work.session, ids)]

    async def search(
        self, work: Work, criteria: LeadCriteria, before: int | None, limit: int
    ) -> "Sequence[SealedLead]":
        """Returns leads that match every criterion, the newest first. ``before``: the last id of the page before."""
        leads = await repository.search(work.session, criteria, before, limit)
        return [sealed_lead(lead, business_date(work.now)) for lead in leads]

    async def number_of(self, work: Work, lead_id: int) -> SealedNumber:
        """Returns the number of one lead. Raises LeadNotFound."""
        lead = await repository.find_lead(work.session, lead_id)
        if lead is None:
            raise LeadNotFound(f"there is no lead {lead_id}")
        return SealedNumber(lead.id, lead.phone_index, lead.phone_sealed)

    async def with_number(self, work: Work, phone_index: str) -> "Sequence[SealedLead]":
        """Returns the leads with this number, over all campaigns, by id."""
        leads = await repository.list_by_phone(work.session, phone_index)
        return [sealed_lead(lead, business_date(work.now)) for lead in leads]

    async def ids_with_numbers(self, work: Work, phone_indexes: Collection[str]) -> "Sequence[int]":
        """Returns the ids of the leads with one of these numbers, over all campaigns."""
        return await repository.list_ids_by_phone(work.session, phone_indexes)

    async def numbers_after(self, work: Work, after: int, limit: int) -> "Sequence[SealedNumber]":
        """Returns the numbers of the next ``limit`` leads after an id, for callers that read all of them."""
        return await repository.list_numbers(work.session, after, limit)

    async def numbers_among(self, work: Work, phone_indexes: Select[Any]) -> "Sequence[SealedNumber]":
        """Returns the numbers of leads that are in the selection, each once."""
        return await repository.list_numbers_among(work.session, phone_indexes)

    async def count_with_numbers(self, work: Work, phone_indexes: Select[Any]) -> int:
        """Counts the leads whose number is in the selection."""
        return await repository.count_with_numbers(work.session, phone_indexes)

    async def count_without_id_index(self, work: Work, after: int) -> int:
        """Counts the leads behind an id that have further fields and no index of an identity number."""
        return await repository.count_without_id_index(work.session, after)

    async def without_id_index(self, work: Work, after: int, limit: int) -> "Sequence[SealedFields]":
        """Returns the sealed further fields of the next such leads, by id."""
        return await repository.list_without_id_index(work.session, after, limit)

    async def write_id_indexes(self, work: Work, indexes: Mapping[int, str]) -> int:
        """Writes lead → blind index of the identity number where there is none; returns how many were written."""
        return await repository.write_id_indexes(work.session, indexes) if indexes else 0

    async def count(self, work: Work) -> int:
        """Counts all leads."""
        return await repository.count(work.session, true())
