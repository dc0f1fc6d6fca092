"""Carries out what ``rules.settlement`` decides about assignments."""

from callcenter.allocation.service import AllocationService
from callcenter.allocation.types import AssignmentCard
from callcenter.calls.types import CallDisposed
from callcenter.campaigns.service import CampaignService
from callcenter.classes.effects import ClassEffectsService
from callcenter.dialer.rules.settlement import EndedCall, Settlement, SettlementKind, settle
from callcenter.eligibility.rules import blocking_rule
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work
from callcenter.leads.service import LeadService


class SettlingService:
    """Closes, re-plans or returns the lead of a call."""

    def __init__(
        self,
        *,
        allocation: AllocationService,
        campaigns: CampaignService,
        leads: LeadService,
        class_effects: ClassEffectsService,
        vault: Vault,
    ) -> None:
        self._allocation = allocation
        self._campaigns = campaigns
        self._leads = leads
        self._class_effects = class_effects
        self._vault = vault

    async def settle(self, work: Work, event: CallDisposed) -> None:
        """Settles the assignment the call was made for; a call for a callback has none."""
        if event.assignment_id is None:
            return
        lead = await self._leads.facts(work, event.lead_id)
        assignment = await self._allocation.card(work, event.assignment_id)
        call = EndedCall(
            outcome=event.outcome,
            disposition=event.disposition,
            blocked_by=blocking_rule(do_not_call=lead.dnc, basis_valid=lead.basis_valid),
            attempts=assignment.attempts,
            rules=await self._campaigns.rules(work, event.campaign_id),
            effects=await self._class_effects.of(work, event.lead_id),
        )
        await self.carry_out(work, assignment.id, settle(call, work.now), note=event.details.note)

    async def carry_out(self, work: Work, assignment_id: int, settlement: Settlement, *, note: str = "") -> None:
        """Does to an assignment what was decided. ``note`` is for whoever calls next; it is stored sealed."""
        match settlement.kind:
            case SettlementKind.FINISH:
                assert settlement.end is not None, "a finished assignment has its end"
                await self._allocation.finish(work, assignment_id, settlement.end)
            case SettlementKind.RETRY:
                assert settlement.due_at is not None, "a retry has its time"
                await self._allocation.retry(work, assignment_id, settlement.due_at, self._sealed(note))
            case SettlementKind.DEFER:
                assert settlement.due_at is not None, "a deferral has its time"
                await self._allocation.defer(work, assignment_id, settlement.due_at, self._sealed(note))
            case SettlementKind.RELEASE:
                await self._allocation.release(work, assignment_id)
            case SettlementKind.BLOCK:
                assert settlement.end is not None, "a blocked assignment has its end"
                await self._allocation.block(work, assignment_id, settlement.end)

    def note_of(self, assignment: AssignmentCard) -> str:
        """Returns what the last agent wrote, in clear. It may name the customer, so it is stored sealed (L7)."""
        return self._vault.open(assignment.last_note) if assignment.last_note else ""

    def _sealed(self, note: str) -> str:
        return self._vault.seal(note) if note else ""
