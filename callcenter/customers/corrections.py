"""Corrections of a customer's file: who learned what, with the old value, the new one and the reason (L4)."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from callcenter.customers import repository
from callcenter.customers.errors import CorrectionInvalid, NotClosed, NothingChanged
from callcenter.customers.models import LeadChange
from callcenter.customers.rules import correction_problem, masked_change, without_figures
from callcenter.customers.types import CHANGE_NEW, CHANGE_OLD, CHANGE_WHY, Correction, CustomerChange, FileField
from callcenter.kit.clock import business_date
from callcenter.kit.crypto import Vault
from callcenter.kit.reasons import require_reason
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work
from callcenter.leads.records import LeadRecords
from callcenter.leads.rules.person import name_key
from callcenter.leads.types import LEAD_ADDRESS, LEAD_FIELDS, LEAD_NAME, CorrectedLead, Gender, SealedLead
from callcenter.people.service import PeopleService

_COLUMNS = frozenset(
    {
        FileField.NAME,
        FileField.GENDER,
        FileField.BIRTH_ON,
        FileField.DISTRICT,
        FileField.ADDRESS,
        FileField.OCCUPATION,
    }
)
"""Columns of the lead; the other fields are in its sealed JSON."""


class CorrectionService:
    """Corrects customer files. The caller has made sure that the actor may: each way to the file has its own check."""

    def __init__(self, vault: Vault, records: LeadRecords, people: PeopleService) -> None:
        self._vault = vault
        self._records = records
        self._people = people

    async def correct(self, work: Work, lead_id: int, correction: Correction) -> None:
        """Writes the fields that differ, each with a row in the history. The lead is locked until the end.

        Raises LeadNotFound, ReasonMissing, CorrectionInvalid, NothingChanged.
        """
        why = require_reason(correction.why, "correcting a customer's file", rule="L4")
        today = business_date(work.now)
        wanted = {field: value.strip() for field, value in correction.values.items()}
        for field, value in wanted.items():
            if problem := correction_problem(field, value, today):
                raise CorrectionInvalid(f"{field.value}: {problem}", field=field.value)
        lead = await self._records.lock(work, lead_id)
        before = self._values(lead)
        changed = {field: value for field, value in wanted.items() if before[field] != value}
        if not changed:
            raise NothingChanged("the file says this already: nothing was changed")
        await self._records.correct(work, lead_id, self._corrected(lead, {**before, **changed}))
        for field, value in changed.items():
            key = lead_id, field, work.now
            work.session.add(
                LeadChange(
                    lead_id=lead_id,
                    field=field,
                    old_sealed=self._vault.seal(before[field], CHANGE_OLD.place(*key)),
                    new_sealed=self._vault.seal(value, CHANGE_NEW.place(*key)),
                    why_sealed=self._vault.seal(why, CHANGE_WHY.place(*key)),
                    source=correction.source,
                    at=work.now,
                    by=work.actor.staff_id,
                )
            )
        facts = {"fields": sorted(field.value for field in changed), "source": correction.source.value}
        await work.announce(Noted("customers.corrected", f"lead:{lead_id}", facts))

    async def changes(self, work: Work, lead_id: int) -> Sequence[CustomerChange]:
        """Returns the history of a file, the newest change first, masked. Raises LeadNotFound."""
        await self._records.find(work, lead_id)
        rows = await repository.list_changes(work.session, lead_id)
        staff = await self._people.cards(work, {row.by for row in rows if row.by is not None})
        return [
            CustomerChange(
                id=row.id,
                field=row.field,
                old=masked_change(row.field, self._vault.open(row.old_sealed, CHANGE_OLD.at(row))),
                new=masked_change(row.field, self._vault.open(row.new_sealed, CHANGE_NEW.at(row))),
                why=without_figures(self._vault.open(row.why_sealed, CHANGE_WHY.at(row))),
                source=row.source,
                at=row.at,
                by=staff[row.by].name if row.by in staff else None,
            )
            for row in rows
        ]

    async def reopen(self, work: Work, lead_id: int, why: str) -> None:
        """Puts a closed lead back into the stock; do-not-call and legal basis forbid calls as before.

        Raises LeadNotFound, ReasonMissing, NotClosed.
        """
        why = require_reason(why, "reopening a lead", rule="L4")
        lead = await self._records.find(work, lead_id)
        if not await self._records.reopen(work, lead_id):
            raise NotClosed("only a closed lead can be reopened", state=lead.state.value)
        await work.announce(Noted("customers.lead_reopened", f"lead:{lead_id}", {"why": why}))

    def _values(self, lead: SealedLead) -> dict[FileField, str]:
        further = self._further(lead)
        columns = {
            FileField.NAME: self._vault.open(lead.name_sealed, LEAD_NAME.at(lead)),
            FileField.GENDER: lead.gender.value if lead.gender else "",
            FileField.BIRTH_ON: lead.birth_on.isoformat() if lead.birth_on else "",
            FileField.DISTRICT: lead.district,
            FileField.ADDRESS: self._vault.open(lead.address_sealed, LEAD_ADDRESS.at(lead)),
            FileField.OCCUPATION: lead.occupation,
        }
        return columns | {field: str(further.get(field.value) or "") for field in FileField if field not in _COLUMNS}

    def _corrected(self, lead: SealedLead, values: Mapping[FileField, str]) -> CorrectedLead:
        further = dict(self._further(lead))
        for field in FileField:
            if field in _COLUMNS:
                continue
            if values[field]:
                further[field.value] = values[field]
            else:
                further.pop(field.value, None)
        name, born = values[FileField.NAME], values[FileField.BIRTH_ON]
        return CorrectedLead(
            name_sealed=self._vault.seal(name, LEAD_NAME.at(lead)),
            name_index=self._vault.index(name_key(name)),
            gender=Gender(values[FileField.GENDER]) if values[FileField.GENDER] else None,
            birth_on=date.fromisoformat(born) if born else None,
            district=values[FileField.DISTRICT],
            address_sealed=self._vault.seal(values[FileField.ADDRESS], LEAD_ADDRESS.at(lead)),
            occupation=values[FileField.OCCUPATION],
            fields_sealed=self._vault.seal(json.dumps(further, ensure_ascii=False), LEAD_FIELDS.at(lead))
            if further
            else None,
        )

    def _further(self, lead: SealedLead) -> Mapping[str, Any]:
        values: Mapping[str, Any] = (
            json.loads(self._vault.open(lead.fields_sealed, LEAD_FIELDS.at(lead))) if lead.fields_sealed else {}
        )
        return values
