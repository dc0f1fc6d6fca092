"""Stops marketing to a customer who complains until the case is decided, and lets it resume then (requirement L6)."""

from callcenter.complaints import repository
from callcenter.complaints.types import ComplaintDecided, ComplaintOpened
from callcenter.dnc.service import DncService
from callcenter.dnc.types import DncReason, DncSource, EntryDetails, LiftReason
from callcenter.kit.work import Work
from callcenter.leads.bases import LeadBases


class ComplaintBlocks:
    """Keeps the do-not-call entry of an open complaint: it acts on all that is planned for the number."""

    def __init__(self, dnc: DncService, bases: LeadBases) -> None:
        self._dnc = dnc
        self._bases = bases

    async def opened(self, work: Work, event: ComplaintOpened) -> None:
        """Enters the number; the callback that is owed goes on nevertheless (law 4)."""
        details = EntryDetails(source=DncSource.COMPLAINT)
        await self._dnc.enter_dnc(work, event.lead_id, DncReason.COMPLAINT, details)

    async def decided(self, work: Work, event: ComplaintDecided) -> None:
        """Lifts the entry once no complaint with this number is undecided; other entries stay."""
        lead_ids = await self._bases.leads_with_number_of(work, event.lead_id)
        if not await repository.count_undecided(work.session, lead_ids):
            await self._dnc.lift_of_complaint(work, event.lead_id, LiftReason.COMPLAINT_DECIDED)
