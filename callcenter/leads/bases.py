"""The current legal basis of each lead. ``consent`` keeps its evidence and history (requirement L9)."""

from collections.abc import Collection, Sequence
from datetime import date

from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work
from callcenter.leads import repository
from callcenter.leads.cards import basis_of
from callcenter.leads.errors import LeadNotFound
from callcenter.leads.models import Lead
from callcenter.leads.types import WITHDRAWN_WHY, Basis, BasisKind


class LeadBases:
    """Reads and changes the basis by which every call and the stock are judged."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def find(self, work: Work, lead_id: int, *, lock: bool = False) -> Basis:
        """Returns the basis of a lead; ``lock``: locked until the transaction ends. Raises LeadNotFound."""
        return basis_of(await self._find(work, lead_id, lock=lock))

    async def leads_with_number_of(self, work: Work, lead_id: int) -> Sequence[int]:
        """Returns the ids of all leads with the number of this one, over all campaigns. Raises LeadNotFound."""
        lead = await self._find(work, lead_id)
        return await repository.list_ids_by_phone(work.session, [lead.phone_index])

    async def withdraw(self, work: Work, ids: Collection[int], why: str) -> Sequence[int]:
        """Withdraws the basis of these leads; returns the ids of those whose basis was not withdrawn before."""
        withdrawn = []
        for lead in await repository.lock_leads(work.session, ids):
            if lead.basis_withdrawn_at is None:
                lead.basis_withdrawn_at, lead.basis_withdrawn_by = work.now, work.actor.staff_id
                lead.basis_withdrawn_why_sealed = self._vault.seal(why, WITHDRAWN_WHY.at(lead))
                withdrawn.append(lead.id)
        await work.session.flush()
        return withdrawn

    async def replace(
        self, work: Work, lead_id: int, kind: BasisKind, reference: str, valid_until: date | None
    ) -> None:
        """Replaces the basis, also one that was withdrawn. Raises LeadNotFound."""
        lead = await self._find(work, lead_id)
        lead.basis_withdrawn_at = lead.basis_withdrawn_by = lead.basis_withdrawn_why_sealed = None
        lead.basis_kind, lead.basis_reference, lead.basis_valid_until = kind, reference, valid_until
        await work.session.flush()

    async def _find(self, work: Work, lead_id: int, *, lock: bool = False) -> Lead:
        leads = await repository.lock_leads(work.session, [lead_id]) if lock else ()
        lead = next(iter(leads), None) if lock else await repository.find_lead(work.session, lead_id)
        if lead is None:
            raise LeadNotFound(f"there is no lead {lead_id}")
        return lead
