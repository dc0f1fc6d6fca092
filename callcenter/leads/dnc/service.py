"""Who may not be called: do-not-call entries, outside lists, the legal basis and its withdrawal (L6, L9)."""

from collections.abc import Mapping
from uuid import UUID

from callcenter.kit.crypto import Vault
from callcenter.kit.errands import Errands, Performer
from callcenter.kit.errors import NotAllowed
from callcenter.kit.trail import Noted
from callcenter.kit.work import Work, Works
from callcenter.leads import repository as leads
from callcenter.leads.dnc import repository
from callcenter.leads.dnc.errors import DncAlreadyLifted, DncEntryNotFound
from callcenter.leads.errors import LeadNotFound, ReasonMissing
from callcenter.leads.models import DncEntry, Lead
from callcenter.leads.settings import LeadSettings
from callcenter.leads.types import DncReason, LeadsBlocked


class DncService:
    def __init__(self, vault: Vault, settings: LeadSettings, errands: Errands) -> None:
        self._vault = vault
        self._settings = settings
        self._errands = errands

    def performers(self, _works: Works) -> Mapping[str, Performer]:
        """Errand kind to performer."""
        return {}

    # --- entries -----------------------------------------------------------------------------------------------

    async def enter_dnc(
        self, work: Work, lead_id: int, reason: DncReason, call_id: UUID | None = None, *, permanent: bool = False
    ) -> int:
        """Bars the lead's number in every campaign, for the term in the settings or for ever (requirement L6).

        Returns the entry's id. One call makes one entry, however often this is asked.
        """
        lead = await self._lead(work, lead_id)
        if call_id is not None and (known := await repository.find_entry_of_call(work.session, call_id)):
            return known.id
        entry = DncEntry(
            phone_index=lead.phone_index,
            reason=reason,
            lead_id=lead.id,
            call_id=call_id,
            entered_at=work.now,
            entered_by=work.actor.staff_id,
            until=None if permanent else work.now + self._settings.dnc_term,
        )
        work.session.add(entry)
        await work.session.flush()
        await work.announce(
            Noted("leads.dnc_entered", f"dnc:{entry.id}", {"reason": reason.value, "permanent": permanent})
        )
        await self._block(work, lead.phone_index, "do_not_call")
        return entry.id

    async def lift_dnc(self, work: Work, entry_id: int, why: str) -> None:
        """Ends an entry early: only a named person can, with a reason (requirement L6)."""
        if work.actor.staff_id is None:
            raise NotAllowed("only a named person lifts a do-not-call entry", rule="L6")
        if not why.strip():
            raise ReasonMissing("lifting a do-not-call entry needs a reason", rule="L6")
        entry = await repository.find_entry(work.session, entry_id)
        if entry is None:
            raise DncEntryNotFound(f"there is no do-not-call entry {entry_id}")
        if entry.lifted_at is not None:
            raise DncAlreadyLifted(f"entry {entry_id} was lifted before")
        entry.lifted_at, entry.lifted_by, entry.lifted_why = work.now, work.actor.staff_id, why
        await work.announce(Noted("leads.dnc_lifted", f"dnc:{entry_id}", {"why": why}))

    # --- legal basis -------------------------------------------------------------------------------------------

    async def withdraw_basis(self, work: Work, lead_id: int, why: str) -> None:
        """The customer withdraws: no campaign may call that number any more (requirement L9). Safe to repeat."""
        lead = await self._lead(work, lead_id)
        for each in await leads.list_by_phone(work.session, lead.phone_index):
            if each.basis_withdrawn_at is None:
                each.basis_withdrawn_at = work.now
                await work.announce(Noted("leads.basis_withdrawn", f"lead:{each.id}", {"why": why}))
        await work.session.flush()
        await self._block(work, lead.phone_index, "basis_withdrawn")

    # -----------------------------------------------------------------------------------------------------------

    async def _lead(self, work: Work, lead_id: int) -> Lead:
        lead = await leads.find_lead(work.session, lead_id)
        if lead is None:
            raise LeadNotFound(f"there is no lead {lead_id}")
        return lead

    async def _block(self, work: Work, phone_index: str, why: str) -> None:
        found = await leads.list_by_phone(work.session, phone_index)
        await work.announce(LeadsBlocked(tuple(lead.id for lead in found), why))
