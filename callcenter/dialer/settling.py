"""Carries out what ``rules.settlement`` decides about assignments."""

from callcenter.allocation.service import AllocationService
from callcenter.allocation.types import LAST_NOTE, AssignmentCard
from callcenter.calls.types import CallDisposed
from callcenter.dialer.ended_calls import EndedCallReader
from callcenter.dialer.rules.settlement import Settlement, SettlementKind, settle
from callcenter.kit.crypto import Vault
from callcenter.kit.work import Work


class SettlingService:
    """Closes, re-plans or returns the lead of a call."""

    def __init__(self, *, allocation: AllocationService, ended_calls: EndedCallReader, vault: Vault) -> None:
        self._allocation = allocation
        self._ended_calls = ended_calls
        self._vault = vault

    async def settle(self, work: Work, event: CallDisposed) -> None:
        """Settles the assignment the call was made for; a call for a callback has none."""
        if event.assignment_id is None:
            return
        assignment, call = await self._ended_calls.facts(work, event)
        note = self.sealed(assignment.lead_id, event.details.note)
        await self.carry_out(work, assignment.id, settle(call, work.now), note_sealed=note)

    async def carry_out(self, work: Work, assignment_id: int, settlement: Settlement, *, note_sealed: str = "") -> None:
        """Does to an assignment what was decided. The note is for the agent who calls next."""
        match settlement.kind:
            case SettlementKind.FINISH:
                assert settlement.end is not None, "a finished assignment has its end"
                await self._allocation.finish(work, assignment_id, settlement.end)
            case SettlementKind.RETRY:
                assert settlement.due_at is not None, "a retry has its time"
                await self._allocation.retry(work, assignment_id, settlement.due_at, note_sealed)
            case SettlementKind.DEFER:
                assert settlement.due_at is not None, "a deferral has its time"
                await self._allocation.defer(work, assignment_id, settlement.due_at, note_sealed)
            case SettlementKind.RELEASE:
                await self._allocation.release(work, assignment_id)
            case SettlementKind.BLOCK:
                assert settlement.end is not None, "a blocked assignment has its end"
                await self._allocation.block(work, assignment_id, settlement.end)

    def note_of(self, assignment: AssignmentCard) -> str:
        """Returns what the last agent wrote, in clear. It may name the customer, so it is stored sealed (L7)."""
        return self._vault.open(assignment.last_note, LAST_NOTE.at(assignment)) if assignment.last_note else ""

    def sealed(self, lead_id: int, note: str) -> str:
        """Returns a note for the agent who calls this lead next, as it is stored; an empty one stays empty."""
        return self._vault.seal(note, LAST_NOTE.place(lead_id)) if note else ""
